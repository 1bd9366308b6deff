"""Real works of Crossref that were corrected and retracted, through the whole program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester import jobs
from harvester.config import load
from tests.updates.small import rows

CONFIG = """
[harvester]
contact = "a@example.org"
[source.crossref]
kind = "files"
path = "in"
format = "crossref"
"""
LANCET, RETRACTION, CORRECTION = (
    "10.1016/s0140-6736(97)11096-0",
    "10.1016/s0140-6736(10)60175-4",
    "10.1016/s0140-6736(04)15715-2",
)


def indexed(folder: Path, shared: Path, *names: str, without: str = "") -> Path:
    """An index of these real records; ``without`` leaves a field out of each, as if only the other side said so."""
    (folder / "in").mkdir()
    for name in names:
        found = json.loads((shared / "corpus" / "crossref" / "trimmed" / f"{name}.json").read_text())
        item = found.get("message", found)
        item.pop(without, None)
        (folder / "in" / f"{name}.json").write_text(json.dumps(item))
    (folder / "config.toml").write_text(CONFIG)
    config = load(folder / "config.toml")
    jobs.run(config, jobs.Plan())
    return config.index


WORK, NOTICE = "retracted-updated-by-retraction-watch", "retraction-notice-update-to"


@pytest.mark.parametrize("without", ["", "update-to"])
def test_a_retraction_of_the_lancet(without: str, shared: Path, tmp_path: Path) -> None:
    path = indexed(tmp_path, shared, WORK, NOTICE, without=without)
    assert rows(path, "select doi, update_status, is_retracted from works order by doi") == [
        (RETRACTION, None, 0), (LANCET, "retraction", 1),
    ]  # fmt: skip
    assert rows(path, "select type, holds, date, source, notice_doi, notice_title is not null from updates") == [
        ("correction", 1, "2004-03-06", "retraction-watch", CORRECTION, 0),
        ("retraction", 1, "2010-02-06", "retraction-watch", RETRACTION, 1),
    ]
    ((title,),) = rows(path, "select notice_title from retractions")
    assert title.startswith("Retraction")
    related = "select r.type, r.target from relations r join works w on w.id = r.work_id where w.doi = ?"
    assert ("retracts", LANCET) in rows(path, related, RETRACTION)


def test_its_notice_alone_marks_it(shared: Path, tmp_path: Path) -> None:
    """The title says so too; without what Retraction Watch says of the work, the notice does."""
    path = indexed(tmp_path, shared, WORK, NOTICE, without="updated-by")
    assert rows(path, "select update_status, date, notice_doi, basis from retractions") == [
        ("retraction", "2010-02-06", RETRACTION, "notice")
    ]


def test_a_work_without_anything_but_its_retraction(shared: Path, tmp_path: Path) -> None:
    path = indexed(tmp_path, shared, "updated-by-forum-15884")
    assert rows(
        path, "select w.doi, r.update_status, r.date, r.source, r.notice_doi from retractions r join works w using (id)"
    ) == [("10.1021/am300292v", "retraction", "2019-07-26", "retraction-watch", "10.1021/acsami.9b11759")]

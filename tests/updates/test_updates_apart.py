"""A notice is never one work with what it is about, whatever they have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester.record import Container, Contributor, RawRecord, Record, Relation
from tests.updates.small import crossref, indexed, of, rows, sent

WORK, OTHER = "10.5555/work", "10.5555/other"
TITLE = "Sharing leadership: current attitudes in hospitals"
WHO = (Contributor("Doe, Jane", family="Doe", given="Jane"), Contributor("Roe, Rick", family="Roe", given="Rick"))
PLACE = {"contributors": WHO, "issued": "2019", "container": Container(title="BMJ Leader"), "volume": "3",
         "start_page": "10", "pages": "10-15"}  # fmt: skip
ARTICLE = crossref(of(WORK, TITLE, **PLACE))


def deposited(title: str, *relations: Relation, doi: str = "") -> RawRecord:
    """As a repository sends it: an article, whatever it is."""
    if doi:
        return sent("spiral", "oai:spiral:9", of(doi, title, *relations, contributors=WHO, issued="2019"))
    record = Record(title=title, type="article", relations=relations, **PLACE)
    return sent("spiral", "oai:spiral:9", record)


@pytest.mark.parametrize(
    "other",
    [
        deposited(f"Retraction: {TITLE}", doi=WORK),
        deposited(f"Erratum: {TITLE}", doi=WORK),
        deposited(f"Correction to: {TITLE}", doi=WORK),
        deposited(f"Expression of concern: {TITLE}", doi=WORK),
        deposited(f"Retraction notice to '{TITLE}' [BMJ Leader 3 (2019) 10-15]"),
        deposited(TITLE, Relation("retracts", "doi", WORK)),
        crossref(of(OTHER, TITLE, Relation("corrects", "doi", WORK), **PLACE)),
        crossref(of(OTHER, TITLE, Relation("expresses-concern-about", "doi", WORK), **PLACE)),
        crossref(of(OTHER, TITLE, type="retraction-notice", **PLACE)),
    ],
    ids=[
        "retraction",
        "erratum",
        "correction",
        "concern",
        "no DOI",
        "relation",
        "one place",
        "concern by relation",
        "type",
    ],
)
def test_a_notice_is_a_work_of_its_own(other: RawRecord, tmp_path: Path) -> None:
    path = indexed(tmp_path, [ARTICLE, other])
    assert rows(path, "select count(*) from works") == [(2,)]


@pytest.mark.parametrize("first", [0, 1])
def test_a_notice_that_the_work_names_is_another_work(first: int, tmp_path: Path) -> None:
    named = crossref(of(WORK, TITLE, Relation("is-corrected-by", "doi", OTHER), **PLACE))
    notice = crossref(of(OTHER, TITLE, **PLACE))
    steps = [[named], [notice]]
    path = indexed(tmp_path, steps[first], steps[1 - first])
    assert rows(path, "select count(*) from works") == [(2,)]


@pytest.mark.parametrize(
    "title",
    [
        f"RETRACTED: {TITLE}",
        f"[Retracted] {TITLE}",
        f"{TITLE} (Retracted article. See vol. 5, pg. 2, 2021)",
        f"WITHDRAWN: {TITLE}",
    ],
)
@pytest.mark.parametrize("doi", ["", WORK])
def test_a_work_that_was_marked_is_the_same_work(title: str, doi: str, tmp_path: Path) -> None:
    path = indexed(tmp_path, [ARTICLE, deposited(title, doi=doi)])
    assert rows(path, "select count(*) from works") == [(1,)]


def test_copies_of_a_notice_are_one_work(tmp_path: Path) -> None:
    notice = crossref(of(OTHER, f"Retraction: {TITLE}", Relation("retracts", "doi", WORK), type="retraction-notice"))
    copy = deposited(f"Retraction: {TITLE}", Relation("retracts", "doi", WORK), doi=OTHER)
    path = indexed(tmp_path, [ARTICLE, notice], [copy])
    assert rows(path, "select count(*) from works") == [(2,)]
    assert rows(path, "select update_status, source from updates") == [("retraction", "crossref; spiral")]

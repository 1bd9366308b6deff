"""What happened to a work is shown wherever the work is: every export, the listing, `show`, `explain`, and `cite`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harvester import query
from harvester.formats import catalogue, encoded, exported, nbib
from harvester.listing.entries import STATUSES
from harvester.record import RawRecord, Relation
from harvester.updates import claims, vocabulary
from tests.updates.small import crossref, indexed, of

WORK, NOTICE = "10.5555/work", "10.5555/notice"
WRITTEN = sorted({f.export for f in catalogue.all_formats() if f.export})
TYPES = {"removal": "removal", "partial-retraction": "partial_retraction"}


@pytest.fixture(params=list(exported.MARKS))
def marked(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A work to which something happened that only its notice says: (status, index)."""
    status = request.param
    relation = Relation(vocabulary()[status].to[0], "doi", WORK, date="2010-02-06", update_type=TYPES.get(status))
    work = crossref(of(WORK, "Sharing leadership in hospitals"))
    notice = crossref(of(NOTICE, "What we have to say of it", relation))
    return status, indexed(tmp_path, [work, notice])


@pytest.mark.parametrize("format_", WRITTEN)
def test_every_export_marks_it(format_: str, marked: tuple[str, Path]) -> None:
    status, path = marked
    with query.open_index(path) as db:
        work_id = query.get(db, WORK)
        assert work_id is not None
        out = b"".join(encoded(format_, [query.work(db, work_id)])).decode("utf-8", "replace").lower()
    assert exported.MARKS[status][0].lower() in out or f'"{status}"' in out or status in out
    if (format_, status) != ("schema-org", "new-version"):  # schema.org has no property for a later version
        assert NOTICE in out


def test_every_status_has_words_for_readers_of_the_listing() -> None:
    assert set(STATUSES) == {name for name, kind in vocabulary().items() if kind.status} == set(exported.MARKS)


def test_the_rows_of_the_vocabulary_are_relations_that_are_each_others_inverse() -> None:
    from harvester.clean import relations

    for name, kind in vocabulary().items():
        assert [relations.inverse(relation) for relation in kind.by] == list(kind.to), name


MEDLINE = """PMID- 9500320
TI  - Ileal-lymphoid-nodular hyperplasia
PT  - Journal Article
PT  - Retracted Publication
PRIN- Lancet. 2004 Mar 6;363(9411):750. PMID: 15016483
RIN - Lancet. 2010 Feb 6;375(9713):445. PMID: 20137807
ECI - Lancet. 2003 Jan 1;361(1):1. PMID: 11111111
RRI - Lancet. 2011 Jan 1;377(1):1. PMID: 22222222
EIN - Lancet. 2003 Jan 8;361(1):9. doi: 10.1016/S0140-6736(03)1
EIN - Lancet. 2003 Mar 1;361(3):77
"""


def test_medline_names_notices() -> None:
    record = nbib.read(RawRecord(source="s", identifier="1", format="nbib", payload=MEDLINE.encode()), "")
    assert {(c.type, c.key, c.on_notice) for c in claims(record)} == {
        ("partial-retraction", "pmid:15016483", False),
        ("retraction", "pmid:20137807", False),
        ("expression-of-concern", "pmid:11111111", False),
        ("new-version", "pmid:22222222", False),
        ("correction", "doi:10.1016/s0140-6736(03)1", False),
        ("correction", "", False),  # named as it is cited
    }
    assert ("is-corrected-by", "local", "Lancet. 2003 Mar 1;361(3):77") in {
        (r.type, r.scheme, r.target) for r in record.relations
    }


def test_show_and_explain_say_who_says_so(
    tmp_path: Path, command_line: Callable[..., tuple[int, bytes, bytes]]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "config.toml").write_text('[source.crossref]\nkind = "files"\npath = "in"\nformat = "crossref"\n')
    (folder / "a.json").write_text(
        '{"DOI": "10.5555/work", "type": "journal-article", "title": ["Sharing leadership in hospitals"]}'
    )
    (folder / "b.json").write_text(
        '{"DOI": "10.5555/notice", "type": "journal-article", "title": ["Retraction"], "update-to": [{"DOI": "10.5555/work",'
        ' "type": "retraction", "source": "publisher", "updated": {"date-parts": [[2010, 2, 6]]}}]}'
    )
    config = str(tmp_path / "config.toml")
    assert command_line("-c", config, "run")[0] == 0
    for command in ("show", "explain"):
        code, out, _ = command_line("-c", config, command, "10.5555/work")
        text = out.decode()
        assert code == 0
        assert "retraction 2010-02-06, doi 10.5555/notice, by publisher" in text
        assert "?" not in next(line for line in text.splitlines() if "update_status" in line)

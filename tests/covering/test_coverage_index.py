"""What the views say of copies in repositories, and which works are in question."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harvester import coverage, index, query
from harvester.coverage import Covered, Scope
from harvester.record import (
    Affiliation,
    Container,
    Contributor,
    Date,
    File,
    Identifier,
    Institution,
    License,
    RawRecord,
    Record,
)
from harvester.store import Store
from tests.index.histories import raw, read, save

SETTINGS = index.Settings(
    sources={
        "crossref": index.SourceInfo("crossref", "crossref", rank=1),
        "spiral": index.SourceInfo("spiral", "oai_pmh", rank=2),
        "export": index.SourceInfo("export", "files", rank=3),
    }
)
DOI = Identifier("doi", "10.5555/a")
TITLE = "Shared leadership in emergency departments: a randomised trial of handover rounds"
ARTICLE = Record(
    title=TITLE,
    type="article",
    identifiers=(DOI, Identifier("issn", "2398-631X", "container")),
    container=Container("BMJ Leader", issn="2398-631X"),
    contributors=(
        Contributor(
            "Okafor, Ada",
            family="Okafor",
            given="Ada",
            affiliations=(Affiliation("Dept of Surgery, Imperial College London", "https://ror.org/041kmwe10"),),
        ),
    ),
    issued="2020",
)
ITEM = Record(title=TITLE, type="article", identifiers=(DOI,), issued="2020")

Made = Callable[..., AbstractContextManager[query.Index]]


def crossref(record: Record = ARTICLE, identifier: str = "10.5555/a") -> RawRecord:
    return raw("crossref", identifier, record, format_="crossref")


def item(record: Record = ITEM, identifier: str = "oai:spiral:1", datestamp: str = "") -> RawRecord:
    return replace(raw("spiral", identifier, record), datestamp=datestamp)


def made(folder: Path, records: Sequence[RawRecord]) -> query.Index:
    with Store.open(folder / "store.db") as store:
        save(store, records)
        index.update(store, folder / "index.db", SETTINGS, reader=read)
    return query.open_index(folder / "index.db")


def only(folder: Path, *records: RawRecord) -> Covered:
    with made(folder, records) as db:
        (row,) = coverage.covered(db)
    return row


AM = File(url="https://spiral.example/am.pdf", version="AM")


@pytest.mark.parametrize(
    ("copy", "state", "accepted"),
    [
        (replace(ITEM, files=(replace(AM, access="open"),)), "open", "held"),
        (replace(ITEM, files=(replace(AM, access="embargoed", embargo_until="9998-01-01"),)), "embargoed", "held"),
        (replace(ITEM, files=(replace(AM, access="embargoed", embargo_until="9998"),)), "embargoed", "held"),
        (replace(ITEM, files=(replace(AM, access="embargoed", embargo_until="2021-06"),)), "embargo over", "held"),
        (replace(ITEM, files=(replace(AM, access="embargoed"),)), "embargoed", "held"),
        (replace(ITEM, files=(AM,), embargo_until="9998-01"), "embargoed", "held"),
        (replace(ITEM, files=(replace(AM, access="restricted"),)), "restricted", "held"),
        (replace(ITEM, files=(AM,)), "unknown", "held"),
        (replace(ITEM, files=(replace(AM, version=None),), access="open"), "open", "unknown"),
        (replace(ITEM, files=(replace(AM, version=None),), access="open", version="VoR"), "open", "held"),
        (replace(ITEM, files=(replace(AM, version="SMUR", access="open"),)), "open", "missing"),
        (replace(ITEM, access="open", version="AM"), "open", "held"),
        (replace(ITEM, access="metadata-only", version="AM"), "metadata-only", "missing"),
        (ITEM, "no file named", "unknown"),
    ],
)
def test_the_state_of_a_copy(tmp_path: Path, copy: Record, state: str, accepted: str) -> None:
    row = only(tmp_path, crossref(), item(copy))
    assert (row.state, row.accepted_version, row.repositories, row.in_crossref) == (state, accepted, "spiral", 1)


def test_the_accepted_version_goes_before_an_open_draft(tmp_path: Path) -> None:
    draft = File(url="https://spiral.example/draft.pdf", version="SMUR", access="open")
    kept_back = replace(AM, access="embargoed", embargo_until="9998-01-01")
    row = only(tmp_path, crossref(), item(replace(ITEM, files=(draft, kept_back))))
    assert (row.state, row.version, row.url, row.embargo_until) == ("embargoed", "AM", AM.url, "9998-01-01")


def test_what_no_repository_holds_is_missing(tmp_path: Path) -> None:
    licensed = replace(ARTICLE, licenses=(License(spdx="CC-BY-4.0", applies_to="vor"),))
    row = only(tmp_path, crossref(licensed), raw("export", "7", ITEM))
    assert (row.state, row.accepted_version, row.repositories) == ("missing", "missing", None)
    assert row.publisher_license == "CC-BY-4.0"


def test_an_item_from_a_file_is_one_of_a_repository_and_a_row_of_a_spreadsheet_is_not(tmp_path: Path) -> None:
    other = replace(ITEM, title="Another matter altogether, told by somebody else", identifiers=())
    with made(tmp_path, [raw("export", "oai:elsewhere:1", ITEM), raw("export", "8", other)]) as db:
        assert [row.repositories for row in coverage.covered(db)] == ["export"]


@pytest.mark.parametrize(
    ("accepted", "deposited", "datestamp", "by", "in_time"),
    [
        ("2020-09-15", "2020-12-15", "", "2020-12-15", 1),
        ("2020-09-15", "2020-12-16", "", "2020-12-15", 0),
        ("2020-11-30", "2021-02-28", "", "2021-02-28", 1),
        ("2020-11-30", "2021-03-01", "", "2021-02-28", 0),
        ("2020-09", "2020-12-01", "", "2020-12-30", 1),
        ("2020-09", "2020-12-15", "", "2020-12-30", None),
        ("2020-09", "2021-01-01", "", "2020-12-30", 0),
        ("2020", "2020-03-31", "", "2021-03-31", 1),
        ("2020-09-15", "2020-11", "", "2020-12-15", None),
        ("2020-09-15", None, "2020-10-01T12:00:00Z", "2020-12-15", 1),
        ("2020-09-15", None, "2024-10-01", "2020-12-15", None),
        ("2020-09-15", "2021-03-01", "2024-10-01", "2020-12-15", 0),
        (None, "2021-03-01", "", None, None),
    ],
)
def test_deposited_within_three_months_of_acceptance(
    tmp_path: Path, accepted: str | None, deposited: str | None, datestamp: str, by: str | None, in_time: int | None
) -> None:
    article = replace(ARTICLE, dates=(Date("accepted", accepted),) if accepted else ())
    copy = replace(ITEM, dates=(Date("deposited", deposited),) if deposited else ())
    row = only(tmp_path, crossref(article), item(copy, datestamp=datestamp))
    assert (row.deposit_by, row.deposited_in_time) == (by, in_time)


def test_the_most_exact_day_of_acceptance_counts(tmp_path: Path) -> None:
    dates = (Date("accepted", "2020"), Date("accepted", "2020-09-15"), Date("accepted", "2020-08"))
    row = only(tmp_path, crossref(replace(ARTICLE, dates=dates)))
    assert (row.accepted, row.deposit_by) == ("2020-09-15", "2020-12-15")


def test_what_was_never_deposited_is_late_when_its_time_is_over(tmp_path: Path) -> None:
    row = only(tmp_path, crossref(replace(ARTICLE, dates=(Date("accepted", "2020-09-15"),))))
    assert (row.state, row.deposited_in_time) == ("missing", 0)


def test_an_item_without_a_doi_has_candidates_and_stays_a_work_of_its_own(tmp_path: Path) -> None:
    doubtful = Record(title=TITLE, type="article", issued="2021", contributors=ARTICLE.contributors)
    with made(tmp_path, [crossref(), item(doubtful)]) as db:
        (found,) = coverage.candidates(db)
        assert db.execute("select count(*) from works").fetchone() == (2,)
        assert coverage.candidates(db, coverage.within(db, Scope(journal="2398-631X"))) == [found]
        assert coverage.candidates(db, coverage.within(db, Scope(journal="0028-0836"))) == []
    assert (found.identifier, found.candidate_doi, found.answer) == ("oai:spiral:1", "10.5555/a", "unsure")
    assert "title-equal" in found.evidence
    assert found.score >= 5


@pytest.mark.parametrize(
    ("scope", "works"),
    [
        (Scope(), 3),
        (Scope(journal="2398-631X"), 2),
        (Scope(journal="2398631x"), 2),
        (Scope(journal="2398-6328"), 2),  # that of the web, which the other work names beside it
        (Scope(journal="bmj LEADER"), 1),
        (Scope(journal="BMJ"), 0),
        (Scope(institutions=("Imperial College London",)), 1),
        (Scope(institutions=("imperial college",)), 1),
        (Scope(institutions=("Imperial Coll",)), 0),
        (Scope(institutions=("https://ror.org/041kmwe10",)), 1),
        (Scope(institutions=("041kmwe10",)), 1),
        (Scope(institutions=("Nowhere", "University of Leeds")), 1),
        (Scope(journal="2398-631X", institutions=("University of Leeds",)), 0),
    ],
)
def test_what_is_in_question(tmp_path: Path, scope: Scope, works: int) -> None:
    online = Record(
        title="Another matter altogether, told by somebody else",
        identifiers=(
            Identifier("doi", "10.5555/b"),
            Identifier("issn", "2398-631X", "container"),
            Identifier("eissn", "2398-6328", "container"),
        ),
    )
    thesis = Record(
        title="On the leadership of wards", type="thesis", institutions=(Institution("University of Leeds"),)
    )
    with made(tmp_path, [crossref(), crossref(online, "10.5555/b"), item(thesis)]) as db:
        assert len(list(coverage.covered(db, coverage.within(db, scope)))) == works


def test_what_is_not_in_the_index_is_in_question_by_the_same_rules() -> None:
    for scope, inside in (
        (Scope(), True),
        (Scope(journal="2398-631X"), True),
        (Scope(journal="BMJ leader"), True),
        (Scope(journal="0028-0836"), False),
        (Scope(institutions=("imperial college london",)), True),
        (Scope(institutions=("https://ror.org/041kmwe10",)), True),
        (Scope(institutions=("https://ror.org/024mrxd33", "Leeds")), False),
    ):
        assert coverage.holds(scope, ARTICLE) == inside, scope


_FILES = st.builds(
    File,
    url=st.just("https://spiral.example/1.pdf"),
    version=st.sampled_from([None, "AO", "SMUR", "AM", "VoR", "NA"]),
    access=st.sampled_from([None, "open", "embargoed", "restricted", "metadata-only"]),
    embargo_until=st.sampled_from([None, "2001", "9998-12"]),
)
_RECORDS = st.builds(
    Record,
    title=st.sampled_from([TITLE, "Another matter altogether"]),
    identifiers=st.sampled_from([(), (DOI,)]),
    files=st.lists(_FILES, max_size=2).map(tuple),
    dates=st.lists(
        st.builds(
            Date,
            st.sampled_from(["accepted", "deposited"]),
            st.sampled_from(["2020", "2020-02", "2020-02-29", "2019/2020", "156X", None]),
        ),
        max_size=2,
    ).map(tuple),
)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["crossref", "spiral", "export"]), _RECORDS), min_size=1, max_size=4))
def test_each_work_that_is_known_or_held_has_one_row(sent: list[tuple[str, Record]]) -> None:
    records = [
        raw(source, f"oai:spiral:{n}" if source == "spiral" else f"{n}", record, format_=source)
        for n, (source, record) in enumerate(sent)
    ]
    with tempfile.TemporaryDirectory() as folder, made(Path(folder), records) as db:
        rows = list(coverage.covered(db))
        expected: list[tuple[Any, ...]] = db.execute(
            "select distinct work_id from records where source in ('crossref', 'spiral') order by 1"
        ).fetchall()
    assert sorted((row.work_id,) for row in rows) == expected
    for row in rows:
        assert (row.repositories is None) == (row.state == "missing")
        assert row.deposit_by is None or row.accepted is not None
        assert row.in_crossref or row.repositories

"""Items that nothing in the index is like: what Crossref finds for them, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester import coverage
from harvester.coverage import Scope
from harvester.http import Session
from harvester.record import Contributor, Record
from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock, Server
from harvester.sources.crossref.client import Client
from tests.covering.test_coverage_index import made
from tests.index.histories import raw

TITLE = "Followership: the neglected half of the curriculum"
WORK = {
    "DOI": "10.5555/a",
    "title": [TITLE],
    "type": "journal-article",
    "container-title": ["BMJ Leader"],
    "ISSN": ["2398-631X"],
    "author": [{"family": "Okafor", "given": "Ada", "affiliation": [{"name": "Imperial College London"}]}],
    "issued": {"date-parts": [[2020, 9, 28]]},
}
ITEM = Record(
    title=TITLE, type="article", issued="2020", contributors=(Contributor("Okafor, Ada", family="Okafor", given="Ada"),)
)


@pytest.fixture
def app() -> CrossrefApp:
    return CrossrefApp([WORK], Clock())


@pytest.fixture
def client(app: CrossrefApp) -> Iterator[Client]:
    with Server({"/crossref": app}, Clock()) as server, Session(retries=0) as session:
        yield Client(session, f"{server.url}/crossref", mailto="librarian@example.org")


def found(client: Client, folder: Path, item: Record, scope: Scope) -> list[list[coverage.Candidate]]:
    with made(folder, [raw("spiral", "oai:spiral:1", item)]) as db:
        return [
            coverage.asked(coverage.ask(client, each), scope)
            for each in coverage.items(db, scope, coverage.within(db, scope))
        ]


def test_what_crossref_finds_is_a_candidate_with_its_reasons(client: Client, tmp_path: Path) -> None:
    ((one,),) = found(client, tmp_path, ITEM, Scope())
    assert (one.identifier, one.candidate_doi, one.found_in) == ("oai:spiral:1", "10.5555/a", "Crossref")
    assert one.answer == "same"
    assert one.evidence.startswith("title-equal; names-equal; year-equal")


@pytest.mark.parametrize(
    ("scope", "candidates"),
    [
        (Scope(journal="2398-631X"), 1),
        (Scope(journal="0028-0836"), 0),
        (Scope(institutions=("Imperial College London",)), 1),
        (Scope(institutions=("University of Leeds",)), 0),
    ],
)
def test_an_item_that_says_nothing_of_it_is_in_question_when_what_is_found_is(
    client: Client, tmp_path: Path, scope: Scope, candidates: int
) -> None:
    ((*each,),) = found(client, tmp_path, ITEM, scope)
    assert len(each) == candidates


def test_another_work_is_no_candidate(client: Client, tmp_path: Path) -> None:
    other = Record(title="Followership and leadership in the armed forces", type="article", issued="1990")
    assert found(client, tmp_path, other, Scope()) == [[]]


def test_an_item_with_a_doi_is_not_asked_about(tmp_path: Path) -> None:
    from harvester.record import Identifier

    item = Record(title=TITLE, identifiers=(Identifier("doi", "10.5555/other"),))
    with made(tmp_path, [raw("spiral", "oai:spiral:1", item), raw("export", "2", ITEM)]) as db:
        assert coverage.items(db, Scope(), None) == []


def test_what_publishers_register_is_asked_about_first(tmp_path: Path) -> None:
    thesis = Record(title="On the leadership of wards", type="thesis", issued="2024")
    with made(tmp_path, [raw("spiral", "oai:spiral:1", thesis), raw("spiral", "oai:spiral:2", ITEM)]) as db:
        assert [item.identifier for item in coverage.items(db, Scope(), None)] == ["oai:spiral:2", "oai:spiral:1"]


def test_a_failure_is_told(tmp_path: Path) -> None:
    with Session(retries=0) as session:
        nobody = Client(session, "http://127.0.0.1:9/crossref")
        with made(tmp_path, [raw("spiral", "oai:spiral:1", ITEM)]) as db:
            (item,) = coverage.items(db, Scope(), None)
        answer = coverage.ask(nobody, item)
    assert answer.failure
    assert coverage.asked(answer, Scope()) == []

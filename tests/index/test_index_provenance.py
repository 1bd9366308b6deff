"""What a librarian asks of the index about values: who said it, who filled it in, who says otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harvester import index
from harvester.record import Container, Contributor, Description, Identifier, Record
from harvester.store import Store
from tests.index.histories import SETTINGS, raw, read, save

DOI = (Identifier("doi", "10.1136/a"),)
TITLE = "Sharing leadership: current attitudes in hospitals"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    registered = Record(
        title=TITLE,
        type="article",
        identifiers=DOI,
        contributors=(Contributor("Bell, A", family="Bell", given="A"),),
        container=Container(title="BMJ Leader"),
        volume="4",
        issued="2020-09",
        language=("en", "fr"),
        descriptions=(Description("We asked."),),
        peer_reviewed=True,
    )
    deposited = Record(
        title=TITLE.upper(),
        identifiers=DOI,
        contributors=(Contributor("Bell, Amina", family="Bell", given="Amina", orcid="0000-0002-1825-0097"),),
        container=Container(title="BMJ leader", issn="2398-631X"),
        volume="5",
        issued="2020-09-28",
    )
    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("alpha", "10.1136/a", registered), raw("beta", "oai:beta.example:1", deposited)])
        index.update(store, path, SETTINGS, reader=read)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_provenance_has_the_value_its_source_and_how_many_lost(db: sqlite3.Connection) -> None:
    found = {
        element: row
        for element, *row in db.execute("select element, value, source, rule, alternatives from provenance")
    }
    assert found == {
        "title": [TITLE, "alpha", "precedence", 1],
        "type": ["article", "alpha", "only", 0],
        "contributors": ["Bell, Amina", "alpha", "completed", 1],
        "contributors[0].given": ["Amina", "beta", "completed", 0],
        "contributors[0].orcid": ["0000-0002-1825-0097", "beta", "completed", 0],
        "container": ["BMJ Leader", "alpha", "completed", 1],
        "container.issn": ["2398-631X", "beta", "completed", 0],
        "volume": ["4", "alpha", "precedence", 1],
        "issued": ["2020-09-28", "beta", "refined", 1],
        "language": ["en; fr", "alpha", "only", 0],
        "abstract": ["We asked.", "alpha", "only", 0],
        "peer_reviewed": [1, "alpha", "only", 0],
    }


def test_disagreements_are_those_in_substance(db: sqlite3.Connection) -> None:
    assert db.execute("select element, value, source, other_value, other_source from disagreements").fetchall() == [
        ("volume", "4", "alpha", "5", "beta")
    ]
    lost = db.execute("select element, value, differs from alternatives order by element").fetchall()
    assert ("title", TITLE.upper(), 0) in lost
    assert ("issued", "2020-09", 0) in lost

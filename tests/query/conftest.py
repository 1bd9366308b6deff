"""An index of a few works, and a connection to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_index
from small_index import doi, member, person, single

from harvester import query
from harvester.merge import merge
from harvester.record import Container, Contributor, Description, Identifier, Record, Subject

ABSTRACT = "Background As systems become more complex, leadership is shared. Methods Interviews with managers."


def _sharing() -> Record:
    return Record(
        title="Sharing leadership: current attitudes, barriers and needs of managers",
        type="article",
        contributors=(person("Aufegger", "Lisa"), person("Darzi", "Ara")),
        identifiers=(doi("10.1136/leader-2020-000228"), Identifier("issn", "2398-631X", "container")),
        container=Container(title="BMJ Leader"),
        descriptions=(Description(ABSTRACT),),
        subjects=(Subject("Integrated care"),),
        issued="2020-09-28",
        language=("en",),
    )


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = Record(
        title="Sharing leadership",
        identifiers=(
            doi("10.1136/leader-2020-000228"),
            Identifier("handle", "10044/1/85584"),
            Identifier("oai", "oai:spiral.imperial.ac.uk:10044/1/85584"),
            Identifier("pmid", "34567890"),
        ),
        url="https://www.example.org/item/85584/",
        issued="2020-05-13",
        type="article",
    )
    members = [
        member(10, "crossref", "10.1136/leader-2020-000228", _sharing()),
        member(11, "spiral", "oai:spiral.imperial.ac.uk:10044/1/85584", copy),
    ]
    works = [
        merge(1, "doi:10.1136/leader-2020-000228", members),
        single(
            2,
            Record(
                title="Nursing and the leaders of tomorrow",
                type="thesis",
                contributors=(
                    Contributor(name="Fulop, Naomi", family="Fulop", given="Naomi", orcid="0000-0001-5306-6140"),
                ),
                identifiers=(Identifier("handle", "10044/1/2"),),
                issued="2019",
                language=("fr", "en-GB"),
            ),
            "spiral",
        ),
        single(
            3,
            Record(
                title="A trial of something else",
                type="article",
                contributors=(person("Sharing", "Ann"),),
                identifiers=(doi("10.1136/leader-2021-000003"),),
                issued="2021-03",
                update_status="retraction",
                descriptions=(Description("Only here does leadership occur."),),
            ),
        ),
        single(
            4,
            Record(
                title="医療におけるリーダーシップ",
                identifiers=(Identifier("url", "https://example.org/ja"),),
                issued="2022",
            ),
            "curated",
        ),
    ]
    path = small_index.create(tmp_path_factory.mktemp("index") / "index.db", works)
    db = sqlite3.connect(path)
    db.execute("update sources set title = 'Spiral, Imperial College London' where name = 'spiral'")
    db.execute("insert into redirects values ('hdl:10044/1/85584', 1)")
    db.execute("insert into listing_items values ('evidence-base', 'Articles', 1, 1, 1, null, 'rule')")
    db.commit()
    db.close()
    return path


@pytest.fixture
def db(index: Path) -> Iterator[sqlite3.Connection]:
    with query.open_index(index) as connection:
        yield connection

"""An index with what a listing may meet: articles, copies, warnings, curated entries, hostile titles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_index
from small_index import doi, member, person, single

from harvester.merge import merge
from harvester.record import Contributor, File, Identifier, ListingEntry, Record, Relation, Subject, Work

HOSTILE = "</title><script>alert('x')</script> \"q\" & \u202eevil *md* [a](javascript:alert(1)) <b>"


def _works() -> Iterator[Work]:
    sharing = Record(
        title="Sharing leadership: current attitudes",
        contributors=tuple(
            person(f, g) for f, g in (("Aufegger", "L"), ("Alabi", "M"), ("Darzi", "A"), ("Bicknell", "C"))
        ),
        identifiers=(doi("10.1136/leader-2020-000228"),),
        issued="2020-09-28",
        type="article",
        subjects=(Subject("Integrated Care"),),
    )
    copy = Record(
        title="Sharing leadership",
        identifiers=(doi("10.1136/leader-2020-000228"), Identifier("handle", "10044/1/85584")),
        files=(
            File(url="javascript:alert(1)", version="AM", primary=True),
            File(url="https://spiral.example.org/1/shared.docx", version="AM"),
            File(url="https://spiral.example.org/1/shared.pdf", version="AM"),
        ),
        type="article",
    )
    yield merge(
        1,
        "doi:10.1136/leader-2020-000228",
        [member(10, "crossref", "10.1136/leader-2020-000228", sharing), member(11, "spiral", "oai:1", copy)],
    )
    retracted = Relation("is-retracted-by", "doi", "10.1136/leader-2021-9", date="2022-01-05")
    yield single(
        2,
        Record(
            title="What went wrong?",
            contributors=(person("Doe", "Ann"),),
            identifiers=(doi("10.1136/leader-2021-1"),),
            issued="2021-03",
            type="article",
            update_status="retraction",
            relations=(retracted, Relation("is-corrected-by", "url", "javascript:alert(1)"), retracted),
        ),
    )
    yield single(
        3,
        Record(
            title="Le leadership médical",
            contributors=(person("Dupont", "Jean-Paul"),),
            identifiers=(Identifier("handle", "10044/1/3"),),
            issued="2019",
            type="thesis",
            language=("fr",),
            files=(File(url="https://spiral.example.org/3.pdf", embargo_until="2027-01-01"),),
        ),
        "spiral",
    )
    yield single(
        4,
        Record(
            title="Unfinished business",
            contributors=(person("Kirkpatrick", "Ian"),),
            url="https://www.example.org/unfinished-business",
            issued="2021-01-29",
            type="web-opinion",
            listing=(
                ListingEntry("evidence-base", "articles", 1, "Opinion. See https://www.example.org/more."),
                ListingEntry("evidence-base", "No such section"),
                ListingEntry("another", "Articles"),
            ),
        ),
        "curated",
    )
    yield single(5, Record(title="PhD studentship", type="studentship", url="https://example.org/phd"), "curated")
    yield single(
        6,
        Record(
            title=HOSTILE,
            contributors=(Contributor(name="<img src=x onerror=alert(1)>", kind="organisation"),),
            url="javascript:alert(1)",
            issued="2021-21",
            type="article",
            update_status="expression-of-concern",
        ),
    )
    yield single(
        7, Record(title="Winter thoughts", identifiers=(doi("10.1/w"),), issued="2018-12/2019-01", type="article")
    )
    yield single(8, Record(title="Undated", identifiers=(doi("10.1/u"),), type="article"))


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_index.create(tmp_path_factory.mktemp("listing") / "index.db", _works())


@pytest.fixture
def writer(pristine: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the index in memory, open for writing as the indexer's connection is."""
    db = sqlite3.connect(":memory:")
    source = sqlite3.connect(pristine)
    source.backup(db)
    source.close()
    yield db
    db.close()

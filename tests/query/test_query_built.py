"""Against an index that the program itself has made: what is rebuilt is what was indexed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from small_index import doi, person

from harvester import index, query
from harvester.index import rows
from harvester.listing import Listing, Section, select
from harvester.pages import Site
from harvester.pages.publishing import publish
from harvester.record import File, Identifier, ListingEntry, Page, RawRecord, Record
from harvester.store import Store

SETTINGS = index.Settings(
    sources={
        "crossref": index.SourceInfo("crossref", "crossref", "Crossref", "https://api.crossref.org", 1),
        "spiral": index.SourceInfo("spiral", "oai_pmh", "Spiral", "https://spiral.example.org/oai", 2),
        "curated": index.SourceInfo("curated", "files", "Curated", "curated.toml", 3),
    },
    repository_doi_prefixes=("10.25560",),
)
LISTINGS = {
    "evidence-base": Listing("The evidence base", sections=(Section("Articles", type=("article",)), Section("News")))
}


def _records() -> dict[tuple[str, str], Record]:
    shared = doi("10.1136/leader-2020-000228")
    authors = (person("Aufegger", "L"), person("Darzi", "A"))
    return {
        ("crossref", "1"): Record(title="Sharing leadership", type="article", identifiers=(shared,), issued="2020-09-28",
                                  contributors=authors),
        ("spiral", "oai:1"): Record(title="Sharing leadership", type="article", issued="2020", contributors=authors,
                                    identifiers=(shared, doi("10.25560/85584"), Identifier("handle", "10044/1/85584")),
                                    files=(File(url="https://spiral.example.org/1.pdf", version="AM"),)),
        ("spiral", "oai:2"): Record(title="A history of Welsh slate quarries", type="thesis", issued="1987",
                                    contributors=(person("Evans", "Gwen"),), identifiers=(shared,)),
        ("curated", "opinion"): Record(title="Unfinished business", type="web-opinion", url="https://example.org/opinion",
                                       listing=(ListingEntry("evidence-base", "News", None, "Opinion"),)),
    }  # fmt: skip


def read(raw: RawRecord, dialect: str) -> Record:
    return msgspec.json.decode(raw.payload, type=Record)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    with Store.open(folder / "store.db") as store:
        run_id = store.begin_run("test")
        for source in SETTINGS.sources:
            store.begin_source(run_id, source)
        for (source, identifier), record in _records().items():
            payload = msgspec.json.encode(record)
            raw = RawRecord(source=source, identifier=identifier, format="made_up", payload=payload, digest=payload)
            store.save(run_id, source, "list", Page(records=[raw]))

    def finish(db: sqlite3.Connection) -> None:
        index.replace_listing(db, select.items(db, LISTINGS))

    target = folder / "index.db"
    index.build(folder / "store.db", target, SETTINGS, reader=read, finish=finish)
    return target


def test_a_rebuilt_work_gives_the_rows_that_stand_in_the_index(built: Path) -> None:
    with query.open_index(built) as db:
        again = rows.empty()
        for work in query.works(db):
            rows.add(again, work)
        assert {w.record.title for w in query.works(db)} >= {"Sharing leadership", "Unfinished business"}
        # What no record says: the copy's DOI is no longer the work's own, and a DOI is shared by what is not one work.
        assert db.execute("select count(*) from identifiers where relation = 'version'").fetchone() == (1,)
        assert db.execute("select count(*) > 0 from findings where code = 'identifier-conflict'").fetchone() == (1,)
        counted = Counter(row[1:] for row in again.pop("facet_values"))
        assert set(db.execute("select * from facet_values")) == {(*value, n) for value, n in counted.items()}
        for table, written in again.items():
            assert Counter(db.execute(f"select * from {table}").fetchall()) == Counter(written), table


def test_search_show_and_publish(built: Path, tmp_path: Path) -> None:
    with closing(query.open_index(built)) as db:
        hits = query.search(db, "sharing leadership author:darzi")
        assert [hit.key for hit in hits.hits] == ["doi:10.1136/leader-2020-000228"]
        assert query.get(db, "10.25560/85584") == hits.hits[0].work_id
        assert query.explain(db, hits.hits[0].work_id).listed == (("evidence-base", "Articles", "rule"),)
        _, text = publish(db, Site(title="L", listings=LISTINGS), tmp_path).files
    listing = text.read_text("utf-8")
    assert "  - Accepted version in Spiral: <https://spiral.example.org/1.pdf>\n" in listing
    assert "## News\n\n- *Unfinished business*. <https://example.org/opinion>\n  - Opinion\n" in listing

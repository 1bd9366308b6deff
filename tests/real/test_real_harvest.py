"""Real answers the whole way: harvested over HTTP, stored, read, indexed. Nothing is lost, and nothing is lost in silence."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from msgspec import Struct

from harvester import config, jobs
from harvester.jobs import Plan, RunReport, SourceReport
from harvester.sandbox.server import App, Clock, Server
from harvester.store import Store

from .real_sources import NOW, SPIRAL, Refusal, Repository, crossref, damaged, refusals, repositories
from .real_sources import config as config_of


class Harvested(Struct, frozen=True, kw_only=True):
    """What a run left behind."""

    report: RunReport
    settings: config.Config
    found: dict[str, dict[str, set[str]]]
    """source -> indexed, deleted, quarantined -> identifiers."""
    reasons: dict[tuple[str, str], str]
    """(source, identifier) -> why it is in quarantine."""

    def source(self, name: str) -> SourceReport:
        return next(s for s in self.report.sources if s.source == name)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(connect(self.settings.index)) as db:
            return db.execute(sql).fetchall()


def harvest(folder: Path, served: list[Repository], app: App | None = None) -> Harvested:
    """Everything into a fresh store and index in ``folder``."""
    mounts: dict[str, App] = {f"/{repository.name}": repository for repository in served}
    if app is not None:
        mounts["/crossref"] = app
    with Server(mounts, Clock(NOW)) as server:
        path = folder / "config.toml"
        path.write_text(config_of(server.url, served, with_crossref=app is not None), encoding="utf-8")
        settings = config.load(path)
        report = jobs.run(settings, Plan())
    found: dict[str, dict[str, set[str]]] = {
        s.source: {"indexed": set(), "deleted": set(), "quarantined": set()} for s in report.sources
    }
    with Store.read_only(settings.store) as store, closing(connect(settings.index)) as db:
        for source, identifier in db.execute("select source, identifier from records"):
            found[source]["indexed"].add(identifier)
        for source, identifier in store.connection.execute("select source, identifier from records where deleted"):
            found[source]["deleted"].add(identifier)
        reasons = {(q.source, q.identifier): q.reason for q in store.quarantined()}
    for source, identifier in reasons:
        found[source]["quarantined"].add(identifier)
    return Harvested(report=report, settings=settings, found=found, reasons=reasons)


@pytest.fixture(scope="module")
def harvested(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """Every repository and all of Crossref, harvested once for all tests."""
    return harvest(tmp_path_factory.mktemp("real"), repositories(shared), crossref(shared))


def test_every_record_of_every_page_is_indexed_deleted_or_quarantined(harvested: Harvested, shared: Path) -> None:
    served = repositories(shared)
    assert len(served) > 70
    for repository in served:
        sent = {identifier: deleted for identifier, deleted, _ in repository.records}
        nameless = sent.pop("", None) is not None  # of one record only
        became = harvested.found[repository.name]
        without = {name for name in became["quarantined"] if name.startswith("(without identifier")}
        assert len(without) == nameless, repository.name
        deleted = {identifier for identifier, gone in sent.items() if gone}
        assert became["deleted"] == deleted, repository.name
        assert became["indexed"] | became["quarantined"] - without == set(sent) - deleted, repository.name
        assert not became["indexed"] & became["quarantined"], repository.name


def test_every_format_is_read_and_only_what_has_no_identifier_is_quarantined(
    harvested: Harvested, shared: Path
) -> None:
    lost = {r.name: found for r in repositories(shared) if (found := harvested.found[r.name]["quarantined"])}
    assert [(name, [harvested.reasons[name, each] for each in found]) for name, found in lost.items()] == [
        ("sickle_listrecords4", ["has no identifier"])
    ]


def test_a_list_is_complete_only_if_it_is(harvested: Harvested, shared: Path) -> None:
    """Lone pages whose token leads nowhere, and last pages of long lists, are not the whole."""
    incomplete = {r.name for r in repositories(shared) if not r.whole}
    assert {"scrapi_calpoly_0", "scrapi_colostate_10", "zenodo2026_list_records_0_http200"} <= incomplete
    for repository in repositories(shared):
        report = harvested.source(repository.name)
        assert report.complete == (repository.name not in incomplete), report.verdict
    assert harvested.report.exit_code == 3
    with Store.read_only(harvested.settings.store) as store:
        moved = {h.source for h in store.health() if h.complete_through}
    assert not moved & incomplete
    assert len(moved) == len(repositories(shared)) - len(incomplete) + 1  # Crossref


def test_the_item_in_sixteen_formats_is_one_work(harvested: Harvested) -> None:
    formats = harvested.rows(f"select format, work_id from records where identifier = '{SPIRAL}'")
    assert len({name for name, _ in formats}) == 16
    assert len({work for _, work in formats}) == 1


WORKS = {
    ("scrapi_dash_0", "oai:dash.harvard.edu:1/10076145"): {
        "title": "Refined Class Number Formulas and Kolyvagin Systems",
        "authors": "Rubin, Karl; Mazur, Barry C.",
        "container_title": "Compositio Mathematica",
        "issn": "1570-5846",
        "volume": "147",
        "issue": "1",
        "pages": "56-74",
        "issued": "2011",
        "language": "en-US",
        "access": "open",
        "url": "http://nrs.harvard.edu/urn-3:HUL.InstRepos:10076145",
    },
    ("scrapi_cyberleninka_0", "oai:cyberleninka.ru:article/14758677"): {
        "container_title": "ВЕСТНИК БУРЯТСКОГО ГОСУДАРСТВЕННОГО УНИВЕРСИТЕТА",
        "issn": "1994-0866",
        "issue": "12",
        "pages": "64-66",
        "issued": "2011",
    },
    ("scrapi_scholarsarchiveosu_0", "oai:ir.library.oregonstate.edu:1957/52998"): {
        "container_title": "Proceedings of the National Academy of Sciences",
        "volume": "111",
        "issue": "27",
        "pages": "10001-10006",
        "doi": "10.1073/pnas.1405621111",
        "handle": "1957/52998",
        "issued": "2014-07-08",
        "type": "article",
    },
    ("scrapi_sldr_0", "oai:sldr.org:sldr000766"): {
        "title": "Chantelouve - corpus",
        "type": "dataset",
        "access": "embargoed",
        "embargo_until": "2061-02-14",
        "language": "oc",
        "authors": "Faure, Albert",
    },
    ("scrapi_tdar_0", "oai:tdar.org:Resource:396444"): {"authors": "Walder, Heather", "issued": "2015"},
    ("crossref", "10.7764/tesisuc/arq/40135"): {
        "authors": "Espínola F., Alejandro",
        "type": "masters-thesis",
        "issued": "2020-08-25",
        "publisher": "Pontificia Universidad Catolica de Chile",
    },
    ("crossref", "10.1109/infcom.2009.5062227"): {
        "type": "conference-paper",
        "container_title": "IEEE INFOCOM 2009",
        "issued": "2009-04",
        "publisher": "IEEE",
    },
    ("crossref", "10.1001/archderm.107.5.775b"): {
        "title": 'Festooning or "crenulation"?',
        "authors": "Rudolph, R. I.",
        "container_title": "Archives of Dermatology",
        "issn": "0003-987X",
        "volume": "107",
        "issue": "5",
        "pages": "775b-776",
        "issued": "1973-05-01",
    },
}
"""(source, identifier) -> columns of the work, as a person read them in the raw record."""


@pytest.mark.parametrize(("source", "identifier"), WORKS)
def test_the_row_of_a_work(source: str, identifier: str, harvested: Harvested) -> None:
    expected = WORKS[source, identifier]
    ((*found,),) = harvested.rows(
        f"select {', '.join(f'works.{column}' for column in expected)} from works join records r on r.work_id = works.id"
        f" where r.source = '{source}' and r.identifier = '{identifier}'"
    )
    assert dict(zip(expected, found, strict=True)) == expected


def test_all_works_of_crossref_land(harvested: Harvested) -> None:
    report = harvested.source("crossref")
    assert (report.tally.fetched, report.tally.new, report.verdict) == (8000, 8000, "complete")
    became = harvested.found["crossref"]
    assert len(became["indexed"]) + len(became["quarantined"]) == 8000
    assert len(became["quarantined"]) < 8
    untitled = "select count(distinct f.record_id) from findings f join records r on r.id = f.record_id"
    assert harvested.rows(f"{untitled} where code = 'no-title' and source = 'crossref'") == [(405,)]


def test_a_second_harvest_changes_nothing(shared: Path, tmp_path: Path) -> None:
    served = [r for r in repositories(shared) if r.whole]
    mounts: dict[str, App] = {f"/{repository.name}": repository for repository in served}
    with Server(mounts, Clock(NOW)) as server:
        (tmp_path / "config.toml").write_text(config_of(server.url, served), encoding="utf-8")
        settings = config.load(tmp_path / "config.toml")
        first = jobs.run(settings, Plan())
        again = jobs.run(settings, Plan())
    assert (first.exit_code, again.exit_code) == (3, 0)  # a record without identifier alarms once
    for before, after in zip(first.sources, again.sources, strict=True):
        assert after.tally.fetched == before.tally.fetched, after.source
        assert (after.tally.new, after.tally.changed, after.tally.deleted, after.tally.quarantined) == (0, 0, 0, 0)
    assert again.index is not None
    assert (again.index.written, again.index.removed) == (0, 0)


# --- what is broken ----------------------------------------------------------------------------------------------------

DAMAGED = {
    "dpla_txdl": ("complete", 1, 1, 3),  # no metadata element, and a namespace with a space in it
    "preston_zenodo-malformed-response": ("failed", 0, 0, 4),  # a sentence
    "pyoai_fake3_00001": ("failed", 0, 0, 4),  # breaks off
    "scrapi_pcurio_vertical_tab": ("complete", 5, 0, 0),  # a control character: mended, and noted
    "sickle_listrecordsbroken": ("failed", 0, 0, 4),  # two words
    "dpla_il": ("complete", 1, 0, 0),  # undeclared prefixes: mended
    "dpla_tn": ("complete", 1, 0, 0),
}
"""name -> verdict, records fetched, quarantined, exit code of a run of this source alone."""


@pytest.mark.parametrize("name", DAMAGED)
def test_what_becomes_of_a_broken_page(name: str, shared: Path, tmp_path: Path) -> None:
    broken = [repository for repository in damaged(shared) if repository.name == name]
    done = harvest(tmp_path, broken)
    report = done.source(name)
    became = (report.verdict.partition(" (")[0], report.tally.fetched, len(done.found[name]["quarantined"]))
    assert (*became, done.report.exit_code) == DAMAGED[name], report.verdict
    if report.error is not None:
        assert f"/{name}?" in report.error  # the address, and what was wrong with the answer
        assert "answer" in report.error


def test_a_repair_is_noted_with_each_record(shared: Path, tmp_path: Path) -> None:
    broken = [repository for repository in damaged(shared) if repository.name == "scrapi_pcurio_vertical_tab"]
    done = harvest(tmp_path, broken)
    with Store.read_only(done.settings.store) as store:
        repairs = [r for (r,) in store.connection.execute("select repairs from records")]
    assert sum("control characters were removed" in r for r in repairs) == 1
    assert repairs.count("[]") == 4


def test_every_broken_page_is_accounted_for(shared: Path) -> None:
    assert {repository.name for repository in damaged(shared)} == set(DAMAGED)


@pytest.fixture(scope="module")
def refused(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SourceReport]:
    served = refusals(shared)
    folder = tmp_path_factory.mktemp("refused")
    with Server({f"/{r.name}": r for r in served}, Clock(NOW)) as server:
        (folder / "config.toml").write_text(config_of(server.url, served), encoding="utf-8")
        report = jobs.run(config.load(folder / "config.toml"), Plan())
    return {s.source: s for s in report.sources}


def test_errors_of_the_protocol_whatever_their_status(refused: dict[str, SourceReport], shared: Path) -> None:
    served: list[Refusal] = refusals(shared)
    assert len(served) == 14
    for refusal in served:
        report = refused[refusal.name]
        assert report.requests < 10
        if b"noRecordsMatch" in refusal.body:
            assert report.verdict == "complete", refusal.name
        else:
            assert not report.complete, refusal.name
            assert report.error_code == 4

"""Harvested by clients that others wrote, and by ourselves: whole and incrementally, and what arrives is what the index holds."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from oaipmh_scythe import Scythe

from harvester import formats, jobs, provider, query
from harvester.config import Config, load
from harvester.formats import work as work_format
from harvester.jobs import Plan, keeping
from harvester.record import Record, Work
from harvester.sandbox import Sandbox, write_config
from harvester.store import Store
from tests.provider.library import NAMESPACE, Library, doi, served

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from sickle import Sickle

SETTINGS = provider.Settings(
    enabled=True, namespace=NAMESPACE, name="A library", admin_email="a@library.example.org", page_size=20
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The index of the sandbox, with one work that was suppressed."""
    folder = tmp_path_factory.mktemp("provided")
    with Sandbox() as sandbox:
        write_config(sandbox, folder)
        found = load(folder / "config.toml")
        jobs.run(found, Plan())
    with query.open_index(found.index) as db:
        (key,) = db.execute("select key from works where type = 'article' order by id limit 1").fetchone()
    meant = keeping.meant(found, key)
    assert meant is not None
    keeping.suppress(found, meant, reason="asked for", by="B", erase=False)
    keeping.take_out(found, erase=False)
    return found


@pytest.fixture(scope="module")
def url(config: Config) -> Iterator[str]:
    with served(config.index, SETTINGS) as address:
        yield address


@pytest.fixture(scope="module")
def works(config: Config) -> dict[str, Work]:
    with query.open_index(config.index) as db:
        return {f"oai:{NAMESPACE}:{work.key}": work for work in query.works(db)}


def told(config: Config) -> dict[str, tuple[str, bool, set[str]]]:
    """Identifier -> (datestamp, deleted, sets), as the index has them."""
    with query.open_index(config.index) as db:
        rows = db.execute("select key, datestamp, deleted, sets from provided").fetchall()
    return {f"oai:{NAMESPACE}:{key}": (stamp, bool(deleted), set(sets.split())) for key, stamp, deleted, sets in rows}


def test_sickle_gets_what_the_index_holds(config: Config, url: str, works: dict[str, Work]) -> None:
    client = Sickle(url, timeout=20)
    expected = told(config)
    records = list(client.ListRecords(metadataPrefix="oai_dc"))
    found = {r.header.identifier: (r.header.datestamp, r.deleted, set(r.header.setSpecs)) for r in records}
    assert found == expected
    assert len(records) == len(expected) > 100
    assert {r.header.identifier: r.metadata["title"][0] for r in records if "title" in getattr(r, "metadata", {})} == {
        identifier: work.record.title for identifier, work in works.items() if work.record.title
    }
    assert [h.identifier for h in client.ListIdentifiers(metadataPrefix="marcxml")] == [
        r.header.identifier for r in records
    ]
    for spec in {each.setSpec for each in client.ListSets()}:
        within = {i for i, (_, _, sets) in expected.items() if any(f"{s}:".startswith(f"{spec}:") for s in sets)}
        assert {h.identifier for h in client.ListIdentifiers(metadataPrefix="oai_dc", set=spec)} == within
    assert client.Identify().deletedRecord == "persistent"
    one = next(iter(works))
    assert client.GetRecord(identifier=one, metadataPrefix="mods").header.identifier == one


def test_sickle_goes_on_from_a_datestamp(config: Config, url: str) -> None:
    expected = told(config)
    last = max(stamp for stamp, _, _ in expected.values())
    found = {h.identifier for h in Sickle(url).ListIdentifiers(**{"metadataPrefix": "oai_dc", "from": last})}
    assert found == {identifier for identifier, (stamp, _, _) in expected.items() if stamp == last}


def test_scythe_gets_what_the_index_holds(config: Config, url: str) -> None:
    with Scythe(url) as scythe:
        records = list(scythe.list_records(metadata_prefix="work"))
        assert {r.header.identifier: (r.header.datestamp, r.deleted) for r in records} == {
            identifier: (stamp, deleted) for identifier, (stamp, deleted, _) in told(config).items()
        }
        assert scythe.identify().repositoryName == "A library"
        assert {"source", "listing", "type", "listing:evidence-base"} <= {s.setSpec for s in scythe.list_sets()}
        assert {f.metadataPrefix for f in scythe.list_metadata_formats()} == {"oai_dc", "marcxml", "mods", "work"}


@pytest.mark.parametrize("prefix", ["work", "mods", "marcxml", "oai_dc"])
def test_we_harvest_ourselves(url: str, works: dict[str, Work], config: Config, tmp_path: Path, prefix: str) -> None:
    (tmp_path / "config.toml").write_text(
        f'[http]\nretries = 0\n[source.library]\nkind = "oai_pmh"\nurl = "{url}"\nmetadata_prefix = "{prefix}"\n'
    )
    ours = load(tmp_path / "config.toml")
    report = jobs.run(ours, Plan())
    assert (report.exit_code, [s.verdict for s in report.sources]) == (0, ["complete"])
    with Store.read_only(ours.store) as store:
        records = [stored for batch in store.changes(0) for stored in batch]
    assert {s.raw.identifier: (s.raw.datestamp, s.raw.deleted, set(s.raw.sets)) for s in records} == told(config)
    read = formats.reader(prefix)
    assert read is not None
    live = {s.raw.identifier: read(s.raw, "", None) for s in records if not s.raw.deleted}
    assert live.keys() == works.keys()
    for identifier, record in live.items():
        assert record.title == works[identifier].record.title
        if prefix == "work":
            assert _said(record) == _said(works[identifier].record)
    again = jobs.run(ours, Plan())
    assert [(s.tally.new, s.tally.changed, s.tally.deleted) for s in again.sources] == [(0, 0, 0)]
    with query.open_index(ours.index) as db:
        (count,) = db.execute("select count(*) from works").fetchone()
    assert count <= len(works)


def _said(record: Record) -> Record:
    return msgspec.structs.replace(record, **{name: type(getattr(record, name))() for name in work_format.LEFT_OUT})


def test_what_is_gone_is_gone_there_too(library: Library, tmp_path: Path) -> None:
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    with served(library.index, library.settings) as address:
        folder = tmp_path / "other"
        folder.mkdir()
        (folder / "config.toml").write_text(
            f'[source.library]\nkind = "oai_pmh"\nurl = "{address}"\nmetadata_prefix = "work"\n'
        )
        other = load(folder / "config.toml")
        assert jobs.run(other, Plan()).sources[0].tally.new == 7
        library.harvest(doi(3, "Work 3", deleted=True), doi(4, "Work 4, revised"), doi(8, "Work 8"))
        report = jobs.run(other, Plan()).sources[0]
        assert (report.tally.new, report.tally.changed, report.tally.deleted, report.verdict) == (1, 1, 1, "complete")
        with query.open_index(other.index) as db:
            titles = {title for (title,) in db.execute("select title from works")}
        assert titles == {"Work 1", "Work 2", "Work 4, revised", "Work 5", "Work 6", "Work 7", "Work 8"}

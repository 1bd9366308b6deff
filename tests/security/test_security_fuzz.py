"""Whatever stands in a file that people wrote, or in a place that is kept: only our own errors get out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import config
from harvester.errors import HarvesterError
from harvester.record import Page
from harvester.sources import Cursor, Window
from harvester.sources.files import Settings, connect

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

KEYS = st.sampled_from(
    ["kind", "url", "path", "set", "metadata_prefix", "every", "full_every", "max_unseen", "expect", "hosts", "quirks", "headers",
     "rank", "verify", "pace", "filter", "rows", "granularity", "title", "enabled", "unheard_of", "max_pages"]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(['"oai_pmh"', '"crossref"', '"files"', '"http://127.0.0.1:9/oai"', '"x.toml"', '"1 day"', "true", "{}", "[]",
                     "0.1", "-1", "nan", "inf", "2026-11-22", '{ issn = "2398-631X" }', '["a", "b"]', "[1, [2]]",
                     '{ min_records = -1 }', '"${UNSET}"', "12:00:00", "99999999999999999999", '"\\u0000"', '"//[::1"']),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=20).map(lambda text: '"' + "".join(c for c in text if c.isprintable() and c not in '"\\') + '"'),
)  # fmt: skip
TABLES = st.lists(st.tuples(KEYS, VALUES), max_size=8, unique_by=lambda pair: pair[0])
SECTIONS = st.sampled_from(
    ["harvester", "http", "notify", "linking", "source.a", "source.b", "listing.l", "source", "listing"]
)


@SAME_FOLDER
@given(st.lists(st.tuples(SECTIONS, TABLES), max_size=4, unique_by=lambda pair: pair[0]))
def test_a_config_file_of_any_tables_is_read_or_refused(tmp_path: Path, sections: list[Any]) -> None:
    path = tmp_path / "config.toml"
    text = "\n".join(f"[{name}]\n" + "\n".join(f"{key} = {value}" for key, value in table) for name, table in sections)
    path.write_text(text, "utf-8", errors="replace")
    _read_or_refused(path)


@SAME_FOLDER
@given(st.binary(max_size=400))
def test_a_config_file_of_any_bytes_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    _read_or_refused(path)


def _read_or_refused(path: Path) -> None:
    try:
        told = str(config.load(path).path)
    except HarvesterError as error:
        told = str(error)
    assert str(path) in told
    assert [p.name for p in path.parent.iterdir()] == ["config.toml"]


CELLS = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


@SAME_FOLDER
@given(st.lists(st.lists(CELLS, max_size=5), max_size=5), st.sampled_from([",", ";", "\t", "\x00", '"']))
def test_a_csv_file_of_any_cells_is_read_or_refused(tmp_path: Path, rows: list[list[str]], comma: str) -> None:
    path = tmp_path / "entries.csv"
    head = ["title", "doi", "url", "date", "authors"]
    path.write_text("\n".join(comma.join(row) for row in [head, *rows]), "utf-8", newline="")
    _entries_or_refused(path)


@SAME_FOLDER
@given(st.binary(max_size=300), st.sampled_from([".csv", ".toml"]))
def test_entries_of_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"entries{ending}"
    path.write_bytes(content)
    _entries_or_refused(path)


def _entries_or_refused(path: Path) -> None:
    source = connect("curated", Settings(kind="files", path=str(path)), None, {})
    pages: list[Page] = []
    told = ""
    try:
        pages += source.pages("entries", Cursor(), Window())
    except HarvesterError as error:
        told = str(error)
    assert str(path) in told or pages[-1].verdict is not None
    assert len({r.identifier for page in pages for r in page.records}) == sum(len(p.records) for p in pages)

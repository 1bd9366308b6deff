"""Whatever records say, they are data: no link, cell, file or address of theirs does anything."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from http_session.wire import Wire
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from harvester import jobs
from harvester.config import load
from harvester.errors import ConfigError
from harvester.formats.csv import COLUMNS, meant, write, write_raw
from harvester.record import Contributor, Record, Work
from harvester.store import Store
from security.repository import HEAD, harvester, record, repository, source

LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://example.org/",
    "java\tscript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://files.example.org/x",
    'https://example.org/"onmouseover="alert(1)',
    "https://example.org/'onmouseover='alert(1)",
    "https://example.org/<script>alert(1)</script>",
    "https://example.org/)](javascript:alert(1))",
    "https://example.org/> [x](javascript:alert(1))",
    "//evil.example/x",
    "https://user:password@evil.example/",
    'https://doi.org/10.1234/"><img src=x onerror=alert(1)>',
    "10.1234/<svg/onload=alert(1)>",
]
TEXTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    "]]> --> */ '; drop table works; --",
    "\u202ereversed\u202c",
]
FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "'=1+1",
]
PATHS = [
    "../../../../escaped-1",
    "/tmp/harvester-escaped-2",
    "..\\..\\escaped-3",
    "oai:x:%2e%2e%2f%2e%2e%2fescaped-4",
    "escaped-5;touch escaped-5",
    "$(touch escaped-6)",
    "`touch escaped-7`",
    "-rf",
    "con.txt",
    "a" * 3000,
    "oai:é/日本/\u202e.exe",
    ".",
    "..",
    "|touch escaped-8",
]
STEERING = "\x9b31m\x9b2J\u202estop"
"""U+009B begins what a terminal obeys, as ESC [ does; XML allows it."""
E_MAILS = ["jane.doe@hospital.example.org", "mailto:john@clinic.example.org", "Roe, Sam (sam.roe+x@nhs.example.org)"]
LISTING = '[listing.all]\ntitle = "All"\n[[listing.all.section]]\ntitle = "Everything"\n'


def records() -> Iterator[str]:
    for number, link in enumerate(LINKS):
        yield record(f"oai:h:link-{number}", ("title", f"A link {number}"), ("identifier", link), ("relation", link))
    for number, text in enumerate(TEXTS):
        kinds = ("creator", "subject", "description", "publisher", "type", "rights", "language", "format", "source")
        yield record(f"oai:h:text-{number}", ("title", text), *((kind, text) for kind in kinds))
    for number, text in enumerate(FORMULAS):
        yield record(f"oai:h:formula-{number}", ("title", text), ("creator", text), ("subject", text))
    for number, path in enumerate(PATHS):
        yield record(path, ("title", f"A path {number}"), ("identifier", path), ("relation", path))
    yield record(STEERING, ("title", f"Steering {STEERING}"), ("creator", STEERING), ("relation", STEERING))
    for number, address in enumerate(E_MAILS):
        elements = [
            (kind, address) for kind in ("contributor", "description", "publisher", "subject", "rights", "relation")
        ]
        yield record(
            f"oai:h:mail-{number}", ("title", f"A letter {number}"), ("creator", f"Doe, J. {address}"), *elements
        )


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder within a folder, with all that a run over such records leaves."""
    folder = tmp_path_factory.mktemp("outer") / "inner"
    folder.mkdir()
    with Wire(repository(records())) as wire:
        (folder / "config.toml").write_text(HEAD + source("hostile", wire.url + "/oai") + LISTING)
        done = harvester(folder, "run")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(folder / "data/index.db") as db:
        assert db.execute("select count(*) from records").fetchone() == (len(list(records())),)
    db.close()
    return folder


def test_no_record_steers_a_terminal(harvested: Path) -> None:
    for command in (["search", "steering"], ["show", STEERING], ["show", "--raw", STEERING], ["explain", STEERING]):
        done = harvester(harvested, *command)
        assert done.returncode == 0, done.stderr
        said = done.stderr if "--raw" in command else done.stdout
        assert "31m" in said
        assert not [char for char in said if not char.isprintable() and char != "\n"]


def test_nothing_is_written_outside_of_the_data_folder(harvested: Path) -> None:
    for command in (["quarantine"], ["reindex"], ["publish"], ["export", "--format", "jsonl", "-o", "all.jsonl"]):
        assert harvester(harvested, *command).returncode == 0
    config = load(harvested / "config.toml")
    known = [path for path in PATHS if jobs.explain(config, path) is not None]
    assert "../../../../escaped-1" in known
    assert [path.name for path in harvested.parent.iterdir()] == ["inner"]
    assert sorted(path.name for path in harvested.iterdir()) == ["all.jsonl", "config.toml", "data", "site"]
    assert not list(harvested.rglob("*escaped*"))
    assert not Path("/tmp/harvester-escaped-2").exists()
    kinds = {path.suffix.partition("-")[0] for path in harvested.rglob("*") if path.is_file()}
    exports = {".bib", ".csv", ".json", ".jsonl", ".ris"}
    assert kinds <= {"", ".db", ".html", ".lock", ".md", ".toml", *exports}


@pytest.mark.parametrize("name", ["../up", "/tmp/x", "a/b", "..", "A", "a b", "é", "", "x" * 65])
def test_names_of_sources_are_names_and_not_paths(tmp_path: Path, name: str) -> None:
    table = source("placeholder", "http://127.0.0.1:9/").replace("source.placeholder", f'source."{name}"')
    (tmp_path / "config.toml").write_text(HEAD + table)
    with pytest.raises(ConfigError, match="a name has small letters, digits, - and _"):
        load(tmp_path / "config.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_only_web_links_can_be_clicked(harvested: Path) -> None:
    pages = list((harvested / "site").rglob("*.html"))
    assert pages
    for page in pages:
        document = html.document_fromstring(page.read_bytes())
        assert (
            document.xpath("//script | //img | //iframe | //svg | //object | //form | //@*[starts-with(name(), 'on')]")
            == []
        )
        for link in document.xpath("//@href"):
            assert re.match(r"https?://[^\s\"'<>]+$|#[\w-]+$|[\w./-]+$", link), link
            assert not link.startswith("//")
    for page in (harvested / "site").rglob("*.md"):
        text = page.read_text("utf-8")
        assert all(link.startswith(("https://", "http://")) for link in re.findall(r"(?<!\\)<([^>\s]+)>", text))
        assert not re.findall(r"(?<!\\)\]\((?!#)", text)
        assert "<script" not in text.replace("\\<", "")


def test_no_cell_is_a_formula(harvested: Path) -> None:
    safe = harvester(harvested, "export", "--format", "csv").stdout
    raw = harvester(harvested, "export", "--format", "csv", "--raw").stdout
    cells, sent = (list(csv.reader(io.StringIO(text, newline=""))) for text in (safe, raw))
    assert not [cell for row in cells for cell in row if re.match(r"\s*[=+@＝＋－＠-]|[\t\r\n]", cell)]
    assert [[meant(cell) for cell in row] for row in cells] == sent
    assert any(cell.startswith("=HYPERLINK") for row in sent for cell in row)


@given(st.lists(st.text(alphabet="'=+-@\t\r\n\"x, ;é＝", max_size=8), min_size=1, max_size=5))
def test_what_a_cell_stands_for_can_be_read_back(texts: list[str]) -> None:
    works = [
        Work(
            id=n,
            key=f"k{n}",
            members=(),
            choices={},
            origins={},
            record=Record(title=text, publisher=text, contributors=(Contributor(name=text, role="author"),)),
        )
        for n, text in enumerate(texts)
    ]
    cells = list(csv.DictReader(io.StringIO("".join(write(works)), newline="")))
    raw = list(csv.DictReader(io.StringIO("".join(write_raw(works)), newline="")))
    assert [[meant(row[name]) for name in COLUMNS] for row in cells] == [[row[name] for name in COLUMNS] for row in raw]
    assert [row["publisher"] for row in raw] == [text or "" for text in texts]


def test_addresses_of_people_stay_in_the_store(harvested: Path) -> None:
    """What was sent is kept as it was sent; what is made of it holds no address of a person."""
    config = load(harvested / "config.toml")
    with sqlite3.connect(harvested / "data/index.db") as db:
        told = "\n".join(db.iterdump())
    db.close()
    for format_ in ("csv", "jsonl", "csl-json", "bibtex", "ris"):
        told += b"".join(jobs.export(config, format_)).decode()
    told += "".join(path.read_text("utf-8") for path in (harvested / "site").rglob("*") if path.is_file())
    assert "A letter 0" in told
    assert re.findall(r"[\w.+-]+@(?:hospital|clinic|nhs)\.example\.org", told) == []
    with Store.read_only(config.store) as store:
        [kept] = store.find("hostile", "oai:h:mail-0")
    assert E_MAILS[0].encode() in kept.raw.payload

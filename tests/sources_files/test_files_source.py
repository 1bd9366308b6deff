"""Curated files: what is read, what is refused and how it is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester.errors import ConfigError
from harvester.formats import curated
from harvester.record import Page, RawRecord
from harvester.schemas import data_folder
from harvester.sources import Cursor, Window, files


def pages(path: Path, **settings: str) -> list[Page]:
    source = files.connect("curated", files.Settings(kind="files", path=str(path), **settings), None, {})
    (name,) = source.lists
    return list(source.pages(name, Cursor(), Window()))


def write(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def entries(found: list[Page]) -> list[dict[str, object]]:
    return [json.loads(raw.payload) for page in found for raw in page.records]


def mistakes(path: Path, **settings: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        pages(path, **settings)
    return [line.replace(str(path), path.name) for line in caught.value.mistakes]


TOML = """
listing = "evidence-base"

[[entry]]
id = "jones"
type = "article"
title = "Role of medical leaders in integrated care systems"
authors = "Jones, L."
date = 2022-09-12
section = "Articles"
position = 2

[[entry]]
title = "Does the separation of research and care hold back healthcare improvement?"
authors = ["Peveler, R."]
date = "22 January 2021"
url = "https://www.example.org/opinion/separation."
"""


def test_toml_is_read(tmp_path: Path) -> None:
    (page,) = pages(write(tmp_path, "a.toml", TOML))
    assert [r.identifier for r in page.records] == ["jones", "url:example.org/opinion/separation"]
    assert page.extent
    assert page.verdict is not None
    assert page.verdict.complete
    assert (page.place, page.announced, page.broken) == (None, 2, ())
    first, second = entries([page])
    assert first["authors"] == ["Jones, L."]
    assert first["date"] == "2022-09-12"
    assert first["listing"] == "evidence-base"
    assert "listing" not in second
    assert {r.format for r in page.records} == {"curated"}


def test_unchanged_entries_have_unchanged_digests(tmp_path: Path) -> None:
    (before,) = pages(write(tmp_path, "a.toml", TOML))
    (after,) = pages(write(tmp_path, "a.toml", TOML.replace("22 January 2021", "23 January 2021") + "\n# a remark\n"))
    assert before.records[0] == after.records[0]
    assert before.records[1].digest != after.records[1].digest
    assert len(before.records[0].digest) == 16


def test_csv_is_read_as_spreadsheets_write_it(tmp_path: Path) -> None:
    text = (
        "\ufeffID;Title;Authors;Published in;Date;Section;Position\r\n"
        'k;"Unfinished business;\r\nthe UK NHS";"Kirkpatrick, I.; Dent, M.";FMLM;29/01/2021;Articles;3\r\n'
        ";;;;;;\r\n"
        "p;Does it?;;;;;\r\n"
    )
    (page,) = pages(write(tmp_path, "a.csv", text), listing="evidence-base")
    first, second = entries([page])
    assert first["authors"] == ["Kirkpatrick, I.", "Dent, M."]
    assert first["title"] == "Unfinished business;\r\nthe UK NHS"
    assert (first["published_in"], first["position"], first["listing"]) == ("FMLM", 3, "evidence-base")
    assert second == {"id": "p", "title": "Does it?"}


def test_a_bad_row_costs_that_row_and_is_not_taken_for_gone(tmp_path: Path) -> None:
    text = "id,title,type,doi\na,Good,report,\nb,Bad,reprot,10.1\nc,,report,\na,Again,report,\n"
    (page,) = pages(path := write(tmp_path, "a.csv", text))
    assert [r.identifier for r in page.records] == ["a"]
    assert [b.identifier for b in page.broken] == ["b", "c", ""]
    assert page.broken[0].reason.startswith(f"{path}:3: type: 'reprot' is not a type of work; did you mean 'report'?; ")
    assert f"{path}:3: doi: '10.1' cannot be read as a DOI; one looks like 10." in page.broken[0].reason
    assert page.broken[1].reason == f"{path}:4: title: is missing; an entry needs one"
    assert page.broken[2].reason == f"{path}:5: id: a stands in line 2 already; give one of them another id"
    assert json.loads(page.broken[0].payload)["title"] == "Bad"
    assert not page.extent  # the last row may be any entry that was there before
    (page,) = pages(write(tmp_path, "a.csv", "id,title,type\na,Good,report\nb,Bad,reprot\n"))
    assert page.extent


def test_every_mistake_in_toml_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    text = """listing = "evidence-base"
[[entry]]
titel = "Wrong key"
url = "not a link"

[[entry]]
title = "Fine"
authors = 3
date = "yesterday"
position = "first"
type = "reprot"

[[entry]]
title = "Fine"
note = "nowhere"
"""
    assert mistakes(write(tmp_path, "a.toml", text)) == [
        "a.toml:2: title: is missing; an entry needs one",
        "a.toml:3: titel: is not known; did you mean 'title'?",
        "a.toml:4: url: 'not a link' cannot be read as a link; one looks like https://www.example.org/page",
        'a.toml:8: authors: must be a list of texts, such as ["..."], not 3',
        "a.toml:9: date: 'yesterday' cannot be read as a date; one looks like 2021-01-29",
        "a.toml:10: position: must be a whole number, not 'first'",
        "a.toml:11: type: 'reprot' is not a type of work; did you mean 'report'?",
        "a.toml:13: id: title:fine stands in line 6 already; give one of them another id",
        "a.toml:15: note: has no meaning without a section; name the section of the listing",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", "[[entry]\n", "a.toml:1: is not valid TOML"),
        ("a.toml", "[[entry]]\ntitle = 1979-13-45\n", "a.toml:2: is not valid TOML"),
        ("a.toml", "[[entries]]\ntitle = 'x'\n", "a.toml:1: entries: is not known here; entries stand under [[entry]]"),
        ("a.toml", "[entry]\ntitle = 'x'\n", "a.toml:1: entry: must be tables; write [[entry]] above each"),
        ("a.toml", "listing = 3\n", "a.toml:1: listing: must be text in quotes, not 3"),
        ("a.toml", " \n", "a.toml: is empty; entries that it held are kept until it can be read again"),
        ("a.toml", b"[[entry]]\ntitle = 'Caf\xe9'\n", "a.toml:2: is not UTF-8; save the file as UTF-8"),
        ("a.csv", "name,type\nx,y\n", "a.csv:1: name: is not a column"),
        ("a.csv", "titel,type\nx,y\n", "a.csv:1: titel: is not a column; did you mean 'title'?"),
        ("a.csv", "title,title\nx,y\n", "a.csv:1: title: stands twice; join the columns"),
        ("a.csv", 'title\n"never closed\n', "a.csv:2: is not valid CSV"),
        ("a.csv", "title\nx\x00y\n", "a.csv: has NUL characters; is this a CSV file?"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    assert mistakes(write(tmp_path, name, content))[0].startswith(said)


def test_no_file_no_folder(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "none.toml") == [
        "none.toml: there is no such file; write it, or change `path` of its source"
    ]
    (tmp_path / "dir.toml").mkdir()
    assert mistakes(tmp_path / "dir.toml") == ["dir.toml: is a folder; name the file in it"]


def test_settings_are_checked() -> None:
    def said(**settings: str) -> list[str]:
        return [key for key, _ in files.check(files.Settings(kind="files", **settings))]

    assert said(path="a.toml") == said(path="b.csv") == said(path="c.txt", format="csv") == []
    assert said(path="c.txt") == said(path="dump", format="csl-json") == []
    assert said(path="a.toml", format="jsn") == ["format"]


def test_large_files_come_in_pages(tmp_path: Path) -> None:
    text = "title\n" + "".join(f"Entry number {n}\n" for n in range(1001))
    found = pages(write(tmp_path, "a.csv", text))
    assert [len(p.records) for p in found] == [500, 500, 1]
    assert [p.verdict is not None for p in found] == [False, False, True]
    assert [p.place for p in found] == [{"next": 500}, {"next": 1000}, None]
    assert all(p.extent for p in found)


def test_a_header_alone_is_an_empty_list(tmp_path: Path) -> None:
    (page,) = pages(write(tmp_path, "a.csv", "title,date\n"))
    assert (page.records, page.extent is not None) == ([], True)


@pytest.mark.parametrize(
    ("values", "identifier"),
    [
        ({"id": "own", "doi": "10.5555/1"}, "own"),
        ({"doi": "https://doi.org/10.5555/ABC", "url": "https://example.org"}, "doi:10.5555/abc"),
        ({"url": "http://www.Example.org/a/", "title": "x"}, "url:example.org/a"),
        ({"title": "COVID-19: Phase 2"}, "title:covid19phase2"),
        ({}, ""),
    ],
)
def test_entry_ids_are_stable(values: dict[str, str], identifier: str) -> None:
    assert files.entry_id(values) == identifier


def test_the_shipped_file_is_sound() -> None:
    (page,) = pages(data_folder() / "curated.toml")
    records = {raw.identifier: curated.read(raw, "") for raw in page.records}
    assert len(records) == 14
    report = records["evidence-base-2015"]
    assert [c.name for c in report.contributors] == [
        "Faculty of Medical Leadership and Management",
        "The King's Fund",
        "Center for Creative Leadership",
    ]
    assert {c.kind for c in report.contributors} == {"organisation"}
    assert records["kirkpatrick-2021"].issued == "2021-01-29"
    assert records["peveler-2021"].issued == "2021-01-22"
    jones = records["jones-2022"]
    assert [(i.value, i.relation) for i in jones.identifiers if i.scheme == "doi"] == [
        ("10.1136/leader-2022-000655", "candidate")
    ]
    assert all(r.listing and r.listing[0].listing == "evidence-base" for r in records.values())
    assert all(r.type != "other" for r in records.values())


def test_records_name_their_source(tmp_path: Path) -> None:
    (page,) = pages(write(tmp_path, "a.toml", TOML))
    assert all(isinstance(r, RawRecord) and r.source == "curated" and not r.deleted for r in page.records)


def test_lines_are_right_also_after_a_text_that_looks_like_entries(tmp_path: Path) -> None:
    text = '[[entry]]\ntitle = "x"\nnote = """\n[[entry]]\ntitel = 1\n"""\nfoo = 1\n[[entry]]\ntitle = "y"\nbar = 2\n'
    said = "\n".join(mistakes(write(tmp_path, "a.toml", text)))
    assert "a.toml:7: foo: is not known" in said
    assert "a.toml:10: bar: is not known" in said


def test_a_number_that_nobody_can_convert(tmp_path: Path) -> None:
    text = f'[[entry]]\ntitle = "x"\nposition = {"9" * 5000}\n'
    assert mistakes(write(tmp_path, "a.toml", text)) == ["a.toml:3: is not valid TOML: so long a number"]

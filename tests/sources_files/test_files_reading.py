"""Files, folders and patterns as sources: what is read of them, what is said of the rest, and where a killed run goes on."""

from __future__ import annotations

import bz2
import json
import lzma
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from harvester.errors import ConfigError
from harvester.normalise import normalise
from harvester.record import Page, RawRecord
from harvester.sources import Cursor, Window, files
from harvester.sources.files import reading
from sources_files.dumps import (
    lines,
    oai_page,
    oai_record,
    packed,
    read,
    reasons,
    records,
    settings,
    tar,
    verdict,
    work,
    zipped,
)

WORKS = [work(number) for number in range(7)]
DOIS = [each["DOI"] for each in WORKS]


def ids(pages: list[Page]) -> list[str]:
    return [raw.identifier for raw in records(pages)]


def put(folder: Path, held: dict[str, bytes]) -> Path:
    for name, data in held.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


# --- what a file may be ----------------------------------------------------------------------------------------------

FILES: dict[str, Callable[[bytes], bytes]] = {
    "a.jsonl": bytes,
    "a.jsonl.gz": packed,
    "unpacked by a browser.json.gz": bytes,
    "two members.gz": lambda data: packed(data[:100]) + packed(data[100:]),
    "a.json.zst": lambda data: zstandard.compress(data[:100]) + zstandard.compress(data[100:]),
    "a.bz2": bz2.compress,
    "a.xz": lzma.compress,
    "a.tar": lambda data: tar({"d/0.jsonl": data}),
    "a.tar.gz": lambda data: tar({"d/0.jsonl": data}, "w:gz"),
    "a.tgz": lambda data: tar({"d/0.jsonl.gz": packed(data), "d/._0.jsonl.gz": b"x", ".DS_Store": b"x"}, "w:gz"),
    "a.tar.zst": lambda data: zstandard.compress(tar({"0.jsonl": data})),
    "a.zip": lambda data: zipped({"d/0.jsonl": data, "__MACOSX/d/0.jsonl": b"x", "e/": b""}),
    "without a name": packed,
}


@pytest.mark.parametrize("name", FILES)
def test_packings_are_read_as_they_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name](lines(WORKS)))
    pages = read(tmp_path / name)
    assert ids(pages) == DOIS
    assert verdict(pages) == "complete"
    assert pages[-1].extent is not None
    first = records(pages)[0]
    assert (first.format, json.loads(first.payload)) == ("crossref", WORKS[0])


def test_a_folder_has_its_files_by_their_numbers_and_what_is_none_is_left_alone(tmp_path: Path) -> None:
    held = {
        f"dump/{n}.json": json.dumps({"items": [each]}).encode()
        for n, each in zip((10, 9, 1, 2, 3, 4, 5), WORKS, strict=True)
    }
    put(
        tmp_path,
        held
        | {"dump/README": b"Read me", "dump/.hidden/x.json": b"[", "dump/sub/6.json": json.dumps(work(99)).encode()},
    )
    pages = read(tmp_path / "dump")
    assert ids(pages) == [DOIS[n] for n in (2, 3, 4, 5, 6, 1, 0)] + ["10.5555/leader.99"]
    assert verdict(pages) == "complete"
    assert ids(read(tmp_path / "dump" / "*.json")) == ids(pages)[:-1]
    assert ids(read(f"{tmp_path}/d*p/1*.json")) == [DOIS[2], DOIS[0]]


def test_a_folder_of_everything(tmp_path: Path) -> None:
    marc = '<record><controlfield tag="001">7</controlfield></record>'
    csl = [{"id": "darzi2020", "type": "article-journal", "title": "A", "author": [{"family": "Darzi"}]}]
    put(
        tmp_path,
        {
            "a.json": json.dumps(work(1)).encode(),
            "b.xml": oai_page(oai_record(1), oai_record(2, status="deleted")),
            "c/mods.xml": b'<mods xmlns="http://www.loc.gov/mods/v3"><identifier type="doi">https://doi.org/10.5555/C</identifier></mods>',
            "d.xml": f'<collection xmlns="http://www.loc.gov/MARC21/slim">{marc}</collection>'.encode(),
            "e.json": json.dumps(csl).encode(),
            "f.ris": b"TY  - JOUR\r\nDO  - 10.5555/f\r\nTI  - F\r\nER  - \r\n",
            "g.jsonl": b'{"id":1,"key":"doi:10.5555/g","record":{"title":"G"},"members":[],"choices":{},"origins":{}}\n',
            "h.xml": b"<article><front><article-meta><title-group/></article-meta></front></article>",
        },
    )
    pages = read(tmp_path)
    assert [(raw.identifier, raw.format, raw.deleted) for raw in records(pages)] == [
        ("10.5555/leader.1", "crossref", False),
        ("oai:repository.example.org:1", "oai_dc", False),
        ("oai:repository.example.org:2", "oai_dc", True),
        ("10.5555/c", "mods", False),
        ("7", "marcxml", False),
        ("darzi2020", "csl_json", False),
        ("10.5555/f", "ris", False),
        ("doi:10.5555/g", "jsonl", False),
        ("file:h.xml", "jats", False),
    ]
    assert verdict(pages) == "complete"
    for raw in records(pages):
        if not raw.deleted:
            normalise(raw)


def test_an_oai_record_has_what_its_header_says(tmp_path: Path) -> None:
    sent = oai_record(1).replace("</datestamp>", "</datestamp><setSpec>com_1</setSpec>")
    put(tmp_path, {"a.xml.gz": packed(oai_page(sent) + oai_page(oai_record(2)))})
    first, second = records(read(tmp_path / "a.xml.gz"))
    assert (first.datestamp, first.sets, first.payload) == ("2020-01-02", ("com_1",), sent.encode())
    assert normalise(first).title == "Leadership 1"
    assert second.identifier.endswith(":2")


def test_json_that_no_parser_takes_is_mended_where_that_is_sure(tmp_path: Path) -> None:
    odd = b'[{"id": "a", "type": "book", "title": "Leading \\ud83d", "volume": NaN}, {"id": "b", "type": "book", "title": A}]'
    pages = read(put(tmp_path, {"a.json": odd}) / "a.json")
    (raw,) = records(pages)
    assert (raw.identifier, raw.repairs) == ("a", ("half a surrogate pair: U+FFFD", "NaN or Infinity: null"))
    assert normalise(raw).title == "Leading \ufffd"
    assert [reason.partition(":")[2][:20] for reason in reasons(pages, tmp_path / "a.json")] == ["1: is not sound JSON"]


def test_what_metha_keeps(tmp_path: Path) -> None:
    """Go writes what is empty too, and the namespaces of the root are lost."""
    empty = '<record><header status=""></header><metadata></metadata><about></about></record>'
    dc = '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"><dc:title>Leadership</dc:title></oai_dc:dc>'
    record = oai_record(1, metadata=dc).replace("<header>", '<header status="">')
    page = (
        '<Response><responseDate>2020-02-01</responseDate><request verb="ListRecords" set="" metadataPrefix="oai_dc"></request>'
        f'<error code=""></error><GetRecord>{empty}</GetRecord><Identify></Identify>'
        '<ListIdentifiers><resumptionToken completeListSize="" cursor=""></resumptionToken></ListIdentifiers>'
        f"<ListMetadataFormats></ListMetadataFormats><ListRecords>{record}<resumptionToken></resumptionToken></ListRecords>"
        "<ListSets><resumptionToken></resumptionToken></ListSets></Response>"
    )
    put(
        tmp_path,
        {"2020-01-31-00000000.xml.gz": packed(page.encode()), "2020-02-29-00000000.xml.gz": packed(page.encode())},
    )
    pages = read(tmp_path)
    assert [(raw.identifier, raw.format, raw.deleted) for raw in records(pages)] == [
        ("oai:repository.example.org:1", "oai_dc", False)
    ] * 2
    assert normalise(records(pages)[0]).title == "Leadership"
    assert (verdict(pages), reasons(pages, tmp_path)) == ("complete", [])


def test_the_setting_says_what_a_file_cannot(tmp_path: Path) -> None:
    bare = b'<x:dc xmlns:x="urn:nobody"><x:identifier>https://doi.org/10.5555/B</x:identifier></x:dc>'
    put(tmp_path, {"a.xml": bare})
    assert [(r.format, r.identifier) for r in records(read(tmp_path / "a.xml", format="qdc"))] == [("qdc", "10.5555/b")]
    assert [r.format for r in records(read(tmp_path / "a.xml"))] == ["oai_dc"]


# --- what is wrong with a file ---------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[bytes, int, str]] = {
    "cut.json.gz": (
        packed(lines(WORKS))[:-9],
        7,
        "cut.json.gz: is damaged, or not whole: Compressed file ended before",
    ),
    "cut.json": (
        json.dumps({"items": WORKS}).encode()[:-30],
        6,
        "cut.json: ends in the midst of what begins in line 1",
    ),
    "cut.tar": (
        tar({"0.jsonl": lines(WORKS), "1.jsonl": lines(WORKS) * 99})[:9000],
        7,
        "cut.tar:1.jsonl: is damaged, or not whole: ",
    ),
    "between.tar": (
        tar({"0.jsonl": lines(WORKS)})[:1536],
        7,
        "between.tar: is damaged, or not whole: the end of the archive",
    ),
    "cut.zst": (zstandard.compress(lines(WORKS))[:-3], 0, "cut.zst: is damaged, or not whole: the last frame"),
    "cut.xml": (
        oai_page(oai_record(1), oai_record(2))[:-40],
        2,
        "cut.xml: ends before the <ListRecords> of line 2 does",
    ),
    "empty.json": (b" \n", 0, "empty.json: is empty; what it held is kept until it can be read again"),
    "page.xml": (
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        0,
        "page.xml: is an HTML page, and no file of records",
    ),
    "a.pdf": (b"%PDF-1.4", 0, "a.pdf: is a PDF, and no file of records"),
    "savedrecs.txt": (
        b"FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n",
        0,
        "savedrecs.txt: is in the own format of Web of",
    ),
    "library.enw": (
        b"%0 Journal Article\n%T Wards\n",
        0,
        "library.enw: is in the own format of EndNote; export it as RIS",
    ),
    "works.json": (
        b'{"results": [{"id": "https://openalex.org/W1", "display_name": "A", "type": "article", "authorships": []}]}',
        0,
        "works.json: is in the own format of OpenAlex; export it as RIS, BibTeX or CSL JSON",
    ),
    "library.json": (
        b'[{"itemType": "book", "title": "A", "creators": []}]',
        0,
        "library.json: is in the own format of Zotero",
    ),
    "library.xml": (
        b'<xml><records><record><ref-type name="Book">6</ref-type></record></records></xml>',
        0,
        "library.xml: is in the own XML of EndNote; export it as RefMan (RIS)",
    ),
    "a.bin": (b"\x00\x01\x02", 0, "a.bin: is of no format that can be told from it; say which with `format`"),
    "book.data": (zipped({"[Content_Types].xml": b"<a/>"}), 0, "book.data: is an Excel workbook; save it as CSV UTF-8"),
    "nested.tar": (
        tar({"0.jsonl": lines(WORKS), "a.zip": zipped({"a": b"x"})}),
        7,
        "nested.tar: is a zip within another archive",
    ),
    "words.json": (b'["' + b'", "'.join([b"x"] * 2000) + b'"]', 0, "words.json: is of no format that can be told"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_came_before_a_fault_counts_and_the_rest_is_not_taken_for_gone(tmp_path: Path, name: str) -> None:
    data, count, fault = BROKEN[name]
    path = put(tmp_path, {name: data}) / name
    pages = read(path)
    assert (
        len({raw.identifier for raw in records(pages)}),
        verdict(pages, path).startswith(f"incomplete ({fault}"),
    ) == (count, True)


def test_what_is_not_recognised_in_a_folder_or_an_archive(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"a/README": b"Read me", "a/empty.txt": b"", "b.tar": tar({"README": b"Read me", "0.jsonl": lines(WORKS)})},
    )
    assert (
        verdict(read(tmp_path / "a"))
        == f"incomplete ({tmp_path}/a: has nothing of a format that is known; what it held is kept)"
    )
    assert (len(ids(read(tmp_path / "b.tar"))), verdict(read(tmp_path / "b.tar"))) == (7, "complete")
    put(tmp_path, {"a/0.jsonl": lines(WORKS)})
    assert (len(ids(read(tmp_path / "a"))), verdict(read(tmp_path / "a"))) == (7, "complete")
    (tmp_path / "a" / "1.jsonl").symlink_to(tmp_path / "nowhere")
    assert (
        verdict(read(tmp_path / "a")) == f"incomplete ({tmp_path}/a/1.jsonl: cannot be read: No such file or directory)"
    )


def test_a_folder_that_may_not_be_looked_into_is_not_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a/b/0.jsonl": lines(WORKS), "a/1.jsonl": lines(WORKS)})
    scandir = os.scandir

    def refusing(path: str) -> object:  # root, as whom tests may run, is refused nothing
        if str(path).endswith("/b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    for path in (tmp_path / "a", tmp_path / "a" / "b" / "*.jsonl"):
        with pytest.raises(ConfigError, match=r"b/?: cannot be read: Permission denied"):
            read(path)


def test_a_fault_of_one_file_costs_no_other(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "1.json.gz": packed(lines(WORKS[:2]))[:-9],
            "2.json": lines(WORKS[2:4]),
            "3.json": b"",
            "4.json": lines(WORKS[4:]),
        },
    )
    pages = read(tmp_path)
    assert ids(pages)[-5:] == DOIS[2:]
    assert verdict(pages).count(";") == 2
    assert "3.json: is empty" in verdict(pages)


def test_a_broken_record_is_named_by_file_member_and_line(tmp_path: Path) -> None:
    held = (
        lines(WORKS[:1])
        + b'{"title": ["no DOI"], "indexed": {}}\n{"DOI": "10.5555/bad", "indexed": }\n'
        + lines(WORKS[1:])
    )
    path = put(tmp_path, {"a.tar": tar({"d/0.jsonl.gz": packed(held)})}) / "a.tar"
    pages = read(path)
    assert ids(pages) == DOIS
    first, second = reasons(pages, path)
    assert first == "a.tar:d/0.jsonl.gz:2: has no DOI"
    assert second.startswith("a.tar:d/0.jsonl.gz:3: not sound JSON: ")
    assert [broken.identifier for page in pages for broken in page.broken] == ["", "10.5555/bad"]
    assert verdict(pages) == "complete"
    assert pages[-1].extent is None  # the nameless one may be any that was there before


def test_where_nothing_can_be_read_it_is_given_up(tmp_path: Path) -> None:
    pages = read(put(tmp_path, {"a.json": b'{"indexed": 1, "reference-count": 2, "DOI": 0}\n' * 5000}) / "a.json")
    assert len(reasons(pages, tmp_path)) == 999
    assert "of 1000 records none can be read" in verdict(pages)


@pytest.mark.parametrize(
    ("path", "said"), [("none.json", "there is no such file"), ("*.json", "names no file"), ("sub", "names no file")]
)
def test_what_is_not_there_empties_nothing(tmp_path: Path, path: str, said: str) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(ConfigError, match=said):
        read(f"{tmp_path}/{path}")


# --- identity --------------------------------------------------------------------------------------------------------


def test_of_two_records_with_one_doi_the_later_one_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    put(
        tmp_path,
        {"1.json": lines([work(1), work(1, volume="2"), work(2)]), "2.json": lines([work(2), work(2, volume="9")])},
    )
    pages = read(tmp_path)
    assert ids(pages) == [
        "10.5555/leader.1",
        "10.5555/leader.1",
        "10.5555/leader.2",
        "10.5555/leader.2",
        "10.5555/leader.2",
    ]
    assert "2 records came again and differ (10.5555/leader.1 ...); the later one counts" in caplog.text


def test_of_two_works_with_one_citation_key_both_are_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def csl(title: str) -> bytes:
        return json.dumps([{"id": "smith2020", "type": "book", "title": title}]).encode()

    put(tmp_path, {"1.json": csl("Leading"), "2.json": csl("Following"), "3.json": csl("Leading")})
    first, second, third = ids(read(tmp_path))
    assert first == third == "smith2020"
    assert second.startswith("smith2020~")
    assert "1 records have the identifier of another one (smith2020 ...); both are kept" in caplog.text


def test_numbers_of_two_libraries_are_not_one_record(tmp_path: Path) -> None:
    def marc(title: str, agency: str = "") -> bytes:
        number = f'<controlfield tag="001">7</controlfield>{agency}'
        title = f'<datafield tag="245"><subfield code="a">{title}</subfield></datafield>'
        return f"<record><leader/>{number}{title}</record>".encode()

    said = '<controlfield tag="003">DLC</controlfield>'
    put(tmp_path, {"1.xml": marc("A"), "2.xml": marc("B"), "3.xml": marc("C", said), "4.xml": marc("D", said)})
    first, second, third, fourth = ids(read(tmp_path))
    assert (first, third, fourth) == ("7", "DLC:7", "DLC:7")
    assert second.startswith("7~")
    put(
        tmp_path / "oai",
        {f"{n}.xml": oai_page(oai_record(n).replace(f"oai:repository.example.org:{n}", "7")) for n in (1, 2)},
    )
    assert ids(read(tmp_path / "oai")) == ["7", "7"]


def test_identifiers_do_not_hang_on_the_order_of_a_file(tmp_path: Path) -> None:
    held = [f"<article><front><article-meta><title>{n}</title></article-meta></front></article>" for n in "ABC"]
    put(tmp_path, {"1.xml": "".join(held).encode(), "2.xml": "".join(reversed(held)).encode()})
    first, second = ids(read(tmp_path / "1.xml")), ids(read(tmp_path / "2.xml"))
    assert all(each.startswith("content:") for each in first)
    assert sorted(first) == sorted(second)
    assert len(set(first)) == 3


def test_a_made_identifier_is_none_of_the_record(tmp_path: Path) -> None:
    bare = '<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"><title>A</title>%s</dc>'
    doi = "<identifier>https://doi.org/10.5555/A</identifier>"
    put(tmp_path, {"1.xml": (bare % "").encode(), "2.xml": (bare % "").encode() * 2, "3.xml": (bare % doi).encode()})
    found = [
        (raw.identifier.partition(":")[0], [i.scheme for i in normalise(raw).identifiers])
        for raw in records(read(tmp_path))
    ]
    assert found == [("file", []), ("content", []), ("content", []), ("10.5555/a", ["doi"])]


@pytest.mark.parametrize(
    ("sent", "identifier"),
    [
        ("<identifier>ISSN 2398-631X</identifier><identifier>http://dx.doi.org/10.5555/A</identifier>", "10.5555/a"),
        (
            "<identifier>https://example.org/1</identifier><identifier>http://hdl.handle.net/10044/1/1</identifier>",
            "hdl:10044/1/1",
        ),
        ("<identifier>https://example.org/1</identifier>", "url:https://example.org/1"),
        ("<identifier>urn:nbn:de:1</identifier>", "urn:nbn:de:1"),
        ("<identifier>12345/67</identifier>", "file:a.xml"),
        ("", "file:a.xml"),
    ],
)
def test_what_bare_metadata_calls_itself(tmp_path: Path, sent: str, identifier: str) -> None:
    text = f'<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"><title>A</title>{sent}</dc>'
    (raw,) = records(read(put(tmp_path, {"a.xml": text.encode()}) / "a.xml"))
    assert raw.identifier == identifier
    assert not [
        i
        for i in normalise(raw).identifiers
        if i.scheme == "local" and i.value == identifier and "urn" not in identifier
    ]


# --- going on, and not reading again ---------------------------------------------------------------------------------


def dump(tmp_path: Path) -> Path:
    """Two files, one an archive of two members, and citation keys that two works have."""
    csl = [{"id": f"key{n % 3}", "type": "book", "title": f"{n}"} for n in range(8)]
    return put(
        tmp_path / "dump",
        {
            "1.tar.gz": tar(
                {"0.json": lines(WORKS[:4]), "1.json": lines([*WORKS[4:], {"DOI": "", "indexed": {}}])}, "w:gz"
            ),
            "2.json": json.dumps(csl).encode(),
            "3.json.gz": packed(lines([work(n) for n in range(10, 15)]))[:-4],
        },
    )


def test_a_run_goes_on_where_it_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_RECORDS", 2)
    whole = read(dump(tmp_path))
    assert len(whole) > 8
    assert verdict(whole).startswith("incomplete (")
    for killed, page in enumerate(whole[:-1]):
        place = json.loads(json.dumps(page.place))
        rest = read(tmp_path / "dump", Cursor(place=place))
        assert records(whole[: killed + 1]) + records(rest) == records(whole)
        assert reasons(whole[: killed + 1] + rest, tmp_path) == reasons(whole, tmp_path)
        assert (verdict(rest), rest[-1].extent) == (verdict(whole), None)


def test_where_the_files_have_changed_meanwhile_it_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_RECORDS", 2)
    path = put(tmp_path, {"a.json": lines(WORKS)}) / "a.json"
    place = read(path)[1].place
    path.write_bytes(lines(WORKS[1:]))
    quirks: dict[str, str] = {}
    again = read(path, Cursor(place=place), quirks)
    assert ids(again) == DOIS[1:]
    assert again[-1].extent is None  # what the first reading has named is not known to be there
    assert not quirks["_read"]


def settle(*paths: Path) -> None:
    """Files that have been as they are for some time."""
    for path in paths:
        os.utime(path, ns=(10**18, 10**18))


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had been written long ago: the disk's own time of change cannot be set."""
    monkeypatch.setattr("harvester.sources.files.places.Place.settled", lambda *_: True)


@pytest.mark.usefixtures("settled")
def test_files_that_are_as_they_were_are_not_read_again(tmp_path: Path) -> None:
    put(tmp_path, {"1.json": lines(WORKS[:3]), "2.json": lines(WORKS[3:])})
    quirks: dict[str, str] = {}
    first = read(tmp_path, None, quirks)
    cursor = Cursor(complete_through=first[-1].complete_through)
    (again,) = read(tmp_path, cursor, quirks)
    assert (again.records, str(again.verdict), again.extent) == ([], "complete", None)
    assert again.complete_through == cursor.complete_through
    assert (
        len(ids(read(tmp_path, Cursor(complete_through="2020-01-01T00:00:00Z"), quirks))) == 7
    )  # the last page was not kept
    assert len(ids(read(tmp_path, cursor, quirks, format="crossref"))) == 7  # it is read in another way
    source = files.connect("dump", settings(tmp_path), None, quirks)
    assert len(ids(list(source.pages("files", cursor, Window(full=True))))) == 7
    (tmp_path / "1.json").unlink()
    assert ids(read(tmp_path, cursor, quirks)) == DOIS[3:]


def test_single_records_are_fetched_unless_all_were_just_read(tmp_path: Path) -> None:
    put(tmp_path, {"1.json": lines(WORKS[:3]), "2.json": lines(WORKS[3:]) + b'{"DOI": "10.5555/bad", "indexed": }\n'})
    source = files.connect("dump", settings(tmp_path), None, {})
    fetched = list(source.fetch("files", [DOIS[1], DOIS[5], "10.5555/bad", "10.5555/none"]))
    assert ids(fetched) == [DOIS[1], DOIS[5]]
    assert [broken.identifier for page in fetched for broken in page.broken] == ["10.5555/bad"]
    assert all((page.place, page.verdict) == (None, None) for page in fetched)
    list(source.pages("files", Cursor(), Window()))
    assert list(source.fetch("files", DOIS)) == []


def test_a_file_that_was_just_written_is_read_again(tmp_path: Path) -> None:
    quirks: dict[str, str] = {}
    path = put(tmp_path, {"1.json": lines(WORKS)}) / "1.json"
    first = read(path, None, quirks)
    assert ids(read(path, Cursor(complete_through=first[-1].complete_through), quirks)) == DOIS


@pytest.mark.usefixtures("settled")
def test_of_increments_only_the_new_ones_are_read(tmp_path: Path) -> None:
    put(tmp_path, {"1.json": lines(WORKS[:3]), "2.json": lines(WORKS[3:5])})
    quirks: dict[str, str] = {}
    first = read(tmp_path, None, quirks, partial=True)
    assert all(page.extent is None for page in first)
    put(tmp_path, {"3.json": lines(WORKS[5:])})
    second = read(tmp_path, Cursor(complete_through=first[-1].complete_through), quirks, partial=True)
    assert ids(second) == DOIS[5:]
    cursor = Cursor(complete_through=second[-1].complete_through)
    assert ids(read(tmp_path, cursor, quirks, partial=True)) == []


@pytest.mark.usefixtures("settled")
def test_a_run_over_increments_goes_on_without_those_that_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_RECORDS", 2)
    put(tmp_path, {"1.json": lines(WORKS[:3])})
    quirks: dict[str, str] = {}
    through = read(tmp_path, None, quirks, partial=True)[-1].complete_through
    put(tmp_path, {"2.json": lines(WORKS[3:])})
    place = read(tmp_path, Cursor(complete_through=through), dict(quirks), partial=True)[0].place
    assert ids(read(tmp_path, Cursor(place=place, complete_through=through), quirks, partial=True)) == DOIS[5:]


def test_a_file_that_changes_while_it_is_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_RECORDS", 2)
    path = put(tmp_path, {"a.json": lines(WORKS)}) / "a.json"
    pages = files.connect("dump", settings(path), None, {}).pages("files", Cursor(), Window())
    seen = [next(pages)]
    path.write_bytes(lines([*WORKS, work(9)]))
    assert verdict([*seen, *pages], path) == "incomplete (a.json: changed while it was read)"


# --- size ------------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_a_file(tmp_path: Path) -> None:
    """Pages of 4 MB and what is read ahead; the file has 24 MB."""
    item = json.dumps(work(1, reference=[{"key": f"ref{n}", "unstructured": "x" * 300} for n in range(60)]))
    head, tail = item.split("leader.1")
    whole = "[" + ",".join(f"{head}leader.{n}{tail}" for n in range(1200)) + "]"
    path = put(tmp_path, {"a.json.gz": packed(whole.encode())}) / "a.json.gz"
    assert len(whole) > 23 << 20
    del whole
    tracemalloc.start()
    pages = files.connect("dump", settings(path), None, {}).pages("files", Cursor(), Window())
    count = sum(len(page.records) for page in pages)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 1200
    assert peak < 16 << 20


def test_real_works_of_crossref(shared: Path, tmp_path: Path) -> None:
    """The 8,000 works of the samples: as they were published, and from an archive as of 2025."""
    found = read(shared / "corpus" / "crossref" / "samples")
    assert verdict(found) == "complete"
    assert len({raw.identifier for raw in records(found)}) == len(ids(found)) == 8000
    members = {
        f"April 2025 Public Data File/{n}.jsonl.gz": packed(b"\n".join([raw.payload for raw in records(found)[n::3]]))
        for n in range(3)
    }
    archived = read(put(tmp_path, {"all.tar": tar(members)}) / "all.tar")
    by_doi: Callable[[RawRecord], str] = lambda raw: raw.identifier  # noqa: E731
    assert sorted(records(archived), key=by_doi) == sorted(records(found), key=by_doi)


def test_real_pages_of_oai_pmh(shared: Path) -> None:
    pages = read(shared / "corpus" / "oai" / "responses")
    assert len(records(pages)) > 300
    faults = verdict(pages)
    assert faults.count("is a list of identifiers") == 3, faults
    assert len(reasons(pages, shared)) == 1

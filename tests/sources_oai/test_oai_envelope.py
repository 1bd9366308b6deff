"""One answer: what it holds, what had to be mended, and that no part of a page is ever taken for a whole one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from harvester.errors import HarvesterError, ProtocolError
from harvester.formats import xml
from harvester.record import RawRecord
from harvester.sources.oai_pmh.envelope import Asked, Envelope, Unfit, digest, read
from sources_oai.shelf import DC, NS, document, list_records, record

LIST = Asked("ListRecords", "src", "oai_dc")


def page(*records: str) -> bytes:
    return list_records(records or [record(1), record(2)], "next", size=9).encode()


def titles(envelope: Envelope) -> list[str | None]:
    """What a reader would find: through the slice and its context, not through the page."""
    found = []
    for raw in envelope.records:
        title = xml.wrap(raw.payload, raw.context).find(".//{http://purl.org/dc/elements/1.1/}title")
        found.append(None if title is None else title.text)
    return found


def dc(title: str, more: str = "") -> str:
    return f"<oai_dc:dc {DC}><dc:title>{title}</dc:title>{more}</oai_dc:dc>"


# --- cuts ---------------------------------------------------------------------------------------------------------------


def test_no_cut_of_a_page_is_a_page() -> None:
    whole = page(record(1), record(2, dc("x", "<record>inner</record>")), record(3, status="deleted"))
    end = whole.rindex(b">")
    for at in range(end):
        with pytest.raises(Unfit):
            read(whole[: at + 1] if at + 1 <= end else whole, LIST)
    assert len(read(whole, LIST).records) == 3


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_cut_of_a_broken_page_is_a_page(data: st.DataObject) -> None:
    """Also where strict parsing is given up: with bare ampersands, notices around it, and markup in CDATA."""
    hostile = "<![CDATA[</record></ListRecords></OAI-PMH>]]>"
    whole = b"<b>Notice</b>" + page(record(1, dc("A & B")), record(2, dc("p < 0.05 &nbsp;", hostile)), record(3))
    at = data.draw(st.integers(0, whole.rindex(b">") - 1))
    with pytest.raises(Unfit):
        read(whole[: at + 1], LIST)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_only_our_errors_get_out(data: st.DataObject) -> None:
    body = bytearray(page(record(1), record(2, dc("&amp; <![CDATA[x]]>")), record(3)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12))
    for verb in ("ListRecords", "Identify", "ListIdentifiers"):
        try:
            envelope = read(bytes(body), Asked(verb, "src", "oai_dc"))
        except (Unfit, HarvesterError):
            continue
        for raw in envelope.records:
            if raw.payload:
                assert xml.local(xml.wrap(raw.payload, raw.context)) == "record"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_no_page(noise: bytes) -> None:
    with pytest.raises((Unfit, ProtocolError)):
        read(noise, LIST)


# --- what is mended -----------------------------------------------------------------------------------------------------

MENDED = {
    "controls": (dc("a\x0bb\x01c"), "a bc", "control characters were removed"),
    "references": (dc("a&#x1a;b&#xfffe;&#0;c"), "abc", "references to characters"),
    "surrogates": (dc("a&#55357;&#56842;b&#xD83D;c"), "a😊bc", "references to characters"),
    "entities": (dc("caf&eacute;&nbsp;&amp; bar"), "café\xa0& bar", "HTML entities"),
    "ampersand": (dc("R&D, A & B &foo; &amp; <![CDATA[x & y]]>"), "R&D, A & B &foo; & x & y", "bare ampersands"),
    "less than": (dc("p < 0.05, <5 <= x"), "p < 0.05, <5 <= x", "bare less-than"),
    "prolog": (dc("a").replace("<oai_dc:dc", '<?xml version="1.0"?><oai_dc:dc', 1), "a", "XML declaration inside"),
    "undeclared": (
        dc("a", '<foo:bar xsi:nil="1" xlink:href="x"/>'),
        "a",
        "the prefix foo was not declared",
    ),
    "undeclared known": ("<oai_dc:dc><dc:title>a</dc:title></oai_dc:dc>", "a", "the prefix dc was not declared"),
    "all": (dc("a & b &eacute; \x02 < 3", "<foo:x/>"), "a & b é  < 3", "control characters were removed"),
}


@pytest.mark.parametrize("what", MENDED)
def test_a_mended_record_says_so_and_its_neighbours_are_as_they_came(what: str) -> None:
    metadata, title, note = MENDED[what]
    envelope = read(page(record(1), record(2, metadata), record(3)), LIST)
    assert titles(envelope) == ["Title 1", title, "Title 3"]
    assert [bool(raw.repairs) for raw in envelope.records] == [False, True, False]
    assert any(note in repair for repair in envelope.records[1].repairs)
    assert envelope.records[0].payload.decode() == record(1)
    assert envelope.token is not None
    assert (envelope.token.text, envelope.token.size, envelope.broken) == ("next", 9, ())


ENCODED = {
    "latin-1": (page(record(1, dc("Café"))).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"), "Café", ""),
    "windows quotes": (
        page(record(1, dc("a’s – €"))).decode().replace("UTF-8", "iso-8859-1").encode("cp1252"),
        "a’s – €",
        "",
    ),
    "says latin-1": (page(record(1, dc("Café"))).replace(b"UTF-8", b"ISO-8859-1"), "Café", "is in UTF-8, though"),
    "says utf-16": (page(record(1, dc("Cafe"))).replace(b"UTF-8", b"UTF-16"), "Cafe", "is in UTF-8, though"),
    "says nonsense": (page(record(1, dc("Café"))).replace(b"UTF-8", b"utf8mb4"), "Café", "is in UTF-8, though"),
    "utf-16": (page(record(1, dc("Café"))).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "Café", ""),
    "bom": (b"\xef\xbb\xbf" + page(record(1, dc("Café"))), "Café", ""),
    "cyrillic": (page(record(1, dc("Кот"))).decode().replace("UTF-8", "windows-1251").encode("cp1251"), "Кот", ""),
    "blank lines": (b"\n\n  " + page(record(1, dc("Café"))), "Café", "blank space before"),
    "notices": (
        b"<br />\n<b>Warning</b>: x\n" + page(record(1, dc("Café"))) + b"\n<b>Notice</b>",
        "Café",
        "text before and after",
    ),
    "no declaration": (page(record(1, dc("Café"))).partition(b"?>")[2], "Café", ""),
}


@pytest.mark.parametrize("what", ENCODED)
def test_pages_are_read_by_what_they_are(what: str) -> None:
    body, title, note = ENCODED[what]
    envelope = read(body, LIST)
    assert titles(envelope) == [title]
    assert envelope.records[0].payload.decode() == record(1, dc(title))
    assert envelope.records[0].repairs == ()
    assert any(note in repair for repair in envelope.repairs) if note else envelope.repairs == ()


def test_stray_bytes_cost_only_their_record() -> None:
    body = page(record(1, dc("Café")), record(2, dc("Jérôme"))).replace("Jérôme".encode(), "Jérôme’s".encode("cp1252"))
    envelope = read(body, LIST)
    assert titles(envelope) == ["Café", "Jérôme’s"]
    assert envelope.records[0].repairs == ()
    assert envelope.records[1].repairs == ("bytes that are not UTF-8 were read as windows-1252",)


BROKEN = {
    "tags": dc("a</wrong>"),
    "too deep": "<d>" * 300 + "</d>" * 300,
    "too long": dc("x" * 10_000_001),
    "duplicate attribute": '<d a="1" a="2"/>',
}


@pytest.mark.parametrize("what", BROKEN)
def test_one_broken_record_costs_one_record(what: str) -> None:
    envelope = read(page(record(1), record(2, BROKEN[what]), record(3)), LIST)
    assert titles(envelope) == ["Title 1", "Title 3"]
    (broken,) = envelope.broken
    assert (broken.identifier, broken.format) == ("oai:x:2", "oai_dc")
    assert broken.payload.decode() == record(2, BROKEN[what])
    assert "not well-formed" in broken.reason
    assert envelope.token is not None


@pytest.mark.parametrize("opening", ["<!-- x", "<![CDATA[ x"])
def test_an_end_inside_of_what_is_not_closed_is_no_end(opening: str) -> None:
    with pytest.raises(Unfit, match="cut off"):
        read(page(record(1), record(2, dc(opening)), record(3)), LIST)


def test_a_page_of_damaged_tags() -> None:
    damaged = record(1).replace("<header>", "<heXder>")
    envelope = read(page(damaged, record(2), record(3).replace("</record>", ""), record(4)), LIST)
    assert [r.identifier for r in envelope.records] == ["oai:x:2", "oai:x:4"]
    assert [b.identifier for b in envelope.broken] == ["oai:x:1", "oai:x:3"]
    assert envelope.token is not None
    for hopeless in (record(2).replace("</record>", ""), record(2).replace("<record>", "")):
        with pytest.raises(Unfit):  # a token behind it could not be told from it
            read(page(hopeless), LIST)


def test_a_record_without_identity_is_kept_for_quarantine() -> None:
    bare = "<record><metadata><x/></metadata></record>"
    unnamed = "<record><header><identifier> </identifier></header></record>"
    envelope = read(page(record(1), bare, unnamed), LIST)
    assert [(b.reason, b.payload.decode()) for b in envelope.broken] == [
        ("has no header", bare),
        ("has no identifier", unnamed),
    ]
    assert len(envelope.records) == 1


def test_a_live_record_without_metadata_is_not_a_tombstone() -> None:
    bare = record(1).partition("<metadata>")[0] + "</record>"
    (raw,) = read(page(bare), LIST).records
    assert not raw.deleted
    assert raw.payload.decode() == bare


def test_hostile_documents_end_soon() -> None:
    bomb = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for body in (
        bomb.encode() + page().partition(b"?>")[2],
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + page().partition(b"?>")[2],
    ):
        with pytest.raises(ProtocolError, match="DOCTYPE"):
            read(body, LIST)
    for noise in (b"<!--", b"<![CDATA[", b"<record><header>", b"&", b"<?xml ", b"</record>", b"&#55357;&#"):
        hostile = page(record(1, dc("MARK"))).replace(b"MARK", noise * 50_000)
        try:
            envelope = read(hostile, LIST)
        except Unfit:
            continue
        assert len(envelope.records) + len(envelope.broken) >= 1


# --- how pages are built ----------------------------------------------------------------------------------------------

BUILT = {
    "prefixed": re.sub(
        r"<(/?)(OAI-PMH|responseDate|request|ListRecords|resumptionToken|record|header|identifier|datestamp|setSpec|metadata)\b",
        r"<\1oai:\2",
        list_records([record(1), record(2)], "next"),
    ).replace("xmlns=", "xmlns:oai="),
    "spaced tags": list_records([record(1), record(2)], "next")
    .replace("<record>", "<record\n >")
    .replace("</record>", "</record >"),
    "namespaces on the record": list_records(
        [record(n).replace("<record>", f'<record xmlns="{NS}">') for n in (1, 2)], "next"
    ),
    "namespaces on the root": list_records([record(1).replace(DC, ""), record(2).replace(DC, "")], "next").replace(
        "<OAI-PMH", f"<OAI-PMH {DC}"
    ),
    "namespaces on the verb": list_records([record(1).replace(DC, ""), record(2).replace(DC, "")], "next").replace(
        "<ListRecords", f"<ListRecords {DC}"
    ),
    "marc": list_records(
        [record(1, dc("Title 1", '<record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record>')), record(2)],
        "next",
    ),
    "record in a record": list_records([record(1, dc("Title 1", "<record><record/></record>")), record(2)], "next"),
    "CDATA": list_records([record(1, dc("<![CDATA[Title 1]]>", "<![CDATA[</record><record>]]>")), record(2)], "next"),
    "comments": list_records([record(1), "<!-- <record> -->", record(2, dc("Title<!-- </record> --> 2"))], "next"),
    "records": list_records([record(1, dc("Title 1", "<records/><record-info/>")), record(2)], "next"),
}


@pytest.mark.parametrize("what", BUILT)
def test_records_are_cut_out_as_they_were_sent(what: str) -> None:
    body = BUILT[what].encode()
    envelope = read(body, LIST)
    assert titles(envelope) == ["Title 1", "Title 2"]
    assert [r.identifier for r in envelope.records] == ["oai:x:1", "oai:x:2"]
    assert all(r.payload in body for r in envelope.records)
    assert envelope.repairs == ()
    assert envelope.token is not None
    assert envelope.token.text == "next"


@pytest.mark.parametrize(
    "namespace", ["", "http://www.openarchives.org/OAI/2.0", "http://www.openarchives.org/OAI/1.1/"]
)
def test_other_namespaces_are_accepted_with_a_note(namespace: str) -> None:
    envelope = read(page().replace(NS.encode(), namespace.encode(), 1), LIST)
    assert len(envelope.records) == 2
    assert "its namespace is" in envelope.repairs[0]


def test_a_page_that_mixes_prefixes_is_written_anew_and_says_so() -> None:
    other = record(2).replace("<record>", f'<o:record xmlns:o="{NS}">').replace("</record>", "</o:record>")
    envelope = read(page(record(1), other), LIST)
    assert titles(envelope) == ["Title 1", "Title 2"]
    assert "written anew" in envelope.repairs[0]


def test_list_identifiers_gives_headers() -> None:
    headers = "".join(re.findall("<header.*?</header>", record(1) + record(2, status="deleted")))
    envelope = read(
        document(f"<ListIdentifiers>{headers}</ListIdentifiers>").encode(), Asked("ListIdentifiers", "s", "p")
    )
    assert [(r.identifier, r.deleted, r.payload) for r in envelope.records] == [
        ("oai:x:1", False, b""),
        ("oai:x:2", True, b""),
    ]


# --- what is a change ---------------------------------------------------------------------------------------------------


def only(text: str) -> RawRecord:
    (raw,) = read(page(text), LIST).records
    return raw


def test_a_new_datestamp_alone_is_no_change() -> None:
    before, stamped = only(record(1)), only(record(1, datestamp="2026-01-01T00:00:00Z"))
    assert before.digest == stamped.digest
    assert before.datestamp != stamped.datestamp
    assert only(record(1, dc("Another"))).digest != before.digest
    assert only(record(1).replace("com_1", "com_2")).digest != before.digest
    assert only(record(1, status="deleted")).digest != before.digest


@given(st.binary(max_size=80), st.text(max_size=12))
def test_digest_never_fails(payload: bytes, datestamp: str) -> None:
    assert len(digest(payload, datestamp.encode("utf-8", "replace").decode())) == 16


# --- real answers -------------------------------------------------------------------------------------------------------


def test_every_real_page_is_read_whole(shared: Path) -> None:
    """Each record of each real page is cut out byte for byte, and parses alone to what it was in the page."""
    pages = 0
    for path in sorted((shared / "corpus/oai/responses").glob("*.xml")):
        body = path.read_bytes()
        verb = next((v for v in ("ListRecords", "GetRecord") if f"<{v}" in body.decode("utf-8", "replace")), None)
        if verb is None or b"OAI-PMH" not in body:
            continue
        pages += 1
        envelope = read(body, Asked(verb, "src", "oai_dc"))
        expected = [e for e in etree.fromstring(body).iter("{*}record") if xml.local(e.getparent()) == verb]
        assert len(envelope.records) + len(envelope.broken) == len(expected) > 0, path.name
        for raw in envelope.records:
            alone = xml.wrap(raw.payload, raw.context)
            same = next(e for e in expected if " ".join(e.findtext(".//{*}identifier", "").split()) == raw.identifier)
            assert xml.text_of(alone) == xml.text_of(xml.parse(etree.tostring(same, with_tail=False))), path.name
            assert raw.payload in body
        assert envelope.repairs == ()
    assert pages > 30


def test_the_real_broken_page_costs_no_record(shared: Path) -> None:
    body = (shared / "corpus/oai/broken/scrapi_pcurio_vertical_tab.xml").read_bytes()
    envelope = read(body, LIST)
    assert len(envelope.records) == body.count(b"<record>") == 5
    assert sum(bool(r.repairs) for r in envelope.records) == 1


def test_no_cut_of_a_real_page_is_a_page(shared: Path) -> None:
    for name in ("scrapi_calpoly_0.xml", "scrapi_spdataverse_0.xml"):
        whole = (shared / "corpus/oai/responses" / name).read_bytes().rstrip()
        for at in range(0, len(whole) - 1, 97):
            with pytest.raises(Unfit):
                read(whole[:at], LIST)

"""XML files are cut into records, byte for byte: whatever holds them, in whatever pieces, whatever is broken in them."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import RecordError
from harvester.formats import slicing
from harvester.formats.slicing import Slice
from harvester.formats.slicing.xml import slices
from harvester.formats.xml import local, wrap
from sources_files.dumps import oai_page, oai_record

MODS = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>{}</title></titleInfo></mods>'


def cut(data: bytes | str, size: int = 1 << 16) -> list[Slice]:
    data = data.encode() if isinstance(data, str) else data
    stream = io.BytesIO(data)
    read = stream.read
    stream.read = lambda _=-1, /: read(size)  # type: ignore[method-assign]
    return list(slices(stream))


def payloads(data: bytes | str, size: int = 1 << 16) -> list[str]:
    return [found.payload.decode() for found in cut(data, size)]


@given(st.integers(1, 80), st.integers(0, 4))
def test_pages_of_oai_pmh(size: int, count: int) -> None:
    sent = [oai_record(n) for n in range(count)]
    found = cut(oai_page(*sent), size)
    assert [each.payload.decode() for each in found] == sent
    assert [each.line for each in found] == list(range(3, 3 + count))
    assert {(each.hint, each.fault) for each in found} <= {("oai_dc", "")}
    assert {each.context for each in found} <= {'xmlns="http://www.openarchives.org/OAI/2.0/"'}


HOLDERS = {
    "documents one after another": lambda records: "\n".join(oai_page(r).decode() for r in records),
    "records without a root": "\n".join,
    "records": lambda records: f"<records>{''.join(records)}</records>",
    "a root that nobody knows": lambda records: f"<dump date='2020'>\n{''.join(records)}</dump>",
    "GetRecord": lambda records: "".join(f"<OAI-PMH><GetRecord>{r}</GetRecord></OAI-PMH>" for r in records),
    "a comment before": lambda records: (
        f"<!-- <record> -->\n<?pi <record> ?><records>{''.join(records)}<!-- </records> --></records>"
    ),
    "a static repository": lambda records: (
        "<Repository><Identify><oai:baseURL/></Identify><ListMetadataFormats><a/></ListMetadataFormats>"
        f'<ListRecords metadataPrefix="oai_dc">{"".join(records)}</ListRecords></Repository>'
    ),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_what_holds_records(holder: str) -> None:
    sent = [oai_record(n) for n in range(3)]
    text = HOLDERS[holder](sent)
    assert payloads(text) == payloads(text, 7) == sent


TWO = MODS.format("A") + MODS.format("B")
MARC = "<a:record><a:leader/></a:record>"
JATS = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS 1.2//EN" "JATS.dtd">\n<article><front/></article>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MODS.format("A"), [MODS.format("A")]),
        (f'<?xml version="1.0"?>\n<modsCollection>{TWO}</modsCollection>', [MODS.format("A"), MODS.format("B")]),
        (f"<mine>{TWO}</mine>", [MODS.format("A"), MODS.format("B")]),
        (JATS, ["<article><front/></article>"]),
        ('<!DOCTYPE a [<!ENTITY x "]>">]><article/>', ["<article/>"]),
        (f"<a:collection xmlns:a='http://www.loc.gov/MARC21/slim'>{MARC}</a:collection>", [MARC]),
        ('<thesis title="a > b"><thesis/></thesis>', ['<thesis title="a > b"><thesis/></thesis>']),
    ],
)
def test_bare_metadata(text: str, expected: list[str]) -> None:
    assert payloads(text) == payloads(text, 5) == expected


def test_records_of_sru_are_in_two_envelopes() -> None:
    record = '<marc:record xmlns:marc="http://www.loc.gov/MARC21/slim"><marc:leader>x</marc:leader></marc:record>'
    text = (
        '<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/"><zs:version>1.1</zs:version><zs:numberOfRecords>1'
        "</zs:numberOfRecords><zs:records><zs:record><zs:recordSchema>marcxml</zs:recordSchema><zs:recordPacking>xml"
        f"</zs:recordPacking><zs:recordData>{record}</zs:recordData><zs:recordPosition>1</zs:recordPosition></zs:record>"
        "</zs:records></zs:searchRetrieveResponse>"
    )
    assert payloads(text) == [record]


def test_a_record_may_hold_others_of_its_name_and_what_only_looks_so() -> None:
    inner = "<record><recordInfo/></record><!-- </record> --><a><![CDATA[</record>]]></a><record/>"
    record = f"<record><header/><metadata>{inner}</metadata></record>"
    assert payloads(f"<records>{record}{record}</records>", 11) == [record, record]


def test_a_record_that_is_not_closed_costs_that_record() -> None:
    good, broken = oai_record(1), oai_record(2).replace("</record>", "")
    found = cut(oai_page(good, broken, good, broken))
    assert [each.fault for each in found] == ["", "is not closed", "", "is not closed"]
    assert [each.payload.decode().strip() for each in found] == [good, broken, good, broken + "\n<resumptionToken/>"]


def test_a_page_that_is_cut_is_noticed_when_another_one_follows() -> None:
    page = oai_page(oai_record(1), oai_record(2))
    found = cut(page[: page.index(b"</ListRecords>")] + oai_page(oai_record(3)))
    assert [each.fault for each in found] == [
        "",
        "",
        "the document that begins here is cut off: another one follows",
        "",
    ]


@given(st.data())
def test_a_cut_file_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    page = oai_page(oai_record(1), oai_record(2, metadata="<a><![CDATA[<record>]]></a>")).rstrip()
    end = data.draw(st.integers(1, len(page) - 1))
    with pytest.raises(RecordError):
        cut(page[:end])


@given(
    st.binary(max_size=200) | st.text(alphabet="<>/!-[]?=\"' arecodOI:PMH\n", max_size=300).map(str.encode),
    st.integers(1, 40),
)
def test_whatever_comes_is_cut_or_refused(data: bytes, size: int) -> None:
    with suppress(RecordError):
        cut(b"<records>" + data, size)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html><body>Sign in</body></html>", "is an HTML page"),
        ("<OAI-PMH><ListIdentifiers><header/></ListIdentifiers></OAI-PMH>", "is a list of identifiers"),
        ("not found", "holds no XML"),
        ("<records>" * 60, "nests more than 50 elements"),
        ("<records><!-- ", "has a <!-- in line 1 that has no end"),
        ("<!DOCTYPE a [", "has a DOCTYPE in line 1 that has no end"),
    ],
)
def test_what_is_no_file_of_records(text: str, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        cut(text)


def test_encodings() -> None:
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?><records>{oai_record(1).replace("Leadership", "Führung – gut")}</records>'
    (found,) = cut(text.encode("cp1252"))
    assert "Führung – gut" in found.payload.decode()
    assert found.repairs == ()
    styled = text.replace("?><", '?><?xml-stylesheet href="oai.xsl"?><')
    assert "Führung – gut" in cut(styled.encode("cp1252"))[0].payload.decode()
    (found,) = cut(text.encode())
    assert "Führung – gut" in found.payload.decode()
    assert found.repairs == ("is in UTF-8, though the file says iso-8859-1",)
    (found,) = cut(text.replace("ISO-8859-1", "UTF-16").encode("utf-16"))
    assert "Führung – gut" in found.payload.decode()
    (found,) = cut(text.replace("ISO-8859-1", "koi8-r").replace("Führung – gut", "Руководство").encode("koi8-r"))
    assert "Руководство" in found.payload.decode()


def test_texts_that_a_doctype_defines_are_not_guessed() -> None:
    doctype = '<!DOCTYPE records [<!ENTITY bmj "BMJ Leader"><!ENTITY a "&bmj;&bmj;">]>'
    found = cut(f"{doctype}<records><record>&bmj;</record><record>A &amp; B</record></records><record>&bmj;</record>")
    assert [bool(each.fault) for each in found] == [True, False, True]


def test_namespaces_come_with_the_record() -> None:
    record = '<o:record xmlns:b="urn:b"><dc:title/></o:record>'
    (found,) = cut(f'<o:records xmlns:o="urn:o" xmlns:dc="http://purl.org/dc/elements/1.1/">{record}</o:records>')
    assert local(wrap(found.payload, found.context)) == "record"


def test_a_record_without_end_is_not_read_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slicing, "LARGEST", 1 << 20)
    with pytest.raises(RecordError, match="no end of a record within 1 MB of line 1"):
        cut(b"<records><record>" + b"<a/>" * (2 << 20) + b"</record></records>")

"""MODS, METS, DIDL, ORE, EAD, UNTL and RFC 1807: whatever stands in them, a reader gives a record or a RecordError."""

from __future__ import annotations

import time
from contextlib import suppress

import msgspec
import pytest
from golden.pairs import cases, raw_case
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from harvester.errors import RecordError
from harvester.formats import reader
from harvester.normalise import normalise
from harvester.record import RawRecord, Record, Step

FORMATS = ("mods", "mets", "didl", "ore", "ead", "untl", "rfc1807")
CASES = cases(*FORMATS)
NASTY = (
    "",
    " ",
    "n/a",
    "10.1136/x",
    "-",
    "9999",
    "19uu",
    "Smith, J; Jones, K",
    "http://",
    "http://[",
    "\u202e",
    "a" * 500,
    "1/2/3",
    "info:eu-repo/",
)


def names(path: str) -> list[str]:
    root = etree.fromstring(raw_case_bytes(path))
    return sorted({str(e.tag) for e in root.iter() if isinstance(e.tag, str)})


def raw_case_bytes(name: str) -> bytes:
    return next(p for p in CASES if p.parent.name == name and p.stem == "all_fields").read_bytes()


def read(name: str, payload: bytes, steps: list[Step] | None = None) -> Record:
    return normalise(RawRecord(source="t", identifier="t", format=name, payload=payload), "", steps)


@settings(max_examples=40)
@given(data=st.data(), name=st.sampled_from(FORMATS))
def test_a_record_with_its_parts_mixed_up_is_read_or_refused(data: st.DataObject, name: str) -> None:
    """Elements of the format moved, doubled, emptied, renamed, and filled with what stands for nothing."""
    root = etree.fromstring(raw_case_bytes(name))
    elements = [e for e in root.iter() if isinstance(e.tag, str)][4:]
    for _ in range(data.draw(st.integers(1, 12))):
        one, other = data.draw(st.sampled_from(elements)), data.draw(st.sampled_from(elements))
        what = data.draw(st.sampled_from(("text", "move", "rename", "attribute", "empty")))
        if what == "text":
            one.text = data.draw(
                st.sampled_from(NASTY)
                | st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")), max_size=20)
            )
        elif (
            what == "move"
            and one is not other
            and other not in one.iterdescendants()
            and one not in other.iterdescendants()
        ):
            other.append(one)
        elif what == "rename":
            one.tag = other.tag
        elif what == "attribute":
            one.attrib.update({str(k): data.draw(st.sampled_from(NASTY)) for k in other.attrib})
        elif what == "empty":
            one.text = None
            del one[:]
    steps: list[Step] = []
    with suppress(RecordError):
        record = read(name, etree.tostring(root), steps)
        assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record
        assert all(c.name and c.role for c in record.contributors)
        assert all(f.url or f.name for f in record.files)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "payload", [b"", b"<", b"<a/>", b"\x00", b"<record><metadata/></record>", b"\xff\xfe<mods/>", b"{}"]
)
def test_what_is_not_the_format_is_refused(name: str, payload: bytes) -> None:
    with pytest.raises(RecordError):
        read(name, payload)


@pytest.mark.parametrize("name", FORMATS)
def test_a_cut_record_is_refused(name: str) -> None:
    payload = raw_case_bytes(name)
    for at in range(50, len(payload) - 20, 211):
        with pytest.raises(RecordError):
            read(name, payload[:at])


MODS = '<mods xmlns="http://www.loc.gov/mods/v3">{}</mods>'
MANY = {
    "names": MODS.format("<name><namePart>Doe, J</namePart><role><roleTerm>author</roleTerm></role></name>" * 3000),
    "dates": MODS.format(
        "<originInfo>"
        + '<dateIssued point="start">1999</dateIssued><dateIssued point="end">2001</dateIssued>' * 400
        + "</originInfo>"
    ),
    "subjects": MODS.format("<subject><topic>wards</topic><geographic>Leeds</geographic></subject>" * 3000),
    "hosts": MODS.format(
        '<relatedItem type="host">' * 100 + "<titleInfo><title>T</title></titleInfo>" + "</relatedItem>" * 100
    ),
    "placeholders": MODS.format(f'<identifier type="grant number">{"n/a" * 20000}x{"n/a" * 20000}</identifier>'),
    "long note": MODS.format(f"<note>{'word ' * 100_000}</note>"),
    "long title": MODS.format(f"<titleInfo><title>{'word, ' * 50_000}</title></titleInfo>"),
}


@pytest.mark.parametrize("kind", MANY)
def test_large_records_take_no_more_than_their_time(kind: str) -> None:
    began = time.process_time()
    assert read("mods", MANY[kind].encode()) is not None
    assert time.process_time() - began < 4


def test_a_book_with_a_description_of_each_page_is_read_once() -> None:
    page = (
        '<dmdSec ID="P{0}"><mdWrap MDTYPE="MODS"><xmlData><mods:mods xmlns:mods="http://www.loc.gov/mods/v3">'
        "<mods:titleInfo><mods:title>Page {0}</mods:title></mods:titleInfo></mods:mods></xmlData></mdWrap></dmdSec>"
    )
    whole = page.format(0).replace("Page 0", "The whole book")
    sections = "".join(page.format(n) for n in range(1, 2000))
    payload = f'<mets xmlns="http://www.loc.gov/METS/">{sections}{whole}<structMap><div DMDID="P0"/></structMap></mets>'
    began = time.process_time()
    assert read("mets", payload.encode()).title == "The whole book"
    assert time.process_time() - began < 4


def test_each_format_is_found_by_its_namespace() -> None:
    for path in CASES:
        if path.stem != "all_fields":
            continue
        raw = raw_case(path)
        unnamed = msgspec.structs.replace(raw, format="oai_something_of_theirs")
        assert normalise(unnamed) == normalise(raw), path.parent.name
    assert reader("oai_mods") is reader("mods")

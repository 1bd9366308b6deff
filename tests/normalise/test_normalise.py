"""Raw record in, Record or RecordError out; whatever the bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from harvester.errors import RecordError
from harvester.formats import flat, oai_dc
from harvester.normalise import normalise
from harvester.record import RawRecord, Record

CASES = Path(__file__).parents[1] / "golden" / "cases"
SAMPLES = {path: path.read_bytes() for path in sorted(CASES.glob("*/*.xml"))}


def raw(payload: bytes, name: str = "oai_dc", identifier: str = "oai:x:1", context: str = "") -> RawRecord:
    return RawRecord(source="s", identifier=identifier, format=name, payload=payload, context=context)


def test_a_record_without_an_identifier_is_quarantined() -> None:
    with pytest.raises(RecordError, match="no identifier") as caught:
        normalise(raw(b"<record/>", identifier=" "))
    assert caught.value.element == "header/identifier"


@pytest.mark.parametrize(
    "name", ["nosuch", "../evil", "draft", "xml", "rules", "__init__", "", "dspace", "dspace.toml"]
)
def test_a_format_without_a_reader_is_quarantined(name: str) -> None:
    with pytest.raises(RecordError, match="has no reader"):
        normalise(raw(b"<record/>", name))


def test_an_error_in_place_of_the_metadata_is_quarantined() -> None:
    payload = b"<record><header/><metadata><error>crosswalk failed</error></metadata></record>"
    with pytest.raises(RecordError, match="crosswalk failed") as caught:
        normalise(raw(payload))
    assert caught.value.element == "metadata"


def test_findings_of_reader_and_checks_come_together() -> None:
    payload = b"<record><metadata><dc><identifier>n/a</identifier></dc></metadata></record>"
    assert [f.code for f in normalise(raw(payload)).findings] == ["placeholder", "no-title"]


def test_no_record_holds_an_e_mail_address() -> None:
    payload = b"""<record><metadata><dc><title>Ask me</title><creator>Doe, Jane (jane.doe@example.org)</creator>
        <contributor>mailto:boss@example.org</contributor><relation>see x@example.org</relation>
        <local>y@example.org</local></dc></metadata></record>"""
    record = normalise(raw(payload))
    assert "@example.org" not in repr(record)
    assert record.contributors[0].family == "Doe"


def test_the_context_gives_the_namespaces_of_a_slice() -> None:
    payload = b"<record><metadata><oai_dc:dc><dc:title>A title</dc:title></oai_dc:dc></metadata></record>"
    context = 'xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:oai_dc="http://o/" xmlns:dc="http://d/"'
    assert normalise(raw(payload, context=context)).title == "A title"
    with pytest.raises(RecordError, match="Namespace prefix"):
        normalise(raw(payload))


@pytest.mark.parametrize("dialect", ["", "dspace", "eprints", "pure", "nosuch"])
def test_any_dialect_reads_any_case(dialect: str) -> None:
    for path, payload in SAMPLES.items():
        assert isinstance(normalise(raw(payload, path.parent.name), dialect), Record)


def test_a_table_alone_makes_a_flat_format_readable() -> None:
    """What oai_dc adds to its table is to tell the platform, and to drop what stands there twice: authors, a journal."""
    read = flat.reader("oai_dc")
    assert read is not None
    for path, payload in SAMPLES.items():
        if path.parent.name == "oai_dc":
            alone, added = read(raw(payload), "eprints", None), oai_dc.read(raw(payload), "eprints")
            dropped = {"contributors": added.contributors, "publisher": added.publisher}
            assert structs.replace(alone, **dropped) == added
            assert set(added.contributors) <= set(alone.contributors)
            assert added.publisher in (alone.publisher, None)


@pytest.mark.parametrize(
    "name", ["date", "relation", "rights", "subject", "creator", "identifier", "contributor", "other"]
)
def test_a_record_of_many_thousand_values_is_read_like_any_other(name: str) -> None:
    fields = "".join(f"<{name}>10.5555/x{number}; {number}</{name}>" for number in range(4000)).encode()
    record = normalise(raw(b"<record><metadata><dc>" + fields + b"</dc></metadata></record>"), "dspace")
    assert len(repr(record)) > 50_000


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A real record with bytes cut out, doubled, swapped for others, or its texts replaced by hostile ones."""
    path = draw(st.sampled_from(sorted(SAMPLES)))
    payload = SAMPLES[path]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(payload)))
        stop = min(len(payload), start + draw(st.integers(0, 200)))
        filling = draw(st.sampled_from(HOSTILE) | st.binary(max_size=20))
        payload = payload[:start] + filling + payload[stop:]
    return path.parent.name, payload


HOSTILE = [
    b"",
    b"<",
    b"</field>",
    b"<field name='value'>x</field>",
    b"<element>",
    b"&amp;lt;i&amp;gt;",
    b"&#x10FFFF;",
    b"\xf0\x9f\x92\xa9",
    b"9999-99-99",
    b"10." + b"9" * 50 + b"/",
    b"((((((((" * 50,
    b"https://" + b"a" * 3000,
    b" ; " * 200,
    "\u202e\u200b\ufeff".encode(),
]


@given(damaged(), st.sampled_from(["", "dspace", "eprints"]))
@settings(max_examples=300, deadline=None)
def test_only_record_errors_get_out(sample: tuple[str, bytes], dialect: str) -> None:
    name, payload = sample
    try:
        outcome: Record | str = normalise(raw(payload, name), dialect)
    except RecordError as error:
        outcome = error.reason
    assert outcome


@given(st.text(max_size=300), st.sampled_from(["oai_dc", "dim", "xoai"]), st.sampled_from(["", "dspace", "eprints"]))
@settings(max_examples=200, deadline=None)
def test_any_text_in_any_field_is_read_and_the_same_each_time(value: str, name: str, dialect: str) -> None:
    clean = "".join(c for c in value if c.isprintable() or c in "\n\t")  # what XML allows
    cdata = f"<![CDATA[{clean.replace(']]>', ' ')}]]>"
    payload = {"oai_dc": _dublin_core, "dim": _dim, "xoai": _xoai}[name](cdata).encode("utf-8", "replace")
    record = normalise(raw(payload, name), dialect)
    assert normalise(raw(payload, name), dialect) == record
    assert not any(d.value and d.raw and len(d.value) > len(d.raw) + 2 for d in record.dates)


def _dublin_core(text: str) -> str:
    names = [
        "title",
        "creator",
        "contributor",
        "subject",
        "description",
        "publisher",
        "date",
        "type",
        "format",
        "identifier",
        "source",
        "language",
    ]
    fields = "".join(f"<{n}>{text}</{n}>" for n in names)
    return f"<record><metadata><dc>{fields}</dc></metadata></record>"


_PATHS = [
    "dc.contributor.author", "dc.date.issued", "dc.identifier.citation", "dc.identifier.issn", "dc.relation.ispartofseries",
    "dc.description.sponsorship", "dc.format.extent", "dc.rights.uri", "dc.identifier.grantnumber", "dc.type", "x.y.z",
]  # fmt: skip


def _dim(text: str) -> str:
    fields = ""
    for path in _PATHS:
        schema, element, *qualifier = path.split(".")
        fields += f'<field mdschema="{schema}" element="{element}" qualifier="{"".join(qualifier)}">{text}</field>'
    return f"<record><metadata><dim>{fields}</dim></metadata></record>"


def _xoai(text: str) -> str:
    fields = ""
    for path in _PATHS:
        names = path.split(".")
        fields += "".join(f'<element name="{n}">' for n in [*names, "none"]) + f'<field name="value">{text}</field>'
        fields += "</element>" * (len(names) + 1)
    file = "".join(f'<field name="{n}">{text}</field>' for n in ("description", "format", "size", "url", "checksum"))
    fields += f"""<element name="bundles"><element name="bundle"><field name="name">ORIGINAL</field><element name="bitstreams">
        <element name="bitstream">{file}</element></element></element></element>"""
    return f"<record><metadata><metadata>{fields}</metadata></metadata></record>"

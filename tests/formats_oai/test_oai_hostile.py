"""Whatever a source sends, a reader gives a Record or raises RecordError, in time that grows with the length."""

from __future__ import annotations

import contextlib
import time
from xml.sax.saxutils import escape, quoteattr

import pytest
from golden.pairs import cases
from hypothesis import given
from hypothesis import strategies as st

from harvester import schemas
from harvester.errors import RecordError
from harvester.formats import platforms
from harvester.formats.oai_dc.write import write
from harvester.normalise import normalise
from harvester.record import RawRecord, Record

from .test_oai_lies import NAMESPACES

FORMATS = {
    "oai_dc": "dc", "qdc": "qualifieddc", "rdf": "RDF", "uketd_dc": "uketddc", "etdms": "thesis", "rioxx": "rioxx",
    "junii2": "junii2",
}  # fmt: skip
FIELDS = {
    name: [f for f in schemas.table(f"crosswalks/{name}")["fields"] if f.isidentifier()]
    + ["name", "id", "li", "Seq", "odd"]
    for name in FORMATS
}
ATTRIBUTES = (
    "xsi:type", "rel", "role", "coar_version", "start_date", "funder_id", "resource_exposed_date", "id", "resource", "about",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60),
    st.sampled_from(
        [
            "n/a",
            "10.1136/leader-2020-000228",
            "https://x.example/1.pdf",
            "http://[",
            "http://hdl.handle.net/1/2",
            "Surname, Given;",
            "2020-13-45",
            "info:eu-repo/date/embargoEnd/",
            "info:eu-repo/grantAgreement///",
            "dcterms:URI",
            "#",
            "urn:isbn:",
            ";;;",
            "600",
            "c@x.example",
            "start=;end=",
            "Retracted: x",
            "Retracted 2020-01-01: https://doi.org/10.1/x",
            "10.1/",
            "true",
        ]
    ),
)


@st.composite
def elements(draw: st.DrawFn, name: str, depth: int = 0) -> str:
    tag = draw(st.sampled_from(FIELDS[name]))
    given = draw(st.lists(st.tuples(st.sampled_from(ATTRIBUTES), TEXTS), max_size=2, unique_by=lambda pair: pair[0]))
    inner = escape(draw(TEXTS))
    if depth < 2:
        inner += "".join(draw(st.lists(elements(name, depth + 1), max_size=1)))
    return f"<{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in given)}>{inner}</{tag}>"


@given(st.data())
def test_any_tree_of_known_elements_is_read(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(FORMATS)))
    body = "".join(data.draw(st.lists(elements(name), max_size=4)))
    dialect = data.draw(st.sampled_from(["", *platforms.names()]))
    root = FORMATS[name]
    payload = f"<record><metadata><{root} {NAMESPACES}>{body}</{root}></metadata></record>".encode()
    raw = RawRecord(source="s", identifier="oai:x:1/2", format=name, payload=payload, datestamp="2021-01-01")
    assert isinstance(normalise(raw, dialect), Record)


@given(st.data())
def test_a_record_with_changed_bytes_is_read_or_refused(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(cases(*FORMATS)))
    payload = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    raw = RawRecord(source="s", identifier="oai:x:1", format=path.parent.name, payload=bytes(payload))
    with contextlib.suppress(RecordError):
        assert isinstance(normalise(raw), Record)


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("unit", ["a ", "; ", "10.1136/", "(1) ", "http://x.example/", "9", "name=x;", "\u00ad", ", "])
def test_a_long_value_takes_no_longer_than_it_is_long(name: str, unit: str) -> None:
    root, text = FORMATS[name], unit * (50_000 // len(unit))
    inner = "".join(
        f"<{field}>{text}</{field}>" for field in ("title", "creator", "identifier", "source", "date", "relation")
    )
    inner = f"<Description>{inner}</Description>" if name == "rdf" else inner
    payload = f"<record><metadata><{root}>{inner}</{root}></metadata></record>".encode()
    begun = time.process_time()
    for dialect in ("", "dspace", "pure", "contentdm"):
        normalise(RawRecord(source="s", identifier="oai:x:1", format=name, payload=payload), dialect)
    assert time.process_time() - begun < 4


@pytest.mark.parametrize("name", list(FORMATS))
def test_deep_trees_and_other_roots_are_refused(name: str) -> None:
    for payload in (
        b"",
        b"<record><header/></record>",
        b"<record><metadata><html/></metadata></record>",
        b"<a>" * 5000,
    ):
        with pytest.raises(RecordError):
            normalise(RawRecord(source="s", identifier="oai:x:1", format=name, payload=payload))


def test_works_without_anything_are_written() -> None:
    assert "".join(write([])).endswith("<records>\n</records>\n")

"""The one parser: strict, without network, entities or DTD."""

from __future__ import annotations

import pytest

from harvester.errors import RecordError
from harvester.formats.xml import local, metadata, parse, text_of, wrap

OAI = 'xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"not xml",
        b"<a>",
        b"<a/><b/>",
        b"<a>&nbsp;</a>",
        b'<a x:y="1"/>',
        b"<a>\x0b</a>",
        b"<a>\x00</a>",
        b"<a>\xff\xfe</a>",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>" + b"x" * 11_000_000 + b"</a>",
    ],
    ids=lambda data: repr(data[:24]),
)
def test_what_is_not_well_formed_or_beyond_the_limits_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError, match="not well-formed"):
        parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_a_doctype_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        parse(data)


def test_the_words_doctype_in_a_text_are_just_words() -> None:
    assert parse(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


def test_a_message_names_the_place() -> None:
    with pytest.raises(RecordError, match=r"line 2, column \d+$"):
        parse(b"<a>\n<b></a>")


def test_a_slice_is_parsed_with_the_namespaces_around_it() -> None:
    record = wrap(b"<record><dc:title>A</dc:title></record>", OAI)
    assert record.tag == "{http://www.openarchives.org/OAI/2.0/}record"
    assert record[0].tag == "{http://purl.org/dc/elements/1.1/}title"


@pytest.mark.parametrize("payload", [b"<a/><b/>", b"", b"text", b"</slice><slice>", b"<?xml version='1.0'?><a/>"])
def test_a_slice_is_one_element(payload: bytes) -> None:
    with pytest.raises(RecordError):
        wrap(payload, OAI)


def test_text_is_all_of_it() -> None:
    element = parse(b"<t>a<!-- b -->c<![CDATA[<d>]]>&#233;<i>f</i>g<?h i?>j</t>")
    assert text_of(element) == "ac<d>éfgj"


def test_unescaped_paragraphs_stay_apart() -> None:
    assert text_of(parse(b"<d>One<p>two</p><p>three</p></d>")).split() == ["One", "two", "three"]


def test_a_format_may_call_its_root_record_like_the_envelope() -> None:
    inner = b'<record xmlns="http://purl.org/dc/terms/"><title>T</title></record>'
    for payload in (inner, b"<record><header/><metadata>" + inner + b"</metadata></record>"):
        assert local(metadata(payload, "", frozenset({"record"}))[0]) == "title"


def test_metadata_is_found_whatever_the_namespace_of_the_envelope() -> None:
    for start in ("<record>", '<record xmlns="http://www.openarchives.org/OAI/1.1/">', f"<record {OAI}>"):
        payload = f"{start}<header/><metadata><dc/></metadata></record>".encode()
        assert metadata(payload, "", frozenset({"dc"})).tag.endswith("dc")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"<record><header/></record>", "no metadata"),
        (b"<record><header/><metadata/></record>", "no metadata"),
        (b"<record><header/><metadata>text</metadata></record>", "no metadata"),
        (b"<record><metadata><error>no such item</error></metadata></record>", "holds <error>.*no such item"),
        (b"<html><body/></html>", "is <html>"),
    ],
)
def test_metadata_that_is_missing_or_something_else(payload: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        metadata(payload, "", frozenset({"dc"}))

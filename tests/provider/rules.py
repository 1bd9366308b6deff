"""What OAI-PMH 2.0 and its XML schema demand of every answer (https://www.openarchives.org/OAI/2.0/OAI-PMH.xsd), as checks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from lxml import etree

OAI = "{http://www.openarchives.org/OAI/2.0/}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
VERBS = ("Identify", "ListMetadataFormats", "ListSets", "GetRecord", "ListIdentifiers", "ListRecords")
CODES = {
    "badVerb", "badArgument", "badResumptionToken", "cannotDisseminateFormat", "idDoesNotExist", "noMetadataFormats",
    "noRecordsMatch", "noSetHierarchy",
}  # fmt: skip
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
UTC = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)
PREFIX = re.compile(r"[A-Za-z0-9\-_.!~*'()]+", re.ASCII)
SET_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*", re.ASCII)
IDENTIFIER = re.compile(
    r"oai:[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+:[a-zA-Z0-9\-_.!~*'();/?:@&=+$,%]+", re.ASCII
)
SYNTAX = {"from": UTC, "until": UTC, "metadataPrefix": PREFIX, "set": SET_SPEC}


def check(body: bytes, asked: Mapping[str, Sequence[str]], base_url: str) -> etree._Element:
    """The root of an answer; AssertionError where it breaks a rule."""
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, huge_tree=True))
    assert root.tag == f"{OAI}OAI-PMH"
    assert root.get(f"{XSI}schemaLocation", "").split() == [
        OAI.strip("{}"),
        "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
    ]
    date, request, *rest = list(root)
    assert date.tag == f"{OAI}responseDate"
    assert SECONDS.fullmatch(date.text or "")
    assert request.tag == f"{OAI}request"
    assert request.text == base_url
    names = [element.tag.removeprefix(OAI) for element in rest]
    assert rest
    if names[0] == "error":
        _errors(rest, request, asked)
    else:
        assert len(rest) == 1
        assert names[0] in VERBS
        assert [names[0]] == list(asked["verb"])
        assert dict(request.attrib) == {name: values[0] for name, values in asked.items()}
        _BODIES[names[0]](rest[0])
    return root


def _errors(errors: Sequence[etree._Element], request: etree._Element, asked: Mapping[str, Sequence[str]]) -> None:
    codes = {error.get("code") for error in errors}
    assert {error.tag for error in errors} == {f"{OAI}error"}
    assert codes <= CODES
    assert all(error.text for error in errors)
    if codes & {"badVerb", "badArgument"}:
        assert not request.attrib
        return
    assert set(request.keys()) == asked.keys()
    for argument, pattern in SYNTAX.items():
        assert pattern.fullmatch(request.get(argument, "2020-01-01"))


def _identify(body: etree._Element) -> None:
    names = [child.tag.removeprefix(OAI) for child in body]
    assert names == [
        "repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp", "deletedRecord", "granularity",
        "description",
    ]  # fmt: skip
    values = {child.tag.removeprefix(OAI): child.text or "" for child in body}
    assert values["protocolVersion"] == "2.0"
    assert re.fullmatch(r"\S+@(\S+\.)+\S+", values["adminEmail"])
    assert SECONDS.fullmatch(values["earliestDatestamp"])
    assert values["deletedRecord"] in ("no", "persistent", "transient")
    assert values["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    (described,) = body[-1]
    assert IDENTIFIER.fullmatch(described.findtext("{*}sampleIdentifier") or "")


def _formats(body: etree._Element) -> None:
    assert len(body)
    prefixes = []
    for each in body:
        prefix, schema, namespace = (child.text or "" for child in each)
        assert PREFIX.fullmatch(prefix)
        assert urlsplit(schema).scheme in ("http", "https")
        assert urlsplit(namespace).scheme
        prefixes.append(prefix)
    assert "oai_dc" in prefixes
    assert len(set(prefixes)) == len(prefixes)


def _sets(body: etree._Element) -> None:
    assert len(body)
    specs = []
    for each in body:
        spec, name = (child.text or "" for child in each)
        assert SET_SPEC.fullmatch(spec)
        assert name
        specs.append(spec)
    assert len(set(specs)) == len(specs)
    assert {spec.rpartition(":")[0] for spec in specs} - {""} <= set(specs)  # what is above a set is a set


def _one(body: etree._Element) -> None:
    (record,) = body
    _record(record)


def _list(body: etree._Element) -> None:
    items = list(body)
    if items[-1].tag == f"{OAI}resumptionToken":
        token = items.pop()
        cursor, size = int(token.get("cursor", "")), int(token.get("completeListSize", ""))
        assert cursor + len(items) <= size
        assert (cursor + len(items) == size) == (not token.text)
    assert items  # a list is never empty
    for item in items:
        _record(item) if body.tag == f"{OAI}ListRecords" else _header(item)


def _record(record: etree._Element) -> None:
    assert record.tag == f"{OAI}record"
    header, *rest = list(record)
    _header(header)
    names = [child.tag.removeprefix(OAI) for child in rest]
    if header.get("status") == "deleted":
        assert not names
        return
    assert names[:1] == ["metadata"]
    assert set(names[1:]) <= {"about"}
    for each in rest:
        (inner,) = each
        assert not inner.tag.startswith(OAI)
        namespace = etree.QName(inner).namespace
        assert inner.get(f"{XSI}schemaLocation", "").split()[:1] == [namespace]


def _header(header: etree._Element) -> None:
    assert header.tag == f"{OAI}header"
    assert set(header.attrib) <= {"status"}
    assert header.get("status", "deleted") == "deleted"
    identifier, datestamp, *sets = list(header)
    assert IDENTIFIER.fullmatch(identifier.text or "")
    assert SECONDS.fullmatch(datestamp.text or "")
    assert {each.tag for each in sets} <= {f"{OAI}setSpec"}
    assert all(SET_SPEC.fullmatch(each.text or "") for each in sets)


_BODIES = {
    "Identify": _identify, "ListMetadataFormats": _formats, "ListSets": _sets, "GetRecord": _one, "ListIdentifiers": _list,
    "ListRecords": _list,
}  # fmt: skip

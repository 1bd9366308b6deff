"""DIDL and RFC 1807: what no rule has a place for is kept under ``extra``."""

from __future__ import annotations

import re

import msgspec
import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord, Record

_DII = "<Descriptor><Statement mimeType='application/xml'>{}</Statement></Descriptor>"
_DC = (
    "<oai_dc:dc xmlns:oai_dc='http://www.openarchives.org/OAI/2.0/oai_dc/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    "<dc:title>Tok1 of frogs</dc:title></oai_dc:dc>"
)
_FILE = (
    "<Item>"
    + _DII.format("<type xmlns='urn:r' resource='info:eu-repo/semantics/objectFile'/>")
    + "{}<Component>{}<Resource mimeType='application/pdf' ref='http://a.example/b.pdf'/></Component></Item>"
)


def _didl(inner: str) -> Record:
    payload = f"<DIDL xmlns='urn:mpeg:mpeg21:2002:02-DIDL-NS'><Item>{_DII.format(_DC)}{inner}</Item></DIDL>"
    return normalise(RawRecord(source="t", identifier="t", format="nl_didl", payload=payload.encode()))


@pytest.mark.parametrize(
    "inner",
    [
        _DII.format("<unknown xmlns='urn:u'>Tok2 <deeper>Tok3</deeper></unknown>"),
        "<Descriptor><Statement mimeType='text/plain'>Tok2</Statement></Descriptor>",
        _FILE.format(_DII.format("<unknown xmlns='urn:u'>Tok2</unknown>"), ""),
        _FILE.format(_DII.format("<accessRights xmlns='urn:u'>Tok2</accessRights>"), ""),
        _FILE.format(_DII.format("<available xmlns='urn:u'>Tok2</available>"), ""),
        _FILE.format("", _DII.format("<title xmlns='urn:u'>Tok2</title>")),
        _FILE.format("<Choice><Selection>Tok2</Selection></Choice>", ""),
    ],
)
def test_didl_keeps_each_statement(inner: str) -> None:
    said = msgspec.json.encode(_didl(inner)).decode().casefold()
    assert not [word for word in re.findall(r"Tok\d", _DC + inner) if word.casefold() not in said]


def test_title_of_a_component_describes_its_file() -> None:
    found = _didl(_FILE.format("", _DII.format("<title xmlns='urn:u'>Appendix</title>")))
    assert [(file.url, file.description) for file in found.files] == [("http://a.example/b.pdf", "Appendix")]


def test_descriptions_as_moai_sends_them() -> None:
    """https://github.com/infrae/moai: the format in words, the page at the outside, prefixes of names at the end."""
    mods = (
        "<mods xmlns='http://www.loc.gov/mods/v3'><titleInfo><title>Frogs</title></titleInfo><name type='personal'>"
        "<namePart type='family'>Berg, van den</namePart><namePart type='given'>J.</namePart></name>"
        "<name ID='f' type='corporate'><namePart>European Commission</namePart><role><roleTerm>fnd</roleTerm></role></name>"
        "<extension><grantAgreementList xmlns='info:eu-repo/grantAgreement'><grantAgreement"
        " code='info:eu-repo/grantAgreement/EC/FP7/12345'><funder IDref='f'/><title>FROGGY</title></grantAgreement>"
        "</grantAgreementList></extension></mods>"
    )
    kind = _DII.format("<type xmlns='urn:r' resource='info:eu-repo/semantics/descriptiveMetadata'/>")
    payload = (
        "<DIDL xmlns='urn:mpeg:mpeg21:2002:02-DIDL-NS'><Item><Component>"
        "<Resource ref='http://a.example/1' mimeType='application/xml'/></Component>"
        f"<Item>{kind}<Component><Descriptor><Statement mimeType='text/plain'>mods</Statement></Descriptor>"
        f"<Resource mimeType='application/xml'>{mods}</Resource></Component></Item></Item></DIDL>"
    )
    found = normalise(RawRecord(source="t", identifier="t", format="nl_didl", payload=payload.encode()))
    assert [person.name for person in found.contributors] == ["van den Berg, J."]
    assert [(paid.funder_name, paid.award_number, paid.award_title) for paid in found.funding] == [
        ("European Commission", "12345", "FROGGY")
    ]
    assert (found.url, found.files, found.extra) == ("http://a.example/1", (), {})


def test_rfc1807_revision_is_a_date_or_a_note() -> None:
    head = "<rfc1807 xmlns='http://info.internet.isi.edu:80/in-notes/rfc/files/rfc1807.txt'><title>A title</title>"
    payload = f"{head}<revision>2004-05-06</revision><revision>2, an error in table 1 was mended</revision></rfc1807>"
    found = normalise(RawRecord(source="t", identifier="t", format="rfc1807", payload=payload.encode()))
    assert [(date.type, date.value) for date in found.dates] == [("updated", "2004-05-06")]
    assert [(said.type, said.text) for said in found.descriptions] == [("note", "2, an error in table 1 was mended")]

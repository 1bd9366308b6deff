"""EAD, METS, ORE and UNTL, rule by rule: what real finding aids and packages write, and what it means."""

from __future__ import annotations

from harvester.formats import reader
from harvester.record import RawRecord, Record


def read(name: str, inner: str) -> Record:
    return reader(name)(RawRecord(source="t", identifier="t", format=name, payload=inner.encode()), "")


def ead(inner: str) -> Record:
    return read(
        "ead", f'<ead xmlns:xlink="http://www.w3.org/1999/xlink"><archdesc level="collection">{inner}</archdesc></ead>'
    )


def test_a_sentence_with_names_in_it_is_whole() -> None:
    found = ead(
        "<did><abstract>Papers of <persname>John Smith</persname>, a doctor.</abstract></did>"
        "<bioghist><head>Life</head><p>Born <date>1880</date>.</p>"
        "<chronlist><chronitem><date>1900</date><event>Graduated</event></chronitem></chronlist></bioghist>"
    )
    assert [d.text for d in found.descriptions] == ["Papers of John Smith, a doctor.", "Born 1880.\n\n1900 Graduated"]


def test_the_link_says_which_licence() -> None:
    found = ead(
        "<userestrict><p>Copyright held by X. "
        '<extref xlink:href="https://creativecommons.org/licenses/by/4.0/">CC BY</extref></p></userestrict>'
    )
    assert [lic.spdx for lic in found.licenses] == ["CC-BY-4.0"]
    assert found.rights == ("Copyright held by X. CC BY",)


def test_each_date_of_a_set_and_each_heading_in_a_paragraph() -> None:
    found = ead(
        "<did><unitdatestructured><dateset><daterange><fromdate standarddate='1960'>1960</fromdate>"
        "<todate standarddate='1970'>1970</todate></daterange><datesingle standarddate='1980-01'>Jan 1980</datesingle></dateset>"
        "</unitdatestructured><physdesc><extent>3 boxes</extent><physfacet>ill.</physfacet></physdesc></did>"
        "<controlaccess><p><subject>Nursing</subject></p>"
        "<subject source='lcsh'><part>Medicine</part><part>History</part></subject></controlaccess>"
    )
    assert [(d.type, d.value) for d in found.dates] == [("created", "1960/1970"), ("created", "1980-01")]
    assert [s.term for s in found.subjects] == ["Nursing", "Medicine--History"]
    assert (found.extent, found.extra) == (("3 boxes",), {"archdesc/did/physdesc/physfacet": ["ill."]})


def test_digital_objects_of_the_whole() -> None:
    found = ead(
        "<did><unittitle>Papers</unittitle><dao daotype='borndigital' href='https://a.example/born'/>"
        "<daogrp><daodesc><p>Scans</p></daodesc><daoloc xlink:href='https://a.example/t.jpg' xlink:show='embed'/>"
        "<daoloc xlink:href='https://a.example/d/1'/></daogrp><dao xlink:href='local-12'/>"
        "<dao><daodesc><p>Scans to come.</p></daodesc></dao></did>"
    )
    assert found.url == "https://a.example/born"
    assert [(link.type, link.target, link.label) for link in found.relations] == [
        ("is-variant-form-of", "https://a.example/d/1", "Scans")
    ]
    assert found.extra == {"archdesc/did/dao/@href": ["local-12"]}
    assert [said.text for said in found.descriptions] == ["Scans to come."]


def _mets(*sections: str) -> Record:
    return read("mets", f'<mets xmlns="http://www.loc.gov/METS/" OBJID="uc2.ark:/13960/t1">{"".join(sections)}</mets>')


def test_a_marc_record_in_a_package() -> None:
    """As HathiTrust and the Internet Archive describe what they hold."""
    field = '<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Leading</subfield></datafield>'
    for marc in ("<record xmlns='{}'>{}</record>", "<collection xmlns='{}'><record>{}</record></collection>"):
        held = marc.format("http://www.loc.gov/MARC21/slim", field)
        found = _mets(f"<dmdSec ID='D'><mdWrap MDTYPE='MARC'><xmlData>{held}</xmlData></mdWrap></dmdSec>")
        assert (found.title, found.extra) == ("Leading", {"@OBJID": ["uc2.ark:/13960/t1"]})


def test_the_latest_description_of_a_package() -> None:
    """Archivematica keeps the description that another has replaced."""
    section = (
        "<dmdSec ID='{0}' STATUS='{1}'><mdWrap MDTYPE='DC'><xmlData><dublincore xmlns='http://purl.org/dc/terms/'>"
        "<title>{2}</title></dublincore></xmlData></mdWrap></dmdSec>"
    )
    statuses = [("original", "Old"), ("update", "New"), ("deleted", "Gone")]
    assert _mets(*[section.format(n, status, title) for n, (status, title) in enumerate(statuses)]).title == "New"


def test_addresses_that_a_map_gives_and_nobody_can_use_are_kept() -> None:
    found = read(
        "ore",
        '<entry xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="http://www.openarchives.org/ore/terms/aggregates" '
        'href="bitstream/1"/><link rel="up" href="https://x.example/up"/><link rel="self" href="https://x.example/ore"/>'
        '<link rel="enclosure" type="application/pdf" href="https://x.example/a.pdf"/></entry>',
    )
    assert [f.url for f in found.files] == ["https://x.example/a.pdf"]
    assert found.extra == {"link/@href": ["bitstream/1", "https://x.example/up"]}


def test_what_is_said_of_a_person_stays_with_the_person() -> None:
    found = read(
        "untl",
        "<metadata><creator qualifier='aut'><name>Bell, A</name><type>per</type><info>Leeds</info></creator></metadata>",
    )
    assert [(c.name, c.raw) for c in found.contributors] == [("Bell, A", "Bell, A; Leeds")]


def test_who_made_the_collection_may_stand_there_in_plain_words() -> None:
    found = ead('<did><origination label="Collector">Bell, Amina</origination></did>')
    assert [(c.name, c.kind) for c in found.contributors] == [("Bell, Amina", "person")]
    assert found.extra == {}


def test_what_stands_in_a_title_leaves_no_brackets_and_is_kept() -> None:
    found = ead(
        "<did><unittitle>Papers, <unitdate normal='1890/1920'>1890-1920</unitdate> (bulk <unitdate type='bulk'>1900-1910"
        "</unitdate>) <num>MS 7</num></unittitle><unitdate>undated</unitdate>"
        "<repository><corpname>University Library<subarea>Special Collections</subarea></corpname></repository></did>"
        "<controlaccess><language>Papiamentian</language></controlaccess>"
    )
    assert (found.title, found.issued, len(found.dates)) == ("Papers", "1890/1920", 1)
    assert [i.value for i in found.identifiers][1:] == ["MS 7"]
    assert [(i.name, i.department) for i in found.institutions] == [("University Library", "Special Collections")]
    assert found.extra == {
        "archdesc/did/unittitle/unitdate": ["1900-1910"],
        "archdesc/controlaccess/language": ["Papiamentian"],
    }


def test_notes_and_conditions_in_a_box_are_what_they_are_outside_of_it() -> None:
    found = ead(
        "<descgrp type='admininfo'><head>Administration</head><userestrict><head>Use</head><p>CC BY 4.0</p></userestrict>"
        "<descgrp><custodhist><p>From the family.</p></custodhist></descgrp><p>Loose.</p></descgrp>"
    )
    assert [lic.spdx for lic in found.licenses] == ["CC-BY-4.0"]
    assert [d.text for d in found.descriptions] == ["From the family.", "Loose."]

"""METS 2 and resource maps in RDF/XML: the same containers in later and in other clothes."""

from __future__ import annotations

from itertools import permutations

import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord, Record


def _read(name: str, payload: str) -> Record:
    return normalise(RawRecord(source="t", identifier="t", format=name, payload=payload.encode()))


_METS_2 = """<mets OBJID="hdl:10044/1/5" xmlns="http://www.loc.gov/METS/v2"><mdSec><mdGrp USE="DESCRIPTIVE">
<md USE="DESCRIPTIVE" ID="d2">{part}</md><md USE="DESCRIPTIVE" ID="d1">{whole}</md></mdGrp>
<md USE="TECHNICAL" ID="t1"><mdWrap MDTYPE="PREMIS:OBJECT"><xmlData><object xmlns="http://www.loc.gov/premis/v3">
<objectCharacteristics><size>12345</size></objectCharacteristics><originalName>a.pdf</originalName></object></xmlData></mdWrap></md>
</mdSec><fileSec><fileGrp USE="CONTENT"><file MIMETYPE="application/pdf" MDID="t1">
<FLocat LOCTYPE="URL" LOCREF="http://x.example/a.pdf"/></file></fileGrp>
<file><FLocat LOCTYPE="URL" LOCREF="http://x.example/b.csv"/></file></fileSec>
<structSec><structMap TYPE="LOGICAL"><div MDID="d1"><div MDID="d2"/></div></structMap></structSec></mets>"""


def _mods(title: str) -> str:
    mods = f'<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>{title}</title></titleInfo></mods>'
    return f'<mdWrap MDTYPE="MODS"><xmlData>{mods}</xmlData></mdWrap>'


def test_mets_2_with_its_files() -> None:
    """https://github.com/mets/METS-schema/blob/main/METS2.md"""
    found = _read("mets", _METS_2.format(part=_mods("Chapter 1"), whole=_mods("Sharing leadership")))
    assert (found.title, found.url) == ("Sharing leadership", "https://hdl.handle.net/10044/1/5")
    assert [(f.url, f.name, f.mime, f.size) for f in found.files] == [
        ("http://x.example/a.pdf", "a.pdf", "application/pdf", 12345),
        ("http://x.example/b.csv", None, None, None),
    ]


def test_a_description_that_lies_elsewhere_is_named() -> None:
    elsewhere = '<mdRef MDTYPE="MODS" LOCTYPE="URL" LOCREF="http://x.example/mods.xml"/>'
    found = _read("mets", _METS_2.format(part="", whole=elsewhere))
    assert (found.title, found.extra) == (None, {"dmdSec/mdRef/@href": ["http://x.example/mods.xml"]})


_MAP = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ore="http://www.openarchives.org/ore/terms/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
<rdf:Description rdf:about="http://x.example/map"><ore:describes rdf:resource="http://x.example/map#aggregation"/>
<dc:title>Resource map of it</dc:title><dcterms:creator>A program</dcterms:creator><dcterms:modified>2008-10-01</dcterms:modified>
<dc:format>application/rdf+xml</dc:format></rdf:Description>
<rdf:Description rdf:about="http://x.example/map#aggregation">
<rdf:type rdf:resource="http://www.openarchives.org/ore/terms/Aggregation"/><dc:title>Sharing leadership</dc:title>
<ore:aggregates rdf:resource="http://x.example/a.pdf"/><ore:aggregates rdf:resource="http://x.example/b.csv"/>
<ore:similarTo rdf:resource="https://doi.org/10.1136/leader-2020-000228"/></rdf:Description>
<rdf:Description rdf:about="http://x.example/a.pdf"><dc:title>The article</dc:title><dc:format>application/pdf</dc:format>
</rdf:Description></rdf:RDF>"""


_NODES = [node + "</rdf:Description>" for node in _MAP.removesuffix("</rdf:RDF>").split("</rdf:Description>")[:-1]]
_HEAD, _NODES[0] = _NODES[0].split(">\n", 1)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("name", ["ore", "rdf"])
def test_a_resource_map_describes_what_it_aggregates_and_not_itself(name: str, order: tuple[int, ...]) -> None:
    """https://www.openarchives.org/ore/1.0/rdfxml"""
    found = _read(name, f"{_HEAD}>{''.join(_NODES[n] for n in order)}</rdf:RDF>")
    assert (found.title, found.contributors, found.dates, found.type_raw) == ("Sharing leadership", (), (), ())
    assert [(f.url, f.name, f.mime) for f in found.files] == [
        ("http://x.example/a.pdf", "The article", "application/pdf"),
        ("http://x.example/b.csv", None, None),
    ]
    assert [(r.type, r.target) for r in found.relations] == [("other", "10.1136/leader-2020-000228")]


def test_a_page_of_a_digitised_book_is_no_file_of_it() -> None:
    files = "".join(
        [
            f"<file ID='f{n}' MIMETYPE='application/pdf'><FLocat href='http://x.example/{n}.pdf'/></file>"
            for n in range(3)
        ]
    )
    found = _read(
        "mets",
        f"<mets xmlns='http://www.loc.gov/METS/'><fileSec><fileGrp USE='DOWNLOAD'>{files}</fileGrp></fileSec>"
        "<structMap TYPE='PHYSICAL'><div TYPE='physSequence'><fptr FILEID='f0'/><div TYPE='page'><fptr FILEID='f1'/></div>"
        "<div TYPE='page'><fptr FILEID='f2'/></div></div></structMap></mets>",
    )
    assert [f.url for f in found.files] == ["http://x.example/0.pdf"]


def test_rights_and_page_that_libraries_write_for_the_dfg_viewer() -> None:
    viewer = (
        '<amdSec><rightsMD><mdWrap MDTYPE="OTHER" OTHERMDTYPE="DVRIGHTS"><xmlData><rights xmlns="http://dfg-viewer.de/">'
        "<owner>SLUB Dresden</owner><ownerLogo>http://x.example/a.png</ownerLogo><license>{}</license></rights></xmlData></mdWrap>"
        '</rightsMD><digiprovMD><mdWrap MDTYPE="OTHER" OTHERMDTYPE="DVLINKS"><xmlData><links xmlns="http://dfg-viewer.de/">'
        "<reference>http://x.example/opac/1</reference><presentation>http://x.example/page/1</presentation></links></xmlData>"
        "</mdWrap></digiprovMD></amdSec>"
    )
    mets = f'<mets xmlns="http://www.loc.gov/METS/"><dmdSec ID="d">{_mods("Frogs")}</dmdSec>{{}}</mets>'
    found = _read("mets", mets.format(viewer.format("pdm")))
    assert (found.title, found.url) == ("Frogs", "http://x.example/page/1")
    assert [held.name for held in found.institutions] == ["SLUB Dresden"]
    assert [licence.spdx for licence in found.licenses] == ["CC-PDM-1.0"]
    assert _read("mets", mets.format(viewer.format("reserved"))).rights == ("reserved",)

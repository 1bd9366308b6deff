"""How DSpace states a work: its metadata fields, and the formats that its stock stylesheets make of them.

Field names: DSpace's registry, with Symplectic Elements' ``pubs`` schema beside it, as on many UK repositories.
Crosswalks after ``dspace/config/crosswalks/oai/metadataFormats/{xoai,dim,oai_dc}.xsl``. Everything that oai_dc loses is
lost here too: DOI, ISSN, handle, grant and citation become equal identifiers, sponsors become contributors, volume and
acceptance date vanish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from harvester.provider.protocol import OAI, XSI, Arguments
from harvester.sandbox.facts import Facts
from harvester.sandbox.oai import Format, Item, Platform, Provider

_TYPES = {
    "article": "Journal Article",
    "notice": "Journal Article",
    "thesis": "Thesis or dissertation",
    "report": "Report",
    "chapter": "Chapter",
    "conference-paper": "Conference Paper",
    "working-paper": "Working Paper",
    "dataset": "Dataset",
    "presentation": "Presentation",
}
_LANGUAGE_NEUTRAL = {"date", "issn", "isbn", "uri", "pmid"}
"""Elements and qualifiers that DSpace stores without a language."""
_XOAI = "http://www.lyncode.com/xoai"
_DIM = "http://www.dspace.org/xmlns/dspace/dim"
_OAI_DC = OAI + "oai_dc/"

FORMATS = (
    Format("oai_dc", OAI + "oai_dc.xsd", _OAI_DC),
    Format("xoai", "http://www.lyncode.com/xsd/xoai.xsd", _XOAI),
    Format("dim", "http://www.dspace.org/schema/dim.xsd", _DIM),
)

Field = tuple[str, str]
"""``("dc.contributor.author", "Aufegger, L")``"""


def fields(work: Facts) -> list[Field]:
    """The item's metadata in the order in which the submission form stores it."""
    view = work.dspace
    assert view is not None
    many: list[tuple[str, Iterable[str]]] = [
        ("dc.contributor.author", work.creators),
        ("dc.contributor.advisor", work.advisors),
        ("dc.contributor.editor", work.editors),
        ("dc.contributor.sponsor", work.funders),
        ("dc.date.accessioned", [view.accessioned]),
        ("dc.date.available", [view.accessioned] if view.available else []),
        ("dc.date.issued", [work.issued or work.online]),
        ("dc.identifier.citation", [work.citation]),
        ("dc.identifier.issn", [work.issn]),
        ("dc.identifier.isbn", [work.isbn]),
        ("dc.identifier.uri", [f"http://hdl.handle.net/{view.handle}"]),
        ("dc.identifier.doi", [work.doi]),
        ("dc.identifier.pmid", [work.pmid]),
        ("dc.identifier.govdoc", [work.report_number]),
        ("dc.identifier.grantnumber", work.grants),
        ("dc.description.abstract", [" ".join(paragraph.replace(": ", " ", 1) for paragraph in work.abstract)]),
        ("dc.format.extent", [work.pages.replace("-", " - ")]),
        ("dc.language.iso", [work.language]),
        ("dc.publisher", [work.publisher or work.institution]),
        ("dc.relation.ispartof", [work.container]),
        ("dc.rights", [work.rights]),
        ("dc.rights.uri", [work.license]),
        ("dc.subject", work.subjects),
        ("dc.title", [f"{work.title}: {work.subtitle}" if work.subtitle else work.title]),
        ("dc.type", [_TYPES[work.kind]]),
        ("dc.type.qualificationname", [work.degree]),
        ("dc.contributor.department", [work.department]),
        ("dcterms.dateAccepted", [work.accepted]),
        ("pubs.issue", [work.issue]),
        ("pubs.volume", [work.volume]),
        ("pubs.start-page", [work.pages.partition("-")[0]]),
        ("pubs.end-page", [work.pages.partition("-")[2]]),
        ("pubs.publication-status", [work.status]),
        ("pubs.online-publication-date", [work.online if work.issued else ""]),
    ]
    stated = [(name, view.instead.get(name, values)) for name, values in many if name not in view.without]
    return [(name, value) for name, values in stated for value in values if value]


def metadata(work: Facts) -> Callable[[str], str]:
    """What stands in ``<metadata>``, by metadataPrefix."""
    render = {"oai_dc": oai_dc, "xoai": xoai, "dim": dim}
    if work.dspace is not None and work.dspace.broken:
        return lambda prefix: (
            f'<error xmlns="">crosswalk failed: {prefix}.xsl: javax.xml.transform.TransformerException: '
            f"java.lang.NullPointerException</error>"
        )
    return lambda prefix: render[prefix](work)


def dim(work: Facts) -> str:
    """Dublin Core with schema and qualifier, one flat element a value."""
    rows = []
    for name, value in fields(work):
        schema, element, qualifier = _parts(name)
        attributes = f'mdschema="{schema}" element="{element}"'
        attributes += f' qualifier="{qualifier}"' if qualifier else ""
        attributes += "" if _language(name) == "none" else f' lang="{_language(name)}"'
        rows.append(f"<dim:field {attributes}>{escape(value)}</dim:field>")
    location = f"{_DIM} http://www.dspace.org/schema/dim.xsd"
    return (
        f'<dim:dim xmlns:dim="{_DIM}" xmlns:doc="{_XOAI}" xmlns:xsi="{XSI}" xsi:schemaLocation="{location}">'
        f"{''.join(rows)}</dim:dim>"
    )


_DC_ORDER = (
    *("title", "creator", "contributor", "subject", "description", "date", "type", "identifier", "language"),
    *("relation", "rights", "format", "publisher"),
)


def oai_dc(work: Facts) -> str:
    """Simple Dublin Core: qualifiers are cut off, the other schemas are not looked at."""
    found: dict[str, list[str]] = {element: [] for element in _DC_ORDER}
    for name, value in fields(work):
        schema, element, qualifier = _parts(name)
        if schema == "dc":
            found["creator" if (element, qualifier) == ("contributor", "author") else element].append(value)
    found["format"] += [file.mime for file in work.files]
    rows = [f"<dc:{element}>{escape(value)}</dc:{element}>" for element, values in found.items() for value in values]
    return (
        f'<oai_dc:dc xmlns:oai_dc="{_OAI_DC}" xmlns:doc="{_XOAI}" xmlns:xsi="{XSI}" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xsi:schemaLocation="{_OAI_DC} {OAI}oai_dc.xsd">\n'
        + "\n".join(rows)
        + "\n</oai_dc:dc>\n"
    )


def xoai(work: Facts) -> str:
    """Everything that DSpace knows of an item, as nested elements; files with their bundles."""
    view = work.dspace
    assert view is not None
    tree: dict[str, dict[str, dict[str, dict[str, list[str]]]]] = {}
    for name, value in fields(work):
        schema, element, qualifier = _parts(name)
        languages = tree.setdefault(schema, {}).setdefault(element, {}).setdefault(qualifier, {})
        languages.setdefault(_language(name), []).append(value)
    body = "".join(_element(s, "".join(_xoai_element(e, q) for e, q in es.items())) for s, es in tree.items())
    if work.files:
        bitstreams = "".join(_bitstream(work, number) for number in range(1, len(work.files) + 1))
        bundle = _element("bundle", _field("name", "ORIGINAL") + _element("bitstreams", bitstreams))
        body += _element("bundles", bundle)
    changed = datetime.fromisoformat(view.accessioned).strftime("%Y-%m-%d %H:%M:%S.0")
    body += _element(
        "others",
        _field("handle", view.handle)
        + _field("identifier", identifier(work))
        + _field("lastModifyDate", changed)
        + (_element("access-status", _field("value", "open.access")) if work.files else ""),
    )
    body += _element("repository", _field("name", PLATFORM.name) + _field("mail", PLATFORM.admin_email))
    location = f"{_XOAI} http://www.lyncode.com/xsd/xoai.xsd"
    return f'<metadata xmlns="{_XOAI}" xmlns:xsi="{XSI}" xsi:schemaLocation="{location}">{body}</metadata>'


def _xoai_element(element: str, qualifiers: dict[str, dict[str, list[str]]]) -> str:
    inner = ""
    for qualifier, languages in qualifiers.items():
        values = "".join(
            _element(language, "".join(_field("value", v) for v in values)) for language, values in languages.items()
        )
        inner += _element(qualifier, values) if qualifier else values
    return _element(element, inner)


def _bitstream(work: Facts, number: int) -> str:
    file = work.files[number - 1]
    handle = work.dspace.handle if work.dspace else ""
    stated = {
        "name": file.name,
        "originalName": file.name,
        "description": file.description,
        "format": file.mime,
        "size": str(file.size) if file.size else "",
        "url": f"{_site(handle)}/bitstream/{handle}/{number}/{quote(file.name)}",
        "sid": str(number),
        "primary": "true" if number == 1 else "",
    }
    return _element("bitstream", "".join(_field(name, value) for name, value in stated.items() if value))


def _element(name: str, inner: str) -> str:
    return f"<element name={quoteattr(name)}>{inner}</element>"


def _field(name: str, value: str) -> str:
    return f"<field name={quoteattr(name)}>{escape(value)}</field>"


def _parts(name: str) -> tuple[str, str, str]:
    schema, element, *qualifier = name.split(".")
    return schema, element, qualifier[0] if qualifier else ""


def _language(name: str) -> str:
    return "none" if _LANGUAGE_NEUTRAL.intersection(name.split(".")) else "en_US"


def _site(handle: str) -> str:
    return "https://spiral.imperial.ac.uk" if handle.startswith("10044/") else "https://dspace.example.org"


# --- the repository --------------------------------------------------------------------------------------------------


def identifier(work: Facts) -> str:
    assert work.dspace is not None
    return work.dspace.identifier or f"oai:{PLATFORM.repository_identifier}:{work.dspace.handle}"


def item(work: Facts) -> Item:
    assert work.dspace is not None
    return Item(
        identifier(work),
        datetime.fromisoformat(work.dspace.accessioned),
        tuple(work.dspace.collections),
        metadata(work),
        work.dspace.deleted,
    )


def _write_token(arguments: Arguments, offset: int) -> str:
    """DSpace's own form: ``metadataPrefix/from/until/set/offset``."""
    parts = [arguments.get(name, "") for name in ("metadataPrefix", "from", "until", "set")]
    return "/".join([*parts, str(offset)])


SETS = {
    "com_123456789_1": "Faculty of Invented Medicine",
    "col_123456789_2": "Department of Surgery and Cancer",
    "col_123456789_3": "Institute of Global Health Innovation",
    "col_123456789_4": "School of Scripted Management",
    "col_123456789_5": "Theses of the School of Scripted Management",
    "col_123456789_6": "Reports and working papers",
}

PLATFORM = Platform(
    name="Sandbox repository of the DSpace kind (scripted records)",
    repository_identifier="dspace.example.org",
    formats=FORMATS,
    write_token=_write_token,
    sets=SETS,
    prologue='<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="static/style.xsl"?>',
    descriptions=(
        f'<oai-identifier xmlns="{OAI}oai-identifier" xsi:schemaLocation="{OAI}oai-identifier '
        f'{OAI}oai-identifier.xsd"><scheme>oai</scheme><repositoryIdentifier>dspace.example.org</repositoryIdentifier>'
        "<delimiter>:</delimiter><sampleIdentifier>oai:dspace.example.org:123456789/7</sampleIdentifier>"
        "</oai-identifier>",
        '<toolkit xmlns="http://oai.dlib.vt.edu/OAI/metadata/toolkit" xsi:schemaLocation="'
        'http://oai.dlib.vt.edu/OAI/metadata/toolkit http://oai.dlib.vt.edu/OAI/metadata/toolkit.xsd">'
        "<title>DSpace OAI-PMH (emulated)</title><author><name>sandbox</name></author></toolkit>",
    ),
)


def repository(works: Iterable[Facts], clock: Callable[[], datetime], *, page_size: int = 20) -> Provider:
    return Provider(PLATFORM, map(item, works), clock, page_size=page_size)

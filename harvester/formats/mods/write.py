"""Works as MODS 3.8, one ``<mods>`` each in a ``<modsCollection>``.

What MODS has no element for stands where its users look: the relation in ``otherType``, a retraction in a note and as a related
item, who paid in a note, the degree in the extension of NDLTD. https://www.loc.gov/standards/mods/mods-outline-3-8.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from harvester.clean import identifiers, roles, types
from harvester.formats import exported
from harvester.formats.mods.write_others import MODS, add, add_container, add_relation, add_version, scheme_of
from harvester.formats.xml import LANG
from harvester.record import Contributor, Event, Funding, License, Record, Work

_XLINK: Final = "http://www.w3.org/1999/xlink"
_ETD: Final = "http://www.ndltd.org/standards/metadata/etdms/1.1/"
_NSMAP: Final[Any] = {None: MODS, "xlink": _XLINK}
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<modsCollection xmlns="{MODS}" xmlns:xlink="{_XLINK}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{MODS} http://www.loc.gov/standards/mods/v3/mods-3-8.xsd">\n'
)
_DATES: Final = {
    "created": "dateCreated",
    "updated": "dateModified",
    "valid": "dateValid",
    "copyrighted": "copyrightDate",
}
_TITLES: Final = {
    "alternative": "alternative",
    "translated": "translated",
    "short": "abbreviated",
    "original": "alternative",
}
_ACCESS: Final = {
    "open": "open access",
    "embargoed": "embargoed access",
    "restricted": "restricted access",
    "metadata-only": "metadata only access",
}
_DESCRIPTIONS: Final = {"abstract": "abstract", "summary": "abstract", "toc": "tableOfContents"}
_CLASSES: Final = frozenset({"ddc", "lcc", "udc"})
_Element = etree._Element


def write(works: Iterable[Work]) -> Iterator[str]:
    """One document; a work at a time."""
    yield _HEAD
    for work in works:
        yield etree.tostring(mods(work), encoding="unicode", pretty_print=True)
    yield "</modsCollection>\n"


def mods(work: Work) -> _Element:
    """One work. Its key is the identifier of the record."""
    record = work.record
    root = etree.Element(f"{{{MODS}}}mods", {"version": "3.8"}, nsmap=_NSMAP)
    _titles(root, record)
    for contributor in record.contributors:
        _name(root, contributor)
    _event_and_institutions(root, record)
    _kind(root, record)
    _origin(root, record)
    for language in record.language:
        add(add(root, "language"), "languageTerm", language, type="code", authority="rfc4646")
    _physical(root, record)
    _texts(root, record)
    _subjects(root, record)
    add_container(root, record)
    for relation in record.relations:
        add_relation(root, relation)
    _identifiers(root, record)
    _location(root, record)
    _rights(root, record)
    _degree(root, record)
    add(add(root, "recordInfo"), "recordIdentifier", work.key)
    return root


def _titles(root: _Element, record: Record) -> None:
    if record.title:
        add(add(root, "titleInfo", usage="primary"), "title", record.title)
    for title in record.titles:
        if (kind := _TITLES.get(title.type)) is not None:
            info = add(root, "titleInfo", type=kind)
            if title.language:
                info.set(LANG, exported.xml_text(title.language))
            add(info, "title", title.title)


def _name(root: _Element, contributor: Contributor) -> None:
    c = contributor
    kind = {"person": "personal", "organisation": "corporate"}.get(c.kind)
    name = add(root, "name", type=kind)
    if c.kind == "person" and c.family:
        add(name, "namePart", c.family, type="family")
        if c.given:
            add(name, "namePart", c.given, type="given")
        if c.suffix:
            add(name, "namePart", c.suffix, type="termsOfAddress")
    else:
        add(name, "namePart", c.name)
    for scheme, value in (("orcid", c.orcid), ("ror", c.ror), ("isni", c.isni)):
        if value:
            add(name, "nameIdentifier", identifiers.link(scheme, value) or value, type=scheme)
    for affiliation in c.affiliations:
        if affiliation.name:
            add(name, "affiliation", affiliation.name)
    _role(name, c.role, roles.name_in("marc", c.role))


def _role(name: _Element, term: str, code: str | None) -> None:
    role = add(name, "role")
    add(role, "roleTerm", term, type="text")
    if code:
        add(role, "roleTerm", code, type="code", authority="marcrelator")


def _event_and_institutions(root: _Element, record: Record) -> None:
    """A conference is a name, or a related item where more of it is known; who granted the degree is a name."""
    if record.event is not None and record.event.name:
        _event(root, record.event)
    for institution in record.institutions:
        if institution.role == "awarding":
            for sent, term, code in (
                (institution.name, "degree grantor", "dgg"),
                (institution.department, "department", None),
            ):
                if sent:
                    name = add(root, "name", type="corporate")
                    add(name, "namePart", sent)
                    _role(name, term, code)


def _event(root: _Element, event: Event) -> None:
    if not (event.place or event.start or event.end or event.sponsor):
        add(add(root, "name", type="conference"), "namePart", event.name)
        return
    item = add(root, "relatedItem", otherType="conference")
    add(add(item, "titleInfo"), "title", event.name)
    origin = add(item, "originInfo")
    if event.place:
        add(add(origin, "place"), "placeTerm", event.place, type="text")
    if event.sponsor:
        add(origin, "publisher", event.sponsor)
    for point, day in (("start", event.start), ("end", event.end)):
        if day:
            add(origin, "dateOther", day, type="conference", encoding="edtf", point=point)


def _kind(root: _Element, record: Record) -> None:
    if (broad := types.name_in("mods", record.type)) is not None:
        add(root, "typeOfResource", broad)
    if record.type != "other":
        coar = types.name_in("coar", record.type)
        own = coar if coar and types.resource_type(coar) == record.type else None
        add(root, "genre", types.label(record.type), authority="coar" if own else None, valueURI=own)


def _origin(root: _Element, record: Record) -> None:
    """Publisher, place, edition and dates; the citation date is the key date, and one of issue where no other is known."""
    origin = etree.Element(f"{{{MODS}}}originInfo")
    if record.place:
        add(add(origin, "place"), "placeTerm", record.place, type="text")
    if record.publisher:
        add(origin, "publisher", record.publisher)
    key = record.issued
    if key and not any(d.type == "issued" and d.value for d in record.dates):
        add(origin, "dateIssued", key, encoding="edtf", keyDate="yes")
        key = None
    written = {("issued", record.issued)} if key is None else set()
    for date in record.dates:
        sent = date.value or date.raw
        if not sent or (date.type, sent) in written:
            continue
        written.add((date.type, sent))
        name = "dateIssued" if date.type == "issued" else _DATES.get(date.type, "dateOther")
        kind = date.type.replace("-", " ") if name == "dateOther" else None
        chosen = "yes" if key is not None and date.value == key else None
        key = None if chosen else key
        add(origin, name, sent, type=kind, encoding="edtf" if date.value else None, keyDate=chosen)
    if record.embargo_until and ("embargo-end", record.embargo_until) not in written:
        add(origin, "dateOther", record.embargo_until, type="embargo end", encoding="edtf")
    if record.edition:
        add(origin, "edition", record.edition)
    if len(origin):
        root.append(origin)


def _physical(root: _Element, record: Record) -> None:
    media_types = dict.fromkeys((*record.media_types, *[f.mime for f in record.files if f.mime]))
    if not (media_types or record.extent):
        return
    physical = add(root, "physicalDescription")
    for media in media_types:
        add(physical, "internetMediaType" if "/" in media and " " not in media else "form", media)
    for extent in record.extent:
        add(physical, "extent", extent)


def _texts(root: _Element, record: Record) -> None:
    """Abstract, contents and notes; what happened after publication is the first note, for whoever reads one only."""
    if (mark := exported.mark(record)) is not None:
        add(root, "note", mark, type="update status")
    for each in record.descriptions:
        name = _DESCRIPTIONS.get(each.type, "note")
        kind = {"summary": "summary", "methods": "methods", "other": "description"}.get(each.type)
        text = add(root, name, each.text, type=kind)
        if each.language:
            text.set(LANG, exported.xml_text(each.language))
    for funding in record.funding:
        _funding(root, funding)
    if record.peer_reviewed is not None:
        add(root, "note", "Peer reviewed" if record.peer_reviewed else "Not peer reviewed", type="peer review")
    if record.version:
        add(root, "note", record.version, type="version")
    if record.publication_status:
        add(root, "note", record.publication_status, type="publication status")
    for audience in record.audience:
        add(root, "targetAudience", audience)


def _funding(root: _Element, funding: Funding) -> None:
    """Who paid, with the grant in brackets; a grant alone is an identifier."""
    if funding.funder_name:
        grant = f" (grant {funding.award_number})" if funding.award_number else ""
        add(root, "note", f"{funding.funder_name}{grant}", type="funding")
    elif funding.award_number:
        add(root, "identifier", funding.award_number, type="grant number")


def _subjects(root: _Element, record: Record) -> None:
    for subject in record.subjects:
        if subject.scheme in _CLASSES:
            add(root, "classification", subject.term, authority=subject.scheme)
        else:
            heading = add(root, "subject", authority=subject.scheme, valueURI=subject.uri)
            add(heading, "topic", subject.term)
    for place in record.coverage:
        add(add(root, "subject"), "geographic", place)
    if record.period:
        add(add(root, "subject"), "temporal", record.period)


def _identifiers(root: _Element, record: Record) -> None:
    """The work's own; those of its versions where no relation names them already."""
    related = {relation.target for relation in record.relations}
    for each in record.identifiers:
        if each.relation == "self":
            add(root, "identifier", each.value, type=scheme_of(each.scheme))
        elif each.relation == "version" and each.value not in related:
            add_version(root, each)


def _location(root: _Element, record: Record) -> None:
    hosts = [i.name for i in record.institutions if i.role == "host" and i.name]
    files = [f for f in record.files if f.url]
    if not (record.url or hosts or files):
        return
    location = add(root, "location")
    for host in hosts:
        add(location, "physicalLocation", host)
    if record.url:
        add(location, "url", record.url, usage="primary", access="object in context")
    for file in files:
        add(location, "url", file.url, access="raw object", displayLabel=file.name)


def _rights(root: _Element, record: Record) -> None:
    for statement in record.rights:
        add(root, "accessCondition", statement, type="use and reproduction")
    for licence in record.licenses:
        _licence(root, licence)
    if record.access:
        add(root, "accessCondition", _ACCESS.get(record.access, record.access), type="restriction on access")


def _licence(root: _Element, licence: License) -> None:
    condition = add(root, "accessCondition", licence.spdx or licence.raw or licence.url, type="use and reproduction")
    if licence.url:
        condition.set(f"{{{_XLINK}}}href", exported.xml_text(licence.url))


def _degree(root: _Element, record: Record) -> None:
    if record.degree is None:
        return
    degree = etree.SubElement(add(root, "extension"), f"{{{_ETD}}}degree", nsmap={"etd": _ETD})
    for name in ("name", "level", "discipline"):
        if value := getattr(record.degree, name):
            etree.SubElement(degree, f"{{{_ETD}}}{name}").text = exported.xml_text(value)

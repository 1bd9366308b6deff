"""Works as MARC 21, by the same fields that are read: one ``<record>`` each in a ``<collection>``.

What MARC has no field for is not written: dates other than of publication, creation and copyright, versions, collections. A
relation stands with its name in ``$i``, a retraction in a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from harvester import schemas
from harvester.clean import identifiers, relations, roles, types
from harvester.formats import exported
from harvester.formats.marc.fields import Datafield
from harvester.record import Contributor, File, Funding, Record, Relation, Subject, Title, Work

_MARC: Final = "http://www.loc.gov/MARC21/slim"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_HEAD: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{_MARC}">\n'
_SCHEMES: Final = {"doi": "doi", "handle": "hdl", "pmid": "pmid", "pmcid": "pmcid", "arxiv": "arxiv", "oai": "oai"}
_HEADINGS: Final = {"lcsh": "0", "mesh": "2"}
_CLASSES: Final = {"lcc": "050", "ddc": "082", "nlm": "060", "udc": "080"}
_ACCESS: Final = {
    "open": "Open access", "embargoed": "Embargoed access", "restricted": "Restricted access",
    "metadata-only": "Metadata only access",
}  # fmt: skip
_UNTITLED: Final = "[Untitled]"
"""What cataloguers write where a work has no title: a record of MARC needs one."""
_YEAR = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_YEARS = re.compile(r"(\d{2}(?:\d\d|\dX|XX))(?:-\d\d|-XX){0,2}[~?%]?(?:/(\d{4})(?:-\d\d){0,2})?")
"""A year, perhaps in doubt or with digits that are not known, or the first and the last of several."""

Field: TypeAlias = tuple[str, str, Sequence[tuple[str, str | None]]]
"""Tag, both indicators, subfields; those without a value are left out."""


def write(works: Iterable[Work]) -> Iterator[str]:
    """One document; a work at a time."""
    yield _HEAD
    for work in works:
        yield _xml(work, "<record>")
    yield "</collection>\n"


def record(work: Work, schema_location: str) -> str:
    """One work by itself, as it stands in an answer of OAI-PMH."""
    return _xml(work, f'<record xmlns="{_MARC}" xmlns:xsi="{_XSI}" xsi:schemaLocation={quoteattr(schema_location)}>')


def _xml(work: Work, begin: str) -> str:
    control = [("001", exported.one_line(work.key)), ("008", fixed(work.record))]
    lines = [f"{begin}\n  <leader>{leader(work.record)}</leader>\n"]
    lines += [
        f'  <controlfield tag="{tag}">{escape(exported.xml_text(value))}</controlfield>\n' for tag, value in control
    ]
    for field in datafields(work):
        inner = "".join([f"<subfield code={quoteattr(c)}>{_said(v)}</subfield>" for c, v in field.subfields])
        lines.append(f'  <datafield tag="{field.tag}" ind1="{field.ind1}" ind2="{field.ind2}">{inner}</datafield>\n')
    return "".join([*lines, "</record>\n"])


def _said(value: str) -> str:
    return escape(exported.one_line(exported.xml_text(value)))


def leader(record: Record) -> str:
    """New, of its type and level, in Unicode; the lengths are those of ISO 2709 and stay open."""
    return f"00000n{types.name_in('marc_leader', record.type) or 'am'} a2200000 u 4500"


def fixed(record: Record) -> str:
    """008: type of date, dates, language; the rest is fill characters, which say that nothing is said."""
    issued = record.issued or ""
    found, years = _YEAR.fullmatch(issued), _YEARS.fullmatch(issued)
    when = "n" + "u" * 8
    if found is not None and found[2] and found[2] <= "12":
        when = f"e{found[1]}{found[2]}{found[3] or '  '}"
    elif years is not None:
        first = years[1].replace("X", "u")
        when = f"m{first}{years[2]}" if years[2] and years[2] > first else f"s{first}    "
    codes = schemas.table("vocabularies/languages")["languages"]
    known = codes.get(record.language[0].partition("-")[0], {}).get("codes", ()) if record.language else ()
    return f"||||||{when}xx {'|' * 17}{known[0] if known else 'und'}||"


def datafields(work: Work) -> Iterator[Datafield]:
    """The fields of a work by their tags; people and bodies keep their order among one another."""
    made = sorted(_fields(work), key=lambda field: "700" if field[0] in ("710", "720") else field[0])
    for tag, indicators, subfields in made:
        said = tuple([(code, value) for code, value in subfields if value])
        if any(code not in "24i" for code, _ in said):
            yield Datafield(tag, indicators[0], indicators[1], said)


def _fields(work: Work) -> Iterator[Field]:
    record = work.record
    yield from _numbers(record)
    yield "041", "07", [*[("a", tag) for tag in record.language], ("2", "rfc5646")]
    yield from map(_classes_and_headings, record.subjects)
    yield from _people(record)
    yield from _titles(work)
    yield "250", "  ", [("a", record.edition)]
    yield "264", " 1", [("a", record.place), ("b", record.publisher), ("c", record.issued)]
    for kind, ind2 in (("created", "0"), ("copyrighted", "4")):
        yield from [
            ("264", f" {ind2}", [("c", d.value)]) for d in record.dates if d.type == kind and d.value != record.issued
        ]
    yield from [("300", "  ", [("a", extent)]) for extent in record.extent]
    yield from _notes(record)
    yield from map(_funding, record.funding)
    yield "655", " 7", [("a", types.label(record.type) if record.type != "other" else None), ("2", "local")]
    yield from _host(record)
    yield from map(_relation, record.relations)
    yield from map(_file, record.files)
    yield "856", "40", [("u", record.url)]


def _numbers(record: Record) -> Iterator[Field]:
    in_host = record.container is not None and record.container.type != "series"
    for found in record.identifiers:
        if found.scheme == "isbn" and (found.relation == "self" or not in_host):
            yield "020", "  ", [("a", found.value)]
        elif found.scheme in ("issn", "eissn") and found.relation == "self":
            yield "022", "  ", [("a", found.value)]
        elif found.scheme in _SCHEMES and found.relation == "self":
            yield "024", "7 ", [("a", found.value), ("2", _SCHEMES[found.scheme])]
        elif found.scheme == "report-number" and found.relation == "self":
            yield "088", "  ", [("a", found.value)]


def _classes_and_headings(subject: Subject) -> Field:
    scheme, term = subject.scheme, subject.term
    if scheme in _CLASSES:
        return _CLASSES[scheme], " 4", [("a", term)]
    if not scheme:
        return "653", "  ", [("a", term)]
    main, *divided = term.split("--")
    ind2 = _HEADINGS.get(scheme, "7")
    parts: list[tuple[str, str | None]] = [("a", main), *[("x", part) for part in divided]]
    return "650", f" {ind2}", [*parts, ("2", scheme if ind2 == "7" else None), ("0", subject.uri)]


# --- people, titles ---------------------------------------------------------------------------------------------------


def _people(record: Record) -> Iterator[Field]:
    for at, contributor in enumerate(record.contributors):
        main = at == 0 and contributor.role == "author"
        tag = {"person": "00", "organisation": "10"}.get(contributor.kind)
        yield (
            f"{'1' if main else '7'}{tag}" if tag else "720",
            "1 " if tag == "00" else "2 " if tag else "  ",
            _name(contributor),
        )
    for institution in record.institutions:
        said = institution.role == "awarding" and _is_thesis(record) and not institution.department  # in 502
        if institution.role in ("awarding", "host") and not said:
            yield "710", "2 ", [
                ("a", institution.name), ("b", institution.department), ("4", "dgg" if institution.role == "awarding" else "his"),
            ]  # fmt: skip
    if (event := record.event) is not None:
        days = "/".join([day for day in (event.start, event.end) if day])
        yield "711", "2 ", [
            ("a", event.name), ("g", event.acronym), ("n", event.number), ("d", days), ("c", event.place),
        ]  # fmt: skip


def _name(contributor: Contributor) -> list[tuple[str, str | None]]:
    c = contributor
    name = ", ".join([part for part in (c.family, c.given) if part]) if c.kind == "person" and c.family else c.name
    orcid = identifiers.orcid(c.orcid) if c.orcid else None
    return [
        ("a", name),
        ("c", c.suffix),
        ("4", roles.name_in("marc", c.role)),
        *[("u", a.name or a.ror) for a in c.affiliations],
        ("1", f"https://orcid.org/{orcid}" if orcid else None),
        ("1", c.ror),
        ("1", f"(isni){c.isni}" if c.isni else None),
    ]


def _titles(work: Work) -> Iterator[Field]:
    record = work.record
    main, below = exported.divided(exported.title(record) or _UNTITLED, record)
    yield "245", "10" if record.contributors else "00", [("a", f"{main} :" if below else main), ("b", below)]
    for title in record.titles:
        if title.title != below:
            yield _other_title(title)


def _other_title(title: Title) -> Field:
    if title.type == "short":
        return "210", "0 ", [("a", title.title)]
    if title.type == "translated":
        return "246", "31", [("a", title.title)]
    return (
        "246",
        "3 ",
        [
            ("i", "Original title:" if title.type == "original" else None),
            ("a", title.title if title.type != "markup" else None),
        ],
    )


# --- notes ------------------------------------------------------------------------------------------------------------


def _is_thesis(record: Record) -> bool:
    return record.type.endswith("thesis")


def _notes(record: Record) -> Iterator[Field]:
    for description in record.descriptions:
        if description.type in ("abstract", "summary"):
            yield "520", "3 " if description.type == "abstract" else "  ", [("a", description.text)]
        elif description.type == "toc":
            yield "505", "0 ", [("a", description.text)]
        else:
            yield "500", "  ", [("a", description.text)]
    yield "500", "  ", [("a", exported.mark(record))]
    if _is_thesis(record):
        degree = record.degree.name if record.degree else None
        schools = [i.name for i in record.institutions if i.role == "awarding" and i.name]
        for school in schools or (None,):
            yield (
                "502",
                "  ",
                [("b", degree), ("c", school), ("d", exported.year(record) if degree or school else None)],
            )
    yield "506", "  ", [("a", _ACCESS.get(record.access or "")), ("g", (record.embargo_until or "").replace("-", ""))]
    yield from [("521", "  ", [("a", each)]) for each in record.audience]
    yield from [("522", "  ", [("a", each)]) for each in record.coverage]
    yield from [("540", "  ", [("a", statement)]) for statement in record.rights]
    yield from [
        ("540", "  ", [("u", licence.url), ("a", None if licence.url else licence.spdx or licence.raw)])
        for licence in record.licenses
    ]


def _funding(funding: Funding) -> Field:
    return "536", "  ", [("a", funding.funder_name or funding.award_title), ("c", funding.award_number)]


# --- links ------------------------------------------------------------------------------------------------------------


def _host(record: Record) -> Iterator[Field]:
    container = record.container
    if container is None:
        if record.volume or record.pages or record.article_number:
            yield "773", "0 ", [("q", _enumeration(record)), ("g", _part(record))]
        return
    if container.type == "series":
        yield "490", "0 ", [("a", container.title), ("v", record.volume), ("x", container.issn)]
        return
    yield (
        "773",
        "0 ",
        [
            ("p", container.short_title),
            ("t", container.title),
            ("x", container.issn),
            ("x", container.eissn),
            ("z", container.isbn),
            ("q", _enumeration(record)),
            ("g", _part(record)),
        ],
    )


def _enumeration(record: Record) -> str | None:
    """``4:3<128``"""
    if not record.volume and not record.issue:
        return None
    return f"{record.volume or ''}{f':{record.issue}' if record.issue else ''}" + (
        f"<{record.start_page}" if record.start_page else ""
    )


def _part(record: Record) -> str | None:
    """``Vol. 4, no. 3 (2020), p. 128-134``"""
    year = exported.year(record)
    numbers = [f"Vol. {record.volume}" if record.volume else "", f"no. {record.issue}" if record.issue else ""]
    found = ", ".join([n for n in numbers if n]) + (f" ({year})" if year else "")
    where = f"p. {record.pages}" if record.pages else f"art. {record.article_number}" if record.article_number else ""
    return ", ".join([part.strip() for part in (found, where) if part.strip()]) or None


def _relation(relation: Relation) -> Field:
    """787, with the name of the relation; the tags of its own (780 ...) are for serials."""
    number, title = relation.target, relation.label
    codes = {"issn": "x", "isbn": "z"}
    if relation.scheme == "local":
        return (
            "787",
            "08",
            [("i", f"{relations.label(relation.type)}:"), ("t", title or number), ("w", number if title else None)],
        )
    link = identifiers.link(relation.scheme, number) or f"{relation.scheme}:{number}"
    code = codes.get(relation.scheme, "o")
    return (
        "787",
        "08",
        [("i", f"{relations.label(relation.type)}:"), ("t", title), (code, number if code != "o" else link)],
    )


def _file(file: File) -> Field:
    size = str(file.size) if file.size is not None else None
    return "856", "40", [("u", file.url), ("q", file.mime), ("s", size), ("f", file.name), ("y", file.description)]

"""How EPrints states a work in oai_dc: inside out.

After ``EPrints::Plugin::Export::DC`` and answers of real repositories: the landing page is the first dc:relation and
the DOI or official URL the last one, dc:identifier holds file URLs and the rendered citation, a second dc:type says
whether the work was refereed, and setSpecs are hexadecimal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from harvester.provider.protocol import OAI, XSI, Arguments
from harvester.sandbox.facts import Facts
from harvester.sandbox.oai import Format, Item, Platform, Provider

SITE = "https://eprints.example.org"

_TYPES = {
    "article": ("article", "Article"),
    "notice": ("article", "Article"),
    "thesis": ("thesis", "Thesis"),
    "report": ("monograph", "Monograph"),
    "working-paper": ("monograph", "Monograph"),
    "chapter": ("book_section", "Book Section"),
    "conference-paper": ("conference_item", "Conference or Workshop Item"),
    "presentation": ("conference_item", "Conference or Workshop Item"),
    "dataset": ("dataset", "Dataset"),
}
"""Our kind -> EPrints' type, and the phrase for it in English."""

_LICENSES = {
    "https://creativecommons.org/licenses/by/4.0/": "cc_by_4",
    "https://creativecommons.org/licenses/by-nc/4.0/": "cc_by_nc_4",
    "https://creativecommons.org/licenses/by-nc-nd/4.0/": "cc_by_nc_nd_4",
}

FORMAT = Format("oai_dc", OAI + "oai_dc.xsd", OAI + "oai_dc/")


def set_spec(*path: str) -> str:
    """EPrints writes a set's field and value as hexadecimal, one level a colon.

    >>> set_spec("status=pub")
    '7374617475733D707562'
    """
    return ":".join(part.encode().hex().upper() for part in path)


def landing_page(number: int) -> str:
    return f"{SITE}/id/eprint/{number}/"


def statements(work: Facts) -> list[tuple[str, str]]:
    """(Dublin Core element, value) in the order in which EPrints writes them."""
    view = work.eprints
    assert view is not None
    date = view.date if view.date is not None else work.issued or work.online
    rows: list[tuple[str, str]] = [
        ("relation", landing_page(view.number)),
        ("title", f"{work.title}: {work.subtitle}" if work.subtitle else work.title),
        *(("creator", name) for name in work.creators),
        *(("subject", subject) for subject in work.subjects),
        ("description", " ".join(paragraph.replace(": ", " ", 1) for paragraph in work.abstract)),
        ("publisher", work.publisher or work.institution),
        *(("contributor", name) for name in work.editors),
        ("date", date),
        ("type", _TYPES[work.kind][1]),
        ("type", "PeerReviewed" if work.peer_reviewed else "NonPeerReviewed"),
    ]
    for number, file in enumerate(work.files, 1):
        rows += [
            ("format", "text"),
            ("language", work.language),
            ("rights", _LICENSES.get(work.license, "")),
            ("identifier", f"{landing_page(view.number)}{number}/{quote(file.name)}"),
        ]
    rows.append(("identifier", citation(work)))
    rows.append(("relation", (work.doi or work.url) if view.official_url else ""))
    return [(element, value) for element, value in rows if value]


def citation(work: Facts) -> str:
    """The citation with EPrints' generous white space and the creators' pages in angle brackets."""
    view = work.eprints
    assert view is not None
    names = ";  ".join(
        f"{name} <{SITE}/view/creators/{quote(name)}.html>" if number == 0 else name
        for number, name in enumerate(work.creators)
    )
    year = (work.issued or work.online)[:4] if view.date is None else view.date
    title = f"{work.title}: {work.subtitle}" if work.subtitle else work.title
    if work.kind == "thesis":
        return f"    {names}     ({year}) {title}.  {work.degree} thesis, {work.institution}.   "
    if work.kind in ("report", "working-paper"):
        series = f"  {work.report_number}." if work.report_number else ""
        return f"    {names}     ({year}) {title}.  Documentation.{series} {work.publisher or work.institution}.   "
    if work.event:
        return f"    {names}     ({year}) {title}.   In: {work.event}.       "
    number = f"{work.volume} ({work.issue})" if work.volume and work.issue else work.volume
    where = ", ".join(part for part in (work.container, number) if part)
    pages = f"  pp. {work.pages}." if "-" in work.pages else f"  p. {work.pages}." if work.pages else ""
    issn = f"  ISSN {work.issn}" if work.issn else ""
    doi = f" DOI: {work.doi} <https://doi.org/{work.doi}>" if work.doi else ""
    press = "" if view.published else "     (In Press)"
    return f"    {names}     ({year}) {title}.  {where}. {pages}{issn}{doi}{press}     "


def metadata(work: Facts) -> Callable[[str], str]:
    """What stands in ``<metadata>``; there is but one format."""
    return lambda _: oai_dc(work)


def oai_dc(work: Facts) -> str:
    rows = "\n".join(f"        <dc:{element}>{escape(value)}</dc:{element}>" for element, value in statements(work))
    return (
        f'\n      <oai_dc:dc xmlns:oai_dc="{OAI}oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xsi:schemaLocation="{OAI}oai_dc/ {OAI}oai_dc.xsd" xmlns:xsi="{XSI}">\n{rows}</oai_dc:dc>'
    )


# --- the repository --------------------------------------------------------------------------------------------------


def item(work: Facts) -> Item:
    view = work.eprints
    assert view is not None
    sets = [
        set_spec("status=pub" if view.published else "status=inpress"),
        *(set_spec("subjects=RA", f"subjects={subject}") for subject in work.subjects if subject in SUBJECTS),
        set_spec(f"types={_TYPES[work.kind][0]}"),
    ]
    return Item(
        f"oai:{PLATFORM.repository_identifier}:{view.number}",
        datetime.fromisoformat(view.modified),
        tuple(sets),
        metadata(work),
        view.deleted,
    )


def _write_token(arguments: Arguments, offset: int) -> str:
    """The arguments of the list and an offset, form-encoded."""
    return urlencode({**arguments, "offset": str(offset)})


SUBJECTS = ("Leadership", "Medical education", "Health services", "Quality improvement", "Workforce")

SETS = {
    set_spec("status=pub"): "Status = Published",
    set_spec("status=inpress"): "Status = In Press",
    set_spec("subjects=RA"): "Subject = Public aspects of medicine",
    **{set_spec("subjects=RA", f"subjects={s}"): f"Subject = Public aspects of medicine: {s}" for s in SUBJECTS},
    **{set_spec(f"types={code}"): f"Type = {phrase}" for code, phrase in _TYPES.values()},
}

_POLICY = "<text>Every record here is scripted; people, publisher and findings are invented.</text>"

PLATFORM = Platform(
    name="Sandbox repository of the EPrints kind (scripted records)",
    repository_identifier="eprints.example.org",
    formats=(FORMAT,),
    write_token=_write_token,
    sets=SETS,
    prologue="<?xml version='1.0' encoding='UTF-8'?>\n<?xml-stylesheet type='text/xsl' href='/oai2.xsl' ?>\n",
    separator="\n    ",
    token_attributes=False,
    content_type="text/xml; charset=utf-8",
    descriptions=(
        '<eprints xmlns="http://www.openarchives.org/OAI/1.1/eprints" xsi:schemaLocation="'
        'http://www.openarchives.org/OAI/1.1/eprints http://www.openarchives.org/OAI/1.1/eprints.xsd">'
        f"<content>{_POLICY}</content><metadataPolicy>{_POLICY}</metadataPolicy><dataPolicy>{_POLICY}</dataPolicy>"
        f"<submissionPolicy>{_POLICY}</submissionPolicy></eprints>",
        f'<oai-identifier xmlns="{OAI}oai-identifier" xsi:schemaLocation="{OAI}oai-identifier '
        f'{OAI}oai-identifier.xsd"><scheme>oai</scheme><repositoryIdentifier>eprints.example.org'
        "</repositoryIdentifier><delimiter>:</delimiter><sampleIdentifier>oai:eprints.example.org:1"
        "</sampleIdentifier></oai-identifier>",
    ),
)


def repository(
    works: Iterable[Facts],
    clock: Callable[[], datetime],
    *,
    page_size: int = 15,
    granularity: Literal["seconds", "day"] = "seconds",
) -> Provider:
    return Provider(PLATFORM, map(item, works), clock, page_size=page_size, granularity=granularity)

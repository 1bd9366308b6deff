"""Records in one line, for the tests of linking."""

from __future__ import annotations

from harvester import link
from harvester.record import Container, Contributor, Date, Description, Identifier, Record


def record(
    title: str | None,
    authors: str = "",
    year: str = "",
    journal: str = "",
    place: str = "",
    *,
    doi: str = "",
    type_: str = "article",
    abstract: str = "",
    edition: str = "",
    source_id: str = "",
) -> Record:
    """``authors``: ``Darzi, A; Bicknell, C``. ``place``: ``volume(issue):first-last``, each of which may be missing."""
    volume, _, pages = place.partition(":")
    volume, _, issue = volume.partition("(")
    start, _, end = pages.partition("-")
    people = [a.partition(",") for a in authors.split(";") if a.strip()]
    return Record(
        title=title,
        type=type_,
        contributors=tuple(
            Contributor(f"{f.strip()}, {g.strip()}", family=f.strip(), given=g.strip() or None) for f, _, g in people
        ),
        issued=year or None,
        dates=(Date("issued", year),) if year else (),
        container=Container(journal) if journal else None,
        volume=volume or None,
        issue=issue.rstrip(")") or None,
        pages=pages or None,
        start_page=start or None,
        end_page=end or None,
        edition=edition or None,
        identifiers=tuple(i for i in (Identifier("doi", doi), Identifier("local", source_id)) if i.value),
        descriptions=(Description(abstract),) if abstract else (),
    )


def features(given: Record) -> link.Features:
    return link.features(given, link.match_keys(given, "source", "1", "csv"))


def compared(one: Record, other: Record, *, one_source: bool = False) -> link.Compared:
    return link.compare(features(one), features(other), one_source=one_source)

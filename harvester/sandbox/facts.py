"""Bibliographic facts of one work, as the bundle's files state them and the generator invents them.

Each source's view of a work is rendered from them by ``dspace``, ``eprints`` and ``crossref_items``: what a platform
loses or turns round, its renderer loses and turns round in the same way.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal[
    "article", "notice", "thesis", "report", "chapter", "conference-paper", "working-paper", "dataset", "presentation"
]


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    description: str = ""
    mime: str = "application/pdf"
    size: int = 0
    """Bytes."""


class Update(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One work corrects or retracts another; stated on both by Crossref."""

    doi: str
    """Of the other work: the notice in ``updated_by``, the work that it concerns in ``update_to``."""
    type: str
    date: str
    source: Literal["publisher", "retraction-watch"]
    record_id: str = ""


class DSpaceView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    handle: str
    collections: tuple[str, ...]
    accessioned: str
    """UTC, to the second; also the OAI datestamp."""
    identifier: str = ""
    """Where it is not made from the handle."""
    available: bool = True
    """DSpace 8 no longer sets dc.date.available."""
    deleted: bool = False
    broken: bool = False
    """The crosswalk fails, and what it says stands where the metadata should."""
    without: tuple[str, ...] = ()
    """Fields such as ``dc.identifier.doi`` that the depositor left out."""
    instead: dict[str, list[str]] = {}
    """Fields as the depositor typed them."""


class EPrintsView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: int
    modified: str
    """UTC, to the second."""
    published: bool = True
    """False: in press, which the citation says."""
    deleted: bool = False
    official_url: bool = True
    """False: the depositor gave none, so the DOI is nowhere but in the citation."""
    date: str | None = None
    """As the depositor typed it, where it differs."""


class CrossrefView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    created: str
    """UTC, to the second."""
    indexed: str = ""
    cited_by: int = 0
    publisher: str = ""
    """Where Crossref names it otherwise."""
    without: tuple[str, ...] = ()
    """Keys that were not deposited, or of which nobody here knows whether they were."""


class Facts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Dates are ISO 8601 and as coarse as is known; names are ``Family, Given``, organisations have no comma."""

    title: str
    kind: Kind = "article"
    scripted: bool = True
    """False: the work exists. Everything else in the bundle is invented."""
    subtitle: str = ""
    creators: tuple[str, ...] = ()
    orcids: dict[str, str] = {}
    """Creator -> ORCID iD."""
    affiliation: str = ""
    advisors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    abstract: tuple[str, ...] = ()
    """Paragraphs; ``Heading: text`` where the abstract is structured."""
    subjects: tuple[str, ...] = ()
    language: str = "en"
    publisher: str = ""
    container: str = ""
    issn: str = ""
    isbn: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    accepted: str = ""
    online: str = ""
    issued: str = ""
    """Of the issue, or of what stands for itself."""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    institution: str = ""
    department: str = ""
    degree: str = ""
    report_number: str = ""
    event: str = ""
    funders: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    license: str = ""
    """URL."""
    rights: str = ""
    peer_reviewed: bool = True
    status: str = ""
    files: tuple[File, ...] = ()
    references: tuple[str, ...] = ()
    """DOIs of the works cited."""
    updated_by: tuple[Update, ...] = ()
    update_to: tuple[Update, ...] = ()
    dspace: DSpaceView | None = None
    eprints: EPrintsView | None = None
    crossref: CrossrefView | None = None

    @property
    def citation(self) -> str:
        """``BMJ Leader, 2020, 4 (3), pp.128-134``, as Symplectic Elements writes it."""
        year = (self.issued or self.online)[:4]
        number = f"{self.volume} ({self.issue})" if self.volume and self.issue else self.volume
        parts = [self.container, year, number, f"pp.{self.pages}" if self.pages else ""]
        return ", ".join(part for part in parts if part) if self.container else ""

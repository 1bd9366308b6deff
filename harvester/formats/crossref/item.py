"""The JSON of a Crossref work as typed Structs: what a reader of ours uses, and what is known to say nothing. The rest of an
item goes to the extras, at the price of a second look at it (see ``decode``).

The published OpenAPI schema does not describe what the API sends, so these shapes follow the documented JSON format
(https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md) and what has been seen since.

Tuples hold what many works share, such as the names and numbers of a journal: what is made of them is remembered.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw, Struct

Unread = Any
"""A small value that is known and not read."""
Unparsed = Raw
"""A large one: not even parsed."""
NOT_PARSED = Raw(b"null")


_KEYS_AS_THEY_ARE = {k.lower(): k for k in ("DOI", "ISSN", "ISBN", "URL", "ORCID", "special_numbering")}


def _key(name: str) -> str:
    """Key of the JSON for an attribute."""
    return _KEYS_AS_THEY_ARE.get(name) or name.replace("_", "-")


class Dated(Struct, rename=_key, forbid_unknown_fields=True):
    """``{"date-parts": [[2020, 9, 28]], "date-time": ..., "timestamp": ...}``; parts may be null or missing."""

    date_parts: tuple[tuple[int | None, ...] | None, ...] | None = None
    date_time: str | None = None
    timestamp: Unread = None
    version: Unread = None

    @property
    def parts(self) -> tuple[int | None, ...]:
        return (self.date_parts[0] if self.date_parts else None) or ()


class Id(Struct, rename=_key, forbid_unknown_fields=True):
    """An identifier of an organisation (DOI, ROR, ISNI ...), and in ``relation`` the other side."""

    id: str | None = None
    id_type: str | None = None
    asserted_by: str | None = None


class Organisation(Struct, forbid_unknown_fields=True):
    """An affiliation or an institution; may have a ROR id and no name."""

    name: str | None = None
    id: list[Id] | None = None
    department: list[str] | None = None
    place: list[str] | None = None
    acronym: list[str] | None = None
    country: str | None = None


class Role(Struct, forbid_unknown_fields=True):
    role: str | None = None
    vocabulary: str | None = None


class Agent(Struct, rename=_key, forbid_unknown_fields=True):
    """A person (``family``) or a group (``name``); some have neither."""

    given: str | None = None
    family: str | None = None
    name: str | None = None
    suffix: str | None = None
    prefix: str | None = None
    sequence: Unread = None
    orcid: str | None = None
    authenticated_orcid: bool | None = None
    affiliation: list[Organisation] | None = None
    role: list[Role] | None = None


class TypedNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """An ISSN or ISBN with ``print`` or ``electronic``."""

    value: str | None = None
    type: str | None = None


class AwardInfo(Struct, rename=_key, forbid_unknown_fields=True):
    award_number: list[str] | None = None
    award_title: str | None = None
    award_url: str | None = None


class Funder(Struct, rename=_key, forbid_unknown_fields=True):
    """The same funder may come once per award."""

    name: str | None = None
    doi: str | None = None
    doi_asserted_by: str | None = None
    award: list[str] | None = None
    award_info: list[AwardInfo] | None = None
    id: list[Id] | None = None


class Licence(Struct, rename=_key, forbid_unknown_fields=True):
    url: str | None = None
    start: Dated | None = None
    content_version: str | None = None
    delay_in_days: int | None = None


class Link(Struct, rename=_key, forbid_unknown_fields=True):
    url: str | None = None
    content_type: str | None = None
    content_version: str | None = None
    intended_application: str | None = None


class Update(Struct, rename=_key, forbid_unknown_fields=True):
    """An entry of ``update-to`` (on the notice) or ``updated-by`` (on the work)."""

    doi: str | None = None
    type: str | None = None
    label: str | None = None
    source: str | None = None
    updated: Dated | None = None
    record_id: str | None = None


class Event(Struct, forbid_unknown_fields=True):
    name: str | None = None
    acronym: str | None = None
    location: str | None = None
    number: str | None = None
    sponsor: list[str] | None = None
    start: Dated | None = None
    end: Dated | None = None


class Group(Struct, forbid_unknown_fields=True):
    name: str | None = None
    label: str | None = None


class Assertion(Struct, rename=_key, forbid_unknown_fields=True):
    """Crossmark: whatever the publisher wants to say; many put the dates received and accepted here."""

    name: str | None = None
    label: str | None = None
    value: str | None = None
    group: Group | None = None
    order: Unread = None
    url: Unread = None
    explanation: Unread = None


class Trial(Struct, rename=_key, forbid_unknown_fields=True):
    clinical_trial_number: str | None = None


class Review(Struct, rename=_key, forbid_unknown_fields=True):
    type: str | None = None
    stage: str | None = None
    recommendation: str | None = None
    revision_round: str | None = None
    running_number: str | None = None
    competing_interest_statement: str | None = None
    language: str | None = None


class Body(Struct, forbid_unknown_fields=True):
    name: str | None = None
    acronym: str | None = None


class Issue(Struct, rename=_key, forbid_unknown_fields=True):
    issue: str | None = None
    published_print: Dated | None = None
    published_online: Dated | None = None


class Place(Struct, rename=_key, forbid_unknown_fields=True):
    url: str | None = None
    label: str | None = None


class Resource(Struct, forbid_unknown_fields=True):
    primary: Place | None = None
    secondary: list[Place] | None = None


class FreeToRead(Struct, rename=_key, forbid_unknown_fields=True):
    start_date: Dated | None = None
    end_date: Dated | None = None


class Version(Struct, forbid_unknown_fields=True):
    version: str | None = None


class ProjectTitle(Struct, forbid_unknown_fields=True):
    title: str | None = None
    language: str | None = None


class ProjectDescription(Struct, forbid_unknown_fields=True):
    description: str | None = None
    language: str | None = None


class ProjectFunding(Struct, rename=_key, forbid_unknown_fields=True):
    type: str | None = None
    scheme: str | None = None
    funder: Funder | None = None


class Project(Struct, rename=_key, forbid_unknown_fields=True):
    """What a grant pays for."""

    project_title: list[ProjectTitle] | None = None
    project_description: list[ProjectDescription] | None = None
    award_start: list[Dated] | None = None
    award_end: list[Dated] | None = None
    award_planned_end: list[Dated] | None = None
    award_amount: Unread = None
    funding: list[ProjectFunding] | None = None
    lead_investigator: list[Agent] | None = None
    co_lead_investigator: list[Agent] | None = None
    investigator: list[Agent] | None = None


class Item(Struct, rename=_key, forbid_unknown_fields=True):
    """One work. Every key is either in ``[fields]`` or in ``[ignored]`` of ``schemas/crosswalks/crossref.toml``.

    What most articles have comes first, in the order in which Crossref sends it: there the decoder looks for the next key.
    """

    indexed: Dated | None = None
    reference_count: int | None = None
    publisher: str | None = None
    issue: str | None = None
    license: list[Licence] | None = None
    funder: list[Funder] | None = None
    content_domain: Unparsed = NOT_PARSED
    short_container_title: tuple[str, ...] | None = None
    published_print: Dated | None = None
    abstract: str | None = None
    doi: str | None = None
    type: str | None = None
    created: Dated | None = None
    page: str | None = None
    update_policy: Unparsed = NOT_PARSED
    source: Unparsed = NOT_PARSED
    is_referenced_by_count: int | None = None
    title: list[str] | None = None
    prefix: Unparsed = NOT_PARSED
    volume: str | None = None
    author: list[Agent] | None = None
    member: Unparsed = NOT_PARSED
    published_online: Dated | None = None
    reference: Unparsed = NOT_PARSED
    container_title: tuple[str, ...] | None = None
    original_title: list[str] | None = None
    language: str | None = None
    link: list[Link] | None = None
    deposited: Dated | None = None
    score: Unparsed = NOT_PARSED
    resource: Resource | None = None
    subtitle: list[str] | None = None
    short_title: list[str] | None = None
    issued: Dated | None = None
    references_count: int | None = None
    journal_issue: Issue | None = None
    alternative_id: list[str] | None = None
    url: Unparsed = NOT_PARSED
    relation: dict[str, list[Id] | None] | None = None
    issn: tuple[str, ...] | None = None
    issn_type: tuple[TypedNumber, ...] | None = None
    subject: tuple[str, ...] | None = None
    published: Dated | None = None
    assertion: list[Assertion] | None = None
    article_number: str | None = None
    subtype: str | None = None

    editor: list[Agent] | None = None
    translator: list[Agent] | None = None
    chair: list[Agent] | None = None
    contributor: list[Agent] | None = None
    publisher_location: str | None = None
    edition_number: str | None = None
    part_number: str | None = None
    special_numbering: str | None = None
    version: Version | None = None
    description: str | None = None
    isbn: tuple[str, ...] | None = None
    isbn_type: tuple[TypedNumber, ...] | None = None
    clinical_trial_number: list[Trial] | None = None
    published_other: Dated | None = None
    posted: Dated | None = None
    accepted: Dated | None = None
    approved: Dated | None = None
    content_created: Dated | None = None
    content_updated: Dated | None = None
    group_title: str | None = None
    award: str | None = None
    award_start: Dated | None = None
    project: list[Project] | None = None
    free_to_read: FreeToRead | None = None
    update_to: list[Update] | None = None
    updated_by: list[Update] | None = None
    event: Event | None = None
    institution: list[Organisation] | None = None
    standards_body: Body | None = None
    degree: list[str] | None = None
    review: Review | None = None
    archive: list[str] | None = None


KEYS = {field.encode_name: field.name for field in msgspec.structs.fields(Item)}
"""Key of the JSON -> attribute of Item."""

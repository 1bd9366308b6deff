"""The nouns: what a source sends (RawRecord, Page), what it says (Record), what we believe (Work).

A record is what one source says; a work is what a cluster of records describes. Element names are those of
``schemas/elements.toml``, which gives each its DCMI term. All structs are frozen. Dates are EDTF strings (ISO 8601-2
level 1: ``2020``, ``2020-09``, ``2020-09-28``, ``2020-21`` for spring, ``1985~``), so they keep the precision they had.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

Json: TypeAlias = Any
"""What ``json.loads`` gives."""


# --- what a source sends ---------------------------------------------------------------------------------------------


class RawRecord(Struct, frozen=True, kw_only=True):
    """One record as a source sent it; key is (source, identifier, format)."""

    source: str
    identifier: str
    """As the source names it: OAI identifier, DOI, or the entry id of a curated file."""
    format: str
    """metadataPrefix, or ``crossref``, ``curated``: the name of a module or table that reads it."""
    payload: bytes = b""
    """The record's slice of the page as received, in UTF-8: the whole ``<record>``, one JSON item, one entry. Empty for
    some tombstones."""
    context: str = ""
    """XML only: the namespace declarations in scope where the slice was cut, as attributes of a start tag."""
    datestamp: str = ""
    """When the source says that the record changed, as sent."""
    deleted: bool = False
    sets: tuple[str, ...] = ()
    """OAI-PMH setSpecs."""
    repairs: tuple[str, ...] = ()
    """What had to be mended before the page could be parsed."""
    digest: bytes = b""
    """Hash over what counts as a change of the record: volatile fields (citation counts, index times) are left out."""


class Broken(Struct, frozen=True, kw_only=True):
    """A record on a page that cannot be read at all; the rest of the page is sound."""

    identifier: str
    """As far as it can be told, else empty."""
    format: str
    reason: str
    element: str = ""
    payload: bytes = b""


class Verdict(Struct, frozen=True, kw_only=True):
    """How a list ended. Only ``complete`` moves *complete through*."""

    complete: bool
    reason: str = ""

    def __str__(self) -> str:
        return "complete" if self.complete else f"incomplete ({self.reason})"


class Extent(Struct, frozen=True, kw_only=True):
    """Which of a source's records a whole list names."""

    format: str = ""
    """Of this format; empty: of any."""
    set_spec: str = ""
    """In this set, or in one below it; empty: in any or none."""
    deletes: bool = True
    """Whether what has vanished counts as deleted. A DOI is for ever: it is marked, and stays."""


class Page(Struct, frozen=True, kw_only=True):
    """One answer of a source, saved in one transaction together with the place after it."""

    records: list[RawRecord]
    broken: tuple[Broken, ...] = ()
    place: dict[str, Json] | None = None
    """Where the list goes on after this page; the source's own business. None: the list has ended."""
    verdict: Verdict | None = None
    """On the last page of a list only."""
    complete_through: str | None = None
    """On the last page of a complete list: the server's own time at its start. Overlap is subtracted when it is used."""
    announced: int | None = None
    """How many records the whole list has, where the server says so (completeListSize, total-results)."""
    repairs: tuple[str, ...] = ()
    set_names: dict[str, str] = {}
    """OAI-PMH setSpec -> name, on a page for which the source has asked for them."""
    extent: Extent | None = None
    """On every page of a list that names every live record of this extent: what it does not name has vanished."""
    unchanged: tuple[str, ...] = ()
    """Identifiers of records that the list names, and of which the source says that they are as they were: they were not sent."""
    gone: tuple[str, ...] = ()
    """Identifiers of which the source says, when asked for each by itself, that it does not have them (any more)."""


# --- what a record says ----------------------------------------------------------------------------------------------


class Identifier(Struct, frozen=True, omit_defaults=True):
    scheme: str
    """doi handle oai url issn eissn issn-l isbn pmid pmcid arxiv pii report-number trial grant local: ``identifiers.toml``."""
    value: str
    relation: str = "self"
    """self | container | version | file | candidate. Only ``self`` ever unites records."""
    raw: str | None = None


class Title(Struct, frozen=True, omit_defaults=True):
    title: str
    type: str = "alternative"
    """alternative translated original short subtitle markup"""
    language: str | None = None


class Affiliation(Struct, frozen=True, omit_defaults=True):
    name: str | None = None
    ror: str | None = None
    department: str | None = None


class Contributor(Struct, frozen=True, omit_defaults=True):
    """A person or an organisation; order in the list is the order of the source."""

    name: str
    """Display form: ``Aufegger, L`` or the organisation's name."""
    role: str = "author"
    """author editor translator chair reviewer advisor contact leader participant compiler illustrator sponsor other"""
    kind: str = "person"
    """person | organisation | unknown"""
    family: str | None = None
    given: str | None = None
    suffix: str | None = None
    orcid: str | None = None
    orcid_authenticated: bool | None = None
    ror: str | None = None
    isni: str | None = None
    affiliations: tuple[Affiliation, ...] = ()
    corresponding: bool | None = None
    raw: str | None = None
    """As sent, where it differs from ``name``."""


class Description(Struct, frozen=True, omit_defaults=True):
    text: str
    type: str = "abstract"
    """abstract summary toc methods note other"""
    language: str | None = None
    markup: str | None = None
    """As sent, where it had markup."""


class Subject(Struct, frozen=True, omit_defaults=True):
    term: str
    scheme: str = ""
    """'' mesh lcsh lcc ddc fos asjc jel local"""
    uri: str | None = None


class Date(Struct, frozen=True, omit_defaults=True):
    type: str
    """issued print online posted accepted submitted received available deposited exposed updated created collected
    copyrighted valid withdrawn embargo-start embargo-end event-start event-end unknown"""
    value: str | None
    """EDTF; None where what was sent is no date."""
    raw: str | None = None
    """As sent, where it differs from ``value``."""


class Container(Struct, frozen=True, omit_defaults=True):
    title: str | None = None
    short_title: str | None = None
    type: str | None = None
    """journal book proceedings series website repository newspaper"""
    issn: str | None = None
    eissn: str | None = None
    isbn: str | None = None
    publisher: str | None = None


class License(Struct, frozen=True, omit_defaults=True):
    url: str | None = None
    spdx: str | None = None
    applies_to: str | None = None
    """vor am tdm unspecified"""
    start: str | None = None
    delay_days: int | None = None
    raw: str | None = None


class Funding(Struct, frozen=True, omit_defaults=True):
    """A funder, a grant, or both; what came unpaired stays unpaired."""

    funder_name: str | None = None
    funder_id: str | None = None
    award_number: str | None = None
    award_title: str | None = None
    award_url: str | None = None
    stream: str | None = None
    asserted_by: str | None = None


class Relation(Struct, frozen=True, omit_defaults=True):
    type: str
    """DataCite 4.7 relation in kebab-case, or is-retracted-by, is-corrected-by, has-expression-of-concern,
    is-withdrawn-by, retracts, corrects, is-preprint-of, has-preprint, has-review, is-review-of ..."""
    scheme: str
    target: str
    label: str | None = None
    date: str | None = None
    asserted_by: str | None = None
    """publisher | retraction-watch | repository ..."""
    update_type: str | None = None
    """Crossref update type as sent (``partial_retraction``), on relations that are updates."""
    record_number: str | None = None


class File(Struct, frozen=True, omit_defaults=True):
    url: str | None = None
    name: str | None = None
    description: str | None = None
    version: str | None = None
    """COAR/JAV: AO SMUR AM P VoR CVoR EVoR NA"""
    mime: str | None = None
    format_label: str | None = None
    size: int | None = None
    """Bytes."""
    size_label: str | None = None
    checksum: str | None = None
    checksum_type: str | None = None
    access: str | None = None
    license: str | None = None
    embargo_until: str | None = None
    primary: bool | None = None


FOR_PROGRAMS: Final = frozenset({"text mining", "syndication"})
"""Descriptions of files that a publisher offers to programs: people may meet an API that asks for a key, or a login."""


class Collection(Struct, frozen=True, omit_defaults=True):
    set_spec: str | None = None
    name: str | None = None


class Event(Struct, frozen=True, omit_defaults=True):
    name: str | None = None
    acronym: str | None = None
    place: str | None = None
    start: str | None = None
    end: str | None = None
    number: str | None = None
    sponsor: str | None = None


class Institution(Struct, frozen=True, omit_defaults=True):
    name: str | None = None
    place: str | None = None
    department: str | None = None
    ror: str | None = None
    role: str = "host"
    """host awarding partner commissioner supporter"""


class Degree(Struct, frozen=True, omit_defaults=True):
    """What a thesis was accepted for."""

    name: str | None = None
    """As sent: ``Doctor of Philosophy``, ``PhD``."""
    level: str | None = None
    """doctoral masters bachelors, or as sent."""
    discipline: str | None = None


class ListingEntry(Struct, frozen=True, omit_defaults=True):
    """Where a curated entry wants to stand in a listing."""

    listing: str
    section: str
    position: int | None = None
    note: str | None = None


class Finding(Struct, frozen=True, omit_defaults=True):
    """Something a librarian may want to know about a record; never a reason to drop it. Codes: ``vocabularies/findings.toml``."""

    code: str
    element: str
    message: str
    raw: str | None = None
    level: Literal["error", "warning", "info"] = "warning"


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one source says, normalised. Nothing is mandatory but what the store knows (source, identifier, format)."""

    title: str | None = None
    titles: tuple[Title, ...] = ()
    type: str = "other"
    type_raw: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    url: str | None = None
    contributors: tuple[Contributor, ...] = ()
    descriptions: tuple[Description, ...] = ()
    language: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    dates: tuple[Date, ...] = ()
    issued: str | None = None
    """Citation date: issue or print when there is a volume or issue, else online, else posted; see ``checks.issued``."""
    container: Container | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    start_page: str | None = None
    end_page: str | None = None
    article_number: str | None = None
    edition: str | None = None
    part: str | None = None
    publisher: str | None = None
    place: str | None = None
    publication_status: str | None = None
    peer_reviewed: bool | None = None
    version: str | None = None
    """Version of the described resource; files have their own."""
    rights: tuple[str, ...] = ()
    licenses: tuple[License, ...] = ()
    access: str | None = None
    embargo_until: str | None = None
    funding: tuple[Funding, ...] = ()
    relations: tuple[Relation, ...] = ()
    update_status: str | None = None
    """retraction withdrawal removal expression-of-concern correction new-version; None: nothing known."""
    files: tuple[File, ...] = ()
    collections: tuple[Collection, ...] = ()
    event: Event | None = None
    institutions: tuple[Institution, ...] = ()
    audience: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()
    degree: Degree | None = None
    media_types: tuple[str, ...] = ()
    """Media types and forms of the work where no file is said to have them: ``application/pdf``, ``Online resource``."""
    extent: tuple[str, ...] = ()
    """Size or duration of the work as sent: ``xii, 176 p.``, ``12 min``; pages within a container are ``pages``."""
    period: str | None = None
    references_count: int | None = None
    cited_by_count: int | None = None
    listing: tuple[ListingEntry, ...] = ()
    contact: str | None = None
    extra: dict[str, list[str]] = {}
    """What no rule maps: path -> values as sent. Counted and shown; nothing is dropped."""
    findings: tuple[Finding, ...] = ()


class Step(Struct, frozen=True):
    """One value on its way into a Record, for ``harvester explain``."""

    path: str
    """Where in the raw record: ``dc.date.issued``, ``author[0].family``."""
    raw: str
    element: str
    rule: str
    """Name of the crosswalk rule that was applied."""
    value: Json
    """What came out; None where the rule found no value."""


# --- what we believe -------------------------------------------------------------------------------------------------


class Member(Struct, frozen=True):
    """A record as part of a work."""

    id: int
    """The store's record id."""
    source: str
    identifier: str
    format: str
    rank: int
    """Precedence of its source: 1 is believed first."""
    record: Record
    added: str
    """When the record was first stored (UTC, ISO 8601)."""


class Choice(Struct, frozen=True):
    """Where a single-valued element of a work came from."""

    record_id: int
    rule: str
    """only | precedence | readable | refined | completed | worst | longest | uncut (a list of authors that others cut)."""
    alternatives: int = 0
    """How many other, different values lost; they stay in ``records``."""


CURATOR: Final = "curator: "
"""With the name of who decided, the rule by which a pinned value was chosen."""


class Pin(Struct, frozen=True):
    """A value of a work that a person has decided, whatever its records say."""

    element: str
    """As ``harvester decide pin`` names it: title, container.issn ..."""
    value: Json
    """None: it has none."""
    by: str
    decided: str
    reason: str
    decision: str
    """The number of the decision."""
    record_id: int
    """The record that it belongs to: wherever that is, there is the pin."""


class Completion(Struct, frozen=True):
    """A part of a value that another record filled in: the ISSN of a journal, the ORCID iD of an author."""

    element: str
    part: str
    """orcid, given, issn ..."""
    value: Json
    record_id: int
    position: int | None = None
    """Of the item, from 0, where the element is a list."""


class Alternative(Struct, frozen=True):
    """What another record says of an element, and was not believed."""

    element: str
    value: str
    """In one line; authors for the contributors."""
    record_id: int
    differs: bool
    """In substance: another year, first author, volume, first page; not only written otherwise."""


Basis = Literal["notice", "status", "title"]
"""On what an update rests: somebody names the notice; only says what happened; or the title says so."""


class Update(Struct, frozen=True):
    """One thing that happened to a work after it was published."""

    type: str
    """schemas/vocabularies/updates.toml"""
    holds: bool
    """Not taken back by a reinstatement, and more than a word in a title that a registry does not confirm."""
    date: str | None
    sources: tuple[str, ...]
    """Who says so: publisher, retraction-watch, else the name of the source."""
    basis: Basis
    scheme: str
    notice: str
    """What names the notice; '' where nobody does."""
    notice_work: int | None
    """The notice, where it is in the index."""
    label: str | None
    record_id: int
    """The record that says so first."""


class Work(Struct, frozen=True, kw_only=True):
    """What a cluster of records describes: the best value per element, and who said it."""

    id: int
    key: str
    record: Record
    """The merged values, in the shape of a record."""
    members: tuple[Member, ...]
    choices: dict[str, Choice]
    """Element -> where its value came from (single-valued elements, and lists taken whole such as contributors)."""
    origins: dict[str, tuple[int, ...]]
    """List element -> record id of each item, in the order of the items."""
    pins: tuple[Pin, ...] = ()
    """What was decided about its values; they are in ``record``, their ``choices`` say ``curator: NAME``."""
    alternatives: tuple[Alternative, ...] = ()
    """What lost, one for each record and element that says otherwise; but for abstracts, which are long."""
    completions: tuple[Completion, ...] = ()
    """Parts of values that come from another record than the value."""
    updates: tuple[Update, ...] = ()
    """What happened to it: corrections, retractions, new versions; in the order of time."""
    elsewhere: dict[int, str] = {}
    """Records of other works that say something of this one, such as a notice: id -> source and identifier."""

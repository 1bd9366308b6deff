"""A Record on its way: rules put values in as they come, ``finish`` decides what only the whole record can tell.

Decided at the end: which of several bare dates is the date of issue, which description is the abstract, whether an ISSN or
ISBN is that of the work or of what contains it, the landing page, and the citation date.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct, structs

from harvester.clean import identifiers, languages, text
from harvester.clean.citations import Citation
from harvester.clean.types import best
from harvester.formats.cited import fill_from_citations
from harvester.formats.containers import container_of
from harvester.formats.findings import finding
from harvester.formats.issued import issued, name_dates
from harvester.formats.landing import landing_page
from harvester.record import (
    Collection,
    Contributor,
    Date,
    Degree,
    Description,
    Event,
    File,
    Finding,
    Funding,
    Identifier,
    Institution,
    License,
    RawRecord,
    Record,
    Relation,
    Step,
    Subject,
    Title,
)

T = TypeVar("T")

ABSTRACT_LENGTH = 200
"""A description without a qualifier is taken for an abstract from this many characters on."""
ABOUT_A_NAME = 150
"""A value longer than this is a sentence, not the name of a journal, a funder or a right."""
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|tiff?|bmp|webp)$", re.IGNORECASE)
_SAID_WITHIN = ("file:", "content:", "url:", "hdl:", "pmid:", "pmcid:")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}(?:\.\d+)*/\S")


class Draft(Struct, eq=False):
    """Everything a Record can hold, open for writing. Lists keep the order of the source.

    A Struct because one is made for every record: it fills thirty fields in the time of three assignments.
    """

    raw: RawRecord
    dialect: str
    trace: list[Step] | None = None
    path: str = ""
    """Where the value that is being read stands: ``dc.format``."""
    sent_language: str | None = None
    """``xml:lang``, or what DSpace notes as language, of the value that is being read."""
    titles: list[Title] = []
    """As they come; ``finish`` picks the one in the record's own language."""
    types: list[tuple[int, str]] = []
    """(how sure, type id)"""
    type_raw: list[str] = []
    identifiers: dict[tuple[str, str], Identifier] = {}
    landing: str | None = None
    contributors: list[Contributor] = []
    descriptions: list[Description] = []
    loose_descriptions: list[Description] = []
    """Descriptions of which nobody said what kind they are."""
    language: list[str] = []
    subjects: dict[Subject, None] = {}
    dates: list[Date] = []
    loose_dates: list[Date] = []
    """Dates of which nobody said what happened on them; type is empty."""
    container: dict[str, str] = {}
    series: str | None = None
    event: dict[str, str] = {}
    institutions: list[Institution] = []
    values: dict[str, Any] = {}
    """Single-valued elements by name: the first value that comes stays."""
    citation: Citation | None = None
    """Parsed from a citation in words: fills what no field of its own says."""
    citations: list[tuple[str, str]] = []
    """(path, sentence) where it may be a citation of the work, to be read when its title is known."""
    rights: list[str] = []
    licenses: list[License] = []
    funding: list[Funding] = []
    relations: list[Relation] = []
    files: list[File] = []
    mimes: list[tuple[str, str]] = []
    """(path, media type) where they stand apart from the files that they belong to."""
    audience: list[str] = []
    coverage: list[str] = []
    degree: dict[str, str] = {}
    media_types: list[str] = []
    extent: list[str] = []
    extra: dict[str, list[str]] = {}
    findings: list[Finding] = []
    seen: dict[tuple[int, Any], None] = {}
    """(id of the list, value) of what ``put`` has appended."""
    heard: set[Any] | None = None
    """Parts of an element that the rule of a whole has asked for, while one runs whose row says ``?``."""

    def identify(self, scheme: str, value: str, relation: str = "self", raw: str | None = None) -> Identifier:
        """Note an identifier once; ``self`` wins over any other relation to the same value."""
        key = (scheme, value)
        known = self.identifiers.get(key)
        if known is None or (relation == "self" and known.relation != "self"):
            known = Identifier(scheme, value, relation, raw if raw != value else None)
            self.identifiers[key] = known
        return known

    def set(self, element: str, value: Any) -> Any:
        """Give a single-valued element its value; None where it had a different one already, which is then kept."""
        kept = self.values.setdefault(element, value)
        return value if kept == value else None

    def put(self, items: list[T], value: T) -> T:
        """Append a value that may come again, once."""
        key = (id(items), value)
        if key not in self.seen:
            self.seen[key] = None
            items.append(value)
        return value

    def find(self, code: str, element: str, message: str, raw: str | None = None) -> None:
        self.findings.append(finding(code, element, message, raw))

    @property
    def tag(self) -> str | None:
        """The language of the value that is being read, as BCP 47."""
        return language_tag(self.sent_language)

    def credit(self, value: Any, authority: str) -> None:
        """The authority of the value that came last: of one author it may be an ORCID; DSpace's own keys mean nothing here."""
        one_person = isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], Contributor)
        if one_person and (orcid := identifiers.orcid(authority)) is not None:
            self.contributors[-1] = structs.replace(self.contributors[-1], orcid=orcid)

    # --- what only the whole record can tell --------------------------------------------------------------------------

    def finish(self) -> Record:
        """The record. Most steps are for what few records have: each is asked for only where there is something to do."""
        if self.dialect == "dspace":
            self._add_handle()
        record_language = tuple(self.language if len(self.language) < 2 else dict.fromkeys(self.language))
        title, titles = self._choose_title(record_language)
        if self.citations or self.citation is not None:
            fill_from_citations(self, title)
        if self.loose_dates:
            name_dates(self.loose_dates, self.dates, self.dialect)
        if self.loose_descriptions:
            self._name_descriptions()
        if self.mimes:
            self._attach_media_types()
        types, values = self.types, self.values
        if "start_page" in values and "pages" not in values:
            values["pages"] = "-".join(
                dict.fromkeys([values["start_page"], values.get("end_page", values["start_page"])])
            )
        record_type = "other" if not types else types[0][1] if len(types) == 1 else best(types)
        if self.relations:
            self._drop_relations_to_itself()
        container = container_of(self, record_type) if self.container or self.series is not None else None
        if title is not None and "notice" not in record_type and (update := text.update_prefix(title)) is not None:
            values.setdefault("update_status", update)
        return Record(
            title=title,
            titles=titles,
            type=record_type,
            type_raw=tuple(self.type_raw),
            identifiers=tuple(self.identifiers.values()),
            url=self.landing
            if self.landing is not None
            else landing_page(self.identifiers.values(), self.raw.identifier),
            contributors=tuple(self.contributors),
            descriptions=tuple(self.descriptions),
            language=record_language,
            subjects=tuple(self.subjects),
            dates=tuple(self.dates),
            issued=issued(self.dates, "volume" in values or "issue" in values),
            container=container,
            rights=tuple(self.rights),
            licenses=tuple(self.licenses),
            funding=tuple(self.funding),
            relations=tuple(self.relations),
            files=tuple(self.files),
            collections=_collections(self.raw.sets),
            event=Event(**self.event) if self.event else None,
            institutions=tuple(self.institutions),
            audience=tuple(self.audience),
            coverage=tuple(self.coverage),
            degree=Degree(**self.degree) if self.degree else None,
            media_types=tuple(self.media_types),
            extent=tuple(self.extent),
            extra=self.extra,
            findings=tuple(self.findings),
            **values,
        )

    def _add_handle(self) -> None:
        """DSpace makes its OAI identifiers from handles; most items give the handle in a field as well."""
        sent = self.raw.identifier
        if ("handle", sent.rpartition(":")[2]) not in self.identifiers:
            handle = identifiers.handle(sent)
            if handle is not None:
                self.identify("handle", handle, raw=sent)

    def _drop_relations_to_itself(self) -> None:
        """Repositories send a page or DOI of the item among its relations as well; that it is its own says an identifier."""
        own = {(i.scheme, i.value) for i in self.identifiers.values() if i.relation == "self"}
        self.relations = [r for r in self.relations if (r.scheme, r.target) not in own or r.date]

    def _choose_title(self, record_language: tuple[str, ...]) -> tuple[str | None, tuple[Title, ...]]:
        """The first title, or the first in the language of the record where titles say theirs (OJS sends one for each)."""
        if len(self.titles) == 1 and not self.titles[0].type:
            return self.titles[0].title, ()
        main = [t for t in self.titles if not t.type]
        if not main:
            return None, tuple(self.titles)
        chosen = main[0]
        if len(main) > 1 and chosen.language is not None and record_language:
            chosen = next((t for t in main if t.language and t.language[:2] == record_language[0][:2]), chosen)
        others = tuple([_other_title(t, chosen) for t in self.titles if t is not chosen and t.title != chosen.title])
        return chosen.title, others

    def _name_descriptions(self) -> None:
        """The longest description of a language is its abstract, if it is long enough and none is named as such."""
        loose = self.loose_descriptions
        named = {d.language for d in self.descriptions if d.type == "abstract"}
        best: dict[str | None, Description] = {}
        for d in loose:
            if d.language not in best or len(d.text) > len(best[d.language].text):
                best[d.language] = d
        for d in loose:
            long = len(d.text) >= ABSTRACT_LENGTH or self.dialect == "eprints"
            kind = "abstract" if long and not named and best[d.language] is d else "other"
            self.descriptions.append(Description(d.text, kind, d.language, d.markup))

    def _attach_media_types(self) -> None:
        """DSpace and EPrints name media types apart from the files; with one of them, or as many as files, it is clear.

        A file whose name says that it is something else, such as a thumbnail, is not what the type was said of.
        """
        files, mimes = self.files, self.mimes
        if files and len(mimes) in (1, len(files)):
            if len(mimes) == 1:
                mimes = mimes * len(files)
            self.files = [
                f if f.mime or _is_other(f.url, mime) else structs.replace(f, mime=mime)
                for f, (_, mime) in zip(files, mimes, strict=True)
            ]
            return
        self.media_types += dict.fromkeys([mime for _, mime in mimes])


def _is_other(url: str | None, mime: str) -> bool:
    """Whether a file is an image by its name, and the media type that of something else.

    >>> _is_other("http://x.example/thumbnail.jpg", "application/pdf"), _is_other("http://x.example/1", "text/html")
    (True, False)
    """
    return url is not None and _IMAGE.search(urlsplit(url).path) is not None and not mime.startswith("image/")


def _other_title(title: Title, chosen: Title) -> Title:
    if title.type:
        return title
    translated = title.language is not None and chosen.language is not None and title.language != chosen.language
    return Title(title.title, "translated" if translated else "alternative", title.language)


@lru_cache(maxsize=5_000)
def _collections(sets: tuple[str, ...]) -> tuple[Collection, ...]:
    return tuple([Collection(set_spec=spec) for spec in sets])


def begin(raw: RawRecord, dialect: str, trace: list[Step] | None) -> Draft:
    """A draft with what the header says.

    A record of a file, which has no header, goes by a DOI or another identifier that it says itself, or by a name that was made
    for it: that is none of its identifiers.
    """
    draft = Draft(raw, dialect, trace)
    if raw.identifier.startswith("oai:"):
        draft.identify("oai", raw.identifier)
    elif not raw.identifier.startswith(_SAID_WITHIN) and not _DOI.match(raw.identifier):
        draft.identify("local", raw.identifier)
    return draft


def language_tag(sent: str | None) -> str | None:
    """A BCP 47 tag from ``xml:lang`` or DSpace's language of a value, where ``none`` and ``*`` are no language."""
    if not sent or sent in ("none", "*"):
        return None
    found = languages.languages(sent)
    return found[0] if len(found) == 1 else None

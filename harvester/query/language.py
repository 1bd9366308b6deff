"""The query language: what a reader types, as an FTS5 expression and filters. Pure; any text gives a question.

    distributed leadership      both words, in any field, in any grammatical form
    "shared leadership"         the phrase
    lead*                       words that begin so
    leader OR manager           either
    -nursing   NOT nursing      without
    author:darzi  title:"..."   in one field: title author journal abstract subject
    year:2019-2022  year:2020-  type:article  source:spiral  language:fr  access:open
    type:"journal article"  language:french  source:"Spiral, Imperial College London"
    orcid:...  issn:...  doi:...  is:retracted  is:corrected  is:open

``OR`` binds more closely than the rest, so brackets are not needed and are passed over, as is everything else that
cannot be understood. The same filter twice means either.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from harvester import schemas
from harvester.clean import languages, types
from harvester.query.values import ACCESS

MAX_CHARACTERS: Final = 4000
MAX_TERMS: Final = 64
"""What follows is passed over: FTS5 has limits of its own, and would answer with an error."""

COLUMNS: Final = {
    "title": "title",
    "author": "authors",
    "authors": "authors",
    "journal": "container_title",
    "container": "container_title",
    "in": "container_title",
    "abstract": "abstract",
    "subject": "subjects",
    "keyword": "subjects",
}
"""Field as typed -> column of works_fts."""

FIELDS: Final = {column: field for field, column in reversed(COLUMNS.items())}
"""Column of works_fts -> the field that it is shown as."""

_OF_SCHEME = "id in (select work_id from identifiers where scheme = '{}' and value = ? collate nocase)"
FILTERS: Final = {
    "year": "issued_year between ? and ?",
    "type": "type = ? collate nocase",
    "source": "id in (select work_id from records where source in"
    " (select name from sources where name = ? or title = ? collate nocase and ? not in (select name from sources)))",
    "access": "access = ? collate nocase",
    "language": "(';' || replace(language, ' ', '') || ';' like '%;' || ? || ';%'"
    " or ';' || replace(language, ' ', '') like '%;' || ? || '-%')",
    "orcid": "id in (select work_id from contributors where orcid = upper(?))",
    "doi": _OF_SCHEME.format("doi"),
    "handle": _OF_SCHEME.format("handle"),
    "pmid": _OF_SCHEME.format("pmid"),
    "issn": "id in (select work_id from identifiers where scheme in ('issn', 'eissn', 'issn-l') and value = upper(?))",
    "isbn": _OF_SCHEME.format("isbn"),
    "is": "case ? when 'retracted' then is_retracted when 'open' then access = 'open'"
    " when 'corrected' then update_status = 'correction' end",
}
"""Filter -> condition on a row of works."""

_CODED: Final = frozenset({"type", "source", "language", "lang", "access"})
"""Filters of which several may be named at once: ``type:article,thesis``."""
_IS: Final = frozenset({"retracted", "open", "corrected"})

_TERM = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<field>[A-Za-z]+):[ ]*(?=[^\s]))?
        (?:"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_YEARS = re.compile(r"(\d{4})?(-|\.\.)?(\d{4})?", re.ASCII)
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»″", '"'), "\0": " "})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Filter(NamedTuple):
    name: str
    values: tuple[str | int, ...]
    """As many as its condition has parameters."""
    wanted: bool
    """False: works that meet it are left out."""

    @property
    def shown(self) -> str:
        if self.name != "year":
            return f"{self.name}: {self.values[0]}"
        first, last = (str(year) if 0 < int(year) < 9999 else "" for year in self.values)
        return f"year: {first}" if first == last else f"year: {first}-{last}"


class _Word(NamedTuple):
    """A word or phrase that is looked for."""

    expression: str
    in_title: str
    shown: str


class Part(NamedTuple):
    """A part of a question by itself: words of which any will do, a phrase, or a filter."""

    shown: str
    """As it was read: 'leadership', 'nursing or trial', 'not: nurs*', 'author: darzi', 'year: 2019-2022'."""
    match: str = ""
    filter: Filter | None = None

    def alone(self) -> Question:
        return Question(self.match, "", (self.filter,) if self.filter else (), 0)


class Question(NamedTuple):
    match: str
    """FTS5 expression; '' where no words are looked for."""
    without: str
    """FTS5 expression of works to be left out, where there is no ``match`` that could say so itself; else ''."""
    filters: tuple[Filter, ...]
    ignored: int
    """Terms beyond the limit, that were not looked at."""
    in_title: str = ""
    """``match`` with the words in the title that may stand anywhere."""
    parts: tuple[Part, ...] = ()
    """How it was read; each says what it would find alone, also where that is left out."""

    @property
    def understood(self) -> tuple[str, ...]:
        return tuple(part.shown for part in self.parts)

    def where(self) -> tuple[str, list[str | int]]:
        """The filters and ``without`` as one SQL condition on ``works`` and its parameters; '' where there are none."""
        conditions: list[str] = []
        values: list[str | int] = []
        for name in dict.fromkeys(f.name for f in self.filters if f.wanted):
            same = [f for f in self.filters if f.wanted and f.name == name]
            conditions.append(f"({' or '.join([FILTERS[name]] * len(same))})")
            values += [v for f in same for v in f.values]
        for unwanted in (f for f in self.filters if not f.wanted):
            conditions.append(f"not coalesce({FILTERS[unwanted.name]}, 0)")
            values += unwanted.values
        if self.without:
            conditions.append("id not in (select rowid from works_fts where works_fts match ?)")
            values.append(self.without)
        return " and ".join(conditions), values


def parse(text: str) -> Question:
    """What is asked. Whatever cannot be understood is looked for as plain words, or passed over.

    >>> parse('author:darzi "shared leadership" -nurs* year:2019-').match
    '({authors} : "darzi" AND -doi : "shared leadership") NOT (-doi : "nurs"*)'
    """
    text = text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode().translate(_QUOTES)
    if text.count('"') % 2:
        head, _, tail = text.rpartition('"')
        text = f"{head} {tail}"
    groups: list[list[_Word]] = []
    unwanted: list[_Word] = []
    filters: list[Filter] = []
    either = negated = False
    found = list(_TERM.finditer(text))
    for term in found[:MAX_TERMS]:
        field, value = (term["field"] or "").lower(), term["phrase"] if term["phrase"] is not None else term["word"]
        if term["word"] in {"AND", "OR", "NOT"} and not field and not term["minus"]:
            either, negated = term["word"] == "OR", term["word"] == "NOT" or (negated and term["word"] == "AND")
            continue
        minus = bool(term["minus"]) or negated
        several = value.split(",") if field in _CODED and term["phrase"] is None else [value]
        given = [known for each in several if (known := _filter(field, each, wanted=not minus)) is not None]
        if given:
            filters += given[: MAX_TERMS - len(filters)]
        elif word := _word(term, field, value):
            if minus:
                unwanted.append(word)
            elif either and groups:
                groups[-1].append(word)
            else:
                groups.append([word])
        either = negated = False
    match, in_title = (" AND ".join(_either(group, n) for group in groups) for n in (0, 1))
    without = " OR ".join(word.expression for word in unwanted)
    if match and without:
        match, in_title, without = f"({match}) NOT ({without})", f"({in_title}) NOT ({without})", ""
    parts = [Part(" or ".join(word.shown for word in group), _either(group)) for group in groups]
    parts += [Part(f"not: {word.shown}", word.expression) for word in unwanted]
    parts += [Part(f.shown if f.wanted else f"not: {f.shown}", filter=f._replace(wanted=True)) for f in filters]
    once: dict[str, Part] = {}
    for part in parts:
        once.setdefault(part.shown, part)
    return Question(match, without, tuple(filters), max(0, len(found) - MAX_TERMS), in_title, tuple(once.values()))


def _either(words: list[_Word], form: int = 0) -> str:
    """``form``: 0 for the expression, 1 for the one that looks in titles."""
    expressions = [word[form] for word in words]
    return expressions[0] if len(expressions) == 1 else f"({' OR '.join(expressions)})"


def _filter(field: str, value: str, *, wanted: bool) -> Filter | None:
    """A filter; None where the field is none, or its value makes no sense there."""
    field = {"hdl": "handle", "lang": "language"}.get(field, field)
    value = value.strip("()")
    if field not in FILTERS or not value:
        return None
    if field == "year":
        years = _YEARS.fullmatch(value.translate(_DASHES))
        if years is None or not (years[1] or years[3]):
            return None
        first = int(years[1] or 0)
        last = int(years[3] or (9999 if years[2] else first))
        return Filter(field, (min(first, last), max(first, last)), wanted)
    if field == "is" and value.lower() not in _IS:
        return None
    if field in {"doi", "handle", "orcid", "is"}:
        value = re.sub(r"^(https?://[^/]*/|doi:|hdl:)", "", value.lower())
    value = _code(field, value)
    return Filter(field, (value,) * FILTERS[field].count("?"), wanted)


def _code(field: str, value: str) -> str:
    """What people call a type, a language or an access, as the index has it; else what was typed."""
    if field == "type" and value.lower() not in schemas.table("vocabularies/types"):
        return types.resource_type(value) or value
    if field == "language":
        return languages.language(value) or value
    if field == "access":
        return next((code for code, label in ACCESS.items() if label.casefold() == value.casefold()), value)
    return value


def _word(term: re.Match[str], field: str, value: str) -> _Word | None:
    """One term for FTS5: always quoted, so that nothing in it is syntax. None where it holds no letter or digit."""
    column = COLUMNS.get(field, "")
    if field and not column:
        value = f"{field}:{value}"
    value = value.strip("()")
    begins = bool(term["star"]) or value.endswith("*")
    star = begins or bool(_EAST_ASIAN.search(value))
    value = value.rstrip("*")
    if not any(c.isalnum() for c in value):
        return None
    shown = (f'"{value}"' if " " in value.strip() else value.strip()) + "*" * begins
    if column:
        shown = f"{FIELDS[column]}: {shown}"
    if column == "authors" and not star and len(words := [w for w in re.split(r"[\W_]+", value) if w]) > 1:
        # 'Ara Darzi' must find 'Darzi, Ara'.
        near = f"{{authors}} : NEAR({' '.join(_quoted(w) for w in words)}, {len(words)})"
        return _Word(near, near, shown)
    expression = _quoted(value) + ("*" if star else "")
    if column:
        return _Word(f"{{{column}}} : {expression}", f"{{{column}}} : {expression}", shown)
    if value.startswith("10."):
        return _Word(expression, expression, shown)
    # Every DOI of BMJ Leader has the word 'leader' in it: DOIs are looked into only for what is a piece of one.
    return _Word(f"-doi : {expression}", f"{{title}} : {expression}", shown)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'

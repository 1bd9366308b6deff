"""What of a record tells its work from others where no identifier does: title, names, year and place. Pure.

Everything is folded once, when a record is read, and kept beside it in the index; records are then compared by it alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Struct

from harvester import schemas
from harvester.link.titles import Title, folded, titles
from harvester.record import Contributor, Record

_NAMES, _GIVENS, _OTHERS, _HEAD = 40, 12, 5, 120
"""How much of a record is kept: surnames, given names, other titles, letters of the abstract."""
_LONG, _SHORT = 300, 40
"""Letters of a list of names or a journal, and of a volume, issue or page, that are looked at."""


class Features(Struct, frozen=True, array_like=True):
    """What of a record is compared. Texts are folded (see ``titles.folded``); '' and 0 where it says nothing."""

    title: str = ""
    others: tuple[str, ...] = ()
    """Translated and alternative titles, and the title with its subtitle."""
    translated: bool = False
    """Whether its title is a database's translation of another: other words then say nothing."""
    kind: str = ""
    """What its title or type says that it is beside a text: erratum, reply ... (``schemas/linking.toml``)."""
    type: str = "other"
    year: int = 0
    years: tuple[int, ...] = ()
    """Other years in which it came out: online, in print."""
    names: tuple[str, ...] = ()
    """Words of the authors' surnames in their order, each once, without particles."""
    givens: tuple[str, ...] = ()
    initial: str = ""
    """Of the first author's given name."""
    journals: tuple[str, ...] = ()
    """Names of the container, its parts and its short form, without small words."""
    acronym: str = ""
    """In the name of the container: SIGMOD."""
    issns: tuple[str, ...] = ()
    volume: str = ""
    issue: str = ""
    pages: tuple[str, ...] = ()
    """First page and article number."""
    end: str = ""
    edition: str = ""
    """Its number."""
    dois: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """Its names in repositories: ``hdl:10044/1/85584``, ``oai:eprints.example.org:4360``."""
    abstract: str = ""
    """How it begins."""
    about: str = ""
    """Where it has a kind: the title of what it is about."""


_encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(Features).decode


def encode(features: Features) -> str:
    return _encode(features).decode()


def profile(source: str, encoded: str) -> int:
    """A number for what a source says: records that say the same have the same."""
    return number(f"{source}\n{encoded}")


def number(text: str) -> int:
    """64 bits of a hash, as SQLite counts."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def features(record: Record, keys: Sequence[str] = ()) -> Features:
    """What of a record is compared. ``keys``: its match keys, whose DOIs are those of the work itself."""
    found = titles([record.title, *_other_titles(record)])
    first = found[0] if found else Title("")
    people = [c for c in record.contributors if c.role == "author"] or [
        c for c in record.contributors if c.role == "editor"
    ]
    names = _surnames(people)
    sent = (record.volume or "")[:_LONG]
    volume, issue = _volume(sent), _issue((record.issue or "")[:_SHORT])
    inner = _IN_VOLUME.search(sent)
    pages, end = _pages(record)
    if _UNPAGED.search(sent):  # 9 (8) (no pagination): Embase then has the number of the article for the issue
        pages = tuple(dict.fromkeys([*pages, *([_page(record.issue)] if record.issue else [])]))
        issue = ""
    if not issue and inner:
        issue = _issue(inner[1]) if _DIGIT.search(inner[1]) else ""
    years = _years(record)
    return Features(
        title=first.text,
        others=tuple(dict.fromkeys(t.text for t in found[1:] if t.text and t.text != first.text))[:_OTHERS],
        translated=any(t.translated for t in found),
        kind=_kind(record, found),
        type=record.type,
        year=years[0] if years else 0,
        years=tuple(years[1:]),
        names=names,
        givens=_given_names(people, names),
        initial=next((folded(c.given)[:1] for c in people[:1] if c.given and c.family), ""),
        journals=_journals(record.container.title, record.container.short_title) if record.container else (),
        acronym=_acronym((record.container.title or "")[:_LONG]) if record.container else "",
        issns=_issns(record),
        volume=volume,
        issue=issue,
        pages=pages,
        end=end,
        edition=_edition(record.edition or ""),
        items=tuple(key for key in keys if key.startswith(("hdl:", "oai:")))[:4],
        dois=tuple(key[4:] for key in keys if key.startswith("doi:")),
        abstract=next((_opening(d.text) for d in record.descriptions if d.type == "abstract"), ""),
        about=next((t.about for t in found if t.about.count(" ") >= 2), ""),
    )


_KINDS: Final = {"correction": "erratum", "retraction-notice": "retraction", "peer-review": "review"}


def kind(record: Record) -> str:
    """What its title or type says that a record is beside a text; see ``Features.kind``."""
    return _kind(record, titles([record.title, *_other_titles(record)]))


def _kind(record: Record, found: Sequence[Title]) -> str:
    return _KINDS.get(record.type) or next((t.kind for t in found if t.kind), "")


def _other_titles(record: Record) -> list[str]:
    subtitles = [t.title for t in record.titles if t.type == "subtitle"]
    whole = [f"{record.title}: {subtitle}" for subtitle in subtitles if record.title]
    return whole + [t.title for t in record.titles if t.type not in ("subtitle", "markup", "short")]


# --- names -----------------------------------------------------------------------------------------------------------


@cache
def listed(name: str) -> frozenset[str]:
    """A list of ``words`` in ``schemas/linking.toml``."""
    return frozenset(schemas.table("linking")["words"][name])


def _surnames(people: Sequence[Contributor]) -> tuple[str, ...]:
    """A list that could not be told apart is taken word by word: initials fall away, and surnames are left."""
    sent = [_turned(c) or c.family or c.name for c in people[:_NAMES]]
    words = folded(" ".join([name[:_LONG] for name in sent])).split()
    particles = listed("particles") - {c.family.casefold() for c in people[:_NAMES] if c.family}  # Le, Du, Ten
    telling = [w for w in words if (len(w) > 1 or not w.isascii()) and w not in particles]
    return tuple(dict.fromkeys(telling or words))[:_NAMES]


def _turned(person: Contributor) -> str:
    """The given name of somebody whose surname is an initial: they stand the other way round."""
    family, given = person.family or "", person.given or ""
    return given if len(family.strip(".")) == 1 and family.isascii() and len(given) > 2 else ""


def _given_names(people: Sequence[Contributor], names: Sequence[str]) -> tuple[str, ...]:
    """Those that may be surnames in a record that has them the other way round."""
    words = folded(" ".join([c.given[:_LONG] for c in people[:6] if c.given])).split()
    return tuple(dict.fromkeys([w for w in words if len(w) > 1 and w not in names]))[:_GIVENS]


# --- place -----------------------------------------------------------------------------------------------------------

_ORDINAL: Final = re.compile(r"0*([0-9]+)(?:st|nd|rd|th|e|er|eme|a|o)?")
_IN_VOLUME: Final = re.compile(r"\d\s*\(([^()]{1,40})\)")
_UNPAGED: Final = re.compile(r"\(no pagination\)", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d|\bsupp", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")
_ROMAN: Final = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_DIGITS: Final = {"m": 1000, "d": 500, "c": 100, "l": 50, "x": 10, "v": 5, "i": 1}
_SUPPLEMENT: Final = re.compile(r"\bs(?:upp(?:l(?:ement(?:ary|s)?)?)?)?\.?(?=[\s\d(.]|$)", re.IGNORECASE)


@cache
def _ordinals() -> dict[str, str]:
    """Word -> the number that it spells."""
    return {
        word: str(n)
        for n, words in enumerate(schemas.table("linking")["words"]["numbers"], 1)
        for word in words.split()
    }


def roman(text: str) -> int:
    """The number of a Roman numeral; 0 where it is none.

    >>> roman("xiv"), roman("mix"), roman("civil")
    (14, 1009, 0)
    """
    if not text or not _ROMAN.fullmatch(text):
        return 0
    values = [_DIGITS[c] for c in text]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def numeral(word: str) -> str:
    """The number that a folded word is: ``2``, ``2nd``, ``ii``, ``second`` -> ``2``; '' where it is none.

    A single letter is no number by itself.
    """
    if word[:1].isdigit():
        found = _ORDINAL.fullmatch(word)
        return found[1] if found else ""
    if spelt := _ordinals().get(word):
        return spelt
    return str(number) if 1 < len(word) <= 5 and (number := roman(word)) and number < 40 else ""


@lru_cache(maxsize=4096)
def _volume(text: str) -> str:
    """``Vol. 38 (Supplement 1)`` -> ``38``; ``30A`` -> ``30a``; ``XIV`` -> ``14``."""
    before, bracket, _ = text.partition("(")
    if not bracket and ")" in text:  # the end of a cell that was cut: 3) of 30 (Suppl. 3)
        return ""
    words = folded(before or text).split()
    for word in words:
        if word[0].isdigit():
            return word.lstrip("0") or "0"
    return next((str(n) for word in words if (n := roman(word))), "")


@lru_cache(maxsize=4096)
def _issue(text: str) -> str:
    """Numbers, and ``s`` for a supplement: ``Suppl. 1``, ``Suppl_1`` -> ``s 1``, ``1-2`` -> ``1 2``."""
    marked = _SUPPLEMENT.sub(" s ", text.replace("_", " "))
    words = [
        w.lstrip("0") or "0" for w in folded(marked).split() if w not in ("no", "issue", "nr", "number", "pt", "part")
    ]
    return " ".join(words[:4])


def _pages(record: Record) -> tuple[tuple[str, ...], str]:
    start, end = _page(record.start_page or ""), _page(record.end_page or "")
    if start and not _NUMBER.search(start):  # C-326 is one page
        start, end = _page(record.pages or ""), ""
    if start.isdigit() and end.isdigit() and len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    return tuple(dict.fromkeys(p for p in (start, _page(record.article_number or "")) if p)), end


def _page(text: str) -> str:
    """``0123`` -> ``123``, ``e19767`` -> ``19767``: whether a number is that of an article or of a page is often unsaid."""
    page = folded(text[:_SHORT]).replace(" ", "")
    return (page[1:] if page[:1] == "e" and page[1:].isdigit() else page).lstrip("0")


def _edition(text: str) -> str:
    """``2nd ed.``, ``Second edition``, ``II`` -> ``2``; '' where no number is told."""
    return next((n for word in folded(text[:_SHORT]).split() if (n := numeral(word))), "")


def _years(record: Record) -> list[int]:
    issued = record.issued or ""
    dates = [issued, *(d.value or "" for d in record.dates if d.type in ("issued", "print", "online", "posted"))]
    return list(dict.fromkeys(int(d[:4]) for d in dates if d[:4].isdigit()))[:3]


def _issns(record: Record) -> tuple[str, ...]:
    container = record.container
    own = [container.issn, container.eissn] if container else []
    more = [
        i.value for i in record.identifiers if i.scheme in ("issn", "eissn", "issn-l") and i.relation == "container"
    ]
    return tuple(sorted({i.replace("-", "").lower() for i in (*own, *more) if i}))[:4]


_ACRONYM: Final = re.compile(r"\b(?!(?:ACM|IEEE|AND|THE)\b)[A-Z]{3,8}\b")


@lru_cache(maxsize=4096)
def _acronym(name: str) -> str:
    """Letters for the words of a name, where it is nothing else: ``SIGMOD Conference 1999`` -> ``sigmod``."""
    found = _ACRONYM.search(name)
    if not found or (name.upper() == name and " " in name):
        return ""
    rest = folded(name[: found.start()] + name[found.end() :]).split()
    silent = listed("small") | listed("meetings")
    return "" if any(word not in silent and not word.isdigit() for word in rest) else folded(found[0])


_CITED: Final = re.compile(r"\.\d")
"""``Molecular Psychiatry.9 (3) (pp 224) 2004. Date of Publication: March 2004.``"""
_APART: Final = re.compile(r"[=:;/(\[\])]")


@lru_cache(maxsize=4096)
def _journals(*names: str | None) -> tuple[str, ...]:
    """``Gan to kagaku ryoho. Cancer & chemotherapy`` and the like: the whole, and each part that may be its name alone."""
    found: dict[str, None] = {}
    for name in names:
        if name:
            name = _CITED.split(name[:_LONG], 1)[0]
            start, stop, _ = name.partition(". ")
            apart = [start] if stop and len(start) >= 8 and "." not in start else []
            for part in (name, *apart, *_APART.split(name)):
                words = ["journal" if w == "j" else w for w in folded(part).split() if w not in listed("small")]
                if words and words != ["journal"]:
                    found[" ".join(words)] = None
    return tuple(found)[:5]


# --- abstract --------------------------------------------------------------------------------------------------------

_LABEL: Final = re.compile(
    r"(?:abstract|background|objectives?|aims?|purpose|introduction|summary|context|goals?|of|and|study|the|review|this|is"
    r"|to|with)\b ?"
)


def _opening(text: str) -> str:
    start = folded(text[: 3 * _HEAD])
    while label := _LABEL.match(start):
        start = start[label.end() :]
    return start[:_HEAD]

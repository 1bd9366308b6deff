"""A work as one line of a listing: ``Author. Title. Date. Link``. Pure.

The form is that of a reading list for clinicians: *Jones, L. Role of medical leaders in integrated care systems: what can
be learnt from previous research? 12 September 2022. https://doi.org/10.1136/leader-2022-000655*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from harvester.clean import identifiers
from harvester.clean.edtf import SEASONS
from harvester.record import Contributor, Identifier, Record

SHOWN_AUTHORS: Final = 3
"""More than these are cut to the first three and *et al.*, as clinical journals do."""

# fmt: off
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on

_DATE = re.compile(r"(\d{4})(?:-(\d\d|XX))?(?:-(\d\d|XX))?(?:T[^/]*)?([?~%]?)")
_DECADE = re.compile(r"(\d{3})X([?~%]?)")
_CENTURY = re.compile(r"(\d\d)XX([?~%]?)")
_WORD = re.compile(r"[^\W\d_][^\s.\-\u2010\u2011]*|[\-\u2010\u2011]")
_PLAIN_DOI = re.compile(r"[A-Za-z0-9./_()\-:;]+")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_CLOSING = "\"'”’»)]› "


class Citation(Struct, frozen=True):
    """The parts of a citation, without the full stops between them; any may be empty."""

    authors: str
    title: str
    date: str
    link: str

    def __str__(self) -> str:
        """The parts in one line. The link comes last and without a full stop, which a reader would take for a part of it."""
        sentences = [stopped(part) for part in (self.authors, self.title, self.date) if part]
        return " ".join([*sentences, self.link] if self.link else sentences)


def parts(record: Record, label: str = "") -> Citation:
    """The parts of a record's or a merged work's citation; ``label`` stands in for a missing title."""
    return Citation(
        authors_text(record.contributors),
        _one_line(record.title or label),
        date_text(record.issued),
        link(record.identifiers, record.url) or "",
    )


def plain(record: Record, label: str = "") -> str:
    """``Author. Title. Date. Link``: what ``works.citation`` of the index holds."""
    return str(parts(record, label))


def stopped(text: str) -> str:
    """The text with a full stop at its end, unless it ends a sentence already.

    >>> stopped("What is a leader?"), stopped("Leading the NHS"), stopped("‘Who leads?’"), stopped("Jones, L.")
    ('What is a leader?', 'Leading the NHS.', '‘Who leads?’', 'Jones, L.')
    """
    text = text.rstrip()
    end = text.rstrip(_CLOSING)
    return text if not text or end.endswith((".", "?", "!", "…", "。", "？", "！")) else f"{text}."


# --- authors ---------------------------------------------------------------------------------------------------------


def authors_text(contributors: Sequence[Contributor]) -> str:
    """Who wrote it, in order: ``Aufegger, L., Alabi, M., Darzi, A. et al.``; editors where there are no authors.

    Organisations stand whole; names in scripts without capitals are not cut to initials.
    """
    people = [c for c in contributors if c.role == "author"]
    note = ""
    if not people:
        people = [c for c in contributors if c.role == "editor"]
        note = " (eds)" if len(people) > 1 else " (ed.)" if people else ""
    text = ", ".join([name_text(c) for c in people[:SHOWN_AUTHORS]])
    return f"{text} et al.{note}" if len(people) > SHOWN_AUTHORS else text + note


def name_text(contributor: Contributor) -> str:
    """One name: ``Jones, L.``, ``Gogh, V. van``, ``King, M.L. Jr``, ``The King's Fund``."""
    c = contributor
    if c.kind == "organisation" or not c.family:
        return _one_line(c.name)
    family = _one_line(c.family)
    if not c.given:
        return family
    if _EAST_ASIAN.search(family):
        return f"{family} {_one_line(c.given)}"
    name = f"{family}, {initials(c.given)}"
    return f"{name} {_one_line(c.suffix)}" if c.suffix else name


@lru_cache(maxsize=8192)
def initials(given: str) -> str:
    """Given names as initials.

    >>> [initials(g) for g in ("Lauren", "A W", "AW", "Jean-Paul", "J.-P.", "Vincent van", "محمد")]
    ['L.', 'A.W.', 'A.W.', 'J.-P.', 'J.-P.', 'V. van', 'محمد']
    """
    given = _one_line(given)
    words = _WORD.findall(given)
    names = [w for w in words if w[0].isalpha()]
    if not names or any(w[0].upper() == w[0].lower() for w in names):
        return given
    capitalised = any(w[0].isupper() for w in names)
    text, particles = "", ""
    for word in words:
        if not word[0].isalpha():
            text += "-" if text and not text.endswith("-") else ""
        elif capitalised and len(word) > 1 and word[0].islower():
            particles += f" {word}"
        elif word.isupper() and 1 < len(word) <= SHOWN_AUTHORS and word.isalpha():
            text += "".join([f"{letter}." for letter in word])
        else:
            upper = word[0].upper()
            text += f"{upper if len(upper) == 1 else word[0]}."  # 'ß' has no single capital
    return text.rstrip("-") + particles


# --- dates -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def date_text(edtf: str | None) -> str:
    """An EDTF date (level 1) in words, with the precision that it has; what is not understood is given as it stands.

    >>> [date_text(d) for d in ("2022-09-12", "2022-09", "2022", "2020-21", "1985~", "199X", "2019/2021", "2024/..")]
    ['12 September 2022', 'September 2022', '2022', 'Spring 2020', 'circa 1985', '1990s', '2019–2021', 'since 2024']
    """
    if not edtf:
        return ""
    start, slash, end = edtf.partition("/")
    if not slash:
        return _single_date(edtf)
    if end in {"", ".."}:
        return f"since {_single_date(start)}" if start.strip(".") else edtf
    if start in {"", ".."}:
        return f"until {_single_date(end)}"
    first, last = _single_date(start), _single_date(end)
    return f"{first} – {last}" if " " in first + last else f"{first}–{last}"


def _single_date(edtf: str) -> str:
    if found := _DATE.fullmatch(edtf):
        year, month, day, qualifier = found.groups()
        text = year
        if month and month != "XX":
            number = int(month)
            if 1 <= number <= 12:
                text = f"{MONTHS[number - 1]} {year}"
                if day and day != "XX":
                    text = f"{int(day)} {text}"
            elif month in SEASONS and not day:
                text = f"{SEASONS[month]} {year}"
            else:
                return edtf
    elif found := _DECADE.fullmatch(edtf):
        text, qualifier = f"{found[1]}0s", found[2]
    elif found := _CENTURY.fullmatch(edtf):
        text, qualifier = f"{found[1]}00–{found[1]}99", found[2]
    else:
        return edtf
    if qualifier in {"~", "%"}:
        text = f"circa {text}"
    return f"{text}?" if qualifier in {"?", "%"} else text


# --- links -----------------------------------------------------------------------------------------------------------


def link(own: Sequence[Identifier], url: str | None) -> str | None:
    """The best link for a reader: the DOI's, else the landing page, else the handle's. http and https only."""
    named = {i.scheme: i.value for i in reversed(own) if i.relation == "self"}
    if doi := named.get("doi"):
        # The short way for all but one in a thousand: this runs for each work of an index.
        return f"https://doi.org/{doi}" if _PLAIN_DOI.fullmatch(doi) else identifiers.link("doi", doi)
    if url and web_link(url):
        return url
    return identifiers.link("handle", named["handle"]) if "handle" in named else None


def web_link(url: str) -> bool:
    """Whether a link may be offered to a reader: http or https, and nothing in it that could break out of an attribute."""
    return url[:8].lower().startswith(("http://", "https://")) and not re.search(r"[\s\"'<>\x00-\x20\x7f]", url)


def _one_line(text: str) -> str:
    return " ".join(text.split())

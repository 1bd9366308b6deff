"""Titles as they can be compared: folded, without what databases say about them, and what kind of text they speak of. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from harvester import schemas
from harvester.clean.updates import notice, strip_update_prefix


class Title(NamedTuple):
    text: str
    """Folded."""
    kind: str = ""
    """Of ``kinds`` in ``schemas/linking.toml``; '' for a text like any other."""
    translated: bool = False
    """It stood in brackets: a database has translated it."""
    about: str = ""
    """Where it has a kind: the title that it is about, folded."""


_LETTERS: Final = str.maketrans({
    "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and ", "'": None, "’": None,
    "‘": None, "ʼ": None, "`": None, "´": None, "\N{SOFT HYPHEN}": None,
    "α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "ε": " epsilon ", "κ": " kappa ", "λ": " lambda ",
    "μ": " mu ", "ω": " omega ", "π": " pi ", "σ": " sigma ", "τ": " tau ", "χ": " chi ",
})  # fmt: skip
_PLAIN: Final = {n: chr(n).lower() if chr(n).isalnum() else " " for n in range(128)} | dict.fromkeys(map(ord, "'`"))
"""ASCII, in which nearly all is written."""
_LOST: Final = re.compile(r"(?<=[a-z])\?(?=[a-z])")
_WORD: Final = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Words in lower case without accents, one space between them; apostrophes close up, Greek letters are spelt.

    >>> folded("Café-based  LEADERSHIP: Alzheimer’s & TNF-α"), folded("领导力研究")
    ('cafe based leadership alzheimers and tnf alpha', '领导力研究')
    """
    if "?" in text:  # a letter that was lost: M?ller
        text = _LOST.sub("", text.casefold())
    if text.isascii():
        return " ".join(text.replace("&", " and ").translate(_PLAIN).split())
    # µ (micro) becomes μ by NFKD, before it is spelt.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join([c for c in decomposed if not unicodedata.combining(c)]).translate(_LETTERS)))


_LONGEST: Final = 600
"""Letters of a title that are looked at: what it costs to compare two grows with their product."""
_FLAG: Final = re.compile(r"^\W*(?:retracted(?: article)?|withdrawn|removed)\s*[:\]\)]+\s*", re.IGNORECASE)
_WHOLE: Final = re.compile(r"\[([^\[\]]+)\]\W*")
_BRACKETS: Final = re.compile(r"[\s.]*(?:\[([^\[\]]*)\]|\(([^()]*)\))[^\w\])]*$")
_LAST: Final = re.compile(r"(.*)(?:[:.]| [-–]|—)\s*([^:.–—]{4,80})$", re.DOTALL)
_QUOTED: Final = re.compile(r"[\"“„«]([^\"”“»]{12,})[\"”“»]")
_CITED: Final = re.compile(r"\b\d+ (?:\d+ )*(?:19|20)\d\d\b|\b(?:19|20)\d\d \d")
_FILE: Final = re.compile(r"\.(?:docx?|pdf|xlsx?|csv|tiff?|jpe?g|png|gif|mp4|pptx?|zip|txt)$", re.IGNORECASE)
_NOTE: Final = re.compile(
    r"\s\(?\bLA: ?[A-Za-z]{2,3}\)?\W*$"
    r"|[.\s]*\[\s*(?:published )?(?:erratum|errata|corrections?|comments?|retraction) appears? in\b.*$"
    r"|\s*\.\.\.\s*includ(?:es|ing)\b.*$",
    re.IGNORECASE | re.DOTALL,
)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Notes in brackets, kinds, and generic titles."""
    rows = schemas.table("linking")
    kinds = "|".join(f"(?P<{name}>{pattern})" for name, pattern in rows["kinds"].items())
    return (
        re.compile(f"(?:{'|'.join(rows['titles']['notes'])})", re.IGNORECASE),
        re.compile(rf"\W*(?:{kinds})", re.IGNORECASE),
        re.compile("|".join(rows["titles"]["generic"])),
    )


def kind(text: str) -> str:
    """What a title says by its beginning that it is: erratum, reply, ...; '' where nothing."""
    return _marked(text)[0]


def _marked(text: str) -> tuple[str, str]:
    """What a title says that it is, and the title that it is about, where it goes on with one.

    >>> _marked("Reply to: Leading the NHS"), _marked("Leading the NHS: the authors' response"), _marked("Leading replies")
    (('reply', 'Leading the NHS'), ('reply', 'Leading the NHS'), ('', ''))
    """
    if found := _patterns()[1].match(text):
        quoted = _QUOTED.search(text, found.end())
        return found.lastgroup or "", quoted[1] if quoted else _FILE.sub("", text[found.end() :]).strip(" :.-_'’\"“”")
    if (last := _LAST.match(text)) and (found := _patterns()[1].match(f"{last[2]}:")):
        mark = found.lastgroup or ""
        if found.end() >= len(last[2]) or mark in ("protocol", "comment"):
            return mark, last[1]
    said = notice(text)  # in other languages too
    return ("", "") if said is None else ("erratum" if said in ("correction", "addendum") else "retraction", "")


def generic(title: str) -> bool:
    """Whether many works have this folded title: ``editorial``, ``index to volume 12``."""
    return _patterns()[2].fullmatch(title) is not None


def titles(sent: Iterable[str | None]) -> list[Title]:
    """The titles to compare by: those sent, and those in their brackets, the first one first."""
    found = []
    for text in sent:
        if text:
            found += _taken_apart(unmarked(text[:_LONGEST]))
    return found


def unmarked(text: str) -> str:
    """Without what a title says happened to its work.

    >>> unmarked("RETRACTED ARTICLE: Leading teams"), unmarked("[Withdrawn] Leading teams")
    ('Leading teams', 'Leading teams')
    """
    return _FLAG.sub("", strip_update_prefix(text))


def without_notes(text: str) -> str:
    """Without what databases say behind a title.

    >>> without_notes("Leading teams. [Review] [33 refs]"), without_notes("Leading teams [in Leeds]")
    ('Leading teams', 'Leading teams [in Leeds]')
    """
    text = _NOTE.sub("", text)
    while (bracket := _BRACKETS.search(text)) and bracket.start():
        inner = folded(bracket[1] or bracket[2] or "")
        if inner and not _patterns()[0].fullmatch(inner):
            break
        text = text[: bracket.start()]
    return text


def _taken_apart(text: str) -> list[Title]:
    """``[A translated title]. [Chinese]`` is one title; ``Un titre [A title]`` are two."""
    more: list[Title] = []
    text = _NOTE.sub("", text)
    marked, about = _marked(text)
    while (bracket := _BRACKETS.search(text)) and bracket.start():
        sent = bracket[1] or bracket[2] or ""
        inner, before = folded(sent), text[: bracket.start()]
        if not inner or _patterns()[0].fullmatch(inner) or _CITED.search(inner):
            pass
        elif said := kind(sent):
            marked, about = marked or said, about or before
        elif "[" in bracket[0] and inner.count(" ") >= 2 and before.count(" ") >= 2:
            more.append(Title(inner, translated=True))
        else:
            break
        text = before
    whole = _WHOLE.fullmatch(text.strip())
    if whole:
        text = whole[1]
        marked, about = _marked(text) if not marked else (marked, about)
    return [Title(folded(text), marked, whole is not None, folded(about)), *more]

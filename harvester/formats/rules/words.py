"""Rules for text: titles, descriptions, subjects, languages. See the package for what a rule is."""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.clean import citations, languages, text
from harvester.clean.organisations import is_organisation
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.record import Description, Json, Subject, Title

_SUBJECT_PART = 60
"""A part of a list of subjects is shorter than this; longer ones are one heading that holds semicolons."""
_SUBJECT_PARTS = 200
"""More parts than this nobody means: then the value is left whole."""


_TAGGED = re.compile(r"\[([a-z]{2})\] (?=\S)")


def untagged(draft: Draft, sent: str) -> str:
    """The value without the language that some servers write before it: ``[pt] Risco cambial``, where xml:lang could say it."""
    match = _TAGGED.match(sent) if sent.startswith("[") and draft.sent_language is None else None
    if match is None or not languages.languages(match[1]):
        return sent
    draft.sent_language = match[1]
    return sent[match.end() :]


def title(draft: Draft, sent: str, kind: str = "") -> Json:
    """``kind``: '' for the title itself, else ``alternative`` ...; what had markup is kept beside the plain text."""
    sent = untagged(draft, sent)
    found = text.title(sent)
    if found is None:
        return None
    if text.has_replacement(found):
        draft.find("title-replacement-character", "title", "a character was lost before the record was sent", found)
    draft.titles.append(Title(found, kind, draft.tag))
    if kind == "" and text.has_markup(sent):
        draft.titles.append(Title(sent, "markup", draft.tag))
    return found


def description(draft: Draft, sent: str, kind: str = "abstract") -> Json:
    sent = untagged(draft, sent)
    if (
        kind == "abstract"
        and (" is the property of " in sent or "ABSTRACT FROM " in sent)
        and (behind := _OF_A_DATABASE.search(sent)) is not None
    ):
        draft.extra.setdefault(draft.path, []).append(behind[0].strip())
        sent = sent[: behind.start()].strip()
    found = text.abstract(sent)
    if found is None:
        return None
    draft.descriptions.append(Description(found, kind, draft.tag, sent if text.has_markup(sent) else None))
    return found


_OF_A_DATABASE = re.compile(
    r"(?:\[?ABSTRACT FROM (?:AUTHOR|PUBLISHER)\]?|\bCopyright of [^\n]{3,300}? is the property of ).*", re.DOTALL
)
"""What EBSCO writes behind an abstract, whose it is, and what may not be done with it: no part of what the author says."""
_IMPRINT = re.compile(r"\[?([^\W\d_][^:\d\[\]]{1,60}?)\]? : ?([^:]{2,200}?),?")


def plain(draft: Draft, sent: str, element: str) -> Json:
    """One line of text into a single-valued element; catalogues write a publisher with its place: ``Uppsala : Almqvist``."""
    found = text.plain(sent)
    if element == "publisher" and " :" in found and (imprint := _IMPRINT.fullmatch(found)) is not None:
        place, name = imprint.groups()
        if not is_organisation(place):
            known = draft.values.get("publisher")
            if known is not None and " " not in known and "place" not in draft.values and not is_organisation(known):
                place = draft.values.pop("publisher")  # the first of two towns stood alone
            return draft.set("publisher", name) and (draft.set("place", place) or name)
    return draft.set(element, found) if found else None


def number(draft: Draft, sent: str, element: str) -> Json:
    """Volume, issue, edition ...: text, never a number; ``Vol. 04`` is ``4``."""
    found = citations.number(sent)
    return draft.set(element, found) if found else None


def count(draft: Draft, sent: str, element: str) -> Json:
    """How many there are of something; nothing but digits will do."""
    return draft.set(element, int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


_JEL = re.compile(r"[A-Z]\d\d? - \S")
_COMMAS = re.compile(r"[^,;]+(?:,(?! )[^,;]+){2,}(?<! )")


@lru_cache(maxsize=10_000)
def _subjects(sent: str, scheme: str) -> tuple[Subject, ...]:
    """Splits at semicolons unless that would cut one heading; JEL codes and eu-repo classifications name their scheme.

    Commas divide headings only where none has a space beside it: ``Leadership, Moral`` is one heading.

    >>> [s.term for s in _subjects("leadership; integrated care", "")]
    ['leadership', 'integrated care']
    >>> _subjects("O14 - Industrialization ; Choice of Technology", "")[0].scheme
    'jel'
    >>> _subjects("info:eu-repo/classification/ddc/610", "")[0]
    Subject(term='610', scheme='ddc', uri=None)
    """
    if sent.startswith("info:eu-repo/classification/"):
        _, _, rest = sent.partition("/classification/")
        scheme, _, sent = rest.partition("/")
        scheme = scheme.lower()
    elif sent.startswith("ddc:"):
        scheme, sent = "ddc", sent[4:].strip()
    elif " - " in sent and _JEL.match(sent):
        scheme = "jel"
    parts: list[str] = []
    several = not scheme and (";" in sent or "," in sent)
    if several:
        mark = "," if _COMMAS.fullmatch(sent) else ";"
        parts = [p for p in (text.plain(p) for p in sent.split(mark, _SUBJECT_PARTS)) if p]
    if not several or len(parts) == 1 or len(parts) > _SUBJECT_PARTS or any(len(p) >= _SUBJECT_PART for p in parts):
        whole = text.plain(sent)
        parts = [whole] if whole else []
    if len(parts) == 1 and parts[0].startswith(("http://", "https://")):
        return (Subject(parts[0], scheme, parts[0]),)
    return tuple([Subject(p, scheme) for p in parts])


def subject(draft: Draft, sent: str, scheme: str = "") -> Json:
    sent = untagged(draft, sent)
    found = _subjects(sent, scheme) if len(sent) <= ABOUT_A_NAME else _subjects.__wrapped__(sent, scheme)
    for each in found:
        draft.subjects[each] = None
    return found or None


def language(draft: Draft, sent: str) -> Json:
    found = languages.languages(sent)
    draft.language += found
    return found or None


def audience(draft: Draft, sent: str) -> Json:
    found = text.plain(sent)
    return draft.put(draft.audience, found) if found else None


def coverage(draft: Draft, sent: str) -> Json:
    found = text.plain(sent)
    return draft.put(draft.coverage, found) if found else None

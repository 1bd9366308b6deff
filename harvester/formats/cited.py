"""A record's citation as a sentence, read with the help of its title: what comes after the title is where it appeared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from harvester.clean import citations, identifiers, text
from harvester.clean.citations import Citation

if TYPE_CHECKING:
    from harvester.formats.draft import Draft

_YEAR = re.compile(r"(?<!\d)(?:1[4-9]\d\d|20\d\d)(?!\d)")
_WHOLE = re.compile(r"(?<!\d)(?:1[4-9]\d\d|20\d\d)\)?[.,:] .{4}")
"""A year in the midst of what should be the name of a journal: authors and title stand before it."""
_ENDED = re.compile(r"\s?[.,;:?!\"\u201d\u2019)]|\s\[|',")
_SPACED = re.compile(r"\s+(?=[,.;:])")
_LONGEST = 2000
_PLACE = 10
"""Shorter is no name of a journal with its volume."""
_A_NAME = 150
_NUMBERS = ("volume", "issue")
_NUMBERS_AND_PAGES = (*_NUMBERS, "pages", "start_page", "end_page")


def fill_from_citations(draft: Draft, title: str | None) -> None:
    """What no field of its own says: journal, volume, issue, pages. What cannot be read goes to ``extra``."""
    for path, sent in draft.citations:
        found = read_citation(sent, title)
        if found is None and _is_journal(draft, sent):
            draft.container["title"] = sent
        elif found is None:
            draft.extra.setdefault(path, []).append(sent)
        draft.citation = _together(draft.citation, found)
        if found is not None and "ISSN" in sent and (known := identifiers.issns(sent)):
            draft.container.setdefault("issn", known[0])
    found = draft.citation
    if found is None:
        return
    if found.container and not (title and found.container.casefold() == title.casefold()):
        draft.container.setdefault("title", found.container)
    values = draft.values
    if found.article_number:
        values.setdefault("article_number", found.article_number)
    for element in _NUMBERS if "article_number" in values else _NUMBERS_AND_PAGES:
        if value := getattr(found, element):
            values.setdefault(element, value)


def _together(first: Citation | None, second: Citation | None) -> Citation | None:
    """Two citations of one text: what the first does not say is taken from the second, unless they are of two places."""
    if first is None or second is None:
        return first or second
    said, more = structs.asdict(first), structs.asdict(second)
    if any(said[name] and more[name] and said[name] != more[name] for name in (*_NUMBERS, "start_page")):
        return first
    return Citation(**{name: value or more[name] for name, value in said.items()})


def _is_journal(draft: Draft, sent: str) -> bool:
    """Of a citation in pieces with an ISSN among them, the first without a digit names the journal."""
    known = draft.container
    return "issn" in known and "title" not in known and len(sent) < _A_NAME and not re.search(r"\d", sent)


def read_citation(sent: str, title: str | None) -> Citation | None:
    """The parts of a citation. One that names authors and title is read by its title, or without its container.

    >>> read_citation("BMJ Leader, 2020, 4 (3), pp.128-134", "Sharing leadership").container
    'BMJ Leader'
    >>> read_citation("Roe, A. 2012. Leading at term. PLoS ONE 7(3): e31819, 2012", "Another title").container
    """
    if " , " in sent:
        sent = unspaced(sent)
    found = (after_title(sent, title) if title else None) or citations.citation(sent)
    if found is not None and found.container and _WHOLE.search(found.container):
        return structs.replace(found, container=None)
    return found


def unspaced(sent: str) -> str:
    """Without the space that Pure writes before each mark.

    >>> unspaced("Roe , R 2020 , ' Leading ' , BMJ Leader , vol. 4 , pp. 1-9 .")
    "Roe, R 2020, ' Leading\u201d, BMJ Leader, vol. 4, pp. 1-9."
    """
    return _SPACED.sub("", sent).replace(" ',", "\u201d,").replace("',", "\u201d,")


def after_title(sent: str, title: str) -> Citation | None:
    """The journal, volume, issue and pages after the title, which may be written with other capitals. None without it.

    >>> found = after_title("Mazur, B, and K Rubin. 2011. Kolyvagin systems. Compositio 147(1): 56-74.", "Kolyvagin Systems")
    >>> found.container, found.year, found.volume, found.issue, found.pages
    ('Compositio', 2011, '147', '1', '56-74')
    >>> after_title("Steijn, A.J. (2002). Winners. In Batenburg, R. (Eds.), Work (pp. 59-74), Utrecht: Lemma.", "Winners")
    >>> after_title("Leadership Quarterly, 2020, 4 (3), pp.128-134", "Leadership")
    """
    if not 4 <= len(title) < len(sent) - _PLACE or len(sent) > _LONGEST:
        return None
    whole = text.plain(sent)
    lowered = whole.lower()
    at = lowered.find(title.lower()) if len(lowered) == len(whole) else whole.find(title)
    if at < 1 or not (title.endswith((".", "?", "!")) or _ENDED.match(whole, at + len(title))):
        return None  # no authors before it, or no end after it: the words are those of the journal
    rest = whole[at + len(title) :].lstrip(" .,;:?!\"'\u201d\u2019)")
    rest = re.sub(r"^\[[^\[\]]*\][\s.,]*", "", rest)  # the title once more in another language
    if re.match(r"In:? ", rest):
        return None
    rest = re.sub(r"\) (?=\d)", "), ", rest)  # 19(2) 110-121
    years = _YEAR.findall(whole[:at])
    found = citations.citation(rest)
    if years and (found is None or found.year is None):  # which stands before the title
        found = citations.citation(f"{rest.rstrip(' .')}, {years[-1]}") or found
    return found

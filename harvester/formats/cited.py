"""A record's citation as a sentence, read with the help of its title: what comes after the title is where it appeared."""

from __future__ import annotations

import re

from msgspec import structs

from harvester.clean import citations, text
from harvester.clean.citations import Citation

_YEAR = re.compile(r"(?<!\d)(?:1[4-9]\d\d|20\d\d)(?!\d)")
_WHOLE = re.compile(r"(?<!\d)(?:1[4-9]\d\d|20\d\d)\)?[.,:] .{4}")
"""A year in the midst of what should be the name of a journal: authors and title stand before it."""
_LONGEST = 2000


def read_citation(sent: str, title: str | None) -> Citation | None:
    """The parts of a citation. One that names authors and title is read by its title, or without its container.

    >>> read_citation("BMJ Leader, 2020, 4 (3), pp.128-134", "Sharing leadership").container
    'BMJ Leader'
    >>> read_citation("Roe, A. 2012. Leading at term. PLoS ONE 7(3): e31819, 2012", "Another title").container
    """
    found = (after_title(sent, title) if title else None) or citations.citation(sent)
    if found is not None and found.container and _WHOLE.search(found.container):
        return structs.replace(found, container=None)
    return found


def after_title(sent: str, title: str) -> Citation | None:
    """The journal, volume, issue and pages after the title, which may be written with other capitals. None without it.

    >>> found = after_title("Mazur, B, and K Rubin. 2011. Kolyvagin systems. Compositio 147(1): 56-74.", "Kolyvagin Systems")
    >>> found.container, found.year, found.volume, found.issue, found.pages
    ('Compositio', 2011, '147', '1', '56-74')
    >>> after_title("Steijn, A.J. (2002). Winners. In Batenburg, R. (Eds.), Work (pp. 59-74), Utrecht: Lemma.", "Winners")
    """
    if len(sent) > _LONGEST or len(title) < 4:
        return None
    whole = text.plain(sent)
    found = re.search(re.escape(title), whole, re.IGNORECASE)
    if found is None:
        return None
    rest = whole[found.end() :].lstrip(" .,;:?!\"'\u201d\u2019)")
    rest = re.sub(r"^\[[^\[\]]*\][\s.,]*", "", rest)  # the title once more in another language
    if re.match(r"In:? ", rest):
        return None
    rest = re.sub(r"\) (?=\d)", "), ", rest)  # 19(2) 110-121
    years = _YEAR.findall(whole[: found.start()])
    return citations.citation(rest) or (citations.citation(f"{rest.rstrip(' .')}, {years[-1]}") if years else None)

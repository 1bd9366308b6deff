"""What of a page belongs to its site and not to the work: the site's name behind a title, the accounts of its authors."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache

from harvester import schemas
from harvester.clean import text

_MARK = re.compile(r"\s+[|–—·•»>:]{1,2}\s+|\s+-{1,2}\s+|\s*\|\s*|:\s+(?=[^:]+$)")
"""What stands between a title and the name of its site."""
_LONGEST = 500
"""Characters of a title that may have the name of its site in it."""


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", text.plain(name).casefold())


def bare_title(title: str, sites: list[str]) -> str:
    """The title without the site's name behind it or before it, where that is known to be its name.

    >>> bare_title("Unfinished business | FMLM", ["FMLM"]), bare_title("Nurses - and doctors", ["FMLM"])
    ('Unfinished business', 'Nurses - and doctors')
    >>> bare_title("FMLM: Unfinished business", ["FMLM"]), bare_title("FMLM", ["FMLM"])
    ('Unfinished business', 'FMLM')
    """
    plain = text.plain(title)
    known = {_key(site) for site in sites}
    if len(plain) > _LONGEST or not known:
        return plain
    for _ in range(2):
        for match in reversed(list(_MARK.finditer(plain))):
            if _key(plain[match.end() :]) in known and plain[: match.start()].strip():
                plain = plain[: match.start()].strip()
                break
        else:
            first = _MARK.search(plain)
            if first is None or _key(plain[: first.start()]) not in known:
                break
            plain = plain[first.end() :].strip()
    return plain


def headed(title: str, headings: tuple[str, ...]) -> str:
    """The title as the page's own heading has it, without what stands behind: the name of a site that nothing names.

    >>> headed("Unfinished business: roles | Faculty of Leaders", ("Unfinished business: roles",))
    'Unfinished business: roles'
    """
    known = {_key(heading) for heading in headings if " " in heading}
    if len(title) > _LONGEST or not known or _key(title) in known:
        return title
    cuts = [title[: match.start()].strip() for match in _MARK.finditer(title)]
    return next((cut for cut in cuts if _key(cut) in known), title)


@cache
def _accounts() -> frozenset[str]:
    return frozenset(map(_key, schemas.table("crosswalks/web_page")["accounts"]["names"]))


@cache
def _posts() -> frozenset[str]:
    return frozenset(schemas.table("crosswalks/web_page")["accounts"]["posts"])


def is_account(name: str, sites: list[str]) -> bool:
    """Whether a byline names an account of the system or the site itself: ``admin``, ``jsmith2``, ``FMLM`` on FMLM's page."""
    key = _key(name)
    words = name.casefold().split()
    if 1 < len(words) < 5 and words[-1] in _posts():
        return True
    if not key or key in _accounts() or key in {_key(site) for site in sites}:
        return True
    return " " not in name.strip() and (name.islower() or any(c.isdigit() for c in name) or "_" in name)


@cache
def _walls() -> re.Pattern[str]:
    titles = schemas.table("crosswalks/web_page")["walls"]["titles"]
    return re.compile("|".join(translate(title) for title in titles), re.IGNORECASE)


def is_wall(title: str) -> bool:
    """Whether a title is that of a page in a work's place: an error, a login, a test for robots.

    >>> is_wall("Just a moment..."), is_wall("404 - Page not found"), is_wall("The error of their ways"), is_wall("Login")
    (True, True, False, True)
    """
    return len(title) < 150 and _walls().match(title.strip()) is not None

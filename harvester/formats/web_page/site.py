"""What of a page belongs to its site and not to the work: the site's name behind a title, the accounts of its authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import cache, lru_cache

from msgspec import Struct

from harvester import schemas
from harvester.clean import identifiers, text
from harvester.clean.characters import without_marks

_MARK = re.compile(
    r"\s+[|–—·•»>:~]{1,2}\s+|\s+-{1,2}\s+|\s*[|｜_]\s*|-\s+|\s+on\s+(?=\S+$)|\s+\[(?=[^\[]+$)|:\s+(?=[^:]+$)"
)
"""What stands between a title and the name of its site."""
_LINES = frozenset("|\uff5c\u2013\u2014\u00b7\u2022\u00bb-")
_TELLING = 8
"""Characters of a heading without spaces, as in Chinese, that says more than the name of a section."""
_LONGEST = 500
"""Characters of a title that may have the name of its site in it."""


_MOST = 50
"""Names of one site."""
_LONGEST_BYLINE = 200
_BEFORE_NAME = re.compile(
    r"(?:(?:written|posted|words|text|story|interview|reported|contributed|(?:guest )?(?:post|blog|article|column)|opinion) by:?"
    r"|by:?|words:|text:|authors?:)\s+",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_BEHIND_NAME = re.compile(
    r"\s*\(?(?<!\S)[(]?@\w+\)?$|\s+(?i:is (?:an?|the)) .*$"
    rf"|(?:^|\s+)(?:(?i:\d{{1,2}} {_MONTH},? \d{{4}})|(?i:{_MONTH} \d{{1,2}}, \d{{4}})|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})$"
)
_A_NAME = re.compile(r"(?:[^\W\d_][\w.'\u2019-]{0,30} ){1,4}[^\W\d_][\w'\u2019-]{0,30}")
_OF_WHOM = re.compile(r"(?!III\b)(?:[A-Z]{3,8}|The)(?: [A-Z][\w&'-]{0,20}){0,4}")
"""``CNN`` or ``The Guardian``, behind a name."""
_PARTICLE = re.compile(r"(?:de|del|da|dos|di|van|von|le|la|el|al|der|den|ter|bin|ibn|st|san) ", re.IGNORECASE)
"""Before a family name, behind which initials may stand."""
_AND = re.compile(r",? (?:and|&|und|et|y|e) |, ")
_LAST_OF_SEVERAL = re.compile(r",? (?:and|&|und|et|y|e) ")
_TWO_NAMES = re.compile(r"^(\w+ [^/]{2,40}) ?/ ?(\w+ [^/]{2,40})$")
_NOBODY = re.compile(r"(?i:an?|the) [a-z]|(?i:anonymous|interview with)\b")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
_HOST = re.compile(
    r"(?:www|blogs?|news|journals?|papers?|research|article|articles|com|org|net|info|edu|gov|ac|co|nhs|gob|gouv|web|home)$"
)
"""Parts of a host that are nobody's name."""


@lru_cache(maxsize=2_000)
def _key(name: str) -> str:
    """
    >>> _key("The King’s Fund"), _key("Página12]")
    ('kingsfund', 'pagina12')
    """
    return re.sub(r"[\W_]+", "", without_marks(re.sub(r"^the ", "", text.plain(name).casefold())))


class Site(Struct, frozen=True):
    """What a site is called."""

    names: list[str]
    address: list[str]
    """What stands in its address, by which no author goes."""

    @property
    def in_titles(self) -> list[str]:
        return [*self.names, *self.address]


def known_names(names: Iterable[str]) -> list[str]:
    """What a site calls itself, and of a name with a motto behind it the name.

    >>> known_names(["Graiul - Cotidian independent", "FMLM"])
    ['Graiul - Cotidian independent', 'FMLM', 'Graiul']
    """
    said = [name for name in dict.fromkeys(map(text.plain, names)) if name][:_MOST]
    heads = [name[: found.start()] for name in said if (found := _MARK.search(name)) and len(name) <= _LONGEST]
    return list(dict.fromkeys([*said, *(head for head in heads if len(head) > 2)]))


def named_by(url: str) -> list[str]:
    """Names that stand in an address: with them a title may end.

    >>> named_by("https://www.kingsfund.org.uk/blogs/a"), named_by("")
    (['kingsfund.org.uk', 'kingsfund'], [])
    """
    host = identifiers.host(url) if url else ""
    parts = [part for part in host.split(".")[:-1] if len(part) > 2 and not _HOST.match(part)]
    return [host.removeprefix("www."), *parts] if parts else []


def only_the_site(title: str, sites: list[str]) -> bool:
    """Whether a title says nothing but where it stands."""
    return len(title) <= _LONGEST and _key(title) in set(map(_key, sites))


def bare_title(title: str, sites: list[str], address: Sequence[str] = ()) -> str:
    """The title without the site's name behind it or before it, where that is known to be its name.

    ``address``: names that only its address has. They may be words of a title too: a line or a dash has to part them from it.

    >>> bare_title("Unfinished business | FMLM", ["FMLM"]), bare_title("Nurses - and doctors", ["FMLM"])
    ('Unfinished business', 'Nurses - and doctors')
    >>> bare_title("FMLM: Unfinished business", ["FMLM"]), bare_title("FMLM", ["FMLM"])
    ('Unfinished business', 'FMLM')
    >>> bare_title("Doctors on leadership", [], ["leadership"]), bare_title("Doctors | Leadership", [], ["leadership"])
    ('Doctors on leadership', 'Doctors')
    """
    plain = text.plain(title)
    known, guessed = {_key(site) for site in sites}, {_key(name) for name in address}
    if len(plain) > _LONGEST or not (known or guessed):
        return plain

    def is_site(name: str, mark: str) -> bool:
        key = _key(name)
        return key in known or (key in guessed and (mark.strip() in _LINES or "." in name))

    for _ in range(2):
        for match in reversed(list(_MARK.finditer(plain))):
            if is_site(plain[match.end() :], match[0]) and plain[: match.start()].strip():
                plain = plain[: match.start()].strip()
                break
        else:
            first = _MARK.search(plain)
            if first is None or not is_site(plain[: first.start()], first[0]):
                break
            plain = plain[first.end() :].strip()
    return plain


def headed(title: str, headings: tuple[str, ...]) -> str:
    """The title as the page's own heading has it, without what stands behind: the name of a site that nothing names.

    >>> headed("Unfinished business: roles | Faculty of Leaders", ("Unfinished business: roles",))
    'Unfinished business: roles'
    """
    known = {
        _key(heading) for heading in headings if " " in heading or (len(heading) >= _TELLING and not heading.isascii())
    }
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


@cache
def _offices() -> frozenset[str]:
    return frozenset(schemas.table("crosswalks/web_page")["accounts"]["offices"])


def signed(byline: str) -> str:
    """A byline without what stands around the name in it; '' where it names nobody.

    >>> signed("Guest post by Ann Roe (@annroe)"), signed("Ann Roe, Health editor")
    ('Ann Roe', 'Ann Roe')
    >>> signed("3 May 2021"), signed("Ann Roe/John Doe"), signed("Ann Roe, University of York")
    ('', 'Ann Roe; John Doe', 'Ann Roe, University of York')
    """
    name = text.plain(byline)
    if not name.isascii():
        name = _PICTURES.sub("", name)
    if len(name) > _LONGEST_BYLINE:
        return name
    name = _BEFORE_NAME.sub("", name)
    for _ in range(2):
        name = _BEHIND_NAME.sub("", name).strip(" ,;|-\u2013\u2014\u00b7")
    before, _, last = name.rpartition(", ")
    several = _AND.split(before if _OF_WHOM.fullmatch(last) else name)
    if len(several) > 2 and all(map(_A_NAME.fullmatch, several)) and _LAST_OF_SEVERAL.search(name):
        return "; ".join(several)
    head, _, tail = name.partition(", ")
    said = tail.casefold().split()
    office = bool(said) and (said[0].strip(",") in _offices() | _posts() or said[-1] in _posts())
    if (office or (_OF_WHOM.fullmatch(tail) and not _PARTICLE.match(head))) and _A_NAME.fullmatch(head):
        name = head
    return _TWO_NAMES.sub(r"\1; \2", name)


def is_account(name: str, sites: list[str]) -> bool:
    """Whether a byline names nobody: an account of the system, the site itself (``FMLM`` on its page), a post, ``A doctor``."""
    if "://" in name:
        return False
    name = signed(name)
    key = _key(name)
    words = name.casefold().split()
    if 1 < len(words) < 5 and words[-1] in _posts():
        return True
    known = {_key(site) for site in sites}
    if not key or _NOBODY.match(name) or key in _accounts() or key in known:
        return True
    if ", " in name and _key(name.partition(", ")[0]) in _accounts():
        return True
    return " " not in name and (name.islower() or any(c.isdigit() for c in name) or "_" in name)


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

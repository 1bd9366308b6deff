"""Licences, access, embargoes and versions: what may be done with a text, who may read it, and which text it is.

Nothing is concluded from what is not said: "No commercial re-use" is no licence, and "not an open access article" is not open.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from msgspec import Struct

from harvester import schemas
from harvester.clean.dates import THIS_YEAR, date
from harvester.clean.text import plain, unescape


class Licence(Struct, frozen=True):
    """A licence that is known by name. Where no version was given there is no SPDX id."""

    spdx: str | None
    url: str | None


_CC_URL = re.compile(
    r"(?:creativecommons\.org(?::\d+)?/(?:licen[sc]es?|publicdomain|l|p)|licensebuttons\.net/[lp])/(?:cc-)?(?P<code>zero|mark|publicdomain|[a-z]{2}(?:[-+][a-z]{2}){0,2})"
    r"(?:/v?(?P<version>\d(?:\.\d)?)(?:/(?P<port>[a-z]{2,8})(?=[/?#\s.,;)]|$))?)?",
    re.IGNORECASE,
)
_CC_TEXT = re.compile(
    r"(?:\b(?:creative\s?commons|cc)(?:\s+licen[cs]es?)?\s*(?:attribution|by)"
    r"|^(?:[^.]{0,80}\s(?:as|under)\s)?attribution(?=\s+(?:non\s?commercial|no\s?deriv|share\s?alike|[1-4] 0|[1-4](?:\s|$))))"
    r"(?P<parts>(?:\s+(?:and|non\s?commercial|nc|no\s?deriv(?:ative|e)?s?(?: works?)?|nd|share\s?alike|sa)\b)*)"
    r"(?P<tail>.{0,60})",
)
_VERSION = re.compile(r"^(?:[^0-9]{0,40}?\b)?v?(?:ersion )?([1-4]) ?([0-9])?\b(?!\d)(?: (.{2,40}))?")
_VERSIONS = frozenset(("1.0", "2.0", "2.1", "2.5", "3.0", "4.0"))
_BARE_CODE = re.compile(
    r"by(?:[- ](?:nc|nd|sa)){0,2}/[1-4]\.[0-5]/?|by(?:[- ](?:nc|nd|sa)){1,2} ?[1-4]\.[0-5]", re.IGNORECASE
)
_SPDX_URL = re.compile(
    r"(?:https?://)?(?:www\.)?spdx\.org/licenses/([\w.+-]{2,40}?)(?:\.html|\.json)?/?", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(?:not(?! (?:otherwise|only))|no longer|cannot|isn't|never)\b[^.;]{0,80}$", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\s\W_]+")
_OPEN_ACCESS = re.compile(
    r"\b(?:is(?: an?)?|published|available|distributed) (?:as |an? |in |under |with |gold |fully )*open[- ]access\b"
    r"(?! (?:polic|repositor|mandate|fund))",
    re.IGNORECASE,
)
_PARTS = (("by", "by|attribution"), ("nc", "nc|non ?commercial"), ("nd", "nd|no ?deriv"), ("sa", "sa|share ?alike"))
_IN_ENGLISH = (("by", "attribution"), ("nc", "noncommercial"), ("nd", "noderivatives"), ("sa", "sharealike"))
_LICENCE_WORDS = re.compile(r"\b(?:licen[cs]ed?|licen[cs]es|the|under|international|generic)\b")


@cache
def _named() -> dict[str, Licence]:
    return {
        _fold(name): Licence(row.get("spdx"), row["url"])
        for row in schemas.table("vocabularies/licenses")["licence"]
        for name in (*row["names"], row.get("spdx", ""))
        if name
    }


@cache
def _spdx() -> dict[str, str]:
    """Identifier or name in small letters -> identifier. An identifier that is one word (Fair, JSON, W3C) is read as nothing."""
    rows: dict[str, str] = schemas.table("vocabularies/spdx")
    names = {name.lower(): spdx for spdx, name in rows.items()}
    return names | {spdx.lower(): spdx for spdx in rows if not spdx.isalpha() and "-" in spdx}


@cache
def _addresses() -> tuple[tuple[str, Licence], ...]:
    rows = schemas.table("vocabularies/licenses")["licence"]
    found = [(a, Licence(row.get("spdx"), row["url"])) for row in rows for a in row.get("addresses", ())]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@cache
def _elements() -> tuple[re.Pattern[str], dict[str, str]]:
    """What the elements of the licences are called in other languages -> in English."""
    data = schemas.table("vocabularies/licenses")["creative_commons"]
    words = {word: f" {english} " for code, english in _IN_ENGLISH for word in data[code]}
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True))), words


@cache
def _countries() -> dict[str, str]:
    return dict(schemas.table("vocabularies/licenses")["creative_commons"]["countries"])


@cache
def _ports() -> frozenset[str]:
    return frozenset(schemas.table("vocabularies/licenses")["creative_commons"]["ports"])


def _fold(text: str) -> str:
    """``GNU General Public License v3.0`` -> ``gnu general public v3 0``."""
    text = re.sub(r"(?<=[0-9])\+", " or later", text.lower())
    return " ".join(_LICENCE_WORDS.sub(" ", _PUNCTUATION.sub(" ", text)).split())


@lru_cache(maxsize=4096)
def licence(text: str) -> Licence | None:
    """The licence that a name, an address or a sentence grants.

    >>> licence("http://creativecommons.org/licenses/by/4.0/deed.en").spdx, licence("cc_by_nc_nd_4").spdx
    ('CC-BY-4.0', 'CC-BY-NC-ND-4.0')
    >>> licence("© Author(s) 2020. No commercial re-use."), licence("This is not an open access article")
    (None, None)
    >>> licence("under the terms of the Creative Commons Attribution License")
    Licence(spdx=None, url='https://creativecommons.org/licenses/by/')
    """
    text = unescape(text[:20000])
    if match := _CC_URL.search(text):  # before tags go: it may stand in one
        before = text[max(0, match.start() - 200) : match.start()]
        return None if _NEGATED.search(before) else _creative_commons_url(match)
    text = plain(text)
    if match := _SPDX_URL.fullmatch(text):
        text = match[1]
    elif _BARE_CODE.fullmatch(text):
        text = f"cc {text}"
    lower = text.lower()
    if "/" in lower:
        for address, row in _addresses():
            if address in lower:
                return row
    if row_of_name := _named().get(_fold(text)):
        return row_of_name
    words = _PUNCTUATION.sub(" ", lower).strip()
    if len(words) <= 300:  # a name; sentences of publishers are English
        pattern, english = _elements()
        words = pattern.sub(lambda match: english[match[0]], unicodedata.normalize("NFC", words))
    words = " ".join(words.split())
    if ("cc" in words or "creative" in words or "attribution" in words) and (match := _CC_TEXT.search(words)):
        before, behind = words[: match.start()], re.split(r"\bcc\b|\bcreative\b", words[match.end("parts") :])[0]
        beside = f"{before} {behind}" if len(words) <= 300 else match["tail"]
        if _NEGATED.search(before) or _says_less(beside, match["parts"]):
            return None
        return _creative_commons_text(match)
    if match := re.search(r"\b(?:cc ?0|cc ?zero|creative commons zero)\b", words):
        return None if _NEGATED.search(words[: match.start()]) else _named()["cc0"]
    spdx = _spdx().get(lower)
    return Licence(spdx, f"https://spdx.org/licenses/{spdx}.html") if spdx else None


_RESTRICTION = re.compile(
    r"\b(?:non|not?|nao|n\u00e3o|nicht|niet|ikke|icke|ingen|inga|kein\w?|geen|pas|sans|sin|sem|senza|bez|nie|ei) ?"
    r"(?:\w{1,20} ){0,3}?"
    r"(?:(?P<nc>[ck]omm?er[csz]|kaupal)|(?P<nd>deriv|modif|bearb|adapt|obra|opere|oeuvre|utwor|muutok|afgeleid))"
    r"|\b(?:nc|(?P<sa>sharealike)|nd)\b"
)


def _says_less(words: str, parts: str) -> bool:
    """Whether a restriction stands beside the name of a licence and is none of its elements: then it is not that licence.

    >>> _says_less("cc by 4 0 nur nicht kommerziell", ""), _says_less("cc by nc 4 0 no commercial use", " nc")
    (True, False)
    """
    granted = {code for code, named in _PARTS if re.search(rf"\b(?:{named})", parts)}
    return any((found.lastgroup or found[0]) not in granted for found in _RESTRICTION.finditer(words))


def _creative_commons_url(match: re.Match[str]) -> Licence | None:
    code = match["code"].lower().replace("+", "-")
    if code in ("zero", "mark"):
        return _named()["cc0" if code == "zero" else "public domain mark"]
    if code == "publicdomain":
        return _named()["cc public domain"]
    parts = set(code.split("-"))
    if not parts <= {"by", "nc", "nd", "sa"}:
        return None  # the retired sampling licences
    return _creative_commons(parts, match["version"], (match["port"] or "").lower())


def _creative_commons_text(match: re.Match[str]) -> Licence:
    parts = {code for code, words in _PARTS if code == "by" or re.search(rf"\b(?:{words})", match["parts"])}
    version = _VERSION.match(match["tail"])
    if version is None:
        return _creative_commons(parts, None)
    place = (version[3] or "").strip()
    if re.search(r"\bigo\b|intergovernmental", match["tail"]):
        place = "igo"
    named = _creative_commons(parts, f"{version[1]}.{version[2] or 0}", _countries().get(place, place).lower())
    return named if named.spdx in _ports() else _creative_commons(parts, f"{version[1]}.{version[2] or 0}")


def _creative_commons(parts: set[str], version: str | None, port: str = "") -> Licence:
    code = "-".join(part for part, _ in _PARTS if part in parts)
    if version is not None and "." not in version:
        version += ".0"
    if version not in _VERSIONS:
        return Licence(None, f"https://creativecommons.org/licenses/{code}/")
    if port in ("deed", "legalcode"):
        port = ""
    spdx = f"CC-{code.upper()}-{version}"
    ported = f"{spdx}-{port.upper()}"
    path = "by-nd-nc" if code == "by-nc-nd" and version == "1.0" else code  # as its first version is called
    url = f"https://creativecommons.org/licenses/{path}/{version}/" + (f"{port}/" if port else "")
    known = ported if ported in _ports() else spdx
    return Licence(known if known in schemas.table("vocabularies/spdx") else None, url)


# --- access, embargo, version ----------------------------------------------------------------------------------------

_SQUEEZE = re.compile(r"[\s._-]+")
_COAR = re.compile(r"https?://(?:www\.)?purl\.org/coar/", re.IGNORECASE)


def _squeeze(text: str) -> str:
    return _SQUEEZE.sub("", _COAR.sub("coar/", text.strip().strip("[]().;:")).replace("’", "'").lower()).rstrip("/")


@cache
def _squeezed(vocabulary: str) -> dict[str, str]:
    rows = schemas.table(f"vocabularies/{vocabulary}")
    keys = {_squeeze(name): term for term, row in rows.items() for name in row["names"]}
    keys |= {_squeeze(row[field]): term for term, row in rows.items() for field in ("coar", "eu_repo") if field in row}
    return keys


@lru_cache(maxsize=4096)
def access(text: str) -> str | None:
    """open, embargoed, restricted or metadata-only; None where it is not said.

    >>> access("info:eu-repo/semantics/openAccess"), access("open.access"), access("This is not an open access article")
    ('open', 'open', None)
    """
    if found := _squeezed("access").get(_squeeze(text[:300])):
        return found
    if len(text) > 30 and (match := _OPEN_ACCESS.search(text[:5000])):
        return None if _NEGATED.search(text[: match.start()]) else "open"
    return None


_EMBARGO = re.compile(
    r"info:eu-repo/date/embargoEnd/(?P<uri>\S{4,30})|\b(?:embargo(?:ed)?|restricted|closed|available)[^0-9.;]{0,40}\b(?:until|till|to|ends?|on|from|after|date:?)\b\s*(?P<text>.{4,40})",
    re.IGNORECASE,
)


_EMBARGOES_TO = THIS_YEAR + 100
"""Embargoes of fifty years and more are real: theses that contain personal data or secrets."""


@lru_cache(maxsize=4096)
def embargo_end(text: str) -> str | None:
    """The EDTF date until which a text is closed.

    >>> embargo_end("info:eu-repo/date/embargoEnd/2061-02-14"), embargo_end("Embargoed until 1 January 2022")
    ('2061-02-14', '2022-01-01')
    """
    match = _EMBARGO.search(text[:2000])
    return date(match["uri"] or match["text"], _EMBARGOES_TO) if match else None


_FOR_GOOD = re.compile(r"\b(?:(?:2[2-9]|[3-9]\d)\d\d(?:-\d\d-\d\d)?|(?:2099|2100)(?:-(?:01-01|12-31))?)(?=T|$)")


def for_good(text: str) -> bool:
    """Whether the end of an embargo is a day that says that there is none, as repositories write it that know no other way.

    >>> for_good("2099-12-31"), for_good("9999-01-01T00:00:00Z"), for_good("2999"), for_good("2099-03-02")
    (True, True, True, False)
    """
    return len(text) < 100 and _FOR_GOOD.search(text) is not None


@lru_cache(maxsize=4096)
def embargo_day(text: str) -> str | None:
    """As ``embargo_end``, where nothing but the day is said.

    >>> embargo_day("2061-02-14"), embargo_day("2099-12-31")
    ('2061-02-14', None)
    """
    return None if for_good(text) else embargo_end(text) or date(text, _EMBARGOES_TO)


@lru_cache(maxsize=4096)
def version(text: str) -> str | None:
    """Which version of a work a text is, in the letters of NISO's Journal Article Versions: AO SMUR AM P VoR CVoR EVoR NA.

    >>> version("Accepted version"), version("http://purl.org/coar/version/c_970fb48d4fbd8a85"), version("text")
    ('AM', 'VoR', None)
    """
    return _squeezed("versions").get(_squeeze(text[:300]))

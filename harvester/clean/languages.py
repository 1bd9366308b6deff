"""Languages as repositories write them, to BCP 47 tags with the shortest ISO 639 code."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from msgspec import Struct

from harvester import schemas
from harvester.clean.characters import visible, without_marks
from harvester.clean.text import plain

_SEPARATORS = re.compile(r"\s*[;|/,\n+&]\s*|\s+(?:and|und|et|y|e|en|og|och|[-\u2013\u2014:])\s+(?=\S{3})")
_PLACE = re.compile(
    r"(?P<name>[^\W\d_]{4,20})(?: ?[(\[]| - |-|, | )(?P<place>[^()\[\]]{2,25})[)\]]?"
    r"|(?P<place2>\S{2,12}) (?P<name2>[^\W\d_]{4,20})"
)
# "Text in English", "English language", "lengua española"
_AROUND = re.compile(
    r"(?:(?:full |original )?(?:texts?|texto|texte|articles?|papers?|written|published) )?(?:in|auf|en|em|på) (?P<name>.{4,40})"
    r"|(?P<name2>.{4,40}?)(?: languages?| text| sprache)"
    r"|(?:lengua|língua|lingua|langue|idioma|język|jazyk|bahasa) (?P<name3>.{4,40})",
)
# "English only", "English with French abstract": the language of the text
_BEFORE_SUMMARY = re.compile(
    r"(?P<text>.{4,60}) (?:only|(?:with|mit|avec|con) .{3,40} "
    r"(?:summar(?:y|ies)|abstracts?|zusammenfassung(?:en)?|résumés?|resumen))",
    re.IGNORECASE,
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_QUALIFIED = re.compile(
    r"[^,;/]{3,40}, (?:old|middle|ancient|classical|low|high|upper|lower|(?:sou|nor)th(?:ern)?|western|eastern)\b[^,;/]{0,40}",
    re.IGNORECASE,
)
"""``Saxon, Old``: as ISO 639 writes names."""
_OF_SEVERAL = frozenset(("zh", "ar", "ms", "sgn"))
"""What may be named more closely behind them: ``zh-yue`` is ``yue`` (RFC 5646, 2.2.2)."""
_LOCALE_TAIL = re.compile(r"[.@][\w-]{1,20}")  # en_US.UTF-8
_PREFIX = re.compile(
    r"(?:https?://)?(?:www\.)?(?:lexvo\.org/(?:id|page)/(?:term/|iso639-\d/)?|id\.loc\.gov/vocabulary/(?:iso639-\d|languages)/)|urn:iso:std:iso:639:-?\d:|https?://\S{1,200}[/#]"
    r"|(?:(?:iso|rfc|dcterms|bcp|lang|language|lexvo)[\s_:-]*[0-9]*(?:[\s_-][0-9][bt]?)?\s*[:=]\s*)",
    re.IGNORECASE,
)


class _Table(Struct, frozen=True):
    codes: dict[str, str]
    """Every code of two and three letters -> the shortest."""
    names: dict[str, str]
    joined: dict[str, str]
    """The three-letter codes of languages that have two letters: only these may be run together (``engfre``)."""
    others: frozenset[str]
    none: frozenset[str]
    places: dict[str, str]
    regions: frozenset[str]
    region_repairs: dict[str, str]
    scripts: frozenset[str]


@cache
def _table() -> _Table:
    data = schemas.table("vocabularies/languages")
    codes: dict[str, str] = {code: code for code in data["kept"]}
    names: dict[str, str] = {_fold(name): code for name, code in data["special"].items()}
    joined: dict[str, str] = {}
    for code, name_list in data["three"].items():
        codes[code] = code
        names |= {_fold(name): code for name in name_list}
    for code, row in data["languages"].items():
        codes[code] = code
        joined |= dict.fromkeys(row["codes"], code)
        names |= {_fold(name): code for name in row["names"]}
    names |= {_fold(name): code for name, code in data["varieties"].items()}
    return _Table(
        codes=codes | joined | data["legacy"],
        names=names | {without_marks(name): code for name, code in names.items() if without_marks(name) not in names},
        joined=joined,
        others=frozenset(data["iso639_3"]["codes"].split()),
        none=frozenset(map(_fold, data["none"])),
        places={_fold(name): code for name, code in data["places"].items()},
        regions=frozenset(data["regions"]["codes"].split()),
        region_repairs=data["regions"]["repairs"],
        scripts=frozenset(data["scripts"]["codes"].split()),
    )


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=4096)
def language(text: str) -> str | None:
    """The (first) language in the text as a BCP 47 tag.

    >>> language("en_US"), language("fre"), language("Inglés"), language("en_uk"), language("other")
    ('en-US', 'fr', 'en', 'en-GB', None)
    """
    return next(iter(_languages(text)), None)


def languages(text: str) -> list[str]:
    """All languages in the text, in order, each once.

    >>> languages("en; fr"), languages("engfre"), languages("English; Czech"), languages("N/A")
    (['en', 'fr'], ['en', 'fr'], ['en', 'cs'], [])
    """
    return list(_languages(text))


@lru_cache(maxsize=4096)
def _languages(text: str) -> tuple[str, ...]:
    if len(text) > 500:
        return ()
    if not text.isascii():
        text = visible(text).replace("\u00a0", " ")
    if "<" in text or "&" in text:
        text = plain(text)
    if text[:1] in "[{" and '"' in text:  # a JSON list
        text = text.replace('"', "").strip("[]{}")
    text = text.strip(" \t\r\n.;,|'\"?_-")
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1]
    if found := _one(text):
        return (found,)
    if _QUALIFIED.fullmatch(text):
        return ()  # a language of its own, which we do not know
    if joined := _run_together(text):
        return joined
    parts = text.split()
    if not all(_tag(part) for part in parts):  # else codes with spaces between
        parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) < 2:
        parts = text.split("-")
        if len(parts) != 2 or not all(len(part) > 4 and _one(part) for part in parts):
            return ()
    return tuple(dict.fromkeys(found for part in parts for found in (_one(part), *_run_together(part)) if found))


def _one(text: str) -> str | None:
    text = text.strip(" \t.;,")
    if found := _tag(text):
        return found
    folded = _fold(text)
    table = _table()
    if folded in table.none:
        return None
    found = table.names.get(folded) or table.names.get(without_marks(folded))
    if found is None and (place := _placed(folded)):
        return place
    if found is None and folded[-1:] in ")]":
        end = max(text.rfind("("), text.rfind("["))
        found = table.names.get(_fold(text[:end]))
        if found is None:  # "English (eng)", "eng (English)"
            found = _tag(text[:end].strip())
    if found is None and (around := _AROUND.fullmatch(folded)):
        found = table.names.get(around["name"] or around["name2"] or around["name3"])
    if found is None and (before := _BEFORE_SUMMARY.fullmatch(text)):
        return _one(before["text"])
    if found is None and (match := _PREFIX.match(text)) and match.end() < len(text):
        return _one(text[match.end() :])
    return found


def _placed(folded: str) -> str | None:
    """``english (united states)``, ``uk english``, ``chinese-simplified``: a language by its name, and where."""
    if not (match := _PLACE.fullmatch(folded)):
        return None
    table = _table()
    code = table.names.get(match["name"] or match["name2"])
    place = table.places.get(match["place"] or match["place2"])
    return f"{code}-{place}" if code and place and "-" not in code else None


def _tag(text: str) -> str | None:
    """A well-formed tag with known subtags; subtags that nobody knows are left out."""
    if not (match := _TAG.match(text)) or (match.end() < len(text) and not _LOCALE_TAIL.fullmatch(text, match.end())):
        return None
    text = match[0]
    table = _table()
    first, *rest = text.replace("_", "-").split("-")
    lower = first.lower()
    primary = table.codes.get(lower)
    if primary is None:
        if first not in table.others:
            return None
        primary = first
    if lower in table.none:
        return None
    subtags = [primary]
    for subtag in rest:
        if len(subtag) == 1:  # an extension or private use begins
            break
        if len(subtag) == 4 and subtag.title() in table.scripts and len(subtags) == 1:
            subtags.append(subtag.title())
        elif len(subtag) == 3 and len(subtags) == 1 and primary in _OF_SEVERAL and subtag.lower() in table.others:
            subtags = [table.codes.get(subtag.lower(), subtag.lower())]
        elif len(subtag) == 2 or (len(subtag) == 3 and subtag.isdigit()):
            region = table.region_repairs.get(subtag.upper(), subtag.upper())
            if (region in table.regions or region == "419") and "-" not in primary:
                subtags.append(region)
        elif len(subtag) >= 5 or (len(subtag) == 4 and subtag[0].isdigit()):
            subtags.append(subtag.lower())
    return "-".join(dict.fromkeys(subtags))


def _run_together(text: str) -> tuple[str, ...]:
    """MARC 21 and its heirs wrote codes without anything between them: ``engfre``."""
    if len(text) < 6 or len(text) % 3 or len(text) > 30 or not text.isascii() or not text.isalpha() or text.istitle():
        return ()
    codes = [_table().joined.get(text[i : i + 3].lower()) for i in range(0, len(text), 3)]
    return tuple(dict.fromkeys(map(str, codes))) if all(codes) else ()

"""DOIs, found anywhere in a text and brought to the form in which they can be compared.

Syntax: https://www.doi.org/doi-handbook/HTML/numbering.html. Case does not matter for ASCII letters; ours are small.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from harvester.clean.characters import ASCII_FORM, LOWER, flat, trim
from harvester.clean.placeholders import placeholder

_LONGEST_DOI = 2048
"""Characters: what Crossref accepts at most."""
DOI = re.compile(
    r"10\.(?:(?<![\d.]10\.)|(?<=[Dd][Oo][Ii]\.10\.))[1-9]\d{3,8}(?:\.\d{1,9}+)*(?:/|%(?:25){0,2}2[Ff])\S{1,2100}"
)
"""What may not stand before is asked for afterwards: so ``10.`` is found as fast as a word is."""
_NEXT_DOI = re.compile(
    r"[,;|](?=(?:doi:?|https?://|10\.\d{4}))|https?://|[\"\u201c\u201d]|'>|</|<[A-Za-z:]{1,20}/?>|\](?=\()"
    r"|;jsessionid=|doi:?(?=10\.\d{4})|\[(?:doi|pii)\]|(?<=[0-9])[.,;]?pmc?id(?=:|$)|\.epub$",
    re.IGNORECASE,
)
_URL_TAIL = re.compile(
    r"(?:/(?:abstract|full|pdf|epdf|epub|pdfdirect|full-?text|fulltext\.html|summary|meta|html"
    r"|references|citations|figures|tables|metrics|rapid-responses|suppl(?:ementary-material)?)"
    r"|/(?:information|full)/[a-z]{2}|/suppl_file/.{1,200}|/type/[a-z_]{3,20}"
    r"|\.(?:supplementary-material|full|abstract|short|long|full-text|pdf|html?|full\.pdf|full\+html))$"
)
_OXFORD = re.compile(r"(10\.1093/\w{2,20}/[a-z]{2,6}\d{2,5})/\d{4,10}(?:/\w{2,20})?$")
_ENCODED_SIGN = re.compile(r"%2[0278](?=10\.)")
"""A blank, a quote, an apostrophe or a bracket, percent-encoded: its last digit would run into the prefix."""
_NOBODYS = re.compile(r"x{3,}|to ?be ?\w{2,12}|dummy|placeholder|pending", re.IGNORECASE)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def doi(text: str) -> str | None:
    """The first DOI found anywhere in the text: bare and in lower case.

    >>> doi("BMJ Leader, 2020, 4 (3), pp.128-134. doi:10.1136/LEADER-2020-000228.")
    '10.1136/leader-2020-000228'
    >>> doi("https://doi.org/10.1002/(SICI)1097-4571(199806)49:8%3C693::AID-ASI4%3E3.0.CO;2-O")
    '10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o'
    >>> doi("10044/1/85584") is None
    True
    """
    return next(iter(_scan(text, 1)), None)


def dois(text: str) -> list[str]:
    """All DOIs in the text, in order, each once.

    >>> dois("10.1136/leader-2020-000228,10.1136/leader-2020-000229; 10.1136/LEADER-2020-000228")
    ['10.1136/leader-2020-000228', '10.1136/leader-2020-000229']
    """
    return _scan(text, 0)


_SOUND_DOI = re.compile(
    r"10\.[1-9][0-9]{3,8}/(?!.*(?:10\.|//|pmc|pmid|\.epub$))([a-z0-9](?:[a-z0-9._/-]{0,300}[a-z0-9])?)"
)


def is_sound_doi(text: str) -> bool:
    """Whether a text is a DOI that no cleaning could change.

    >>> is_sound_doi("10.1136/leader-2020-000228"), is_sound_doi("10.1136/LEADER-2020-000228."), is_sound_doi("10.1234/xxxx")
    (True, False, False)
    """
    match = _SOUND_DOI.fullmatch(text)
    return match is not None and not _is_nobodys(match[1])


def _is_nobodys(suffix: str) -> bool:
    return not any(map(str.isalnum, suffix)) or placeholder(suffix) or _NOBODYS.fullmatch(suffix) is not None


def _scan(text: str, limit: int) -> list[str]:
    if "10." not in text and "\uff11\uff10" not in text:
        return []
    if is_sound_doi(text):
        return [text]
    text = flat(text)
    if "%2" in text:
        text = _ENCODED_SIGN.sub(" ", text)
    if not text.isascii():
        text = text.translate(_SLASHES)
    if "\\/" in text:  # as JSON writes a slash
        text = text.replace("\\/", "/")
    found: list[str] = []
    place = 0
    while match := DOI.search(text, place):
        start, value = match.start(), match.group()
        before = text[max(0, start - 300) : start]
        before = "" if not before or before[-1].isspace() else before.rsplit(None, 1)[-1].lower()
        clean: str | None = value
        if before not in ("", "doi:") or not is_sound_doi(value):
            value = _one_of(value, goes_on=match.end() < len(text))
            clean = _doi_of(value, before) if len(value) <= _LONGEST_DOI else None
        place = start + max(len(value), 8)
        if clean and clean not in found:
            found.append(clean)
            if len(found) == limit:
                break
    return found


_SLASHES = dict.fromkeys(map(ord, "\u2044\u2215\u29f8"), "/") | {c: c - 0xFEE0 for c in range(0xFF10, 0xFF1A)}


def _one_of(value: str, *, goes_on: bool) -> str:
    """Up to where another DOI, an address or a tag begins. ``goes_on``: text follows, behind a blank."""
    if cut := _NEXT_DOI.search(value, 8):
        value = value[: cut.start()]
    elif goes_on:
        if value[-1] == "-":
            value = ""  # broken over lines: the rest is not known for sure
        value = _before_open_bracket(value)
    if "10." in value[8:] and (twin := value.find(value.partition("/")[0] + "/", 8)) > 0 and value[twin - 1].isdigit():
        value = value[:twin]  # two in a row, with nothing between them
    return value


def _before_open_bracket(value: str) -> str:
    """A space has cut the text within brackets: they are not of the DOI. ``10.1136/x[published online``"""
    for opening, closing in ("[]", "()"):
        if value.count(opening) > value.count(closing):
            head = value[: value.rindex(opening)]
            value = head if len(head) > 9 and head.count(opening) == head.count(closing) else value
    return value


def _doi_of(value: str, before: str) -> str | None:
    """A DOI out of what follows ``10.``, knowing what stood right before it: only in a URL do a query or ``/pdf`` go."""
    at_resolver = "doi.org" in before
    in_url = at_resolver or "://" in before or "www." in before
    if in_url:
        value = re.split(r"[?#&]" if "?" in before else r"[?#]|&(?=\w{1,30}=)", value, maxsplit=1)[0]
    elif "=" in before:  # OpenURL: rft_id=info:doi/10.1136/x1&rft.date=2020
        value = value.partition("&")[0]
    for _ in range(3):
        if "%" not in value or not _PERCENT.search(value):
            break
        value = unquote(value)
    else:
        if _PERCENT.search(value):
            return None  # encoded more than three times: nobody's identifier
    value = trim((value.split() or [""])[0].translate(ASCII_FORM), "/" if in_url else "")
    if in_url and not at_resolver:
        while (shorter := _URL_TAIL.sub("", value)) != value:
            value = trim(shorter, "/")
        if value.startswith("10.1101/"):  # bioRxiv and medRxiv: the version is no part of the DOI
            value = re.sub(r"v\d{1,3}$", "", value)
        value = _OXFORD.sub(r"\1", value)  # the platform puts an article number of its own behind the DOI
    prefix, _, suffix = value.partition("/")
    if prefix == "10.1037":  # the American Psychological Association prints two slashes and registers one
        suffix = suffix.lstrip("/")
    if _is_nobodys(suffix):
        return None
    return f"{prefix}/{suffix.translate(LOWER)}"


_CONTAINER_DOI = re.compile(
    r"10\.\d{4,9}/(?:\(issn\)|issn[.:-]?\d)|10\.\d{4,9}/\d{4}-\d{3}[\dx]$"
    r"|10\.1007/\d+\.\d{4}-\d{3}[\dx]$|10\.1371/journal\.p\w{3}$|10\.1155/\d{4}$"
)


def is_container_doi(doi: str) -> bool:
    """Whether a bare DOI names a journal, not a work in it: it must never unite works.

    >>> is_container_doi("10.1111/(issn)1365-2648"), is_container_doi("10.1136/leader-2020-000228")
    (True, False)
    """
    return _CONTAINER_DOI.match(doi) is not None


_BMJ = re.compile(r"https?://[\w.]{0,80}\bbmj\.com/\S{0,500}?/([a-z]{2,20}-\d{4}-\d{6})(?![\w-])", re.IGNORECASE)


def candidate_doi(url: str) -> str | None:
    """The DOI that a publisher's URL implies by its pattern; to be believed only when the registry confirms it.

    >>> candidate_doi("https://bmjleader.bmj.com/content/early/2022/11/16/leader-2022-000655.info")
    '10.1136/leader-2022-000655'
    """
    match = _BMJ.search(url[:1000]) if "bmj.com" in url.lower() else None
    return f"10.1136/{match[1].lower()}" if match else None

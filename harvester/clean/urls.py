"""Web addresses as they are written in records."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from harvester.clean.characters import LOWER, trim, visible
from harvester.clean.markup import unescape

_URL = re.compile(
    r"(?:https?|ftp)://[^\s<>\"]{1,4000}|(?<![\w/.@-])(?:www\.|(?:dx\.)?doi\.org/10|hdl\.handle\.net/)[^\s<>\"]{1,4000}",
    re.I,
)
SOUND_URL = re.compile(
    r"https?://(?!.*(?::/|url=))[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,12}/(?:[A-Za-z0-9/._~?=:-]*[A-Za-z0-9/])?"
)
"""An address that no cleaning could change, and that holds no other."""
_DOUBLED = re.compile(r"^(?:https?:/?/?)+(?=https?://)", re.IGNORECASE)
_NEXT = re.compile(r"[,;|](?=https?://)", re.IGNORECASE)
_ONE_SLASH = re.compile(r"\s*(https?)(?::/?|//)(?=(?:www\.|[\w-]{1,63}\.)[\w.-]{2,200}(?:/|\s*$))", re.IGNORECASE)
"""``http:/www.bmj.com``, ``http//www.bmj.com``"""
_HOST = re.compile(
    r"(?:[^\s/?#@]{0,100}@)?(?:[\w-]{1,63}\.)+(?!\d+(?![\w-]))[\w-]{2,63}\.?(?::\d{1,5})?|localhost(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?"
)
_PROXIED = re.compile(r"https?://[^/\s?#]{1,250}/login\?q?url=(?=https?(?::|%3a))", re.IGNORECASE)
"""What EZproxy puts before an address for the readers of one library, who are sent on from there."""
_SPACED_FILE = re.compile(r"[^\s<>\"()]{1,500}(?: [^\s<>\"():]{1,100}){1,12}\.[A-Za-z0-9]{2,4}")


def url(text: str) -> str | None:
    """The first web address in the text: entities and line breaks mended, session id, library's proxy and full stop gone.

    >>> url("https://www.bmj.com/opinion/leadership-in-the-uk-nhs."), url("www.jobs.ac.uk/job/DGV596/phd")
    ('https://www.bmj.com/opinion/leadership-in-the-uk-nhs', 'https://www.jobs.ac.uk/job/DGV596/phd')
    >>> url("https://proxy.example.edu/login?url=https://www.bmj.com/opinion?id=1&b=2")
    'https://www.bmj.com/opinion?id=1&b=2'
    """
    if SOUND_URL.fullmatch(text):
        return text
    if text[:5].lower().lstrip() in ("http:", "http/", "https") and "://" not in text:
        text = _ONE_SLASH.sub(r"\1://", text, count=1)
    if "//" not in text and "www." not in text.lower() and ".org/" not in text and ".net/" not in text:
        return None
    text = text[:20000]
    if "&" in text:
        text = unescape(text)
    text = (text if text.isascii() else visible(text)).strip()
    if "\n" in text or "\r" in text:  # an address that was broken over lines
        text = re.sub(r"\s*[\r\n]\s*", "", text) if _URL.match(text) else text
    if " " in text and _SPACED_FILE.fullmatch(text) and _URL.match(text) and "://" not in text[10:]:
        text = text.replace(" ", "%20")  # a file name with spaces
    match = _URL.search(text)
    if not match:
        return None
    value = _NEXT.split(_DOUBLED.sub("", match[0]), maxsplit=1)[0]
    if ";" in value:
        value = re.sub(r";jsessionid=[^?#/]*", "", value, flags=re.IGNORECASE)
    if "/login?" in value and (proxied := _PROXIED.match(value)) is not None:
        value = value[proxied.end() :]
        value = unquote(value) if "://" not in value[:10] else value
    value = trim(value)
    if "://" not in value:
        value = f"https://{value}"
    scheme, _, rest = value.partition("://")
    if (
        not (host := _HOST.match(rest))
        or (len(rest) > host.end() and rest[host.end()] not in "/?#")
        or not rest.isprintable()
    ):
        return None
    return f"{scheme.lower()}://{host[0].translate(LOWER)}{rest[host.end() :]}"


def is_web_address(text: str) -> bool:
    """Whether it is an http(s) address as it stands, which can be asked.

    >>> is_web_address("https://www.fmlm.ac.uk/news"), is_web_address("www.fmlm.ac.uk"), is_web_address("http://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def url_key(url: str) -> str:
    """For comparison only: no scheme, no ``www.``, no trailing slash, no fragment, host in lower case.

    >>> url_key("http://www.BMJ.com/opinion/") == url_key("https://bmj.com/opinion#top")
    True
    """
    rest = url.strip().partition("://")[2] or url.strip()
    rest = rest.partition("#")[0].strip()
    host, slash, path = rest.partition("/")
    host = host.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")
    return f"{host}{slash}{path}".rstrip("/")


def host(url: str) -> str:
    """The host of a URL in lower case, without ``www.``; '' where it cannot be told.

    >>> host("https://www.Spiral.imperial.ac.uk:443/handle/1")
    'spiral.imperial.ac.uk'
    """
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:  # an unbalanced bracket, a character that is not allowed in a host
        return ""
    return name.removeprefix("www.")


def is_resolver(url: str) -> bool:
    """Whether an address is one of the resolver of DOIs.

    >>> is_resolver("http://dx.doi.org/10.1136/x1"), is_resolver("https://www.bmj.com/10.1136/x1")
    (True, False)
    """
    return host(url) in ("doi.org", "dx.doi.org")

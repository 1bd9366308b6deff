"""Addresses of pages, so that one page is one record whatever way led to it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|_ga|_gl|msclkid|igshid)", re.IGNORECASE)


def is_home(url: str) -> bool:
    """Whether it is that of a whole site."""
    return urlsplit(url).path in ("", "/") and not urlsplit(url).query


def tidy(url: str) -> str:
    """Without fragment, and without what newsletters add to count their readers.

    >>> tidy("HTTPS://www.FMLM.example/a?utm_source=x&id=1#top"), tidy("https://www.fmlm.example")
    ('https://www.fmlm.example/a?id=1', 'https://www.fmlm.example/')
    """
    parts = urlsplit(url.strip())
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", query, ""))


def same_page(one: str, other: str) -> bool:
    """Whether two addresses differ only in what chooses a view of a page: the query, a slash at the end.

    >>> same_page("https://x.example/a/?page=1", "https://x.example/a"), same_page("https://x.example/a", "https://x.example/b")
    (True, False)
    """
    return urlsplit(one).path.rstrip("/") == urlsplit(other).path.rstrip("/")


def identity(url: str, canonical: str) -> str:
    """Which address stands for a page: the canonical one that it names, unless that is of another host or the home page.

    >>> identity("https://x.example/a?page=1", "/a"), identity("https://x.example/a", "https://x.example/")
    ('https://x.example/a', 'https://x.example/a')
    """
    if not canonical:
        return url
    try:
        named = tidy(urljoin(url, canonical))
        own, other = urlsplit(url), urlsplit(named)
        same = (own.hostname or "").removeprefix("www.") == (other.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    if not same or other.scheme not in ("http", "https") or (other.path == "/" and own.path != "/" and not other.query):
        return url
    return named

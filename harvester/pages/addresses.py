"""Where pages are: in the app, and in a folder of files. Pure.

A page is named by its path below the root of the site; a reference to it is relative in a folder of files, which so can be
moved and opened from a disk, and begins with the root's own path in the app.
"""

from __future__ import annotations

import hashlib
import re
from copy import copy
from typing import Final, Self
from urllib.parse import quote, urlsplit

_SEGMENT: Final = "!$&'(*)+,;=:@~"
"""What a segment of a path may hold as it is, beside letters, digits and ``-._`` (RFC 3986, 3.3)."""
_PLAIN = re.compile(r"[a-z0-9_(][a-z0-9._()-]*", re.ASCII)
_LONGEST: Final = 120
"""Bytes of a file name; file systems end at 255."""


def quoted(key: str) -> str:
    """A work key as the end of a path. A slash stays where no proxy would take it away: between two ordinary segments.

    >>> quoted("doi:10.1136/leader-2020-000228"), quoted("url:https://example.org/?a=b")
    ('doi:10.1136/leader-2020-000228', 'url:https:%2F%2Fexample.org%2F%3Fa=b')
    """
    segments = key.split("/")
    plain = all(segment.strip(".") for segment in segments)
    text = key.encode("utf-8", "replace")
    return quote(text, safe=_SEGMENT + "/" if plain else _SEGMENT)


def file_name(key: str) -> str:
    """A work key as the path of a file that every file system and web server can take; different keys, different files.

    >>> file_name("doi:10.1136/leader-2020-000228"), file_name("url:https://Example.org/?a=b")
    ('doi/10.1136/leader-2020-000228.html', 'url/https-example.org-a-b-266785dbacba.html')
    """
    scheme, _, value = key.partition(":")
    segments = value.split("/")
    fitting = all(_PLAIN.fullmatch(s) and len(s) <= _LONGEST and not s.endswith(".html") for s in segments)
    if _PLAIN.fullmatch(scheme) and fitting and len(value) <= 2 * _LONGEST:
        return f"{scheme}/{value}.html"
    folder = scheme if _PLAIN.fullmatch(scheme) and len(scheme) <= 20 else "other"
    words = re.sub(r"[^a-z0-9.]+", "-", value.lower()).strip("-.")[:60].rstrip("-.")
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{folder}/{words}-{digest}.html".replace("/-", "/")


class Addresses:
    """References from one page. These are those of the app; ``Files`` are those of a folder."""

    alive: bool = True
    """Whether somebody answers questions: search, raw records, formats of a single work."""
    one_listing: bool = False

    def __init__(self, root: str = "/", base: str = "") -> None:
        self.root = root
        """Before each path."""
        self.base = base
        """The same as whole address, without a slash at its end; '' where it is not known."""

    def to(self, path: str) -> str:
        return f"{self.root}{path}" or "./"

    def whole(self, path: str) -> str:
        """The whole address of a page; '' where nobody said where the site is."""
        return f"{self.base}/{path}" if self.base else ""

    def absolute(self) -> Self:
        """The same from the page of another site: whole addresses, where it is known where this site is."""
        elsewhere = copy(self)
        elsewhere.root = f"{self.base}/" if self.base else self.root
        return elsewhere

    def home(self) -> str:
        return ""

    def about(self) -> str:
        return "about"

    def feed(self, ending: str) -> str:
        """Of all listings together."""
        return f"feed.{ending}"

    def listing(self, name: str, file: str = "") -> str:
        path = f"listing/{quote(name, safe='')}"
        return f"{path}/{file}" if file else path

    def work(self, key: str) -> str:
        return f"work/{quoted(key)}"

    def search(self, query: str = "", file: str = "") -> str:
        path = f"search/{file}" if file else "search"
        return f"{path}?{query}" if query else path


class Files(Addresses):
    """Those of a folder of files: ``depth`` folders above a page is the root of the site."""

    alive = False

    def __init__(self, depth: int = 0, base: str = "", *, one_listing: bool = True) -> None:
        super().__init__("../" * depth, base)
        self.one_listing = one_listing

    def home(self) -> str:
        return "index.html"

    def about(self) -> str:
        return "about.html"

    def listing(self, name: str, file: str = "") -> str:
        file = file or "index.html"
        return file if self.one_listing else f"{quote(name, safe='')}/{file}"

    def work(self, key: str) -> str:
        return f"work/{file_name(key)}"


def root_of(base_url: str) -> str:
    """The path of a public address, as it begins every reference: ``/`` or ``/evidence/``."""
    path = urlsplit(base_url).path.strip("/")
    return f"/{path}/" if path else "/"

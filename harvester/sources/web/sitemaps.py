"""Sitemaps (https://www.sitemaps.org/protocol.html): which pages a site has, and when they changed. Feeds count too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree
from msgspec import Struct

from harvester.clean import dates
from harvester.clean.urls import is_web_address
from harvester.errors import ProtocolError, RecordError
from harvester.formats.doctype import without_doctype
from harvester.formats.xml import local, parse
from harvester.http import Session, said

_AMPERSAND: Final = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
"""Many sites write addresses as they are: ``?x=1&y=2``."""
_MOST: Final = 500
"""Sitemaps that one index, and what it names, may stand for."""


class Listed(Struct, frozen=True):
    """One page as a sitemap names it."""

    url: str
    changed: str = ""
    """When it changed, as an ISO date or time; '' where the sitemap does not say, or says what cannot be."""


class Sitemaps:
    """Asks for sitemaps. ``hosts``: others than their own of which they may name pages."""

    def __init__(self, session: Session, hosts: tuple[str, ...] = ()) -> None:
        self._session = session
        self._hosts = frozenset(host.lower() for host in hosts)
        self.strangers = 0
        """Pages of other hosts, which no sitemap may speak for."""

    def pages(self, url: str) -> Iterator[Listed]:
        """All pages that a sitemap names, and those that it names do. ProtocolError where one cannot be read."""
        waiting, seen = [url], {url}
        while waiting:
            address = waiting.pop(0)
            for kind, listed in self._read(address):
                if not self._ours(address, listed.url):
                    self.strangers += 1
                elif kind == "page":
                    yield listed
                elif listed.url not in seen:
                    if len(seen) >= _MOST:
                        raise ProtocolError(
                            f"{url}: stands for more than {_MOST} sitemaps; name those that are wanted", url=url
                        )
                    seen.add(listed.url)
                    waiting.append(listed.url)

    def _read(self, url: str) -> Iterator[tuple[str, Listed]]:
        answer = self._session.get(url)
        if answer.status != 200:
            raise ProtocolError(
                f"{url}: {said(answer.status)}; is this the address of the sitemap?", url=url, status=answer.status
            )
        body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not body.startswith(b"<"):
            lines = [line.strip() for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
            if not any(map(is_web_address, lines)):
                raise ProtocolError(f"{url}: has no address in it; it is no sitemap", url=url, excerpt=body)
            yield from (("page", Listed(line)) for line in lines)
            return
        root = _root(url, body)
        kind = "sitemap" if local(root) == "sitemapindex" else "page"
        if local(root) not in ("urlset", "sitemapindex", "rss", "feed", "RDF"):
            raise ProtocolError(f"{url}: is <{local(root)}>, not a sitemap", url=url, excerpt=body)
        for node in root.iter("{*}url", "{*}sitemap", "{*}item", "{*}entry"):
            listed = _listed(node, url)
            if listed is not None:
                yield kind, listed

    def _ours(self, sitemap: str, url: str) -> bool:
        """A sitemap speaks for its own host only (``Sitemaps & Cross Submits``): nobody may send us anywhere else."""
        try:
            host = (urlsplit(url).hostname or "").lower()
            scheme = urlsplit(url).scheme
        except ValueError:
            return False
        own = (urlsplit(sitemap).hostname or "").lower()
        return scheme in ("http", "https") and (host == own or host in self._hosts)


def _root(url: str, body: bytes) -> etree._Element:
    """The sitemap as XML; bare ampersands are forgiven. ProtocolError where it is none."""
    plain = without_doctype(body)
    try:
        return parse(plain)
    except RecordError as error:
        mended = _AMPERSAND.sub(b"&amp;", plain)
        fault = ProtocolError(f"{url}: {error}; it is no sitemap that can be read", url=url, excerpt=body)
        if mended == plain:
            raise fault from error
        try:
            return parse(mended)
        except RecordError:
            raise fault from error


def _listed(node: etree._Element, base: str) -> Listed | None:
    url = changed = ""
    for child in node:
        name, text = local(child), (child.text or "").strip()
        if name == "loc" or (name == "link" and not url and child.get("rel", "alternate") == "alternate"):
            url = text or (child.get("href") or "").strip()
        elif name in ("lastmod", "updated", "pubDate"):
            changed = text
    if not url:
        return None
    try:
        return Listed(urljoin(base, url).partition("#")[0], _moment(changed))
    except ValueError:  # an address that is none
        return None


def _moment(sent: str) -> str:
    """W3C's dates and times can be compared as text down to their common length; other forms keep their day."""
    value = dates.date(sent) if sent else None
    if value is None or len(value) != 10:
        return ""
    return sent if sent.startswith(value) and sent[10:11] in ("T", "") else value

"""What is remembered of pages between two harvests: under which record a page was kept, and how to ask whether it changed."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from harvester.sources import Quirks

_NAME: Final = "_pages"


class Known(Struct, frozen=True, omit_defaults=True):
    """A page as it was last seen."""

    identifier: str
    """Of the record that it became."""
    etag: str = ""
    modified: str = ""
    """``Last-Modified``, as sent."""
    digest: str = ""
    """Of what the page says, in hexadecimal; '' where nobody noted it."""

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for the page only where it has changed (RFC 9110, 13.1)."""
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in found.items() if value}


class Memory:
    """Address -> what is known of its page. Written down only after the page was kept: a page is never skipped unseen."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks
        self.pages = _read(quirks)

    def write(self) -> None:
        packed = zlib.compress(msgspec.json.encode(self.pages), 6)
        self._quirks[_NAME] = base64.b85encode(packed).decode()

    def keep_only(self, urls: Mapping[str, object]) -> None:
        self.pages = {url: known for url, known in self.pages.items() if url in urls}


def _read(quirks: Quirks) -> dict[str, Known]:
    """Nothing where it cannot be read: then every page is asked for in full."""
    try:
        packed = base64.b85decode(quirks.get(_NAME, ""))
        return msgspec.json.decode(zlib.decompress(packed), type=dict[str, Known]) if packed else {}
    except (ValueError, zlib.error, msgspec.DecodeError):
        return {}

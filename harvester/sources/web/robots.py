"""What a site lets robots ask for (RFC 9309). The only module that knows protego.

The standard library's ``urllib.robotparser`` knows no ``*`` and ``$`` in paths, and takes the first rule that fits where the
longest counts (RFC 9309, 2.2.2).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.http import Session

AGENT: Final = "evidence-harvester"
"""The name that rules for us have; it is the first word of our User-Agent."""
_VERSION: Final = re.compile(r"(?im)^(\s*user-agent\s*:\s*[a-z_-]+)/\S*")
"""A version behind our name: rules are for the name alone (2.2.1)."""
_LARGEST: Final = 500 * 1024
"""Bytes that are read of a robots.txt (RFC 9309, 2.5)."""
_LONGEST_DELAY: Final = 60.0
"""Seconds; a site that asks for more between two pages is asked once a minute."""


class Robots:
    """The rules of each site, asked for once a run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rules: dict[str, Protego | None] = {}

    def allow(self, url: str) -> bool:
        """Whether a page may be asked for. SourceUnavailable where its robots.txt cannot be had: then nothing may be."""
        rules = self._of(url)
        return rules is None or bool(rules.can_fetch(url, AGENT))

    def pace(self, url: str) -> float:
        """Seconds between two requests that the site asks for, 0 where it asks for nothing."""
        rules = self._of(url)
        delay = rules.crawl_delay(AGENT) if rules is not None else None
        return min(max(float(delay), 0.0), _LONGEST_DELAY) if delay is not None else 0.0

    def _of(self, url: str) -> Protego | None:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._ask(f"{site}/robots.txt")
        return self._rules[site]

    def _ask(self, url: str) -> Protego | None:
        """The rules; None where there are none. RFC 9309, 2.3.1: 4xx allows everything, 5xx and silence forbid it."""
        try:
            answer = self._session.get(url)
        except SourceUnavailable as error:
            raise SourceUnavailable(f"{error}; without it no page of this site may be asked for") from error
        except ProtocolError:  # redirects in a circle or to where we do not follow: as if there were none (2.3.1.2)
            return None
        if answer.status >= 500:
            raise SourceUnavailable(
                f"{url}: answers {answer.status}; until it can be had no page of this site may be asked for", url=url
            )
        if answer.status >= 300:
            return None
        text = answer.body[:_LARGEST].decode("utf-8-sig", "replace")
        return Protego.parse(_VERSION.sub(r"\1", text))

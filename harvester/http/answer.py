"""What a server said, and what it means for asking again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec import Struct

from harvester.http.words import said

TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
"""Statuses that may pass: RFC 9110 and RFC 6585; 52x and 530 are Cloudflare's for an origin that does not answer."""


class Answer(Struct, frozen=True):
    """What a server said, whole."""

    url: str
    """Where it came from in the end, after redirects; without user and password."""
    status: int
    headers: Mapping[str, str]
    """Names are compared without case."""
    body: bytes
    """Unpacked, whatever the Content-Encoding header claimed."""
    elapsed: float = 0.0
    """Seconds from sending the request to the last byte."""

    @property
    def date(self) -> datetime | None:
        """The server's own clock (``Date``), in UTC; None where it does not say."""
        return _http_date(self.headers.get("Date", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds, from either form of Retry-After (RFC 9110, 10.2.3); None where it asks for nothing or for the past.

        Not on a success: some repositories send it with every answer.
        """
        if self.status < 300:
            return None
        text = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text):
            return float(text) or None
        until = _http_date(text)
        if until is None:
            return None
        seconds = (until - (self.date or datetime.now(UTC))).total_seconds()  # by the server's clock: ours may be wrong
        return seconds if seconds > 0 else None


def busy(answer: Answer) -> str:
    """Why an answer is worth asking for again, by its status alone; '' where it is to be taken as it is."""
    return said(answer.status) if answer.status in TRANSIENT else ""


def wall(answer: Answer) -> str:
    """By what an answer is recognised as one that keeps robots out, whatever its status; '' where it is none.

    Asking again would be rude and changes nothing: only its operator can let us in.
    """
    named = {name: answer.headers.get(name, "").strip().lower() for name in ("cf-mitigated", "x-amzn-waf-action")}
    if named["cf-mitigated"]:  # https://developers.cloudflare.com/cloudflare-challenges/
        by = "Cloudflare"
    elif named["x-amzn-waf-action"] in ("challenge", "captcha"):  # AWS WAF, also with status 202 and no body
        by = "AWS WAF"
    else:
        return ""
    return f"{by} keeps robots out: ask its operator to let this harvester's User-Agent in"


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

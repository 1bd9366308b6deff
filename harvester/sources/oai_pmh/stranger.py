"""What a server sends in place of OAI-PMH, in words, for an operator who has to find out."""

from __future__ import annotations

import html
import re

from harvester.formats.encodings import decode

_TITLE = re.compile(rb"<title[^<>]{0,200}>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_WALL = re.compile(
    rb"just a moment|attention required|cf-chl|challenge-platform|captcha|are you (?:a )?(?:human|robot)|access denied"
    rb"|request (?:blocked|rejected)|awswaf|ddos protection|anubis",
    re.IGNORECASE,
)


def described(body: bytes, content_type: str) -> tuple[str, bool]:
    """(what it is, whether it is there to keep robots out).

    >>> described(b"<html><title>Just a moment...</title></html>", "text/html")[1]
    True
    >>> described(b"%PDF-1.4", "application/pdf; q=1")
    ("is application/pdf, not OAI-PMH: '%PDF-1.4'", False)
    """
    start = body[:4000].lower()
    if not body.strip():
        return "is empty", False
    if b"<html" in start or b"<!doctype html" in start or b"<title" in start:
        title = _TITLE.search(body[:100_000])
        words = " ".join(html.unescape(decode(title[1])[0]).split()) if title else ""
        named = f"is a web page ({words[:100]!r})" if words else "is a web page"
        if _WALL.search(body[:100_000]):
            return f"{named} that keeps robots out: ask its operator to let this harvester's User-Agent in", True
        return f"{named}, not OAI-PMH", False
    kind = content_type.partition(";")[0].strip() or "something"
    excerpt = " ".join(decode(body[:80])[0].split())
    return f"is {kind}, not OAI-PMH: {excerpt!r}", False

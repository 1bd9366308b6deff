"""Secrets that this process knows, and text without them.

A password is used in one place, and may come back in many: in the address of a failed request, in an answer that repeats what
it was asked, in a traceback of a library. So whoever comes to know one says ``hide``; what is written for people (messages,
verdicts, logs) goes through ``shown``.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote

MASK: Final = "***"
_SHORTEST: Final = 4
"""Shorter secrets are masked in addresses only: elsewhere they would blot out half of each message."""
_NAMES = r"api[-_]?key|key|(?:access|api|auth)?[-_]?token|auth|pass(?:word|wd)?|pwd|secret|sig(?:nature)?"
_PARAMETER = re.compile(rf"(?i)([?&;](?:{_NAMES})=)([^&#\s\"'<>]*)")
_LOGIN = re.compile(r"(?<=//)([^/@\s:\"'<>]*):[^/@\s\"'<>]*@")
_WRITTEN = re.compile(r"\s*(?:[a-zA-Z][\w+.-]*:)?/{0,3}[^:/@]*:(?!//|\d{1,5}[/?#])(.*)@", re.DOTALL)
"""User and password of what somebody took for an address: the slash in the password, or the forgotten scheme, make it
unusable, and so it will be in a message."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_hidden: set[str] = set()
_pattern: re.Pattern[str] | None = None


def hide(*secrets: str) -> None:
    """From now on these are in no text that ``shown`` lets through: not as they are, nor in the spellings they take on the
    way (percent-encoded, base64, escaped in JSON or by Python)."""
    global _pattern
    new = {form for secret in secrets if secret not in _hidden for form in _forms(secret)} - _hidden
    if new:
        _hidden.update(new)
        longest_first = sorted(_hidden, key=len, reverse=True)
        _pattern = re.compile("|".join(map(re.escape, longest_first)))


def hide_in_url(url: str) -> None:
    """Hide the password of an address, and those of its parameters that are named like secrets."""
    if written := _WRITTEN.match(url):
        name, password = written[0][: written.start(1) - written.start() - 1].rpartition("/")[2], written[1]
        hide(password, unquote(password), f"{unquote(name)}:{unquote(password)}")
    for _, value in _PARAMETER.findall(url):
        hide(value, *(decoded for _, decoded in parse_qsl(f"x={value}")))


def is_secret(name: str) -> bool:
    """Whether a parameter of an address is named like a secret."""
    return re.fullmatch(rf"(?i)(?:{_NAMES})", name) is not None


def shown(text: str) -> str:
    """The text without the secrets that are hidden, and without those that addresses show by their form; what would steer
    a terminal is spelled out, since much of the text is a server's."""
    if _pattern is not None:
        text = _pattern.sub(MASK, text)
    if "//" in text or "=" in text:
        text = _PARAMETER.sub(rf"\1{MASK}", _LOGIN.sub(rf"\1:{MASK}@", text))
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def masked(url: str) -> str:
    """The URL without its secrets, for messages, logs and tables.

    >>> masked("https://me:s3cret@example.org/oai?apikey=123&verb=Identify")
    'https://me:***@example.org/oai?apikey=***&verb=Identify'
    >>> masked("https://me:${PASSWORD}@example.org/oai")
    'https://me:***@example.org/oai'
    >>> masked("https://me:sla/sh@example.org/oai"), masked("https://example.org:8080/a:b@c")
    ('https://me:***@example.org/oai', 'https://example.org:8080/a:b@c')
    """
    if written := _WRITTEN.match(url):
        url = url[: written.start(1)] + MASK + url[written.end(1) :]
    return shown(url)


def _forms(secret: str) -> Iterator[str]:
    """The spellings of a secret that are long enough to be told from other text."""
    found = {secret, secret.strip()}
    for plain in (secret, secret.strip()):
        encoded = {quote(plain, safe=""), quote(plain), quote_plus(plain)}
        found |= encoded | {re.sub(r"%..", lambda code: code[0].lower(), text) for text in encoded}
        found |= {json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1], repr(plain)[1:-1]}
        found |= set(_in_base64(plain.encode("utf-8", "surrogatepass")))
    return (form for form in found if len(form) >= _SHORTEST)


def _in_base64(secret: bytes) -> Iterator[str]:
    """What base64 makes of it, whatever stands before and after it: it begins at one of three places of a group."""
    for before in range(3):
        whole = len(secret) + before
        first, last = -(-before * 8 // 6), whole * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            text = encode(b"\0" * before + secret).decode()[first:last]
            if len(text) >= 2 * _SHORTEST:
                yield text

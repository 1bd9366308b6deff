"""What goes wrong with an answer on its way: the words of a scenario's ``[[fault]]`` tables.

The first fault that fits a request spoils its answer. Each word is a field here, and is applied in the order of the fields:
first what the answer says, then its bytes, then how they are sent.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from http_session.wire import RESET, Asked, Reply, http
from msgspec import Struct

from hostile.repository import Request, error

_REFUSED = "<error code="
"""In an answer that is none because of how it was asked."""


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    # --- which answers
    verb: str = "ListRecords"
    """Answers to this verb; ``*``: to any."""
    page: int | tuple[int, ...] = ()
    """Only these pages of a list; the first is 1."""
    resumed: bool | None = None
    """Only requests with a token, or only those without."""
    holds: int | None = None
    """Only answers that would hold this record: the record itself is at fault."""
    more_than: int | None = None
    """Only lists of more records than this: the server has not the strength."""
    asks: dict[str, str] = {}
    """Only requests with these parameters; ``*``: with any value; empty: without the parameter."""
    header: dict[str, str] = {}
    """Only requests in whose header (name in small letters) this is found."""
    path: str = ""
    """Only requests to this path; the base URL's is ``/oai``, and any other has the same answers."""
    run: int | tuple[int, ...] = ()
    """Only in these runs; the first is 1."""
    skip: int = 0
    """Let so many pass."""
    times: int | None = None
    """Spoil so many only; None: all."""
    # --- what the answer says
    error: str = ""
    """An error of the protocol, ``code: text``, instead of the answer."""
    drop: tuple[int, ...] = ()
    """Records that are left out."""
    keep: tuple[int, ...] | None = None
    """Only these records stay; ``[]``: none."""
    token: str | None = None
    """The token is: ``same`` as was sent, ``none``, ``empty``, ``blank``, or this text."""
    size: int | None = None
    """completeListSize is announced as this."""
    replace: tuple[tuple[str, str], ...] = ()
    """Texts to be put in place of others. ``ESC`` forms of TOML (``\\u0001``) give any character."""
    grow: tuple[tuple[str, str, int], ...] = ()
    """(text, unit, times): the unit so many times in place of the text."""
    prefixed: bool = False
    """The elements of the envelope have the prefix ``oai``."""
    before: str = ""
    after: str = ""
    """Text around the document."""
    text: str | None = None
    """Instead of the answer."""
    body: str = ""
    """Instead of the answer: a file of the scenario's folder."""
    # --- its bytes
    encoding: str = "utf-8"
    bytes_for: dict[str, str] = {}
    """Text -> bytes in hexadecimal, put in its place."""
    gzip: Literal["", "plain", "unlabelled", "claimed", "cut", "twice"] = ""
    """Packed; packed without saying so; not packed though it says so; packed and cut; packed twice."""
    cut: float | None = None
    """Only this part of it is sent (0.55), or all but so many bytes (-1)."""
    # --- how they are sent
    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    """``{host}`` in them is this server, ``{query}`` what was asked."""
    length: Literal["true", "whole", "none", "chunked", "chunked, cut"] = "true"
    """Content-Length: as sent, as before the cut, left out; or chunked, with or without its last chunk."""
    reset: bool = False
    """The connection is reset."""
    silent: bool = False
    """The connection is closed without a word."""

    def fits(self, request: Request, asked: Asked, run: int) -> bool:
        def among(value: int, wanted: int | tuple[int, ...]) -> bool:
            return value in ((wanted,) if isinstance(wanted, int) else wanted or (value,))

        return (
            self.verb in ("*", request.verb)
            and self.path in ("", asked.path)
            and among(request.page, self.page)
            and among(run, self.run)
            and self.resumed in (None, request.resumed)
            and (self.holds is None or any(i.number == self.holds for i in request.items))
            and (self.more_than is None or request.size > self.more_than)
            and all(request.query.get(k, "") == v or (v == "*" and k in request.query) for k, v in self.asks.items())
            and all(v in asked.headers.get(k, "") for k, v in self.header.items())
        )

    def reply(self, request: Request, answer: str, document: str, folder: Path) -> Reply:
        """What is sent in place of ``answer``; ``document`` is an empty one, for errors."""
        if self.reset:
            return RESET
        if self.silent:
            return b""
        body = self._bytes(self._said(request, answer, document), folder)
        headers = [
            "Content-Type: text/xml;charset=UTF-8",
            *(h.replace("{query}", urlencode(request.query)) for h in self.headers),
        ]
        if self.gzip not in ("", "unlabelled"):
            headers.append("Content-Encoding: gzip")
        sent = body
        if self.cut is not None:
            sent = body[: int(self.cut) if self.cut < 0 else int(len(body) * self.cut)]
        if self.length.startswith("chunked"):
            return _chunked(sent, self.status, headers, whole=self.length == "chunked")
        length = {"true": len(sent), "whole": len(body), "none": -1}[self.length]
        return http(sent, self.status, headers, length=length)

    def _said(self, request: Request, answer: str, document: str) -> str:
        if self.text is not None:
            return self.text
        if self.error:
            code, _, text = self.error.partition(": ")
            answer = document.replace("<!-- -->", error(code, text))
        for record in request.items:
            if record.number in self.drop or (self.keep is not None and record.number not in self.keep):
                answer = answer.replace(record.record(), "").replace(record.header(), "")
        if self.token is not None:
            answer = _with_token(answer, request, self.token)
        if self.size is not None:
            answer = re.sub(r' completeListSize="\d+"', "", answer)
            answer = answer.replace("<resumptionToken", f'<resumptionToken completeListSize="{self.size}"')
        for old, new in self.replace:
            assert old in answer or _REFUSED in answer, f"the answer has no {old!r} to be replaced"
            answer = answer.replace(old, new)
        for old, unit, times in self.grow:
            answer = answer.replace(old, unit * times)
        if self.prefixed:
            answer = re.sub(r"<(/?)([A-Za-z-]+)(?=[\s/>])", r"<\1oai:\2", answer).replace("xmlns=", "xmlns:oai=")
        return self.before + answer + self.after

    def _bytes(self, text: str, folder: Path) -> bytes:
        body = (folder / self.body).read_bytes() if self.body else text.encode(self.encoding, "xmlcharrefreplace")
        for old, new in self.bytes_for.items():
            assert old.encode() in body or _REFUSED.encode() in body, f"the answer has no {old!r} to be replaced"
            body = body.replace(old.encode(), bytes.fromhex(new))
        if self.gzip in ("plain", "unlabelled", "cut", "twice"):
            body = gzip.compress(body, mtime=0)
        if self.gzip == "twice":
            body = gzip.compress(body, mtime=0)
        return body[: len(body) * 55 // 100] if self.gzip == "cut" else body


def _with_token(answer: str, request: Request, token: str) -> str:
    """What else the token's element says stays, such as completeListSize."""
    found = re.search(r"<resumptionToken([^>]*)>[^<]*</resumptionToken>", answer)
    without = answer.replace(found[0], "") if found else answer
    if token == "none":
        return without
    sent = request.query.get("resumptionToken", "")
    text = {"same": sent or request.token, "empty": "", "blank": " \n\t "}.get(token, token)
    end = f"</{request.verb}>"
    return without.replace(end, f"<resumptionToken{found[1] if found else ''}>{text}</resumptionToken>{end}")


def _chunked(body: bytes, status: str, headers: list[str], *, whole: bool) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "Transfer-Encoding: chunked", "Connection: close", "", ""])
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
    return head.encode("latin-1") + chunks + (b"0\r\n\r\n" if whole else b"")

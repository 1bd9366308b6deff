"""Packed answers, unpacked by what they are and never far beyond a bound."""

from __future__ import annotations

import zlib
from typing import Final

_GZIP: Final = b"\x1f\x8b"
_LAYERS: Final = 3
"""Some servers pack what a proxy before them has packed already."""
_MEMBERS: Final = 10_000
"""gzip may be a chain of streams; bgzip, which makes the smallest, needs 800 for 48 MiB."""
_SLICE: Final = 1 << 16
_KEPT: Final = 8 << 20
"""What unpacks to more is measured before it is held in memory: a bomb is never."""


class TooLargeError(Exception):
    """It unpacks to more than the bound."""


def unpacked(body: bytes, claimed: str, limit: int) -> bytes:
    """The body unpacked by what its bytes say, not by what its header claims: both kinds of lie are common.

    ``claimed``: the Content-Encoding. zlib.error where the packing is cut or broken; TooLargeError.
    """
    kinds = claimed.lower()
    deflated = "deflate" in kinds and not _is_text(body)
    for _ in range(_LAYERS):
        if body.startswith(_GZIP):
            body = _inflated(body, limit, 31)
        elif deflated:  # RFC 9110, 8.4.1.2: zlib; some send it without its header
            body = _inflated(body, limit, zlib.MAX_WBITS if body[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        else:
            break
        deflated = False
    if any(kind.strip() in ("br", "zstd", "compress", "x-compress") for kind in kinds.split(",")) and not _is_text(
        body
    ):
        raise zlib.error(f"{claimed}, which was not asked for")
    return body


def _is_text(body: bytes) -> bool:
    return body[:200].lstrip(b"\xef\xbb\xbf\0\r\n\t ")[:1] in (b"<", b"{", b"[", b"")


def _inflated(data: bytes, limit: int, form: int) -> bytes:
    """In memory at most once, and not at all where it is larger than ``limit``."""
    size, parts = _inflate(data, limit, form, _KEPT)
    if size > _KEPT:
        _, parts = _inflate(data, limit, form, limit)
    return b"".join(parts)


def _inflate(data: bytes, limit: int, form: int, keep: int) -> tuple[int, list[bytes]]:
    """(size, parts) of all streams of a chain; the parts only where they are not larger than ``keep``."""
    view = memoryview(data)
    parts: list[bytes] = []
    size = at = 0
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(wbits=form)
        while not stream.eof:
            tail = stream.unconsumed_tail
            more = tail or view[at : at + _SLICE]
            part = stream.decompress(more, 1 << 20)
            if not (more or part or stream.eof):
                raise zlib.error("it ends too early")
            at += 0 if tail else len(more)
            size += len(part)
            if size > limit:
                raise TooLargeError
            if size <= keep:
                parts.append(part)
        at -= len(stream.unused_data)
        if form < 0 or bytes(view[at : at + 2]) != _GZIP:
            return size, parts
    raise zlib.error("it is a chain of too many streams")

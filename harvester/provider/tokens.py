"""Resumption tokens: the place in a list, and what the list was asked for, with a check that nobody changed it."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

import msgspec
from msgspec import Struct

from harvester.provider.protocol import OaiError

_LONGEST: Final = 2000
_CHECK: Final = 8
"""Bytes of the checksum. It is no secret: who makes up a place gets the list from there, which anybody may have."""


class Place(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a list goes on: after a datestamp and, of works with the same one, after an id."""

    verb: str
    prefix: str
    since: str
    """As asked for; '' where it was not."""
    until: str
    set_spec: str
    datestamp: str = ""
    work_id: int = 0
    cursor: int = 0
    """How many records came before."""
    size: int = 0
    """How many there were when the list began."""


_decode = msgspec.json.Decoder(Place).decode


def write(place: Place, key: str) -> str:
    """``key``: what the token holds for: a token of another store or namespace is none."""
    packed = msgspec.json.encode(place)
    return base64.urlsafe_b64encode(_checksum(packed, key) + packed).decode().rstrip("=")


def read(token: str, verb: str, key: str) -> Place:
    """OaiError where it is no token that ``write`` wrote for this verb and key."""
    unknown = OaiError(("badResumptionToken", f"this repository gave no such token to {verb}; begin the list anew"))
    if len(token) > _LONGEST:
        raise unknown
    try:
        sent = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        checksum, packed = sent[:_CHECK], sent[_CHECK:]
        place = _decode(packed)
    except (ValueError, msgspec.MsgspecError) as error:
        raise unknown from error
    if checksum != _checksum(packed, key) or place.verb != verb:
        raise unknown
    return place


def _checksum(packed: bytes, key: str) -> bytes:
    return hashlib.blake2b(packed, digest_size=_CHECK, key=key.encode()[:64]).digest()

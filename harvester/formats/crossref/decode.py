"""A Crossref item from its bytes, so that neither a record nor a value is lost.

A record of the known shape is decoded in one strict pass. Any other goes through ``_Mender`` value by value: what does not
fit is reported under its path, and the rest is kept.
"""

from __future__ import annotations

import json
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from harvester.errors import RecordError
from harvester.formats.crossref.item import NOT_PARSED, Item, Unparsed, Unread
from harvester.record import Json

Lost = dict[str, list[str]]
"""Path -> values as sent, of what has no place in an Item."""

_strict = msgspec.json.Decoder(Item)


def decode(payload: bytes) -> tuple[Item, Lost, list[str]]:
    """The item; what it has no place for (path -> values); and the paths whose shape was not the documented one.

    Raises RecordError where the payload is no JSON object.
    """
    try:
        return _strict.decode(payload), {}, []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _mend(*loads(payload))


def _mend(data: dict[str, Json], sound: bool) -> tuple[Item, Lost, list[str]]:
    mender = _Mender(sound)
    try:
        item = mender.fit(data, Item, "")
    except RecursionError as error:
        raise RecordError("is nested too deeply") from error
    assert isinstance(item, Item)
    return item, mender.lost, mender.odd


def loads(payload: bytes) -> tuple[dict[str, Json], bool]:
    """The untyped object, and whether all its strings are sound Unicode. The standard library reads what msgspec refuses:
    NaN, and lone surrogates."""
    try:
        data, sound = msgspec.json.decode(payload), True
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        sound = False
        try:
            data = json.loads(payload.decode())
        except UnicodeDecodeError as error:
            raise RecordError(f"is not UTF-8: {error.reason} at byte {error.start}") from error
        except RecursionError as error:
            raise RecordError("is nested too deeply") from error
        except ValueError as error:  # also integers of thousands of digits
            raise RecordError(f"is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise RecordError(f"is not a JSON object but {type(data).__name__}")
    return data, sound


_MISFIT = object()


class _Mender:
    """Fits untyped JSON into a Struct, value by value."""

    def __init__(self, sound: bool) -> None:
        self.sound = sound
        self.lost: Lost = {}
        self.odd: list[str] = []

    def fit(self, value: Json, wanted: Any, path: str) -> Any:
        """The value as ``wanted``, or ``_MISFIT`` where it cannot be read so; null is always allowed."""
        if value is None:
            return None
        if wanted is Unparsed:
            return NOT_PARSED
        if wanted is Unread:
            return None
        kind = get_origin(wanted) or wanted
        if kind is UnionType:
            return self.fit(value, next(part for part in get_args(wanted) if part is not NoneType), path)
        if kind in (list, tuple):
            if not isinstance(value, list):
                self.odd.append(path)
            values = value if isinstance(value, list) else [value]
            item_type = get_args(wanted)[0]
            fitted = [self._kept(v, item_type, f"{path}[]") for v in values]
            if NoneType in get_args(item_type):
                return kind([None if v is _MISFIT else v for v in fitted])
            return kind([v for v in fitted if v is not None and v is not _MISFIT])
        if isinstance(value, list) and len(value) == 1:
            self.odd.append(path)
            return self.fit(value[0], wanted, path)
        if kind is dict:
            item_type = get_args(wanted)[1]
            if not isinstance(value, dict):
                return _MISFIT
            pairs = {str(k): self._kept(v, item_type, f"{path}.{k}") for k, v in value.items()}
            return {k: v for k, v in pairs.items() if v is not _MISFIT}
        if isinstance(kind, type) and issubclass(kind, Struct):
            return self._struct(value, kind, path)
        return _scalar(value, kind)

    def _struct(self, value: Json, kind: type[Struct], path: str) -> Any:
        if not isinstance(value, dict):
            return _MISFIT
        fields = _fields(kind)
        found: dict[str, Any] = {}
        for key, inner in value.items():
            where = f"{path}.{key}" if path else key
            if key not in fields:
                if inner not in (None, [], {}, ""):
                    self._lose(where, inner)
            else:
                name, wanted = fields[key]
                fitted = self._kept(inner, wanted, where)
                if fitted is not None and fitted is not _MISFIT:
                    found[name] = fitted
        return kind(**found)

    def _kept(self, value: Json, wanted: Any, path: str) -> Any:
        if self.sound and wanted is not Unparsed:
            try:
                return msgspec.convert(value, wanted)
            except msgspec.ValidationError:  # something in it is odd: go into it
                pass
        fitted = self.fit(value, wanted, path)
        if fitted is _MISFIT:
            self.odd.append(path)
            self._lose(path, value)
        return fitted

    def _lose(self, path: str, value: Json) -> None:
        self.lost.setdefault(_well_formed(path), []).append(as_text(value))


def _scalar(value: Json, kind: type) -> Any:
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return _well_formed(value) if isinstance(value, str) else value
    if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if (
        kind is int
        and isinstance(value, str)
        and value.strip().isascii()
        and value.strip().isdigit()
        and len(value) < 20
    ):
        return int(value)
    if kind is bool and isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return _MISFIT


def as_text(value: Json) -> str:
    """A value as it was sent, but for what is no character."""
    return _well_formed(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _well_formed(text: str) -> str:
    """Without lone surrogates (``\\ud800`` is legal JSON and no character): no database takes them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@cache
def _fields(kind: type[Struct]) -> dict[str, tuple[str, Any]]:
    return {field.encode_name: (field.name, field.type) for field in msgspec.structs.fields(kind)}

"""JSON as it is met in files: with a byte order mark, NaN, control characters in text, halves of characters."""

from __future__ import annotations

import json

import msgspec

from harvester.errors import RecordError
from harvester.record import Json


def loaded(payload: bytes) -> Json:
    """What a payload holds. What only our parser is too strict for is mended; RecordError for what is no JSON.

    >>> loaded(b'{"a": NaN, "b": "x\\\\ud800"}'), loaded(b'\\xef\\xbb\\xbf[1]')
    ({'a': None, 'b': 'x�'}, [1])
    """
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except RecursionError as error:
        raise RecordError("is nested too deeply") from error
    try:
        return _well_formed(json.loads(payload.decode("utf-8-sig"), strict=False, parse_constant=lambda _: None))
    except RecursionError as error:
        raise RecordError("is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise RecordError(f"is not UTF-8: {error.reason} at byte {error.start}") from error
    except ValueError as error:  # also integers of thousands of digits
        raise RecordError(f"is not JSON: {error}") from error


def _well_formed(value: Json) -> Json:
    """Without lone surrogates (``\\ud800`` is legal JSON and no character) and numbers that are none: no database takes them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(below) for key, below in value.items()}
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None
    return [_well_formed(below) for below in value] if isinstance(value, list) else value

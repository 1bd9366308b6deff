"""Raw record to Record, or RecordError with the reason and the place: then it goes to quarantine.

Quarantined is what cannot be parsed, is not what its format promises, or has no identifier; nothing else. A record without
title, author or date is a record, with findings.
"""

from __future__ import annotations

import msgspec
from msgspec import structs

from harvester import formats
from harvester.checks import check
from harvester.errors import RecordError
from harvester.formats.xml import root_namespace
from harvester.record import RawRecord, Record, Step


def normalise(raw: RawRecord, dialect: str = "", trace: list[Step] | None = None) -> Record:
    """What a raw record says, with the findings of its checks.

    ``dialect``: the platform of the source (``dspace``, ``eprints`` ...), '' when unknown. ``trace``: a list to which one
    Step is appended for each value on its way. Deleted records have nothing to read and never come here.

    Raises RecordError, and nothing else for whatever bytes a source may send.
    """
    if not raw.identifier.strip():
        raise RecordError("has no identifier", element="header/identifier")
    read = formats.reader(raw.format) or formats.reader(raw.format, root_namespace(raw))
    if read is None:
        raise RecordError(f"format {raw.format!r} has no reader", element="metadata")
    try:
        record = read(raw, dialect, trace)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise RecordError(f"cannot be read as {raw.format}: {error}", element="metadata") from error
    found = check(record)
    if not found:
        return record
    return structs.replace(record, findings=tuple(dict.fromkeys((*record.findings, *found))))

"""MARC records for tests, written as librarians write them."""

from __future__ import annotations

from harvester.normalise import normalise
from harvester.record import RawRecord, Record


def read(*fields: str, leader: str = "", control: str = "", name: str = "marcxml") -> Record:
    """Fields as librarians write them: ``245 10 $a Title /$c By``."""
    parts = [f"<leader>{leader}</leader>", control]
    for field in fields:
        tag, inds, rest = field[:3], field[4:6].replace("_", " "), field[6:]
        inner = "".join([f"<subfield code='{s[0]}'>{s[1:].strip()}</subfield>" for s in rest.split("$")[1:]])
        parts.append(f"<datafield tag='{tag}' ind1='{inds[0]}' ind2='{inds[1]}'>{inner}</datafield>")
    return normalise(
        RawRecord(source="t", identifier="t", format=name, payload=f"<record>{''.join(parts)}</record>".encode())
    )

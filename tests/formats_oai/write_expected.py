"""Writes the expected records of all cases from what is read now: run it, then read the difference."""

from __future__ import annotations

import json

import msgspec

from harvester.normalise import normalise

from .oai_pages import CASES, raw_case

if __name__ == "__main__":
    for path in sorted(CASES.glob("*/*.xml")):
        record = msgspec.to_builtins(normalise(raw_case(path)))
        expected = path.with_suffix(".record.json")
        expected.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

"""Writes the expected records of all golden pairs from what is read now: run it, then read the difference."""

from __future__ import annotations

import json

import msgspec

from formats_curated.golden import CASES, read_case

if __name__ == "__main__":
    for path in CASES:
        record = msgspec.to_builtins(read_case(path))
        path.with_name(f"{path.stem}.record.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )

"""Writes the expected records of all golden pairs, or of the formats named, from what is read now. Then read the difference.

``PYTHONPATH=tests python -m golden.write_expected [FORMAT ...]``
"""

from __future__ import annotations

import json
import sys

import msgspec

from golden.pairs import cases, expected, raw_case
from harvester.normalise import normalise

if __name__ == "__main__":
    for path in cases(*sys.argv[1:]):
        record = msgspec.to_builtins(normalise(raw_case(path)))
        expected(path).write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

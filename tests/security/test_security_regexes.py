"""Patterns mean the same in every Python that we run on.

Before 3.11.5 a possessive repeat of a group does not go back when its last round fails after it has read something
(https://github.com/python/cpython/issues/106052): ``(?:ab)*+`` is right, ``(?:ab)*+ac`` is not. Debian 12 has 3.11.2.
A possessive repeat of one character or class is sound everywhere, and a plain repeat of a group that can begin in one way
only is as fast.
"""

from __future__ import annotations

import re
from pathlib import Path

import harvester

_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")
SOUND = {
    "formats/slicing/json.py",  # a string that is not closed ends what there is: nothing comes after it that could match
    "sources/crossref/items.py",
    "sources/crossref/mend.py",
}


def test_no_group_is_repeated_possessively() -> None:
    root = Path(harvester.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if _POSSESSIVE_GROUP.search(line) and "quote(" not in line
    }
    assert found == SOUND

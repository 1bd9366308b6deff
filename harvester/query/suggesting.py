"""Another spelling, where nothing was found: words that no work has, each replaced by the likest one that some have."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from typing import Final

from harvester.query.fulltext import MARK_OFF, MARK_ON
from harvester.query.language import COLUMNS, parse

_MOST_WORDS: Final = 8
_MOST_TERMS: Final = 20_000
"""Terms of the index that a word is compared with."""
_LENGTHS: Final = range(4, 41)
_WORD: Final = re.compile(r"(?<![\w-])(?:([A-Za-z]+):)?([^\W_]+)(?![\w:*/.-])")
_MARKED: Final = re.compile(f"{MARK_ON}(.*?){MARK_OFF}", re.DOTALL)


def suggestion(db: sqlite3.Connection, text: str) -> str | None:
    """The query with words that the index has, if that finds anything."""
    changed = text
    for word in list(_WORD.finditer(text))[:_MOST_WORDS][::-1]:
        field, typed = word.groups()
        if len(typed) not in _LENGTHS or (field and field.lower() not in COLUMNS) or _finds(db, typed):
            continue
        likest = _likest(db, typed)
        if likest is None:
            return None
        changed = changed[: word.start(2)] + likest + changed[word.end(2) :]
    return changed if changed != text and _finds(db, changed) else None


def _finds(db: sqlite3.Connection, text: str) -> bool:
    match = parse(text).match
    sql = "select 1 from works_fts where works_fts match ? limit 1"
    return bool(match) and db.execute(sql, (match,)).fetchone() is not None


def _likest(db: sqlite3.Connection, typed: str) -> str | None:
    """The likest word that begins with the same letters, but that the second may be missing or in another place."""
    from rapidfuzz.distance import OSA

    folded = unicodedata.normalize("NFKD", typed.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    if len(folded) < _LENGTHS.start:
        return None
    most = 1 if len(folded) < 6 else 2
    found: list[tuple[int, int, str]] = []
    for start in dict.fromkeys((folded[:2], folded[1::-1], folded[0] + folded[2])):
        for term, works in db.execute(
            "select term, doc from works_words where term >= ? and term < ? limit ?",
            (start, start[:-1] + chr(ord(start[-1]) + 1), _MOST_TERMS),
        ):
            distance = OSA.distance(folded, term, score_cutoff=most)
            if distance <= most:
                found.append((distance, -works, term))
    for _, _, term in sorted(found)[:5]:
        if spelt := _spelt(db, term):
            return spelt
    return None


def _spelt(db: sqlite3.Connection, term: str) -> str | None:
    """A word as some work has it, of the stem that the index has."""
    sql = f"select snippet(works_fts, -1, '{MARK_ON}', '{MARK_OFF}', '', 8) from works_fts where works_fts match ? limit 1"
    row = db.execute(sql, (f'"{term}"',)).fetchone()
    marked = _MARKED.search(row[0]) if row else None
    return marked[1].lower() if marked else None

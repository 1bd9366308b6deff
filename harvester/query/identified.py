"""A work by what a person would paste: a DOI, a handle, a link, a key, an identifier of a repository."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from harvester.clean import identifiers

_LABEL = re.compile(r"^([a-z]+):\s+", re.IGNORECASE)
_MAX_LENGTH = 2000
_OF = "select work_id from identifiers where"
_OWN = (
    "select work_id from identifiers join works on id = work_id where value = ? and scheme = ? and relation = 'self'"
    " order by key = ? desc, work_id limit 1"
)
_RECORD = "select work_id, source, identifier from records where source = ? and identifier = ? order by id limit 1"
_BEST = "and relation <> 'container' order by relation = 'self' desc, work_id limit 1"


def get(db: sqlite3.Connection, name: str) -> int | None:
    """The id of the work that ``name`` means, or None.

    A work key (also an old one: redirects are followed), a work id, a DOI or handle in any spelling, a URL, an identifier
    of a record as its source has it, ``scheme:value`` (``pmid:32390025``), or a record (see ``record``).
    """
    name = name.strip()
    if name.isascii() and name.isdigit() and len(name) < 19:
        row = db.execute("select id from works where id = ?", (int(name),)).fetchone()
        if row is not None:
            return int(row[0])
    text = _LABEL.sub(r"\1:", name).encode("utf-8", "ignore").decode()
    if not text or len(text) > _MAX_LENGTH:
        return None
    for sql, parameters in _lookups(text):
        row = db.execute(sql, parameters).fetchone()
        if row is not None:
            return int(row[0])
    named = record(db, name)
    return named[0] if named else None


def record(db: sqlite3.Connection, name: str) -> tuple[int, tuple[str, str]] | None:
    """The work and the record that are named as every list names them: its source, a blank or colon, its identifier."""
    for (source,) in db.execute("select name from sources order by length(name) desc"):
        if name.startswith(source) and name[len(source) : len(source) + 1] in {" ", ":"}:
            row = db.execute(_RECORD, (source, name[len(source) + 1 :].strip())).fetchone()
            if row is not None:
                return int(row[0]), (row[1], row[2])
    return None


def by_identifier(db: sqlite3.Connection, query: str) -> int | None:
    """As ``get``, for a search box, where a word or a year is looked for as such."""
    text = _LABEL.sub(r"\1:", query.strip())
    if len(text.split()) != 1 or text.isdigit() or not re.search(r"[\d:/]", text):
        return None
    return get(db, text)


def _lookups(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Queries for a work id, the surest first."""
    yield from _as_key(text)
    doi, handle = identifiers.doi(text), identifiers.handle(text)
    # A key is a work's for good, also where the identifier that it was made of turned out to be that of another work.
    for scheme, value, key in (("doi", doi, f"doi:{doi}"), ("handle", handle, f"hdl:{handle}")):
        if value:
            yield _OWN, (value, scheme, key)
            yield from _as_key(key)
    scheme, _, value = text.partition(":")
    for name, said in (("doi", doi), ("handle", handle), (scheme.lower(), value)):
        if said:
            yield f"{_OF} value = ? and scheme = ? {_BEST}", (said, name)
    yield f"{_OF} value = ? {_BEST}", (text,)
    yield (
        "select work_id from records where source in (select name from sources) and identifier = ? order by id limit 1",
        (text,),
    )
    if "://" in text:
        yield f"{_OF} value in (?, ?, ?, ?, ?, ?, ?, ?) and scheme = 'url' {_BEST}", _spellings(text)


def _as_key(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "select id from works where key = ?", (text,)
    yield "select work_id from redirects where key = ?", (text,)


def _spellings(url: str) -> tuple[str, ...]:
    """A URL with and without ``s``, ``www.`` and a slash at its end."""
    bare = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return tuple(f"{s}://{w}{bare}{e}" for s in ("http", "https") for w in ("", "www.") for e in ("", "/"))

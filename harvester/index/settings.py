"""What an index depends on beside the store and ``schemas/``, and what is told about the making of one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec
from msgspec import Struct

from harvester.record import Member, RawRecord, Record
from harvester.store import StoredRecord

Reader = Callable[[RawRecord, str], Record]
"""(raw record, dialect) -> Record; RecordError where it cannot be read. A function of a module: worker processes import it."""

UNKNOWN_RANK = 1000
"""Precedence of a source whose records are in the store but which is no longer configured: believed last."""


class SourceInfo(Struct, frozen=True):
    """What the index says and needs to know of a source."""

    name: str
    kind: str = ""
    title: str = ""
    url: str = ""
    rank: int = UNKNOWN_RANK
    dialect: str = ""
    """The platform, which selects a dialect of the crosswalk."""
    distinct: bool = False
    """Whether it has each work once though its kind does not say so."""
    set_names: dict[str, str] = {}
    """OAI-PMH setSpec -> name, as far as the source was asked."""

    def named(self, record: Record) -> Record:
        """A record whose collections have the names that the source's sets have."""
        if not self.set_names or not record.collections:
            return record
        known = self.set_names
        collections = tuple(
            msgspec.structs.replace(c, name=known.get(c.set_spec)) if c.set_spec and not c.name else c
            for c in record.collections
        )
        return msgspec.structs.replace(record, collections=collections)


class Settings(Struct, frozen=True):
    """What of the configuration the index depends on: a change makes it stale as a whole."""

    sources: dict[str, SourceInfo] = {}
    repository_doi_prefixes: tuple[str, ...] = ()
    """DOI prefixes under which repositories register their own copies."""

    def source(self, name: str) -> SourceInfo:
        return self.sources.get(name) or SourceInfo(name, title=name)

    def member(self, id_: int, source: str, identifier: str, format_: str, added: str, record: Record) -> Member:
        return Member(id_, source, identifier, format_, self.source(source).rank, record, added)

    def fingerprint(self) -> str:
        return hashlib.blake2b(msgspec.json.encode(self, order="sorted"), digest_size=8).hexdigest()


class Report(Struct, kw_only=True):
    """What was done to an index."""

    generation: int
    full: bool
    """Made anew, not updated in place."""
    reason: str = ""
    """Why it was made anew where an update was asked for."""
    read: int = 0
    """Records that were normalised."""
    works: int = 0
    """Works in the index now."""
    records: int = 0
    """Records in the index now."""
    written: int = 0
    """Works that were written; for an update only those that differ from what stood there."""
    removed: int = 0
    touched: set[int] = set()
    """Of an update: the works that were written."""
    unreadable: list[tuple[StoredRecord, str, str]] = []
    """(record, element, reason): for quarantine."""
    to_erase: list[tuple[str, str, str]] = []
    """(source, identifier, subject of the decision): suppressed with its bytes, which are still in the store."""
    read_keys: list[tuple[str, str, str]] = []
    """(source, identifier, format) of what an update read, or found gone: they leave quarantine."""
    seconds: float = 0.0


Check = Callable[[Report], None]
"""Called when all is read and written, before readers see it. Where it raises, the old index stays as it is."""

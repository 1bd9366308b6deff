"""The life of a store: what is let go of, what people decide about records and sources, what is mended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from harvester.store import decisions, erasing, judgements, moves, pruning, repairing

_NAMED: Final = "select id from records where source = ? and identifier = ?"


class Transaction(Protocol):
    def __call__(self, *, durable: bool = False) -> AbstractContextManager[sqlite3.Connection]: ...


class Upkeep:
    """Kept by the store; each of these is one transaction, and on the disk when it returns."""

    def __init__(self, db: sqlite3.Connection, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    def prunable(self, before: str) -> pruning.Pruned:
        """What ``prune`` would let go of."""
        return pruning.prunable(self._db, before)

    def prune(self, before: str) -> pruning.Pruned:
        """Let go of versions, quarantine entries and runs of before a moment."""
        with self._transaction(durable=True) as db:
            return pruning.prune(db, before)

    def vacuum(self) -> None:
        """Give free room back to the disk. Needs as much again meanwhile, and that nobody writes."""
        self._db.execute("vacuum")
        self._forget_pages()

    def repair(self, run_id: int) -> list[tuple[str, str]]:
        """Set records aside that are not what was sent: (source, identifier)."""
        with self._transaction(durable=True) as db:
            return repairing.repair(db, run_id)

    def remove_source(self, source: str, *, reason: str, by: str) -> int:
        """Forget a source and wipe its records; how many."""
        with self._transaction(durable=True) as db:
            count = moves.remove(db, source, reason=reason, by=by)
        self._forget_pages()
        return count

    def rename_source(self, old: str, new: str) -> int:
        """Let all that is known of a source stand under another name; the number of its records."""
        with self._transaction(durable=True) as db:
            return moves.rename(db, old, new)

    def suppress(self, suppression: decisions.Suppression, record_ids: Sequence[int]) -> None:
        """Note the decision, wipe what is to be erased, and let the index look at these records again."""
        with self._transaction(durable=True) as db:
            decisions.suppress(db, suppression)
            moves.touch(db, "id in (select value from json_each(?))", (json.dumps(list(record_ids)),))
            if suppression.erased:
                erasing.wipe(db, map(decisions.record_of, suppression.subjects))
        if suppression.erased:
            self._forget_pages()

    def unsuppress(self, suppression: decisions.Suppression, *, reason: str, by: str) -> None:
        """Undo a suppression that holds. What was erased comes back when its source sends it again."""
        with self._transaction(durable=True) as db:
            decisions.decide(
                db, "suppress", suppression.subjects, decisions.NO, name=suppression.name, reason=reason, by=by
            )

    def decide(self, found: Iterable[judgements.Decision]) -> list[judgements.Decision]:
        """Note decisions; those that were not here yet, with their numbers."""
        with self._transaction(durable=True) as db:
            return [noted for decision in found if (noted := judgements.note(db, decision))]

    def take_over(self, found: Iterable[judgements.Decision], holders: Mapping[str, Sequence[int]]) -> int:
        """Note decisions of another installation; how many are new here. ``holders``: match key -> records that have it."""
        count = 0
        with self._transaction(durable=True) as db:
            for decision in found:
                if decision.kind != "suppress":
                    count += judgements.note(db, decision) is not None
                elif subjects := judgements.suppress(db, decision):
                    count += 1
                    names = [decisions.record_of(subject) for subject in subjects]
                    ids = {id_ for subject in subjects for id_ in holders.get(subject, ())}
                    ids |= {row[0] for name in names for row in db.execute(_NAMED, name)}
                    moves.touch(db, "id in (select value from json_each(?))", (json.dumps(sorted(ids)),))
        return count

    def erase_late(self, found: Sequence[tuple[str, str, str]]) -> None:
        """Wipe records that came after the decision: (source, identifier, the subject that it was recognised by)."""
        if not found:
            return
        with self._transaction(durable=True) as db:
            decisions.extend(db, found)
            erasing.wipe(db, [(source, identifier) for source, identifier, _ in found])
        self._forget_pages()

    def _forget_pages(self) -> None:
        """Let the write-ahead log not hold what was wiped: as far as nobody reads from it."""
        self._db.execute("pragma wal_checkpoint(truncate)")

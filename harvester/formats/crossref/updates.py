"""Retractions, corrections and new versions at Crossref, from both sides.

``update-to`` stands on the notice and names the work; ``updated-by`` stands on the work and names the notice. A publisher may
also deposit ``update-to`` with the work's own DOI: then the work itself was replaced by what it says (Elsevier retracts so,
PLOS registers new versions so). The same notice may come twice, once from the publisher and once from Retraction Watch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from msgspec import Struct, structs

from harvester import schemas
from harvester.clean import dates, identifiers
from harvester.formats.crossref.item import Item, Update
from harvester.formats.crossref.table import table
from harvester.formats.crossref.values import plain
from harvester.record import Relation

_REINSTATEMENT: Final = "reinstatement"


class Kind(Struct, frozen=True):
    """A row of ``[updates]``."""

    to: str = "updates"
    by: str = "is-updated-by"
    status: str | None = None
    notice: str | None = None


class Updates(Struct, frozen=True):
    relations: tuple[Relation, ...] = ()
    status: str | None = None
    """Worst of what was done to this work; None where nothing was."""
    notice: str | None = None
    """Type of the item where it is itself a notice about another work."""
    reinstated: bool = False
    unknown: tuple[str, ...] = ()
    """Types of update that the table does not know."""


_NO_UPDATES: Final = Updates()


@cache
def kinds() -> dict[str, Kind]:
    return {name: Kind(**row) for name, row in schemas.table("crosswalks/crossref")["updates"].items()}


@cache
def severity() -> dict[str, int]:
    """Status -> how bad it is; 0 is worst."""
    return {status: place for place, status in enumerate(schemas.table("vocabularies/updates"))}


@cache
def lifted() -> frozenset[str]:
    """What a reinstatement takes back; a correction stays a correction."""
    return frozenset(name for name, row in schemas.table("vocabularies/updates").items() if row.get("lifted"))


def updates(item: Item, doi: str) -> Updates:
    """Relations and status from both lists of an item whose DOI is ``doi``."""
    if not item.update_to and not item.updated_by:
        return _NO_UPDATES
    relations: dict[Relation, Relation] = {}
    done: list[tuple[str, str | None]] = []
    about: list[Kind] = []
    unknown: dict[str, None] = {}
    for update, on_work in (*((u, False) for u in item.update_to or ()), *((u, True) for u in item.updated_by or ())):
        name = next((n for n in map(type_name, (update.type, update.label)) if n in kinds()), "")
        kind = kinds().get(name)
        if kind is None:
            unknown[update.type or ""] = None
            kind = Kind()
        target = identifiers.doi(update.doi) if update.doi else None
        date = dates.from_parts(update.updated.parts) if update.updated else None
        about_self = on_work or target == doi
        if about_self:
            done.append((name, date))
        else:
            about.append(kind)
        if target is not None or update.record_id:
            relation = _relation(update, kind.by if about_self else kind.to, target, date)
            relations.setdefault(structs.replace(relation, label=None), relation)
    reinstated = any(name == _REINSTATEMENT for name, _ in done)
    gravest = worst(*(kind.status for kind in about if kind.notice))
    notice = next((kind.notice for kind in about if kind.status == gravest), None)
    return Updates(tuple(relations.values()), status_of(done), notice, reinstated, tuple(unknown))


def type_name(sent: str | None) -> str:
    """A type of update as the table has it, of ``Expression of Concern`` or ``new-version``."""
    return (sent or "").strip().lower().replace("-", "_").replace(" ", "_")


def _relation(update: Update, relation_type: str, target: str | None, date: str | None) -> Relation:
    return Relation(
        type=relation_type,
        scheme="doi" if target else "local",
        target=target or f"record {update.record_id}",
        label=update.label,
        date=date,
        asserted_by=update.source or "publisher",
        update_type=name if (name := type_name(update.type)) in kinds() else update.type,
        record_number=update.record_id,
    )


def worst(*statuses: str | None) -> str | None:
    return min([s for s in statuses if s], key=severity().__getitem__, default=None)


def status_of(done: Iterable[tuple[str, str | None]]) -> str | None:
    """The worst status of (type, date) pairs; a reinstatement clears retractions and doubts that are not later than it.

    >>> status_of([("correction", "2004-03-06"), ("retraction", "2010-02-06")])
    'retraction'
    >>> status_of([("retraction", "2019-07-26"), ("reinstatement", "2020-01-01")]) is None
    True
    >>> status_of([("reinstatement", "2020-01-01"), ("retraction", "2021")])
    'retraction'
    """
    pairs = list(done)
    reinstated = [date for name, date in pairs if name == _REINSTATEMENT]
    stands: list[str] = []
    for name, date in pairs:
        kind = kinds().get(name)
        if kind is None or kind.status is None:
            continue
        cleared = kind.status in lifted() and any(
            date is None or later is None or date[: len(later)] <= later[: len(date)] for later in reinstated
        )
        if not cleared:
            stands.append(kind.status)
    return worst(*stands)


def related(item: Item, extra: dict[str, list[str]]) -> Iterator[Relation]:
    """What ``relation`` says of other works; a DOI that is none is kept as it was sent."""
    for name, others in (item.relation or {}).items():
        for other in others or ():
            if not other.id:
                continue
            scheme = (other.id_type or "other").strip().lower()
            scheme = table("schemes").get(scheme, scheme)
            target = identifiers.doi(other.id) if scheme == "doi" else plain(other.id)
            if target is None:
                extra.setdefault(f"relation.{name}[].id", []).append(other.id)
                continue
            side = other.asserted_by or ""
            relation = name.strip().lower().replace("_", "-")
            yield Relation(relation, scheme, target, asserted_by=table("assertion-sides").get(side, side) or None)

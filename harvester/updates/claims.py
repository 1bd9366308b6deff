"""What one record says of updates, of its own work or of another."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from harvester.clean.updates import update_prefix
from harvester.formats.crossref.updates import kinds, type_name
from harvester.link.identity import SCHEMES
from harvester.record import Basis, Record, Relation
from harvester.updates.vocabulary import family, gravity, vocabulary


class Claim(Struct, frozen=True):
    """What one record says of one update, of its own work or of another."""

    type: str
    on_notice: bool
    """The record is the notice, and names the work. Else it is of the work, and names the notice, if anything."""
    scheme: str = ""
    target: str = ""
    """The other side; '' where none is named."""
    date: str | None = None
    asserted_by: str | None = None
    """Who says so, where the record says who: publisher, retraction-watch."""
    label: str | None = None
    basis: Basis = "notice"

    @property
    def key(self) -> str:
        """The match key of the other side; '' where it has none."""
        return f"{SCHEMES[self.scheme]}:{_folded(self)}" if self.scheme in SCHEMES else ""


def claims(record: Record) -> list[Claim]:
    """The updates that a record speaks of, each once."""
    found: dict[Claim, None] = {}
    for relation in record.relations:
        if (claim := _claim(relation)) is not None:
            found[claim] = None
    status = record.update_status
    if status in gravity() and not any(not c.on_notice and family(c.type) == family(status) for c in found):
        said_by_title = record.title is not None and update_prefix(record.title) == status
        found[Claim(status, on_notice=False, basis="title" if said_by_title else "status")] = None
    return list(found)


def _claim(relation: Relation) -> Claim | None:
    """None for relations that are no updates."""
    on_notice = _sides().get(relation.type)
    name = _by_type().get(type_name(relation.update_type)) or _by_relation().get(relation.type)
    if name is None or on_notice is None:
        return None
    return Claim(
        name,
        on_notice,
        relation.scheme,
        relation.target,
        relation.date,
        relation.asserted_by,
        relation.label,
    )


def _folded(claim: Claim) -> str:
    value = claim.target.lower()
    return re.sub(r"v\d+$", "", value) if claim.scheme == "arxiv" else value


@cache
def _sides() -> dict[str, bool]:
    """Relation -> whether it is the notice that has it."""
    found = {relation: False for kind in vocabulary().values() for relation in kind.by}
    found.update({relation: True for kind in vocabulary().values() for relation in kind.to})
    return found


@cache
def _by_relation() -> dict[str, str]:
    """Relation -> type of update, for relations that need nothing else to say it."""
    return {
        relation: name for name, kind in vocabulary().items() if not kind.narrow for relation in (*kind.by, *kind.to)
    }


@cache
def _by_type() -> dict[str, str]:
    """Crossref's type of update -> ours."""
    found = {name: kind.status or name.replace("_", "-") for name, kind in kinds().items()}
    return {name: ours for name, ours in found.items() if ours in gravity()}

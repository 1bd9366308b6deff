"""Corrections and retractions: what records say happened to works, and what of it holds now. Pure.

An update is said from either side. The work names its notice (``updated-by`` at Crossref, ``IsObsoletedBy`` at DataCite), or
the notice names the work; of many an update only one side is ever harvested. Publisher and Retraction Watch, registry and
PubMed report the same one: it counts once, with all that said it. Titles ("RETRACTED: ...") are candidates: they mark a work
only where no registry that knows it stays silent. The rows are those of ``schemas/vocabularies/updates.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Literal

import msgspec
from msgspec import Struct

from harvester import schemas
from harvester.clean.updates import update_prefix
from harvester.formats.crossref.updates import kinds
from harvester.formats.findings import finding
from harvester.link.identity import SCHEMES
from harvester.merge import origin
from harvester.record import Basis, Choice, Finding, Record, Relation, Update, Work

_MANY: Final = 50
"""A work with more updates of a family is told apart by its notices alone."""
_DOUBTFUL: Final = re.compile(r"[?~%].*|X.*|/.*")
"""What of an EDTF date cannot be compared: marks of doubt, digits that are not known, the end of a span."""


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the vocabulary."""

    label: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    family: str
    retracted: bool = False
    lifted: bool = False
    narrow: bool = False
    status: bool = True


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


class Said(Struct, frozen=True):
    """A claim, by whom, and which work its other side is."""

    claim: Claim
    record_id: int
    source: str
    role: Literal["own", "told", "says", "named"]
    """Of this work: its own record names a notice; a notice names it; it is itself a notice, and names a work, or is named."""
    other_work: int | None = None
    """None: the other side is not in the index."""
    other_key: str = ""
    """Match key of the other side's record, where it is that which makes the claim."""


@cache
def vocabulary() -> dict[str, Kind]:
    """Type of update -> its row, the gravest first."""
    return msgspec.convert(schemas.table("vocabularies/updates"), dict[str, Kind])


@cache
def gravity() -> dict[str, int]:
    """Type of update -> its place among all; 0 is the gravest."""
    return {name: place for place, name in enumerate(vocabulary())}


@cache
def _by_relation() -> dict[str, tuple[str, bool]]:
    """Relation -> (type of update, whether it is the notice that has the relation)."""
    wide = {name: kind for name, kind in vocabulary().items() if not kind.narrow}
    found = {relation: (name, False) for name, kind in wide.items() for relation in kind.by}
    found.update({relation: (name, True) for name, kind in wide.items() for relation in kind.to})
    return found


@cache
def _by_type() -> dict[str, str]:
    """Crossref's type of update -> ours."""
    names = {name: name.replace("_", "-") for name in kinds()}
    return {
        name: kind.status or names[name] for name, kind in kinds().items() if (kind.status or names[name]) in gravity()
    }


@cache
def _sides() -> dict[str, bool]:
    """Relation -> whether it is the notice that has it, also for those that need their type of update."""
    found = {relation: False for kind in vocabulary().values() for relation in kind.by}
    found.update({relation: True for kind in vocabulary().values() for relation in kind.to})
    return found


# --- what a record says ----------------------------------------------------------------------------------------------


def claims(record: Record) -> list[Claim]:
    """The updates that a record speaks of, each once."""
    found: dict[Claim, None] = {}
    for relation in record.relations:
        if (claim := _claim(relation)) is not None:
            found[claim] = None
    status = record.update_status
    if status in gravity() and not any(not c.on_notice and _family(c.type) == _family(status) for c in found):
        said_by_title = record.title is not None and update_prefix(record.title) == status
        found[Claim(status, on_notice=False, basis="title" if said_by_title else "status")] = None
    return list(found)


def _claim(relation: Relation) -> Claim | None:
    """None for relations that are no updates."""
    sent = (relation.update_type or "").strip().lower().replace("-", "_").replace(" ", "_")
    known = _by_relation().get(relation.type)
    name = _by_type().get(sent) or (known[0] if known else None)
    if name is None or relation.type not in _sides():
        return None
    return Claim(
        name,
        _sides()[relation.type],
        relation.scheme,
        relation.target,
        relation.date,
        relation.asserted_by,
        relation.label,
    )


def _folded(claim: Claim) -> str:
    value = claim.target.lower()
    return re.sub(r"v\d+$", "", value) if claim.scheme == "arxiv" else value


def _family(name: str) -> str:
    return vocabulary()[name].family


# --- what happened to a work -----------------------------------------------------------------------------------------


def history(work: Work, said: Sequence[Said]) -> list[Update]:
    """What happened to a work, in the order of time; what is not dated stands at the end."""
    groups: dict[str, _Family] = {}
    for one in sorted((s for s in said if s.role in {"own", "told"}), key=_order):
        groups.setdefault(_family(one.claim.type), _Family()).add(one, _notice(one, work.id))
    found = [_update(group.claims, work) for family in groups.values() for group in family.groups]
    reinstated = [u.date for u in found if u.type == "reinstatement"]
    stands = [
        msgspec.structs.replace(u, holds=False)
        if vocabulary()[u.type].lifted and any(_not_later(u.date, later) for later in reinstated)
        else u
        for u in found
    ]
    return sorted(stands, key=lambda u: (u.date is None, u.date or "", gravity()[u.type], u.scheme, u.notice))


def _order(said: Said) -> tuple[object, ...]:
    """Those that name a notice first, then the dated; the rest so that the same claims always come in the same order."""
    claim = said.claim
    named = said.other_work is not None, bool(claim.key or said.other_key), bool(claim.target)
    return (
        *(not n for n in named),
        claim.date is None,
        claim.date or "",
        gravity()[claim.type],
        said.source,
        said.other_key,
        *(str(getattr(claim, name) or "") for name in ("scheme", "target", "asserted_by", "label", "basis")),
        said.role,
    )


class _Group(Struct):
    """What is said of one update."""

    claims: list[Said] = []
    notices: set[str] = set()
    schemes: set[str] = set()
    """In which the notice is named."""
    dates: set[str] = set()


class _Family(Struct):
    """The updates of one family, in the order in which they are met."""

    groups: list[_Group] = []
    by_notice: dict[str, _Group] = {}

    def add(self, said: Said, notice: str) -> None:
        group = self.by_notice.get(notice) if notice else None
        if group is None:
            group = next((g for g in self.groups[:_MANY] if _agrees(g, said, notice)), None)
        if group is None:
            group = _Group()
            self.groups.append(group)
        group.claims.append(said)
        if notice:
            group.notices.add(notice)
            group.schemes.add(_named(said)[0])
            self.by_notice[notice] = group
        if said.claim.date:
            group.dates.add(said.claim.date)


def _agrees(group: _Group, said: Said, notice: str) -> bool:
    """Whether a claim that names another notice than a group, or none, may be about the same update.

    One of the two names no notice, or the work itself, or names it otherwise (PubMed by its own number): then the same day is
    the same update, and no day at all adds nothing.
    """
    if notice and _named(said)[0] in group.schemes:
        return False
    date = said.claim.date
    return date is None or not group.dates or any(_agree(date, other) for other in group.dates)


def _notice(said: Said, work_id: int) -> str:
    """What tells notices apart; '' for one that is not named, and for a work that was replaced by what it says of itself."""
    if said.other_work is not None:
        return f"work {said.other_work}" if said.other_work != work_id else ""
    return (
        said.other_key or said.claim.key or (f"{said.claim.scheme} {said.claim.target}" if _tells(said.claim) else "")
    )


def _tells(claim: Claim) -> bool:
    """A number of Retraction Watch's own names no notice: the publisher's claim of the same day has another."""
    return bool(claim.target) and claim.scheme != "local"


def _update(group: Sequence[Said], work: Work) -> Update:
    named = [s for s in group if s.claim.basis == "notice"] or group
    name = min((s.claim.type for s in named), key=gravity().__getitem__)
    best = min(group, key=lambda s: (s.claim.basis != "notice", s.claim.scheme not in {"", "doi"}, not s.claim.target))
    scheme, notice = _named(best)
    basis: Basis = min((s.claim.basis for s in group), key=("notice", "status", "title").index)
    return Update(
        type=name,
        holds=basis != "title" or not _contradicted(group, work),
        date=_date([s.claim.date for s in group if s.claim.date]),
        sources=tuple(sorted({_who(s) for s in group})),
        basis=basis,
        scheme=scheme,
        notice=notice,
        notice_work=next((s.other_work for s in group if s.other_work is not None), None),
        label=next((s.claim.label for s in group if s.claim.label), None),
        record_id=best.record_id,
    )


def _who(said: Said) -> str:
    return said.claim.asserted_by or said.source


def _named(said: Said) -> tuple[str, str]:
    """(scheme, identifier) of the other side."""
    if not said.other_key:
        return said.claim.scheme, said.claim.target
    prefix, _, value = said.other_key.partition(":")
    schemes = {short: scheme for scheme, short in SCHEMES.items()}
    if prefix in schemes:
        return schemes[prefix], said.other_key if prefix == "oai" else value
    return prefix, value


def _contradicted(group: Sequence[Said], work: Work) -> bool:
    """A registry knows the work, and says nothing of what a title of another source says."""
    speaking = {s.record_id for s in group}
    return any(origin(m.format) == "registry" and m.id not in speaking for m in work.members)


def _comparable(date: str) -> str:
    return _DOUBTFUL.sub("", date)


def _agree(one: str, other: str) -> bool:
    """Whether two dates may be one, as far as both are precise."""
    one, other = _comparable(one), _comparable(other)
    return one.startswith(other) or other.startswith(one)


def _not_later(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    one, other = _comparable(one), _comparable(other)
    return one[: len(other)] <= other[: len(one)]


def _date(dates: Sequence[str]) -> str | None:
    """The first day that anybody names, as precisely as anybody does."""
    if not dates:
        return None
    first = min(dates, key=lambda d: (_comparable(d), d))
    return max((d for d in dates if d.startswith(f"{first}-")), key=lambda d: (len(d), d), default=first)


def status(found: Sequence[Update]) -> Update | None:
    """What holds now: the gravest of what was not taken back; None where nothing is left."""
    standing = [u for u in found if u.holds and vocabulary()[u.type].status]
    return min(standing, key=lambda u: gravity()[u.type], default=None)


# --- what of it the work shows ---------------------------------------------------------------------------------------


def applied(work: Work, said: Sequence[Said], names: Mapping[int, str]) -> Work:
    """The work with its history and update status, and with the relations that only the other side names.

    ``names``: record -> source and identifier.
    """
    found = history(work, said)
    now = status(found)
    record, choices, origins = work.record, dict(work.choices), dict(work.origins)
    choices.pop("update_status", None)
    if now is not None:
        others = {u.type for u in found if vocabulary()[u.type].status} - {now.type}
        several = len(found) > 1 or len(now.sources) > 1
        choices["update_status"] = Choice(now.record_id, "worst" if several else "only", len(others))
    changes: dict[str, object] = {"update_status": now.type if now else None}
    for element, more in (
        ("relations", list(_derived(said, work.id))),
        ("findings", list(_doubts(found, now))),
    ):
        if more:
            changes[element] = (*getattr(record, element), *(item for item, _ in more))
            origins[element] = (*origins.get(element, ()), *(record_id for _, record_id in more))
    return msgspec.structs.replace(
        work,
        record=msgspec.structs.replace(record, **changes),
        choices=choices,
        origins=origins,
        updates=tuple(found),
        elsewhere=elsewhere(work, origins, choices, names),
    )


def elsewhere(
    work: Work, origins: Mapping[str, Sequence[int]], choices: Mapping[str, Choice], names: Mapping[int, str]
) -> dict[int, str]:
    """The records of other works that values of this one come from."""
    own = {m.id for m in work.members}
    said = {c.record_id for c in choices.values()}.union(*origins.values())
    return {id_: names[id_] for id_ in sorted(said - own)}


def _derived(said: Sequence[Said], work_id: int) -> Iterator[tuple[Relation, int]]:
    """(relation, record that says so) where only the other side says it."""
    told = sorted((s for s in said if s.role == "told"), key=_order)
    seen = {(_family(s.claim.type), _notice(s, work_id)) for s in said if s.role == "own"}
    for one in told:
        mark = _family(one.claim.type), _notice(one, work_id)
        if mark not in seen:
            seen.add(mark)
            yield _relation(one, vocabulary()[one.claim.type].by[0]), one.record_id
    says = {(_family(s.claim.type), s.other_work) for s in said if s.role == "says"}
    named: set[tuple[str, int | None]] = set()
    for one in sorted((s for s in said if s.role == "named"), key=_order):
        pair = _family(one.claim.type), one.other_work
        if pair not in says and pair not in named:
            named.add(pair)
            yield _relation(one, vocabulary()[one.claim.type].to[0]), one.record_id


def _relation(said: Said, relation_type: str) -> Relation:
    scheme, target = _named(said)
    claim = said.claim
    return Relation(relation_type, scheme, target, label=claim.label, date=claim.date, asserted_by=_who(said))


def _doubts(found: Sequence[Update], now: Update | None) -> Iterator[tuple[Finding, int]]:
    for update in found:
        if update.basis != "title":
            continue
        rest = (
            "" if update is now or update.holds else "; the registry that knows the work does not, so it is not marked"
        )
        message = f"the title says {vocabulary()[update.type].label.lower()}, but no source names a notice{rest}"
        yield finding("update-in-title", "update_status", message, update.type), update.record_id

"""What happened to one work, from all that is said of it: each update once, and whether it still holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from harvester.link.identity import SCHEMES
from harvester.merge import origin
from harvester.record import Basis, Update, Work
from harvester.updates.claims import Claim
from harvester.updates.vocabulary import family, gravity, vocabulary

_MANY: Final = 50
"""A work with more updates of a family is told apart by its notices alone."""
_DOUBTFUL: Final = re.compile(r"[?~%].*|X.*|/.*")
"""What of an EDTF date cannot be compared: marks of doubt, digits that are not known, the end of a span."""


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


def history(work: Work, said: Sequence[Said]) -> list[Update]:
    """What happened to a work, in the order of time; what is not dated stands at the end."""
    groups: dict[str, _Family] = {}
    is_notice_of = {family(s.claim.type) for s in said if s.role in {"says", "named"}}
    for one in sorted((s for s in said if s.role in {"own", "told"}), key=order):
        if one.claim.basis == "title" and family(one.claim.type) in is_notice_of:
            continue  # "Withdrawal: ...", of what it is the notice of
        groups.setdefault(family(one.claim.type), _Family()).add(one, notice_of(one, work.id))
    found = [_update(group.claims, work) for kept in groups.values() for group in kept.groups]
    reinstated = [u.date for u in found if u.type == "reinstatement"]
    stands = [
        msgspec.structs.replace(u, holds=False)
        if vocabulary()[u.type].lifted and any(_not_later(u.date, later) for later in reinstated)
        else u
        for u in found
    ]
    return sorted(stands, key=lambda u: (u.date is None, u.date or "", gravity()[u.type], u.scheme, u.notice))


def order(said: Said) -> tuple[object, ...]:
    """Those that name a notice first, then the dated; the rest so that the same claims always come in the same order."""
    claim = said.claim
    return (
        said.other_work is None,
        not (claim.key or said.other_key),
        not claim.target,
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
            group.schemes.add(named(said)[0])
            self.by_notice[notice] = group
        if said.claim.date:
            group.dates.add(said.claim.date)


def _agrees(group: _Group, said: Said, notice: str) -> bool:
    """Whether a claim that names another notice than a group, or none, may be about the same update.

    One of the two names no notice, or the work itself, or names it otherwise (PubMed by its own number): then the same day is
    the same update, and no day at all adds nothing.
    """
    if notice and named(said)[0] in group.schemes:
        return False
    date = said.claim.date
    return date is None or not group.dates or any(_agree(date, other) for other in group.dates)


def notice_of(said: Said, work_id: int) -> str:
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
    sure = [s for s in group if s.claim.basis == "notice"] or group
    name = min((s.claim.type for s in sure), key=gravity().__getitem__)
    best = min(sure, key=lambda s: (not notice_of(s, work.id), named(s)[0] != "doi"))
    scheme, notice = named(best)
    basis: Basis = min((s.claim.basis for s in group), key=("notice", "status", "title").index)
    return Update(
        type=name,
        holds=basis != "title" or not _contradicted(group, work),
        date=_date([s.claim.date for s in group if s.claim.date]),
        sources=tuple(sorted({who(s) for s in group})),
        basis=basis,
        scheme=scheme,
        notice=notice,
        notice_work=best.other_work,
        label=next((s.claim.label for s in group if s.claim.label), None),
        record_id=best.record_id,
    )


def who(said: Said) -> str:
    """The authority that a record names, else the record's source."""
    return said.claim.asserted_by or said.source


def named(said: Said) -> tuple[str, str]:
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

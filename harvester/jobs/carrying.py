"""Decisions carried to other installations, one JSON line each: exported, checked line by line, and taken over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from harvester.config import Config
from harvester.jobs.judging import Unfit, everything
from harvester.pins.values import fits
from harvester.store import Store
from harvester.store.judgements import MOST, Decision, identified, moment

_LINE: Final = 1_000_000
"""Bytes of a line of an import."""


def exported(store: Store) -> Iterator[bytes]:
    """One decision a line."""
    for decision in everything(store):
        yield msgspec.json.encode(decision) + b"\n"


def imported(config: Config, lines: Iterable[bytes], name: str) -> tuple[int, int]:
    """Take over decisions, all or none; how many are new, and how many were here. Unfit with every line that is none."""
    decisions, faults = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                decisions.append(_checked(line))
            except (msgspec.MsgspecError, ValueError) as error:
                faults.append(f"{name}:{number}: {error}")
            except RecursionError:
                faults.append(f"{name}:{number}: is nested too deeply")
    if faults:
        more = f"\nand {len(faults) - 20} more" if len(faults) > 20 else ""
        raise Unfit("\n".join(faults[:20]) + f"{more}\nnothing was imported")
    keys = {key for d in decisions for key in d.keys}
    with Store.open(config.store, create=False) as store:
        new = store.upkeep.take_over(decisions, _claiming(config, keys))
    return new, len(decisions) - new


def _claiming(config: Config, keys: Iterable[str]) -> dict[str, list[int]]:
    """Match key -> the records that have it, as far as they are indexed."""
    from harvester import query

    if not keys or not config.index.exists():
        return {}
    with query.open_index(config.index) as db:
        find = "select record_id from match_keys where key = ?"
        return {key: [id_ for (id_,) in db.execute(find, (key,))] for key in keys}


def _checked(line: bytes) -> Decision:
    """A decision as this store keeps them; ValueError where a line is none that this program could have written."""
    if len(line) > _LINE:
        raise ValueError(f"is longer than {_LINE} bytes")
    sent = msgspec.json.decode(line, type=Decision)
    decided = moment(sent.decided)
    if decided is None:
        raise ValueError(
            f"decided: {sent.decided[:40]!r} is no moment of the past with its time zone (2026-01-31T12:00:00Z)"
        )
    if sent.kind == "suppress":  # these are to the second
        decided = decided[:19] + "Z"
    decision = msgspec.structs.replace(sent, decided=decided)
    if fault := _fault(decision):
        raise ValueError(fault)
    found = identified(decision)
    if sent.id and sent.id != found.id:
        raise ValueError(
            f"id: {sent.id[:40]!r} is not of what the line says ({found.id}); leave it out of a line that you edit"
        )
    return found


def _fault(decision: Decision) -> str:
    names = [name for side in decision.sides for name in side]
    used = {
        "same": {"sides"}, "different": {"sides"}, "pin": {"sides", "element", "value"},
        "suppress": {"sides", "keys", "value"}, "undo": {"undoes"},
    }[decision.kind]  # fmt: skip
    for field, given in (
        ("sides", decision.sides), ("keys", decision.keys), ("element", decision.element),
        ("value", decision.value is not None), ("undoes", decision.undoes),
    ):  # fmt: skip
        if given and field not in used:
            return f"{field}: is nothing that {decision.kind} has"
    if not decision.by.strip():
        return "by: says nobody"
    if any(not source or "\t" in source or not identifier for source, identifier in names):
        return "sides: a record is a source and an identifier, neither of them empty"
    if len(names) > MOST:
        return f"sides: has {len(names)} records, more than one decision can be about ({MOST})"
    if decision.kind in {"same", "different"} and (len(decision.sides) < 2 or not all(decision.sides)):
        return "sides: must be two or more, each with a record"
    if decision.kind in {"same", "different"} and len(set(names)) < len(names):
        return "sides: have a record twice"
    if decision.kind in {"pin", "suppress"} and len(decision.sides) > 1:
        return f"sides: {decision.kind} has one"
    if decision.kind == "pin" and not names:
        return "sides: names no record"
    if decision.kind == "pin" and not fits(decision.element, decision.value):
        return f"value: is none that `harvester decide pin` gives to {decision.element[:40]!r}"
    if decision.kind == "suppress" and (decision.value not in {"yes", "erase", "no"} or not (names or decision.keys)):
        return "suppress has a value (yes, erase or no), and sides or keys"
    if decision.kind == "undo" and not decision.undoes:
        return "undoes: says no decision"
    return ""

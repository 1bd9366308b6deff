"""When things happened to a Crossref item, and what its Crossmark assertions say beside."""

from __future__ import annotations

from functools import lru_cache

from harvester.clean import dates, text
from harvester.formats.crossref.item import Dated, Item
from harvester.formats.crossref.table import table
from harvester.record import Date


@lru_cache(maxsize=32768)
def _date(date_type: str, date_parts: tuple[tuple[int | None, ...] | None, ...] | None) -> Date | None:
    """None for one that says nothing: its parts are null or empty. One that cannot be is kept as sent."""
    parts = (date_parts[0] if date_parts else None) or ()
    value = dates.from_parts(parts)
    if value is None and (not any(parts) or parts[0] is None):
        return None
    lost = value is None or value.count("-") + 1 < len(parts)
    return Date(date_type, value, "-".join([str(part) for part in parts if part is not None]) if lost else None)


def _dates(*sent: tuple[str, Dated | None]) -> list[Date]:
    found: list[Date] = []
    for kind, one in sent:
        if one is not None and (date := _date(kind, one.date_parts)) is not None:
            found.append(date)
    return found


def dated(item: Item) -> list[Date]:
    found = _dates(
        ("print", item.published_print),
        ("online", item.published_online),
        ("issued", item.published_other),
        ("posted", item.posted),
    )
    if item.journal_issue:
        of_issue = _dates(
            ("print", item.journal_issue.published_print), ("online", item.journal_issue.published_online)
        )
        have = {d.type for d in found}
        found += [d for d in of_issue if d.type not in have and (d.type == "print" or "print" not in have)]
    if not found:
        found = _dates(("issued", item.issued), ("issued", item.published), ("issued", item.award_start))[:1]
    return found + _dates(
        ("accepted", item.accepted),
        ("accepted", item.approved),
        ("created", item.content_created),
        ("updated", item.content_updated),
        ("available", item.free_to_read.start_date if item.free_to_read else None),
        ("deposited", item.created),
        ("updated", item.deposited),
    )


def period(item: Item, extra: dict[str, list[str]]) -> str | None:
    """The years of a grant as an EDTF interval, from its earliest start to its latest end."""
    projects = item.project or ()
    starts = [d for p in projects for s in p.award_start or () if (d := dates.from_parts(s.parts))]
    last = [e for p in projects for e in (*(p.award_end or ()), *(p.award_planned_end or ()))]
    ends = [d for e in last if (d := dates.from_parts(e.parts))]
    if starts and ends and max(ends) < min(starts):
        extra.setdefault("project[].award-end", []).extend(ends)
        ends = []
    return f"{min(starts, default='..')}/{max(ends, default='..')}" if starts or ends else None


@lru_cache(maxsize=4096)
def _rule(name: str | None, label: str | None) -> tuple[str, str | None]:
    """(name in lower case with _, rule): '' for what is passed over, None for what no rule maps."""
    first, second = ((s or "").strip(" :").lower().replace(" ", "_").replace("-", "_") for s in (name, label))
    rules = table("assertions")
    return first or second, rules.get(first or second, rules.get(second))


class Asserted:
    """What Crossmark assertions say: dates of history, copyright, peer review, access. The rest goes to ``extra`` by name."""

    def __init__(self, item: Item, described: list[Date], extra: dict[str, list[str]]) -> None:
        self.rights: list[str] = []
        self.peer_reviewed: bool | None = None
        self.access: str | None = None
        for sent in item.assertion or ():
            name, rule = _rule(sent.name, sent.label)
            if rule == "":
                continue
            value = text.plain(sent.value) if sent.value else None
            if rule is None:
                if value:
                    extra.setdefault(f"assertion.{name}", []).append(value)
            elif rule == "history" and value:
                for part in value.split(";"):
                    event, _, day = part.strip().partition(" ")
                    name, rule = _rule(event, None)
                    if rule and rule.startswith("dates."):
                        self._date(name, rule, day, described, extra)
                    elif part.strip():
                        extra.setdefault("assertion.history", []).append(part.strip())
            elif value and rule.startswith("dates."):
                self._date(name, rule, value, described, extra)
            elif rule == "rights" and value:
                if value not in self.rights:
                    self.rights.append(value)
            elif rule == "access.open":
                self.access = "open"
            elif rule == "peer_reviewed" and value:
                self.peer_reviewed = {"yes": True, "true": True, "no": False, "false": False}.get(value.lower())

    @staticmethod
    def _date(name: str, rule: str, value: str, described: list[Date], extra: dict[str, list[str]]) -> None:
        """The item's own date of a kind stands; what an assertion says beside it is kept."""
        if text.placeholder(value):
            return
        date_type, date = rule.removeprefix("dates."), dates.date(value)
        known = [d.value for d in described if d.type == date_type and d.value]
        if not known:
            described.append(Date(date_type, date, value if value != date else None))
        elif date is None or not known[0].startswith(date):
            extra.setdefault(f"assertion.{name}", []).append(value)

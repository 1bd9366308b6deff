"""When things happened to a Crossref item, and what its Crossmark assertions say beside."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.clean import dates, text
from harvester.formats.crossref.item import Dated, Item
from harvester.formats.crossref.table import table
from harvester.record import Date


def _date(date_type: str, sent: Dated | None) -> Iterator[Date]:
    """None, or one: a date whose parts are null or empty says nothing; one that cannot be is kept as sent."""
    if sent is None or not sent.parts or sent.parts[0] is None:
        return
    value = dates.from_parts(sent.parts)
    raw = "-".join([str(part) for part in sent.parts if part is not None])
    if value is None and not any(sent.parts):
        return
    yield Date(date_type, value, raw if value is None or value.count("-") + 1 < len(sent.parts) else None)


def dated(item: Item) -> list[Date]:
    found = [
        *_date("print", item.published_print),
        *_date("online", item.published_online),
        *_date("issued", item.published_other),
        *_date("posted", item.posted),
    ]
    if item.journal_issue:
        of_issue = [
            *_date("print", item.journal_issue.published_print),
            *_date("online", item.journal_issue.published_online),
        ]
        have = {d.type for d in found}
        found += [d for d in of_issue if d.type not in have and (d.type == "print" or "print" not in have)]
    if not found:
        for sent in (item.issued, item.published, item.award_start):
            found = found or [*_date("issued", sent)]
    for date_type, sent in (
        ("accepted", item.accepted),
        ("accepted", item.approved),
        ("created", item.content_created),
        ("updated", item.content_updated),
        ("available", item.free_to_read.start_date if item.free_to_read else None),
        ("deposited", item.created),
        ("updated", item.deposited),
    ):
        if sent is not None:
            found += _date(date_type, sent)
    return found


def period(item: Item) -> str | None:
    """The years of a grant as an EDTF interval, from its earliest start to its latest end."""
    projects = item.project or ()
    starts = [d for p in projects for s in p.award_start or () if (d := dates.from_parts(s.parts))]
    last = [e for p in projects for e in (*(p.award_end or ()), *(p.award_planned_end or ()))]
    ends = [d for e in last if (d := dates.from_parts(e.parts))]
    return f"{min(starts, default='..')}/{max(ends, default='..')}" if starts or ends else None


class Asserted:
    """What Crossmark assertions say: dates of history, copyright, peer review, access. The rest goes to ``extra`` by name."""

    def __init__(self, item: Item, described: list[Date], extra: dict[str, list[str]]) -> None:
        self.rights: list[str] = []
        self.peer_reviewed: bool | None = None
        self.access: str | None = None
        have = {d.type for d in described}
        for sent in item.assertion or ():
            name = (sent.name or sent.label or "").strip().lower().replace(" ", "_").replace("-", "_")
            label = (sent.label or "").strip(" :").lower().replace(" ", "_").replace("-", "_")
            rules = table("assertions")
            rule = rules.get(name, rules.get(label))
            value = text.plain(sent.value) if sent.value else None
            if rule is None:
                if value:
                    extra.setdefault(f"assertion.{name}", []).append(value)
            elif rule.startswith("dates.") and value:
                date_type = rule.removeprefix("dates.")
                if date_type not in have:
                    have.add(date_type)
                    date = dates.date(value)
                    described.append(Date(date_type, date, value if value != date else None))
            elif rule == "rights" and value:
                if value not in self.rights:
                    self.rights.append(value)
            elif rule == "access.open":
                self.access = "open"
            elif rule == "peer_reviewed" and value:
                self.peer_reviewed = {"yes": True, "true": True, "no": False, "false": False}.get(value.lower())

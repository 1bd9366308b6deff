"""Findings by their code: the list of codes is closed, ``vocabularies/findings.toml`` says what each means."""

from __future__ import annotations

from functools import cache
from typing import Literal

from harvester import schemas
from harvester.record import Finding

Level = Literal["error", "warning", "info"]


@cache
def levels() -> dict[str, Level]:
    """Code -> level."""
    return {code: row["level"] for code, row in schemas.table("vocabularies/findings").items()}


def finding(code: str, element: str, message: str, raw: str | None = None) -> Finding:
    """A finding with the level that its code has. KeyError for a code that is not in the table.

    ``raw`` is cut to 200 characters: it helps to recognise the value, the whole of it is in the store.
    """
    return Finding(code, element, message, raw[:200] if raw is not None else None, levels()[code])

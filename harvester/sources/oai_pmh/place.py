"""Where a harvest of a list stands, as the store keeps it after every page."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from harvester.record import Json
from harvester.sources.oai_pmh.windows import Span


class Lost(Struct, frozen=True, array_like=True):
    """A part of a list that could not be had at all."""

    since: str
    until: str
    reason: str

    def __str__(self) -> str:
        dated = f"what is dated from {self.since or 'ever'} until {self.until or 'now'}: "
        return (dated if self.since or self.until else "") + self.reason


class Place(Struct, omit_defaults=True):
    """Where a list goes on. Most lists are never cut: they have one window, as long as the list."""

    token: str
    since: str = ""
    """``from`` as it is sent; empty: from the beginning."""
    until: str = ""
    started: str = ""
    """The server's time when the list began."""
    seen: int = 0
    """Identifiers received so far, each counted once."""
    announced: int | None = None
    asked: tuple[str, str] = ("", "")
    """The operator's own window: a place is not for a list of another window."""
    whole: bool = False
    """The list names everything that the repository has in it."""
    anew: bool = False
    """It was begun anew on the way: identifiers that came may come once more."""
    divided: bool = False
    """It could not be had in one piece: ``since`` and ``until`` are a part of it."""
    cut: bool = False
    """Lists of it end too early, and do not say so: a part that ends with a full page is no proof."""
    windows: list[Span] = []
    """What of it is still to be asked for after this part."""
    undivided: Span = ("", "")
    """What it was before it was divided."""
    lost: list[Lost] = []
    """Parts that could not be had at all, and why."""

    @property
    def span(self) -> Span:
        return self.since, self.until

    def go_to(self, span: Span) -> None:
        """To the start of a window."""
        self.token = ""
        self.since, self.until = span

    def next_window(self) -> bool:
        """To the next part; False where there is none."""
        if not self.windows:
            return False
        self.go_to(self.windows.pop(0))
        return True

    def divide(self, first: Span, second: Span) -> None:
        """What is asked for now becomes two parts."""
        if not self.divided:
            self.undivided = self.span
        self.go_to(first)
        self.windows.insert(0, second)
        self.divided = True

    def lose(self, reason: str) -> None:
        """The part that is asked for now. Parts share their borders: what is lost on both sides of one is lost."""
        since = self.since
        if self.lost and since and self.lost[-1].until == since:
            since = self.lost.pop().since
        self.lost.append(Lost(since, self.until, reason))

    def kept(self) -> dict[str, Json]:
        """As the store keeps it."""
        kept: dict[str, Json] = msgspec.to_builtins(self)
        return kept

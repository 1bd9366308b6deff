"""What a harvest learns about a repository and remembers; what the operator sets by hand is believed instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Final

from harvester.clock import duration

KNOWN: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "token": (("encoded", "verbatim", "with prefix"), "how it wants a resumptionToken to be sent back"),
    "granularity": (("day", "second"), "of from= and until="),
    "dates": (("kept", "ignored"), "whether it keeps to from= and until="),
    "sizes": (("kept", "ignored"), "whether completeListSize is to be believed; only set by hand"),
    "end": (("empty", "refused"), "refused: its lists end with a token that it does not take back"),
    "encoding": (("gzip", "identity"), "identity: what it packs cannot be unpacked"),
    "window": ((), "how long a part of a list it can give in one piece, such as 30 days"),
}
"""Name -> (values that it may have; none: a duration), what it is. ``platform`` is learned too; by hand it is a setting."""


def faults(quirks: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with quirks that were set by hand: (key, fault)."""
    for name, value in quirks.items():
        if name == "platform":
            yield "quirks.platform", f"is a setting of its own: platform = {value!r}"
            continue
        if name not in KNOWN:
            yield f"quirks.{name}", f"is no quirk of OAI-PMH repositories; there is {', '.join(KNOWN)}"
            continue
        allowed, meaning = KNOWN[name]
        if allowed and value not in allowed:
            choices = " or ".join(map(repr, allowed))
            yield f"quirks.{name}", f"is {value!r}, and must be {choices}: {meaning}"
        elif not allowed and duration(value) is None:
            yield f"quirks.{name}", f"is {value!r}, and must be a duration such as '30 days': {meaning}"


class Overruled(MutableMapping[str, str]):
    """What was learned, under what was set by hand: that wins, and is not learned again."""

    def __init__(self, by_hand: Mapping[str, str], learned: MutableMapping[str, str]) -> None:
        self.by_hand = by_hand
        self._learned = learned

    def __getitem__(self, name: str) -> str:
        return self.by_hand[name] if name in self.by_hand else self._learned[name]

    def __setitem__(self, name: str, value: str) -> None:
        if name not in self.by_hand:
            self._learned[name] = value

    def __delitem__(self, name: str) -> None:
        if name not in self.by_hand:
            del self._learned[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._learned, **self.by_hand})

    def __len__(self) -> int:
        return len({**self._learned, **self.by_hand})

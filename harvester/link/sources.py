"""What is known of sources as a whole, and changes how their records are compared. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from harvester.link.comparing import Compared, compare
from harvester.link.features import Features

_TELLING: Final = 50
"""So many issue numbers of a source tell what they are."""
_REPEATED: Final = 0.4
"""Of real issue numbers at least this part has been seen before: there are few issues a year."""


class Sources(Struct, frozen=True):
    """Which sources are not like others."""

    once: frozenset[str] = frozenset()
    """They have each work once: a repository, a registry; not a collection of what several databases found."""
    unnumbered: frozenset[str] = frozenset()
    """What stands as the issue there is no issue but a running number: it hardly ever repeats."""

    def compare(self, a: Features, b: Features, source: str, other: str) -> Compared:
        """Compare what two sources say, or one says twice."""
        return compare(
            a,
            b,
            one_source=source == other and source in self.once,
            issues=source not in self.unnumbered and other not in self.unnumbered,
        )


def unnumbered(counts: Iterable[tuple[str, int, int]]) -> frozenset[str]:
    """The sources whose issues are running numbers. ``counts``: (source, records with an issue, different issues)."""
    return frozenset(
        source for source, records, issues in counts if records >= _TELLING and issues > (1 - _REPEATED) * records
    )

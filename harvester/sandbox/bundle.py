"""The works that come with the sandbox: facts in ``data/*.toml``, and what each source makes of them.

Two of them exist; the others are invented and say so (see the head of each file).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
from msgspec import Struct

from harvester.sandbox import crossref_items, dspace, eprints
from harvester.sandbox.facts import Facts
from harvester.sandbox.oai import Item

_DATA = Path(__file__).parent / "data"


class Bundle(Struct, frozen=True):
    works: tuple[Facts, ...]

    def crossref_items(self) -> list[dict[str, Any]]:
        """Items of Crossref's ``/works``."""
        return [crossref_items.item(work) for work in self.works if work.crossref]

    def dspace_records(self) -> list[Item]:
        return _shuffled(dspace.item(work) for work in self.works if work.dspace)

    def eprints_records(self) -> list[Item]:
        return _shuffled(eprints.item(work) for work in self.works if work.eprints)


def _shuffled(items: Iterable[Item]) -> list[Item]:
    """In an order that has nothing to do with dates, like the answers of real repositories; always the same one."""
    return sorted(items, key=lambda item: crc32(item.identifier.encode()))


def load() -> Bundle:
    works: list[Facts] = []
    for path in sorted(_DATA.glob("*.toml")):
        stated = tomllib.loads(path.read_text("utf-8"))
        common = stated.get("defaults", {})
        works += (msgspec.convert({**common, **work}, Facts) for work in stated["work"])
    return Bundle(tuple(works))

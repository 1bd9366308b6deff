"""The records of a misbehaving repository, and how a scenario names them."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from msgspec import Struct

DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


class Item(Struct, kw_only=True, forbid_unknown_fields=True):
    """A record of the repository. In a scenario: what of it is not as usual."""

    number: int = 0
    title: str = ""
    stamp: str = ""
    """Its datestamp, as the repository gives it."""
    hours_ago: float | None = None
    """Its datestamp, counted from the clock: of records that are added in a later run."""
    sets: tuple[str, ...] = ("com_1",)
    deleted: bool = False
    metadata: str | None = None
    """Instead of ``<oai_dc:dc>...``."""
    xml: str | None = None
    """Instead of the whole ``<record>``; {header} and {metadata} stand for the usual ones."""
    identifier: str = ""
    listed: bool = True
    """False: no list names it, though GetRecord has it."""
    fetched: bool = True
    """False: lists name it, though GetRecord does not have it."""

    @property
    def name(self) -> str:
        return self.identifier or f"oai:x:{self.number}"

    def header(self) -> str:
        deleted = ' status="deleted"' if self.deleted else ""
        sets = "".join(f"<setSpec>{s}</setSpec>" for s in self.sets)
        name = escape(self.name)
        return f"<header{deleted}><identifier>{name}</identifier><datestamp>{self.stamp}</datestamp>{sets}</header>"

    def record(self) -> str:
        dc = f"<oai_dc:dc {DC}><dc:title>{escape(self.title)}</dc:title></oai_dc:dc>"
        metadata = "" if self.deleted else f"<metadata>{dc if self.metadata is None else self.metadata}</metadata>"
        if self.xml is not None:
            return self.xml.replace("{header}", self.header()).replace("{metadata}", metadata)
        return f"<record>{self.header()}{metadata}</record>"


def numbers(text: str) -> set[int]:
    """``"1-3 5"`` is {1, 2, 3, 5}."""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")

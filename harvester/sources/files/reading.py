"""Files of any format into pages: every record of them, each broken one by its place, and where to go on after a kill.

A place is a file, the part of it (of an archive), and how many records of that part were given. What cannot be read makes the
verdict incomplete, with the place where it was so; what came before it, and other files, count.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from msgspec import structs

import harvester
from harvester.clock import now
from harvester.errors import ConfigError, RecordError
from harvester.record import Broken, Extent, Json, Page, RawRecord, Verdict
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.files import columns, places
from harvester.sources.files.cutting import Found, cut, named, of_format
from harvester.sources.files.known import Known
from harvester.sources.files.places import Place
from harvester.sources.files.recognising import format_of, looks_like_data
from harvester.sources.files.settings import Settings
from harvester.sources.files.unpacking import Part, parts

log = logging.getLogger(__name__)

_RECORDS: Final = 500
_BYTES: Final = 4 << 20
"""Of one page, whichever comes first."""
_IN_VAIN: Final = 1000
"""So many broken records and not a sound one: it is not what it was taken for."""
_LOCAL: Final = frozenset({"ris", "bibtex", "csl_json", "csv", "marc21"})
"""Formats whose identifiers may be good in their file only."""
_EVERYWHERE: Final = frozenset({"crossref", "datacite_json", "jsonl", ""})
"""Formats whose identifiers are good everywhere."""
_SAID: Final = 3
"""Faults of files that a verdict names; the others it counts."""


class Files:
    """A file, a folder of files, or what a pattern names."""

    def __init__(self, name: str, settings: Settings, quirks: Quirks) -> None:
        self.name = name
        self.settings = settings
        self.quirks = quirks
        self.lists = ["files"]
        self.read = False
        """Whether all of it was read, just now."""

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002
        """What the files hold of these. Nothing after all of them were read: what they hold was named there."""
        if self.read:
            return
        wanted = frozenset(identifiers)
        for page in _Reading(self.name, self.settings, places.found(self.settings.path), None).pages():
            records = [raw for raw in page.records if raw.identifier in wanted]
            broken = tuple(each for each in page.broken if each.identifier in wanted)
            if records or broken:
                yield Page(records=records, broken=broken)

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:  # noqa: ARG002
        """Every record of every file, from where the cursor stands. ConfigError where there is no file."""
        started, began = now(), time.time_ns()
        partial = self.settings.partial
        files = places.found(self.settings.path)
        marks = places.marks(files, self._asked, each=partial)
        done = set() if window.full else self._read_before(cursor)
        if partial:
            todo = [place for place, mark in zip(files, marks, strict=True) if mark not in done]
        else:
            todo = [] if cursor.place is None and done == set(marks) else files
        if not todo:
            self.read = True
            log.info("%s: nothing has changed since %s, when all of it was read", self.name, cursor.complete_through)
            yield Page(records=[], verdict=Verdict(complete=True), complete_through=cursor.complete_through)
            return
        reading = _Reading(self.name, self.settings, todo, cursor.place)
        for page in reading.pages():
            self.read = page.verdict is not None
            if page.verdict is not None and page.verdict.complete:
                settled = all(place.settled(began) for place in files) and not reading.anew
                self.quirks["_read"] = " ".join([started, *marks]) if settled else ""
                page = structs.replace(page, complete_through=started)
            yield page

    @property
    def _asked(self) -> tuple[object, ...]:
        """What the result depends on, besides the files."""
        return (structs.astuple(self.settings), harvester.__version__)

    def _read_before(self, cursor: Cursor) -> set[str]:
        """The marks of the files of the last complete reading.

        They are noted before the page that ends the list is saved, with the time that stands on that page: so a kill between
        the two leaves a note that does not count.
        """
        when, *marks = self.quirks.get("_read", "").split() or [""]
        return set(marks) if when and when == cursor.complete_through else set()


class _Reading:
    """The files while they are read: the page that fills, and what was wrong so far."""

    def __init__(self, name: str, settings: Settings, files: list[Place], place: dict[str, Json] | None) -> None:
        self.name = name
        self.settings = settings
        self.files = files
        (self.state,) = places.marks(files, "", each=False)
        self.anew = place is not None and place.get("state") != self.state
        """Another reading was begun, of other files than there are now: what it named does not count."""
        self.place = {} if self.anew or place is None else place
        self.faults: list[str] = list(self.place.get("faults", ()))
        self.fault_count: int = self.place.get("fault_count", 0)
        self.nameless: bool = self.place.get("nameless", False)
        """A broken record without identifier may be any of those that were there before: then none is known to be gone."""
        self.known = Known(partial=settings.partial)
        self.records: list[RawRecord] = []
        self.broken: list[Broken] = []
        self.size = 0
        self.left: list[str] = []
        self.recognised = bool(self.place)

    def pages(self) -> Iterator[Page]:
        names = [place.name for place in self.files]
        at = names.index(self.place["file"]) if "file" in self.place else 0
        for file in self.files[:at]:
            self._recall(file, None)
        for file in self.files[at:]:
            yield from self._file(file, self.place if file.name == self.place.get("file") else {})
        if self.left:
            log.warning("%s: left alone, as of no format that is known: %s", self.name, _shortened(self.left))
        if not self.recognised and not self.fault_count:
            self._fault(f"{self.settings.path}: has nothing of a format that is known; what it held is kept")
        self.known.tell(self.name)
        extent = None if self.settings.partial or self.nameless or self.anew else Extent()
        yield self._page(None, Verdict(complete=not self.fault_count, reason=self._reason()), extent)

    def _file(self, file: Place, place: dict[str, Json]) -> Iterator[Page]:
        held = False
        try:
            for number, part in enumerate(parts(file.path)):
                held = True
                if number < place.get("part", 0):
                    self._recall(file, part)
                else:
                    skipped = place.get("next", 0) if number == place.get("part", 0) else 0
                    yield from self._part(file, number, part, skipped)
        except RecordError as error:
            self._fault(f"{file.path}: {error.reason}")
        except OSError as error:
            if len(self.files) == 1 and not held:
                cure = "see to its permissions"
                raise ConfigError(f"{file.path}: cannot be read: {error.strerror or error}; {cure}") from error
            self._fault(f"{file.path}: cannot be read: {error.strerror or error}")
        if file.now() != file.state:
            self._fault(f"{file.path}: changed while it was read")

    def _part(self, file: Place, number: int, part: Part, skipped: int) -> Iterator[Page]:
        label = f"{file.path}:{part.name}" if part.name else str(file.path)
        given = good = 0
        try:
            for found in self._found(file, part):
                given += 1
                good += isinstance(found.record, RawRecord)
                _in_vain(given, good)
                if given <= skipped:
                    self.known.settled(found)
                    continue
                self._take(found, f"{label}:{found.line}" if found.line else f"{label}: record {given}")
                if len(self.records) + len(self.broken) >= _RECORDS or self.size >= _BYTES:
                    yield self._page({"file": file.name, "part": number, "next": given}, None, self._extent)
        except RecordError as error:
            self._fault(f"{label}: {error.reason}")

    def _recall(self, file: Place, part: Part | None) -> None:
        """What an earlier run has given is not given again; but identifiers that may name two records are looked at again, so
        that it does not matter where that run ended. What was wrong with the file is noted in the place."""
        with suppress(RecordError, OSError):
            for each in [part] if part is not None else parts(file.path):
                if self._is_local(file, each):
                    for found in self._found(file, each):
                        self.known.settled(found)

    def _found(self, file: Place, part: Part) -> Iterator[Found]:
        """The records of a part. RecordError where it has none, or the rest of it cannot be read."""
        name = part.name or file.path.name
        blank = not part.stream.head().strip()
        told = "" if blank else self._told(file, part)
        if not told:
            if (len(self.files) > 1 or part.name) and not looks_like_data(name):
                self.left.append(f"{file.name}:{part.name}" if part.name else file.name)
                return
            if blank:
                raise RecordError("is empty; what it held is kept until it can be read again")
            raise RecordError("is of no format that can be told from it; say which with `format`")
        self.recognised = True
        if told == "csv":
            yield from columns.rows(self.name, self.settings, part.stream)
            return
        alone = f"file:{file.name}:{part.name}" if part.name else f"file:{file.name}"
        first: Found | None = None
        for count, found in enumerate(cut(self.name, told, part.stream)):
            if count == 0:
                first = found  # where it is the only one, the file's name is its own
                continue
            if first is not None:
                yield named(first, "")
                first = None
            yield named(found, "")
        if first is not None:
            yield named(first, alone)

    def _told(self, file: Place, part: Part) -> str:
        if self.settings.format != "auto":
            return of_format(self.settings.format)
        return format_of(part.name or file.path.name, part.stream.head())

    def _is_local(self, file: Place, part: Part) -> bool:
        """Whether records of a part may go by identifiers that are good in it only; those of OAI-PMH never do."""
        told = self._told(file, part)
        return told in _LOCAL or (told not in _EVERYWHERE and b"header" not in part.stream.head())

    def _take(self, found: Found, label: str) -> None:
        record = self.known.settled(found)
        if isinstance(record, Broken):
            self.nameless = self.nameless or not record.identifier
            self.broken.append(structs.replace(record, reason=f"{label}: {record.reason}"))
        else:
            self.records.append(record)
        self.size += len(record.payload)

    @property
    def _extent(self) -> Extent | None:
        return None if self.settings.partial else Extent()

    def _page(self, place: dict[str, Json] | None, verdict: Verdict | None, extent: Extent | None) -> Page:
        if place is not None:
            place |= {
                "state": self.state, "nameless": self.nameless, "faults": [*self.faults], "fault_count": self.fault_count,
            }  # fmt: skip
        page = Page(records=self.records, broken=tuple(self.broken), place=place, verdict=verdict, extent=extent)
        self.records, self.broken, self.size = [], [], 0
        return page

    def _fault(self, fault: str) -> None:
        log.warning("%s: %s", self.name, fault)
        self.fault_count += 1
        if len(self.faults) < _SAID:
            self.faults.append(fault)

    def _reason(self) -> str:
        more = self.fault_count - len(self.faults)
        return "; ".join(self.faults) + (f"; and {more} more" if more else "")


def _in_vain(given: int, good: int) -> None:
    if given == _IN_VAIN and not good:
        raise RecordError(f"does not seem to be what it was taken for: of {_IN_VAIN} records none can be read")


def _shortened(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

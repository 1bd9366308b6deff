"""The pages of a source of kind ``web``: one after the other, some at a time, each asked for once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field, structs

from harvester.clean.urls import is_web_address
from harvester.clock import iso
from harvester.errors import ConfigError, ProtocolError, RecordError, SourceUnavailable
from harvester.formats import web_page
from harvester.http import Answer, Session, said
from harvester.masking import masked
from harvester.record import Broken, Extent, Page, RawRecord, Verdict
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.web.addresses import identity, is_home, same_page, tidy
from harvester.sources.web.memory import Known, Memory
from harvester.sources.web.robots import Robots
from harvester.sources.web.sitemaps import Listed, Sitemaps

if TYPE_CHECKING:
    from harvester.sources.web import Settings

log = logging.getLogger(__name__)

FORMAT: Final = "web_page"
_AT_ONCE: Final = 20
"""Pages that are kept together."""
_IN_VAIN: Final = 3
"""After so many pages in a row that could not be had, the site is left alone until the next run."""


class _Read(Struct, frozen=True):
    """A page that came, before it is certain under which address it is kept."""

    url: str
    """As it was asked for."""
    claimed: str
    """The address that it calls its own."""
    raw: RawRecord
    etag: str
    modified: str


class _Batch(Struct):
    read: list[_Read] = field(default_factory=list)
    records: list[RawRecord] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    """Addresses that went: should they come back, they are asked for in full."""
    known: dict[str, Known] = field(default_factory=dict)


class Pages:
    """One list: all pages of the source, in the order of their addresses."""

    def __init__(self, name: str, settings: Settings, session: Session, quirks: Quirks) -> None:
        self.name = name
        self.settings = settings
        self.lists = ["pages"]
        self._session = session
        self._pace = session.pace
        self._robots = Robots(session)
        self._memory = Memory(quirks)
        self._named: dict[str, str] = {}
        """Address of a record of this run -> digest of the page that has it."""
        self._listed: frozenset[str] = frozenset()
        self._failures: list[str] = []
        self._in_vain = 0

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:  # noqa: ARG002 (there is one list)
        """Some pages at a time. SourceUnavailable where a site does not answer; the next run goes on behind the last page."""
        place = cursor.place or {}
        started = str(place.get("started") or iso(datetime.now(UTC)))
        through = None if window.full else cursor.complete_through
        listed, faults = self.listed()
        self._listed = frozenset(listed)
        self._failures = [*map(str, place.get("failed", ())), *faults]
        waiting = [page for url, page in sorted(listed.items()) if url > str(place.get("after", ""))]
        extent = None if faults else Extent(format=FORMAT, deletes=False)
        for start in range(0, len(waiting), _AT_ONCE):
            part = waiting[start : start + _AT_ONCE]
            batch = self._asked(part, through, conditional=not window.full)
            yield Page(
                records=batch.records,
                broken=tuple(batch.broken),
                unchanged=tuple(batch.unchanged),
                gone=tuple(batch.gone),
                place={"started": started, "after": part[-1].url, "failed": self._failures},
                announced=len(listed),
                extent=extent,
            )
            self._memory.pages.update(batch.known)  # now they are kept
            for url in batch.forgotten:
                self._memory.pages.pop(url, None)
            self._memory.write()
        if not faults:
            self._memory.keep_only(listed)
            self._memory.write()
        verdict = self._verdict()
        through = started if verdict.complete else None
        yield Page(records=[], verdict=verdict, complete_through=through, announced=len(listed), extent=extent)

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002 (there is one list)
        """Pages that are no longer listed, or are in quarantine, each asked for in full."""
        for identifier in identifiers:
            batch = self._asked([Listed(identifier)], None, conditional=False)
            yield Page(records=batch.records, broken=tuple(batch.broken), gone=tuple(batch.gone))

    # --- which pages -------------------------------------------------------------------------------------------------

    def listed(self) -> tuple[dict[str, Listed], list[str]]:
        """All pages by address, and why there may be more."""
        found = {tidy(url): Listed(tidy(url)) for url in (*self.settings.urls, *self._in_file())}
        faults: list[str] = []
        sitemaps = Sitemaps(self._session, self.settings.hosts)
        for sitemap in self.settings.sitemaps:
            try:
                for page in sitemaps.pages(sitemap):
                    if self._wanted(page.url) and self._robots.allow(page.url):
                        found.setdefault(tidy(page.url), Listed(tidy(page.url), page.changed))
            except ProtocolError as error:
                faults.append(str(error))
        if sitemaps.strangers:
            log.info(
                "%s: %d pages of other hosts are left out; name hosts that may be asked", self.name, sitemaps.strangers
            )
        most = self.settings.max_pages
        if len(found) > most:
            faults.append(
                f"{len(found)} pages are listed and max_pages is {most}; raise it, or narrow include and exclude"
            )
            found = dict(sorted(found.items())[:most])
        return found, faults

    def _wanted(self, url: str) -> bool:
        include, exclude = self.settings.include, self.settings.exclude
        return (not include or any(fnmatchcase(url, p) for p in include)) and not any(
            fnmatchcase(url, p) for p in exclude
        )

    def _in_file(self) -> list[str]:
        if not self.settings.path:
            return []
        path = Path(self.settings.path)
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "is not UTF-8"
            raise ConfigError(f"{path}: cannot be read: {reason}; write one address a line into it") from error
        found = [
            (n, line.split(" #")[0].strip()) for n, line in enumerate(lines, 1) if not line.lstrip().startswith("#")
        ]
        odd = [n for n, url in found if url and not is_web_address(url)]
        if odd:
            raise ConfigError(*[f"{path}:{n}: is no address that begins with https:// or http://" for n in odd])
        return [url for _, url in found if url]

    # --- one page ----------------------------------------------------------------------------------------------------

    def _asked(self, listed: Sequence[Listed], through: str | None, *, conditional: bool) -> _Batch:
        batch = _Batch()
        for page in listed:
            known = self._memory.pages.get(page.url) if conditional else None
            if known is not None and through and _long_before(page.changed, through):
                self._still(known, batch)
                continue
            try:
                self._ask(page.url, known, batch)
                self._in_vain = 0
            except SourceUnavailable as error:
                self._in_vain += 1
                if self._in_vain >= _IN_VAIN or len(listed) == 1:
                    raise
                self._failures.append(str(error))
                if known is not None:
                    batch.unchanged.append(known.identifier)
            except ProtocolError as error:
                batch.broken.append(Broken(identifier=page.url, format=FORMAT, reason=str(error)))
        self._settle(batch)
        return batch

    def _still(self, known: Known, batch: _Batch) -> None:
        batch.unchanged.append(known.identifier)
        self._named.setdefault(known.identifier, known.digest)

    def _ask(self, url: str, known: Known | None, batch: _Batch) -> None:
        if not self._robots.allow(url):
            raise ProtocolError(
                f"{url}: its site's robots.txt forbids it; ask its operator, or take it out of the list", url=url
            )
        self._session.pace = max(self._pace, self._robots.pace(url))
        answer = self._session.get(
            url, headers={"Accept": "text/html, application/xhtml+xml", **(known.conditions if known else {})}
        )
        if answer.status == 304 and known is not None:
            self._still(known, batch)
        elif answer.status in (404, 410):
            batch.gone.append(known.identifier if known else url)
            batch.forgotten.append(url)
        elif answer.status != 200:
            raise ProtocolError(
                f"{masked(url)}: {said(answer.status)}", url=url, status=answer.status, excerpt=answer.body
            )
        else:
            self._keep(url, answer, batch)

    def _keep(self, url: str, answer: Answer, batch: _Batch) -> None:
        """The page, once it is certain that it is one of a work."""
        if not is_home(url) and is_home(answer.url):
            raise ProtocolError(
                f"{masked(url)}: leads to the home page of its site; the page is not there any more", url=url
            )
        kind, _, parameters = answer.headers.get("Content-Type", "").partition(";")
        if kind.strip().lower() not in ("", "text/html", "application/xhtml+xml", "application/xml", "text/plain"):
            raise ProtocolError(f"{masked(url)}: is {kind.strip()}, not a web page", url=url, excerpt=answer.body)
        charset = parameters.partition("charset=")[2].split(";")[0].strip(" \"'")
        try:
            payload, repairs = web_page.stored(answer.body, charset)
            own = tidy(answer.url)
            claimed = identity(own, web_page.canonical(payload))
            raw = RawRecord(
                source=self.name,
                identifier=own,
                format=FORMAT,
                payload=payload,
                repairs=repairs,
                digest=web_page.digest(payload),
            )
            web_page.read(raw, "")
        except RecordError as error:
            batch.broken.append(
                Broken(
                    identifier=url,
                    format=FORMAT,
                    reason=str(error),
                    element=error.element,
                    payload=answer.body[:100_000],
                )
            )
            return
        validators = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
        batch.read.append(_Read(url, claimed, raw, *validators))

    def _settle(self, batch: _Batch) -> None:
        """Each page under its canonical address; one page under two addresses is one record.

        Templates name one canonical address on many pages, or that of another page: such an address is nobody's.
        """
        claims: dict[str, set[str]] = {}
        for page in batch.read:
            claims.setdefault(page.claimed, set()).add(_digest(page.raw))
        for page in batch.read:
            raw, digest = page.raw, _digest(page.raw)
            if page.claimed != raw.identifier:
                others = (claims[page.claimed] | {self._named.get(page.claimed, "")}) - {digest, ""}
                taken = page.claimed in self._listed and not same_page(page.claimed, raw.identifier)
                before = self._memory.pages.get(page.url)
                if others or taken or (before is not None and before.identifier == raw.identifier):
                    raw = structs.replace(raw, repairs=(*raw.repairs, web_page.NOT_CANONICAL))
                else:
                    raw = structs.replace(raw, identifier=page.claimed)
            batch.known[page.url] = Known(raw.identifier, page.etag, page.modified, digest)
            if raw.identifier not in self._named:
                self._named[raw.identifier] = digest
                batch.records.append(raw)

    def _verdict(self) -> Verdict:
        if not self._failures:
            return Verdict(complete=True)
        more = f" and {len(self._failures) - 1} more" if len(self._failures) > 1 else ""
        return Verdict(complete=False, reason=f"{self._failures[0]}{more}")


def _digest(raw: RawRecord) -> str:
    return (raw.digest or b"").hex()


def _long_before(changed: str, through: str) -> bool:
    """Whether a sitemap's time is a day before ours at least: some name the day only, in a zone of their own."""
    try:
        return date.fromisoformat(changed[:10]) < date.fromisoformat(through[:10]) - timedelta(days=1)
    except ValueError:
        return False

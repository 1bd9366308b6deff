"""An index that changes and is provided, and a harvester that does as the protocol says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from harvester import index, provider, query
from harvester.record import Identifier, RawRecord, Record
from harvester.sandbox.server import Request, Response, Server
from harvester.store import Store
from tests.index.histories import SETTINGS, raw, read, save
from tests.provider import rules

BASE = "https://library.example.org/oai"
NAMESPACE = "library.example.org"
OAI = "{http://www.openarchives.org/OAI/2.0/}"


def doi(number: int, title: str, source: str = "alpha", *, deleted: bool = False) -> RawRecord:
    """A record of an article, which is a work by its DOI."""
    record = Record(title=title, type="article", identifiers=(Identifier("doi", f"10.1136/{number}"),))
    return raw(source, f"{source}-{number}", record, deleted=deleted)


def name(number: int) -> str:
    return f"oai:{NAMESPACE}:doi:10.1136/{number}"


class Library:
    """A store, its index, and what the provider answers about it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store.open(folder / "store.db")
        self.index = folder / "index.db"
        self.listed: dict[str, Sequence[int]] = {}
        """Listing -> ids of works."""
        self.settings = provider.Settings(
            enabled=True, namespace=NAMESPACE, name="A library", admin_email="a@library.example.org", page_size=3
        )

    def harvest(self, *records: RawRecord) -> Library:
        save(self.store, records)
        return self.update()

    def update(self, *, keep: bool = True, settings: index.Settings = SETTINGS) -> Library:
        """``keep=False``: killed when readers see the index and the store has not heard of it."""
        index.update(self.store, self.index, settings, reader=read, finish=self._finish)
        if keep:
            index.keep_provided(self.store, self.index)
        return self

    def rebuild(self, *, keep: bool = True, settings: index.Settings = SETTINGS) -> Library:
        index.rebuild(self.store, self.index, settings, reader=read, finish=self._finish)
        if keep:
            index.keep_provided(self.store, self.index)
        return self

    def _finish(self, db: sqlite3.Connection) -> None:
        there = {id_ for (id_,) in db.execute("select id from works")}
        index.replace_listing(
            db,
            [
                (listing, "Section", 1, position, id_, None, "include")
                for listing, ids in self.listed.items()
                for position, id_ in enumerate(ids, 1)
                if id_ in there
            ],
        )
        index.provide(db, self.store, self.index)

    # --- what is asked -----------------------------------------------------------------------------------------------

    def ask(self, text: str, *, now: datetime | None = None) -> etree._Element:
        """The answer to a query string, which keeps to the rules."""
        return self.answer(provider.query(text), now)

    def answer(self, asked: Mapping[str, Sequence[str]], now: datetime | None = None) -> etree._Element:
        with query.open_index(self.index) as db:
            answered = provider.answer(db, self.settings, asked, BASE, now or datetime.now(UTC), {"base": "The base"})
        assert answered.status == 200
        return rules.check(answered.body, asked, BASE)

    def codes(self, text: str) -> list[str]:
        return [error.get("code", "") for error in self.ask(text).iter(f"{OAI}error")]

    def pages(self, text: str) -> Iterator[etree._Element]:
        """All pages of a list."""
        verb = text.partition("&")[0]
        token: str | None = None
        while token != "":
            page = self.ask(text if token is None else f"{verb}&resumptionToken={token}")
            yield page
            token = page.findtext(f".//{OAI}resumptionToken") or ""

    def headers(self, arguments: str = "", prefix: str = "oai_dc") -> dict[str, tuple[str, bool, tuple[str, ...]]]:
        """Identifier -> (datestamp, deleted, sets), of a whole list."""
        asked = f"verb=ListIdentifiers&metadataPrefix={prefix}{arguments}"
        return {
            header.findtext(f"{OAI}identifier") or "": (
                header.findtext(f"{OAI}datestamp") or "",
                header.get("status") == "deleted",
                tuple(spec.text or "" for spec in header.iter(f"{OAI}setSpec")),
            )
            for page in self.pages(asked)
            for header in page.iter(f"{OAI}header")
        }

    def datestamps(self) -> dict[str, str]:
        return {identifier: datestamp for identifier, (datestamp, _, _) in self.headers().items()}

    def live(self, arguments: str = "") -> list[str]:
        return sorted(i.rpartition("/")[2] for i, (_, deleted, _) in self.headers(arguments).items() if not deleted)

    def deleted(self, arguments: str = "") -> list[str]:
        return sorted(i.rpartition("/")[2] for i, (_, deleted, _) in self.headers(arguments).items() if deleted)


@contextmanager
def served(index_path: Path, settings: provider.Settings) -> Iterator[str]:
    """An index over HTTP; the base URL."""

    def app(request: Request) -> Response:
        with query.open_index(index_path) as db:
            answered = provider.answer(db, settings, request.query, request.base_url, datetime.now(UTC))
        return Response(answered.status, {"Content-Type": "text/xml; charset=utf-8"}, answered.body)

    with Server({"/oai": app}) as server:
        yield f"{server.url}/oai"


class Harvester:
    """Another aggregator: what it has of us, after any number of harvests."""

    def __init__(self, library: Library, set_spec: str = "") -> None:
        self.library = library
        self.set_spec = set_spec
        self.held: dict[str, str] = {}
        self.through: str | None = None

    def harvest(self) -> int:
        """From where the last one began, by the clock of the repository; how many records came."""
        asked = "verb=ListRecords&metadataPrefix=oai_dc"
        asked += f"&set={self.set_spec}" if self.set_spec else ""
        asked += f"&from={self.through}" if self.through else ""
        began, count = "", 0
        for page in self.library.pages(asked):
            began = began or page.findtext(f"{OAI}responseDate") or ""
            count += self.take(page)
        self.through = began
        return count

    def take(self, page: etree._Element) -> int:
        count = 0
        for record in page.iter(f"{OAI}record"):
            count += 1
            identifier = record.findtext(f"{OAI}header/{OAI}identifier") or ""
            metadata = record.find(f"{OAI}metadata")
            if metadata is None:
                self.held.pop(identifier, None)
            else:
                self.held[identifier] = etree.tostring(metadata[0], encoding="unicode", with_tail=False)
        return count


def fresh(library: Library, set_spec: str = "") -> dict[str, str]:
    """What a harvester holds that begins now."""
    harvester = Harvester(library, set_spec)
    harvester.harvest()
    return harvester.held

"""A small repository over real HTTP, correct until a test makes it misbehave."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

from http_session.wire import Asked, Reply, Wire, http

from harvester.http import Session
from harvester.record import Page
from harvester.sources import Cursor, Window
from harvester.sources.oai_pmh import Settings, connect

NS = "http://www.openarchives.org/OAI/2.0/"
DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
RESPONDED = "2024-05-06T07:08:09Z"


def record(
    number: int, metadata: str | None = None, *, status: str = "", datestamp: str = "2024-05-05T03:04:05Z"
) -> str:
    deleted = f' status="{status}"' if status else ""
    if metadata is None:
        metadata = f"<oai_dc:dc {DC}><dc:title>Title {number}</dc:title></oai_dc:dc>"
    return (
        f"<record><header{deleted}><identifier>oai:x:{number}</identifier><datestamp>{datestamp}</datestamp>"
        f"<setSpec>com_1</setSpec></header>{'' if status else f'<metadata>{metadata}</metadata>'}</record>"
    )


def document(
    inner: str, *, responded: str = RESPONDED, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
) -> str:
    return (
        f'{declaration}<OAI-PMH xmlns="{NS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<responseDate>{responded}</responseDate><request>http://x/</request>{inner}</OAI-PMH>"
    )


def list_records(records: Sequence[str], token: str | None = None, *, size: int | None = None, **how: str) -> str:
    announced = "" if size is None else f' completeListSize="{size}"'
    last = "" if token is None else f"<resumptionToken{announced}>{token}</resumptionToken>"
    return document(f"<ListRecords>{''.join(records)}{last}</ListRecords>", **how)


def error(code: str, text: str = "sorry", **how: str) -> str:
    return document(f'<error code="{code}">{text}</error>', **how)


@dataclass
class Shelf:
    """Serves ``records`` in pages; ``twist`` may change any answer, or replace it."""

    records: Sequence[str]
    page_size: int = 2
    announce: bool = True
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    deleted: str = "no"
    earliest: str = "2020-01-01T00:00:00Z"
    keeps_to_dates: bool = True
    twist: Callable[[Asked, str], Reply | str] = field(default=lambda _, answer: answer)

    def answer(self, asked: Asked) -> str:
        query = asked.query
        if query.get("verb") == "Identify":
            return document(
                f"<Identify><repositoryName>Shelf</repositoryName><earliestDatestamp>{self.earliest}</earliestDatestamp>"
                f"<deletedRecord>{self.deleted}</deletedRecord><granularity>{self.granularity}</granularity></Identify>"
            )
        if query.get("verb") == "ListMetadataFormats":
            named = "<metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat>"
            return document(f"<ListMetadataFormats>{named}</ListMetadataFormats>")
        if query.get("verb") == "GetRecord":
            found = [r for r in self.records if f">{query['identifier']}<" in r]
            return document(f"<GetRecord>{found[0]}</GetRecord>") if found else error("idDoesNotExist")
        if query.get("verb") == "ListIdentifiers":
            headers = re.findall("<header.*?</header>", "".join(self.between(query.get("from"), query.get("until"))))
            if not headers:
                return error("noRecordsMatch")
            return document(f"<ListIdentifiers>{''.join(headers)}</ListIdentifiers>")
        token = query.get("resumptionToken", "")
        where, *dates = token.split(" of ")
        since, until = dates[0].split("..") if dates else (query.get("from", ""), query.get("until", ""))
        start = int(where.removeprefix("at ") or "0")
        if start and "metadataPrefix" in query:
            return error("badArgument", "resumptionToken is exclusive")
        found = self.between(since, until)
        if not found:
            return error("noRecordsMatch")
        end = start + self.page_size
        following = f"at {end}" if end < len(found) else ("" if start else None)
        if following and (since or until):
            following += f" of {since}..{until}"
        return list_records(found[start:end], following, size=len(found) if self.announce else None)

    def between(self, since: str | None, until: str | None) -> Sequence[str]:
        """The records that are stamped so; both ends count."""
        if not self.keeps_to_dates:
            return self.records
        found = []
        for one in self.records:
            stamp = one.partition("<datestamp>")[2].partition("<")[0]
            if (not since or stamp[: len(since)] >= since) and (not until or stamp[: len(until)] <= until):
                found.append(one)
        return found

    def __call__(self, asked: Asked) -> Reply:
        reply = self.twist(asked, self.answer(asked))
        return http(reply, headers=["Content-Type: text/xml"]) if isinstance(reply, str) else reply


@dataclass
class Harvest:
    pages: list[Page] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    quirks: MutableMapping[str, str] = field(default_factory=dict)

    @property
    def identifiers(self) -> list[str]:
        return [r.identifier for page in self.pages for r in page.records]

    @property
    def numbers(self) -> list[int]:
        """The records received, each once, in order of number."""
        return sorted({int(identifier.rpartition(":")[2]) for identifier in self.identifiers})

    @property
    def verdict(self) -> str:
        return str(self.pages[-1].verdict) if self.pages else ""

    @property
    def complete_through(self) -> str | None:
        return self.pages[-1].complete_through if self.pages else None

    @property
    def queries(self) -> list[Mapping[str, str]]:
        return [a.query for a in self.asked]


def harvest(
    server: Callable[[Asked], Reply],
    cursor: Cursor | None = None,
    window: Window | None = None,
    *,
    quirks: MutableMapping[str, str] | None = None,
    into: Harvest | None = None,
    most_pages: int = 1000,
    retries: int = 2,
    max_bytes: int = 48 << 20,
    quirks_by_hand: dict[str, str] | None = None,
    **settings: object,
) -> Harvest:
    """All pages of the first list; on an error ``into`` holds what came before it."""
    result = into or Harvest()
    result.quirks = {} if quirks is None else quirks
    with (
        Wire(server) as wire,
        Session(retries=retries, sleep=result.waits.append, timeout=(2, 2), max_bytes=max_bytes) as session,
    ):
        result.asked = wire.asked
        configured = Settings(kind="oai_pmh", url=wire.url + "/oai", quirks=quirks_by_hand or {}, **settings)  # type: ignore[arg-type]
        source = connect("shelf", configured, session, result.quirks)
        pages: Iterator[Page] = source.pages(source.lists[0], cursor or Cursor(), window or Window())
        for page in pages:
            result.pages.append(page)
            if len(result.pages) >= most_pages:
                break
        pages.close()  # type: ignore[attr-defined]
    return result

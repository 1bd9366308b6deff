"""A small repository over real HTTP, correct in everything until a test changes one thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate

from http_session.wire import Asked, Reply, http

NS = "http://www.openarchives.org/OAI/2.0/"
DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
FORMATS = {"oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/"}


def record(number: int, datestamp: str) -> str:
    return (
        f"<record>{header(number, datestamp)}<metadata><oai_dc:dc {DC}><dc:title>Café {number}</dc:title>"
        "</oai_dc:dc></metadata></record>"
    )


def header(number: int, datestamp: str) -> str:
    return f"<header><identifier>oai:x:{number}</identifier><datestamp>{datestamp}</datestamp></header>"


def document(inner: str, responded: str = "2026-01-02T03:04:05Z") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{NS}"><responseDate>{responded}</responseDate>'
        f"<request>http://x/</request>{inner}</OAI-PMH>"
    )


def error(code: str) -> str:
    return document(f'<error code="{code}">so it is</error>')


def answer(body: str, *headers: str, status: str = "200 OK") -> bytes:
    return http(body, status, ["Content-Type: text/xml; charset=utf-8", f"Date: {formatdate(usegmt=True)}", *headers])


@dataclass
class Repository:
    """Twenty records, ten of a page, two a day. ``twist``: the answer to a request in place of ours, or None."""

    path: str = "/oai"
    identify: dict[str, str] = field(
        default_factory=lambda: {
            "repositoryName": "Small & good",
            "protocolVersion": "2.0",
            "earliestDatestamp": "2020-01-01T00:00:00Z",
            "deletedRecord": "persistent",
            "granularity": "YYYY-MM-DDThh:mm:ssZ",
        }
    )
    formats: dict[str, str] = field(default_factory=lambda: dict(FORMATS))
    sets: Sequence[str] = ("com_1", "com_2")
    announce: bool = True
    bounds: str = "kept"
    """kept | ignored | day: only whole days are understood | empty: a day matches nothing"""
    twist: Callable[[Asked], Reply | str] = field(default=lambda _: None)
    errors: str = "200 OK"
    """The status of protocol errors."""
    extra: tuple[str, ...] = ()
    """Headers of every answer."""

    def __call__(self, asked: Asked) -> Reply:
        twisted = self.twist(asked)
        if twisted is not None:
            return answer(twisted, *self.extra) if isinstance(twisted, str) else twisted
        if asked.path != self.path:
            return http("<html><title>Not here</title></html>", "404 Not Found", ["Content-Type: text/html"])
        body = self.body(asked.query)
        return answer(body, *self.extra, status=self.errors if "<error" in body else "200 OK")

    def body(self, query: dict[str, str]) -> str:
        verb = query.get("verb", "")
        if verb == "Identify":
            said = "".join(f"<{k}>{v.replace('&', '&amp;')}</{k}>" for k, v in self.identify.items())
            return document(f"<Identify>{said}</Identify>")
        if verb == "ListMetadataFormats":
            named = "".join(
                f"<metadataFormat><metadataPrefix>{p}</metadataPrefix><metadataNamespace>{n}</metadataNamespace>"
                "</metadataFormat>"
                for p, n in self.formats.items()
            )
            return document(f"<ListMetadataFormats>{named}</ListMetadataFormats>")
        if verb == "ListSets":
            named = "".join(f"<set><setSpec>{s}</setSpec><setName>{s}</setName></set>" for s in self.sets)
            return document(f"<ListSets>{named}</ListSets>") if self.sets else error("noSetHierarchy")
        if verb == "GetRecord":
            number = query["identifier"].rpartition(":")[2]
            if not number.isdigit():
                return error("idDoesNotExist")
            return document(f"<GetRecord>{record(int(number), self.stamp(int(number)))}</GetRecord>")
        return self.list(verb, query)

    def list(self, verb: str, query: dict[str, str]) -> str:
        make = record if verb == "ListRecords" else header
        since, until = query.get("from", ""), query.get("until", "9")
        if self.bounds == "day" and "T" in since:
            return error("badArgument")
        numbers = list(range(20))
        if since and self.bounds != "ignored":
            numbers = [n for n in numbers if since[:10] <= self.stamp(n)[:10] <= until[:10]]
        if not numbers or (since and self.bounds == "empty"):
            return error("noRecordsMatch")
        start = int(query.get("resumptionToken", "at 0").removeprefix("at "))
        here = numbers[start : start + 10]
        token = f"at {start + 10}" if start + 10 < len(numbers) else ""
        size = f' completeListSize="{len(numbers)}"' if self.announce else ""
        last = f"<resumptionToken{size}>{token}</resumptionToken>" if len(numbers) > 10 else ""
        return document(f"<{verb}>{''.join(make(n, self.stamp(n)) for n in here)}{last}</{verb}>")

    def stamp(self, number: int) -> str:
        stamp = f"2024-03-{1 + number // 2:02}T05:06:07Z"
        return stamp if "T" in self.identify["granularity"] else stamp[:10]

"""Recorded answers of real repositories and real works of Crossref, served over loopback as if those were still there.

Each recorded page is the list of a repository of its own. Where the page that follows was recorded too, the token leads
to it; any other token is refused, as by a server that has forgotten it: such a list is *incomplete*, and must be found so.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from msgspec import Struct

from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock, Request, Response

OAI = "http://www.openarchives.org/OAI/2.0/"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
FOLLOWS = {"scrapi_spdataverse_0": ("scrapi_spdataverse_1",)}
"""Pages of one list, of which the first gives its name to the repository."""
PREFIXES = {"dc": "oai_dc", "dim": "dim", "mods": "mods", "mets": "mets", "qualifieddc": "oai_qdc", "ead": "oai_ead"}
"""Root of the metadata -> metadataPrefix, for records that were recorded without the question."""
SPIRAL = "oai:spiral.imperial.ac.uk:10044/1/85584"
"""The item that was recorded in sixteen formats, without its header."""
_TEXT = {"Content-Type": "text/xml; charset=utf-8"}


class Refusal(Struct, frozen=True, kw_only=True):
    """An error of the protocol, as it was recorded: the answer to every request."""

    name: str
    status: int
    body: bytes
    prefix: str = "oai_dc"

    def __call__(self, _: Request) -> Response:
        return Response(self.status, _TEXT, self.body)


class Repository(Struct, frozen=True, kw_only=True):
    """One list of records, as it was recorded."""

    name: str
    prefix: str
    pages: tuple[bytes, ...]

    def __call__(self, request: Request) -> Response:
        """An application for ``sandbox.server``: ListRecords, and an error for everything else."""
        asked = {name: values[0] for name, values in request.query.items()}
        token = asked.get("resumptionToken")
        if asked.get("verb") == "Identify":
            return _answer(
                b"<Identify><repositoryName>recorded</repositoryName><granularity>YYYY-MM-DD</granularity></Identify>"
            )
        if asked.get("verb") != "ListRecords":
            return _answer(b'<error code="badVerb">nobody recorded an answer to that</error>')
        if token is None:
            return Response(200, _TEXT, self.pages[0])
        for before, page in zip(self.pages, self.pages[1:], strict=False):
            if f">{token}<".encode() in before:
                return Response(200, _TEXT, page)
        return _answer(b'<error code="badResumptionToken">forgotten</error>')

    @property
    def records(self) -> list[tuple[str, bool, str]]:
        """(identifier, deleted, local name of the root of the metadata) as lxml sees them, in order."""
        return [
            (_header(record)["identifier"], _header(record)["status"] == "deleted", _held(record))
            for page in self.pages
            for record in _records(etree.fromstring(page))
        ]

    @property
    def whole(self) -> bool:
        """Whether the pages are the end of a list, and all of it: no token is left, and as many came as were announced."""
        token, size = "", 0
        for page in self.pages:
            token = ""
            for element in etree.fromstring(page).iter("{*}resumptionToken"):
                token = (element.text or "").strip()
                size = max(size, int(element.get("completeListSize") or 0))
        return not token and len({identifier for identifier, _, _ in self.records}) >= size


@cache
def repositories(shared: Path) -> list[Repository]:
    """Every well-formed page and record that holds records, each as a repository."""
    return [*_responses(shared / "corpus" / "oai" / "responses"), *_lone_records(shared / "corpus")]


def damaged(shared: Path) -> list[Repository]:
    """Pages and records that are not well-formed, as they were found."""
    folder = shared / "corpus" / "oai"
    found = []
    for path in (
        *sorted(folder.glob("broken/*")),
        folder / "records" / "dpla_il.xml",
        folder / "records" / "dpla_tn.xml",
    ):
        body = path.read_bytes()
        if path.stem.startswith("dpla"):  # records without their pages
            body = _page(re.sub(rb"^\s*<\?xml[^>]*>", b"", body))
        prefix = "oai_qdc" if b"qualifieddc" in body else "mods" if b"mods" in body else "oai_dc"
        found.append(Repository(name=path.stem.lower(), prefix=prefix, pages=(body,)))
    return found


def refusals(shared: Path) -> list[Refusal]:
    """Every recorded error of the protocol."""
    found = []
    for path in sorted((shared / "corpus" / "oai" / "errors").glob("*.xml")):
        status = re.search(r"_http(\d+)", path.stem)
        found.append(Refusal(name=path.stem.lower(), status=int(status[1]) if status else 200, body=path.read_bytes()))
    return found


def crossref(shared: Path) -> CrossrefApp:
    """The API with the sampled works in it."""
    works: list[dict[str, Any]] = []
    for path in sorted((shared / "corpus" / "crossref" / "samples").glob("*.gz")):
        content = gzip.decompress(path.read_bytes())
        if b'"items"' in content[:20]:
            works += json.loads(content)["items"]
        else:
            works += [json.loads(line) for line in content.splitlines() if line.strip()]
    return CrossrefApp(works, Clock(NOW), limits=dict.fromkeys(("public-array", "polite-array"), 10_000))


def config(url: str, served: Sequence[Repository | Refusal], *, with_crossref: bool = False) -> str:
    """A config.toml in which each repository is a source."""
    lines = ["[harvester]", 'contact = "librarian@example.org"', "[http]", "retries = 0"]
    for repository in served:
        lines += [
            f"[source.{repository.name}]",
            'kind = "oai_pmh"',
            f'url = "{url}/{repository.name}"',
            f'metadata_prefix = "{repository.prefix}"',
        ]
    if with_crossref:
        lines += ["[source.crossref]", 'kind = "crossref"', f'url = "{url}/crossref"']
        lines += ['filter = {from-created-date = "1900-01-01"}']
    return "\n".join(lines) + "\n"


# --- pages -----------------------------------------------------------------------------------------------------------


def _responses(folder: Path) -> Iterator[Repository]:
    later = {name for names in FOLLOWS.values() for name in names}
    for path in sorted(folder.glob("*.xml")):
        root = etree.fromstring(path.read_bytes())
        if path.stem in later or etree.QName(root).localname != "OAI-PMH" or not _records(root):
            continue
        pages = tuple(
            _as_list((folder / f"{name}.xml").read_bytes()) for name in (path.stem, *FOLLOWS.get(path.stem, ()))
        )
        yield Repository(name=path.stem.lower(), prefix=_prefix(root), pages=pages)


def _lone_records(corpus: Path) -> Iterator[Repository]:
    """Records that were recorded without their page, and metadata without their record."""
    for path in sorted((*corpus.glob("oai/records/*.xml"), *corpus.glob("spiral-16-formats/*.xml"))):
        try:
            root = etree.fromstring(path.read_bytes())
        except etree.XMLSyntaxError:
            continue
        name = path.stem.replace(".", "-").lower()
        if etree.QName(root).localname == "OAI-PMH":
            if _records(root):
                yield Repository(name=name, prefix=_prefix(root), pages=(_as_list(path.read_bytes()),))
            continue
        records = _records(root)
        if records:
            body = b"".join(etree.tostring(record, with_tail=False) for record in records)
            prefix = PREFIXES.get(_held(records[0]), "unknown")
        else:
            prefix = path.suffixes[0][1:] if "spiral" in name else "xoai" if name.startswith("xoai_xoai") else ""
            if not prefix or etree.QName(root).localname == "records":
                continue
            identifier = SPIRAL if "spiral" in name else f"oai:recorded:{name}"
            body = _wrapped(identifier, etree.tostring(root, with_tail=False))
        yield Repository(name=name, prefix=prefix, pages=(_page(body),))


def _as_list(page: bytes) -> bytes:
    """The answer to GetRecord as one to ListRecords."""
    return re.sub(rb"(</?(?:\w+:)?)GetRecord\b(?=[\s>/])", rb"\1ListRecords", page)


def _page(records: bytes) -> bytes:
    return (
        b'<OAI-PMH xmlns="%s"><responseDate>2026-09-01T12:00:00Z</responseDate><request verb="ListRecords"/>'
        b"<ListRecords>%s</ListRecords></OAI-PMH>" % (OAI.encode(), records)
    )


def _answer(content: bytes) -> Response:
    body = b'<OAI-PMH xmlns="%s"><responseDate>2026-09-01T12:00:00Z</responseDate>%s</OAI-PMH>'
    return Response(200, _TEXT, body % (OAI.encode(), content))


def _wrapped(identifier: str, metadata: bytes) -> bytes:
    header = f"<header><identifier>{identifier}</identifier><datestamp>2026-01-01</datestamp></header>"
    return b"<record>%s<metadata>%s</metadata></record>" % (header.encode(), metadata)


def _records(root: etree._Element) -> list[etree._Element]:
    return [r for r in root.iter("{*}record", "record") if any(c.tag in (f"{{{OAI}}}header", "header") for c in r)]


def _header(record: etree._Element) -> dict[str, str]:
    header = next(child for child in record if child.tag in (f"{{{OAI}}}header", "header"))
    return {"identifier": (header.findtext("{*}identifier") or "").strip(), "status": header.get("status", "")}


def _held(record: etree._Element) -> str:
    held = [e for part in record if etree.QName(part).localname == "metadata" for e in part if isinstance(e.tag, str)]
    return etree.QName(held[0]).localname if held else ""


def _prefix(root: etree._Element) -> str:
    """As it was asked for; pages after the first do not say."""
    request = next((e for e in root if etree.QName(e).localname == "request"), None)
    return (request.get("metadataPrefix") if request is not None else None) or "oai_dc"

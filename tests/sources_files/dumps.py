"""Files as sources bring them, and what a source makes of them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import Any

from harvester.record import Page, RawRecord
from harvester.sources import Cursor, Window, files


def work(number: int, **fields: Any) -> dict[str, Any]:
    """A work as Crossref has it."""
    return {
        "DOI": f"10.5555/leader.{number}",
        "title": [f"Leadership {number}"],
        "type": "journal-article",
        "indexed": {},
    } | fields


def lines(works: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in works).encode()


def tar(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def oai_record(number: int, *, metadata: str = "", status: str = "") -> str:
    header = (
        f"<identifier>oai:repository.example.org:{number}</identifier><datestamp>2020-01-0{number % 9 + 1}</datestamp>"
    )
    attribute = f' status="{status}"' if status else ""
    held = metadata or (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>Leadership {number}</dc:title></oai_dc:dc>"
    )
    body = "" if status else f"<metadata>{held}</metadata>"
    return f"<record><header{attribute}>{header}</header>{body}</record>"


def oai_page(*records: str, prefix: str = "oai_dc") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        "<responseDate>2020-02-01T00:00:00Z</responseDate>"
        f'<request verb="ListRecords" metadataPrefix="{prefix}">https://repository.example.org/oai</request>'
        f"<ListRecords>\n{chr(10).join(records)}\n<resumptionToken/></ListRecords></OAI-PMH>\n"
    ).encode()


def settings(path: Path | str, **given: Any) -> files.Settings:
    return files.Settings(kind="files", path=str(path), **given)


def read(
    path: Path | str, cursor: Cursor | None = None, quirks: MutableMapping[str, str] | None = None, **given: Any
) -> list[Page]:
    """All pages of a source."""
    source = files.connect("dump", settings(path, **given), None, {} if quirks is None else quirks)
    (name,) = source.lists
    return list(source.pages(name, cursor or Cursor(), Window()))


def records(pages: Iterable[Page]) -> list[RawRecord]:
    return [raw for page in pages for raw in page.records]


def reasons(pages: Iterable[Page], path: Path) -> list[str]:
    """Why records are broken, with the path cut to its name."""
    return [broken.reason.replace(str(path), path.name) for page in pages for broken in page.broken]


def verdict(pages: list[Page], path: Path | None = None) -> str:
    said = str(pages[-1].verdict)
    return said.replace(str(path), path.name) if path else said

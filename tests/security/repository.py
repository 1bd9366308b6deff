"""A repository with records of one's choice, and the program run on it as an operator would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from http_session.wire import Asked, http

HEAD = '[harvester]\ncontact = "me@example.org"\n[http]\nretries = 0\nread_timeout = 2.0\n'

_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-02T03:04:05Z</responseDate>
<request>http://example.org/oai</request>{body}</OAI-PMH>"""
_IDENTIFY = """<Identify><repositoryName>R</repositoryName><baseURL>http://example.org/oai</baseURL>
<protocolVersion>2.0</protocolVersion><adminEmail>a@example.org</adminEmail>
<earliestDatestamp>2000-01-01</earliestDatestamp><deletedRecord>no</deletedRecord>
<granularity>YYYY-MM-DD</granularity></Identify>"""


def answer(body: str) -> bytes:
    """An OAI-PMH answer with this in its envelope."""
    return http(_ENVELOPE.format(body=body), headers=["Content-Type: text/xml"])


def record(identifier: str, *elements: tuple[str, str], dates: str = "2026-01-01") -> str:
    """A record of Dublin Core elements: ("title", "Some text")."""
    values = "".join(f"<dc:{name}>{escape(text)}</dc:{name}>" for name, text in elements)
    return (
        f"<record><header><identifier>{escape(identifier)}</identifier><datestamp>{dates}</datestamp></header><metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/">{values}</oai_dc:dc></metadata></record>'
    )


def repository(records: Iterable[str]) -> Callable[[Asked], bytes]:
    """What a server replies that has these records, on one page."""
    listed = f"<ListRecords>{''.join(records)}</ListRecords>"
    return lambda asked: answer(_IDENTIFY if asked.query.get("verb") == "Identify" else listed)


def source(name: str, url: str, more: str = "") -> str:
    """Its table in config.toml."""
    return f'[source.{name}]\nkind = "oai_pmh"\nurl = "{url}"\nmetadata_prefix = "oai_dc"\n{more}'


def harvester(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command with the config file of a folder."""
    return subprocess.run(
        [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
        cwd=folder,
    )

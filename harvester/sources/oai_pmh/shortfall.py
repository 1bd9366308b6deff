"""Records that a list announced but did not give, found by ListIdentifiers and fetched one by one."""

from __future__ import annotations

import logging
from collections.abc import Container

from harvester.errors import ProtocolError, SourceError
from harvester.record import Broken, RawRecord
from harvester.sources.oai_pmh.client import Client

log = logging.getLogger(__name__)

MOST = 1000
"""Where more are missing, the list itself is at fault, and fetching each by itself would be no way to treat a server."""


def fetch(client: Client, selection: dict[str, str], known: Container[int]) -> tuple[list[RawRecord], list[Broken]]:
    """What a list of identifiers has beyond those whose hashes are ``known``: records, and what was refused.

    ``selection`` is that of the list: prefix, set, from, until. Raises SourceUnavailable like any request.
    """
    records: list[RawRecord] = []
    refused: list[Broken] = []
    prefix = selection["metadataPrefix"]
    for identifier in _missing(client, selection, known):
        try:
            page = client.harvest(verb="GetRecord", identifier=identifier, metadataPrefix=prefix)
        except ProtocolError as error:
            reason = f"is listed, but cannot be fetched: {error.code or error}"
            refused.append(Broken(identifier=identifier, format=prefix, reason=reason))
            continue
        records += [record for record in page.envelope.records if record.identifier == identifier]
        refused += page.envelope.broken
    return records, refused


def _missing(client: Client, selection: dict[str, str], known: Container[int]) -> list[str]:
    found: dict[str, None] = {}
    tokens: set[str] = set()
    try:
        for page in client.ListIdentifiers(**selection):  # type: ignore[no-untyped-call]
            found |= dict.fromkeys(r.identifier for r in page.envelope.records if hash(r.identifier) not in known)
            token = page.envelope.token.text if page.envelope.token else ""
            if token in tokens or len(found) > MOST:
                break
            tokens.add(token)
    except SourceError as error:
        log.info("what is missing cannot be told: %s", error)
    return list(found) if len(found) <= MOST else []

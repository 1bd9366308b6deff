"""What ListIdentifiers names: the evidence that a list is complete, or what is missing from it."""

from __future__ import annotations

import logging
from collections.abc import Container

from msgspec import Struct

from harvester.errors import SourceError
from harvester.record import RawRecord
from harvester.sources.oai_pmh.client import Busy, Client, Refusal
from harvester.sources.oai_pmh.clocks import server_time

log = logging.getLogger(__name__)

MOST = 1000
"""Where more are missing, the list itself is at fault, and fetching each by itself would be no way to treat a server."""
IDLE_PAGES = 5
"""So many pages on end without a new identifier are a circle."""


class Listing(Struct, frozen=True):
    """The headers that a list of identifiers has beyond those that are known."""

    unknown: dict[str, RawRecord]
    """By identifier; without metadata."""
    ended: bool
    """It came to an end of some kind."""
    whole: bool
    """It came to its end, and named as many as it announced. Otherwise it proves nothing."""
    size: int | None = None
    """completeListSize, where it was given."""
    refused: bool = False
    """It ended with a token that was refused, and no size."""
    started: str = ""
    """The server's time when it began."""


NOTHING = Listing({}, False, False)


def listing(client: Client, selection: dict[str, str], known: Container[int], most_pages: int) -> Listing:
    """``selection`` is that of the list: prefix, set, from, until; ``known``: hashes of identifiers."""
    unknown: dict[str, RawRecord] = {}
    named: set[int] = set()
    tokens: set[str] = set()
    size: int | None = None
    pages = idle = 0
    whole = refused = False
    started = ""
    try:
        for page in client.ListIdentifiers(**selection):  # type: ignore[no-untyped-call]
            before = len(named)
            started = started or server_time(page)
            for header in page.envelope.records:
                named.add(hash(header.identifier))
                if hash(header.identifier) not in known:
                    unknown[header.identifier] = header
            pages += 1
            idle = 0 if len(named) > before else idle + 1
            token = page.envelope.token
            if token is not None and token.size is not None:
                size = token.size
            if token is None or not token.text:
                whole = True
            elif (token.text in tokens and idle) or idle >= IDLE_PAGES or len(unknown) > MOST or pages >= most_pages:
                break
            else:
                tokens.add(token.text)
    except Busy:
        raise
    except Refusal as refusal:
        # rather an end than a failure: nothing (more) matches, or a token after the last of them
        whole = refusal.code == "noRecordsMatch" or (refusal.code == "badResumptionToken" and size is not None)
        refused = not whole and refusal.code == "badResumptionToken"
        if not whole:
            log.info("what is missing cannot be told: %s", refusal)
    except SourceError as error:
        log.info("what is missing cannot be told: %s", error)
    return Listing(unknown, whole, whole and (size is None or len(named) >= size), size, refused, started)

"""What Crossref means by its refusals, and what the operator does about them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.http import Answer, masked, said

BLOCKED_FOR: Final = 86_400.0
"""Seconds for which a harvest by schedule leaves Crossref alone that has blocked us."""


class LeftAlone(SourceUnavailable):
    """Not to be asked again for now: we are blocked, or too much of what we ask goes wrong. The place stays."""


class CursorLostError(Exception):
    """The server does not know the cursor (any more). The list has to be asked for from its start."""


def refused(answer: Answer) -> ProtocolError:
    """400 is our fault, and Crossref says which: a list of {type, value, message}."""
    url = masked(answer.url)
    code, text = "", answer.body[:300].decode("utf-8", "replace")
    try:
        failures = msgspec.json.decode(answer.body, type=dict[str, Any]).get("message")
    except (msgspec.DecodeError, RecursionError):
        failures = None
    if isinstance(failures, list) and failures and isinstance(failures[0], dict):
        code = str(failures[0].get("type", ""))[:100]
        text = "; ".join(str(f.get("message", f)) for f in failures if isinstance(f, dict))[:1000]
    return ProtocolError(
        f"{url}: Crossref refuses the request: {text}", url=url, excerpt=answer.body, code=code, status=400
    )


def blocked(answer: Answer) -> LeftAlone:
    url = masked(answer.url)
    cure = "do not try again before you have written to support@crossref.org"
    return LeftAlone(
        f"{url}: HTTP 403: Crossref has blocked us; {cure}", url=url, excerpt=answer.body, retry_after=BLOCKED_FOR
    )


def token_refused(answer: Answer, *, sent: bool) -> ProtocolError:
    url = masked(answer.url)
    cure = (
        "Crossref does not accept the Metadata Plus token; look at the variable that plus_token_env names"
        if sent
        else "this address wants a token; is the url right, or plus_token_env missing?"
    )
    return ProtocolError(f"{url}: HTTP 401: {cure}", url=url, excerpt=answer.body, status=401)


def unexpected(answer: Answer) -> ProtocolError:
    url = masked(answer.url)
    cure = {
        404: "there is no list of works at this address; is the url right?",
        414: "the filter has too many values for one address; make two sources of it",
    }.get(answer.status, repr(answer.body[:100].decode("utf-8", "replace").strip()))
    return ProtocolError(f"{url}: {said(answer.status)}: {cure}", url=url, excerpt=answer.body, status=answer.status)


def too_much_failed(answer: Answer, failures: int, answers: int) -> LeftAlone:
    url = masked(answer.url)
    return LeftAlone(
        f"{url}: {failures} of {answers} requests failed, the last with {said(answer.status)}; Crossref asks its clients to"
        " stop at 10 %: the next run goes on from here",
        url=url,
        excerpt=answer.body,
    )

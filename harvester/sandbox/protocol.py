"""What OAI-PMH 2.0 asks of a request, and the small change of its answers.

Rules: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias
from xml.sax.saxutils import escape

OAI = "http://www.openarchives.org/OAI/2.0/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CONTEXT = f'xmlns="{OAI}" xmlns:xsi="{XSI}"'
"""The namespace declarations in scope where a record is cut out of an answer."""

Arguments: TypeAlias = dict[str, str]
Granularity: TypeAlias = Literal["seconds", "day"]

_ALLOWED: Final[dict[str, tuple[set[str], set[str]]]] = {  # verb -> required, optional
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
}
_UTC_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?", re.ASCII)
_SET_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*", re.ASCII)

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class OaiError(Exception):
    """An error condition of the protocol."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def arguments(query: dict[str, list[str]]) -> tuple[str, Arguments]:
    """(verb, its arguments). OaiError where the verb or an argument is missing, repeated, illegal or exclusive of others."""
    verbs = query.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in _ALLOWED:
        said = verbs[0] if len(verbs) == 1 else f"{len(verbs)} of them"
        raise OaiError("badVerb", f"verb is missing, repeated or not of the protocol: {said}")
    verb = verbs[0]
    required, optional = _ALLOWED[verb]
    given = {name: values[0] for name, values in query.items() if name != "verb"}
    if repeated := [name for name, values in query.items() if len(values) > 1]:
        raise OaiError("badArgument", f"repeated: {', '.join(repeated)}")
    if illegal := sorted(given.keys() - required - optional):
        raise OaiError("badArgument", f"{verb} does not take {', '.join(illegal)}")
    if "resumptionToken" in given:
        if len(given) > 1:
            raise OaiError("badArgument", "resumptionToken is an exclusive argument")
    elif missing := sorted(required - given.keys()):
        raise OaiError("badArgument", f"{verb} needs {', '.join(missing)}")
    return verb, given


def period(since: str | None, until: str | None, granularity: Granularity) -> tuple[datetime, datetime]:
    """First and last moment, both inclusive. OaiError where one is no date, is too fine, or they do not go together."""
    for value in (since, until):
        if value is not None and not _UTC_DATE.fullmatch(value):
            raise OaiError("badArgument", f"not a UTCdatetime: {value}")
        if value is not None and "T" in value and granularity == "day":
            raise OaiError("badArgument", f"finer than this repository's granularity: {value}")
    if since is not None and until is not None and len(since) != len(until):
        raise OaiError("badArgument", "from and until differ in granularity")
    try:
        first = datetime.min.replace(tzinfo=UTC) if since is None else datetime.fromisoformat(since)
        last = datetime.max.replace(tzinfo=UTC) if until is None else datetime.fromisoformat(until)
    except ValueError as error:
        raise OaiError("badArgument", f"no such date: {error}") from error
    first, last = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)
    if first > last:
        raise OaiError("badArgument", "from is later than until")
    if until is not None and last.year < MAXYEAR:  # "9999-12-31" is how some say "for ever"
        whole_day = timedelta(days=1) if len(until) == len("YYYY-MM-DD") else timedelta(seconds=1)
        last += whole_day - timedelta(microseconds=1)
    return first, last


def demand_set_spec(text: str) -> None:
    """OaiError where it is none."""
    if not _SET_SPEC.fullmatch(text):
        raise OaiError("badArgument", f"set is no setSpec: {text}")


def legal(text: str) -> str:
    """What a client sent, without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def text_of(text: str) -> str:
    return escape(legal(text))


def seconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

"""What OAI-PMH 2.0 asks of a request, and the small change of its answers; for our own provider and that of the sandbox.

Rules: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias
from xml.sax.saxutils import escape, quoteattr

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
_SYNTAX: Final = {
    "metadataPrefix": re.compile(r"[A-Za-z0-9\-_.!~*'()]+", re.ASCII),
    "set": re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*", re.ASCII),
}

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class OaiError(Exception):
    """Error conditions of the protocol, (code, message): one or all that a request meets."""

    def __init__(self, *errors: tuple[str, str]) -> None:
        super().__init__("; ".join(message for _, message in errors))
        self.errors = errors


def arguments(query: Mapping[str, Sequence[str]]) -> tuple[str, Arguments]:
    """(verb, its arguments). OaiError where one is missing, repeated, illegal, empty or exclusive of others."""
    verbs = query.get("verb", ())
    if len(verbs) != 1 or verbs[0] not in _ALLOWED:
        said = (
            "it is missing" if not verbs else "it is repeated" if len(verbs) > 1 else f"there is no {verbs[0][:40]!r}"
        )
        raise OaiError(("badVerb", f"verb must be one of {', '.join(_ALLOWED)}: {said}"))
    verb = verbs[0]
    required, optional = _ALLOWED[verb]
    given = {name: values[0] for name, values in query.items() if name != "verb"}
    faults = [f"{name} is repeated" for name, values in query.items() if len(values) > 1]
    faults += [f"{verb} does not take {name}" for name in sorted(given.keys() - required - optional)]
    if "resumptionToken" in given:
        if len(given) > 1:
            faults.append("resumptionToken is an exclusive argument")
    else:
        faults += [f"{verb} needs {name}" for name in sorted(required - given.keys())]
        faults += [f"{name} is empty" for name, value in given.items() if not value]
        for name in ("metadataPrefix", "set"):
            if given.get(name) and not _SYNTAX[name].fullmatch(given[name]):
                faults.append(f"{name} has characters that none has: {given[name]}")
    _demand(faults)
    return verb, given


def period(since: str | None, until: str | None, granularity: Granularity) -> tuple[datetime, datetime]:
    """First and last moment, both inclusive. OaiError where one is no date, is too fine, or they do not go together."""
    faults = []
    moments = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    for n, (name, value) in enumerate((("from", since), ("until", until))):
        if value is None:
            continue
        if not _UTC_DATE.fullmatch(value):
            faults.append(f"{name} is no UTCdatetime such as 2020-09-28 or 2020-09-28T12:00:00Z: {value}")
        elif "T" in value and granularity == "day":
            faults.append(f"{name} is finer than this repository's granularity: {value}")
        else:
            try:
                moments[n] = datetime.fromisoformat(value).replace(tzinfo=UTC)
            except ValueError as error:
                faults.append(f"{name} is no such date: {error}: {value}")
    first, last = moments
    if not faults and since is not None and until is not None and len(since) != len(until):
        faults.append("from and until differ in granularity")
    elif not faults and first > last:
        faults.append("from is later than until")
    _demand(faults)
    if until is not None and last.year < MAXYEAR:  # "9999-12-31" is how some say "for ever"
        whole_day = timedelta(days=1) if len(until) == len("YYYY-MM-DD") else timedelta(seconds=1)
        last += whole_day - timedelta(microseconds=1)
    return first, last


def _demand(faults: Iterable[str]) -> None:
    errors = [("badArgument", fault) for fault in faults]
    if errors:
        raise OaiError(*errors)


def envelope(base_url: str, echoed: Arguments, response_date: datetime, body: str, *, gap: str = "") -> str:
    """An answer around its body, without the XML declaration. ``gap`` stands between its elements."""
    attributes = "".join(f" {name}={quoteattr(legal(value))}" for name, value in echoed.items())
    return (
        f'<OAI-PMH {CONTEXT} xsi:schemaLocation="{OAI} {OAI}OAI-PMH.xsd">{gap}'
        f"<responseDate>{seconds(response_date)}</responseDate>{gap}"
        f"<request{attributes}>{text_of(base_url)}</request>{gap}{body}{gap}</OAI-PMH>"
    )


def refusal(error: OaiError, query: Mapping[str, Sequence[str]]) -> tuple[Arguments, str]:
    """(what of the request is repeated, the error elements). Of one that is no request of the protocol: nothing."""
    malformed = any(code in ("badVerb", "badArgument") for code, _ in error.errors)
    echoed = {} if malformed else {name: values[0] for name, values in query.items()}
    return echoed, "".join(f'<error code="{code}">{text_of(message)}</error>' for code, message in error.errors)


def legal(text: str) -> str:
    """What a client sent, without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def text_of(text: str) -> str:
    return escape(legal(text))


def seconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

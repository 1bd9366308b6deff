"""Crossref: works by filter or query from the REST API (https://api.crossref.org).

    [source.bmj-leader]
    kind = "crossref"
    filter = {issn = "2398-631X"}

Names of filters and of field queries are the API's own, dots and hyphens included. Different filters narrow the list;
several values of one filter widen it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import field

from harvester import sources
from harvester.clean import identifiers
from harvester.errors import ConfigError
from harvester.masking import hide
from harvester.sources import Quirks, Source
from harvester.sources.crossref.filters import FIELD_QUERIES, FILTERS
from harvester.sources.crossref.windows import bounds
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.http import Session
    from harvester.sources.crossref.client import Client

MAX_ROWS = 1000
_PAGE = "; see the page 'REST API filters' of Crossref's documentation"


class Settings(sources.Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[source.NAME]`` with ``kind = "crossref"``."""

    url: str = "https://api.crossref.org"
    """Where the API is."""
    filter: dict[str, Any] = field(default_factory=dict)
    """``issn``, ``prefix``, ``doi``, ``orcid``, ``type``, ``license.url`` ... -> text, number, true, date, or a list."""
    query: str | dict[str, str] = ""
    """Words to look for anywhere, or a table of field queries: ``{bibliographic = "...", author = "..."}``."""
    mailto: str = ""
    """Address that puts us into Crossref's polite pool; the contact of ``[harvester]`` where empty."""
    plus_token_env: str = ""
    """Name of the environment variable that holds a Metadata Plus token."""
    rows: int = MAX_ROWS
    """Works per request."""
    full_every: str = "30 days"
    """How often a harvest starts from the beginning of the list: an update cannot tell what has vanished."""
    overlap_days: float = 1.0
    """How far an update reaches back before the last complete harvest."""


def check(settings: Settings) -> Iterator[tuple[str, str]]:
    """(key, fault) for every mistake that types cannot tell."""
    if not re.match(r"https?://[^/\s]+", settings.url):
        yield "url", f"{settings.url!r} is not an http(s) address; leave it out for https://api.crossref.org"
    if not 1 <= settings.rows <= MAX_ROWS:
        yield "rows", f"{settings.rows} is not between 1 and {MAX_ROWS}, the most that Crossref sends at once"
    if not 0 <= settings.overlap_days <= 36_500:
        yield "overlap_days", "must not be negative, and a hundred years (36500) at most"
    if settings.mailto and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", settings.mailto):
        yield "mailto", f"{settings.mailto!r} is not an e-mail address"
    if settings.plus_token_env and not re.fullmatch(r"[A-Za-z_]\w*", settings.plus_token_env):
        yield (
            "plus_token_env",
            "is the name of an environment variable; the token itself does not belong into this file",
        )
    if not settings.filter and not _queries(settings):
        yield (
            "filter",
            "is missing: without a filter or a query this would be all of Crossref; give an issn, prefix, doi ...",
        )
    for name, value in settings.filter.items():
        for fault in _filter_faults(name, value):
            yield f"filter.{name}", fault
    for name in _queries(settings):
        if name not in FIELD_QUERIES and name != "query":
            yield (
                f"query.{name.removeprefix('query.')}",
                f"is no field query of Crossref{did_you_mean(name, FIELD_QUERIES, _PAGE)}",
            )


def _filter_faults(name: str, value: Any) -> Iterator[str]:
    if name not in FILTERS:
        yield f"is no filter of Crossref's works{did_you_mean(name, FILTERS, _PAGE)}"
        return
    if name.endswith("-index-date"):
        yield "is what an update sets by itself; use --since and --until for a span of your own"
    if name.endswith("-created-date") and isinstance(value, list):
        yield "takes one date"
    if not all(isinstance(v, str | int | date) for v in (value if isinstance(value, list) else [value])):
        yield f"must be text in quotes, a whole number, true or false, a date, or a list of these, not {value!r}"
        return
    values = _texts(value)
    if not values or not all(values):
        yield "is empty"
    form = _FORMS.get(name) or (_is_date if name.endswith("-date") else None)
    for text in values:
        if "," in text and name != "doi":
            yield f"{text!r}: a comma cannot stand in a value: Crossref takes it for the start of the next filter"
        elif form and text and not form(text):
            yield f"{text!r} is not {_WHAT.get(name, 'a date: YYYY, YYYY-MM or YYYY-MM-DD')}"


def _is_date(text: str) -> bool:
    return bounds(text) is not None


_FORMS = {
    "doi": lambda text: _doi(text) is not None,
    "issn": lambda text: identifiers.issn(text) is not None,
    "orcid": lambda text: identifiers.orcid(text) is not None,
    "prefix": lambda text: re.fullmatch(r"10\.\d{4,9}(\.\d+)*", text) is not None,
}
_WHAT = {
    "doi": "a DOI",
    "issn": "an ISSN: four digits, a hyphen, three digits and a check digit that fits them",
    "orcid": "an ORCID iD",
    "prefix": "a DOI prefix such as 10.1136",
}


def connect(name: str, settings: Settings, session: Session, quirks: Quirks) -> Source:
    """The source, ready to be harvested. ConfigError where the variable that should hold the Plus token is not set."""
    from harvester.sources.crossref.dois import DoiList
    from harvester.sources.crossref.works import Works

    client = client_for(name, settings, session)
    filters, queries = selection(settings)
    rows = settings.rows
    if "doi" in filters:
        return DoiList(name, client, filters=filters, queries=queries, rows=rows)
    return Works(
        name, client, filters=filters, queries=queries, rows=rows, overlap_days=settings.overlap_days, quirks=quirks
    )


def client_for(name: str, settings: Settings, session: Session) -> Client:
    """Who asks, as the settings say. ConfigError as for ``connect``."""
    from harvester.sources.crossref.client import Client  # habanero takes longer to load than the configuration to read

    token = ""
    if settings.plus_token_env:
        token = os.environ.get(settings.plus_token_env, "").strip()
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            state = "holds no token" if token else "is not set"
            cure = "set it, or take the setting out to go on without Metadata Plus"
            raise ConfigError(f"source.{name}.plus_token_env: {settings.plus_token_env} {state}; {cure}")
        hide(token)
    return Client(session, settings.url, mailto=settings.mailto or session.contact, token=token)


def selection(settings: Settings) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What is asked for: filters with their values, and queries, as Crossref writes them."""
    filters = {name: _normal(name, value) for name, value in sorted(settings.filter.items())}
    return filters, _queries(settings)


def _doi(text: str) -> str | None:
    """A DOI that is written bare is taken letter for letter: ``#``, ``?`` and ``%`` are allowed in one."""
    return text.lower() if re.fullmatch(r"10\.\d{4,9}(\.\d+)*/\S+", text) else identifiers.doi(text)


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    texts = [
        v.isoformat() if isinstance(v, date) else str(v).lower() if isinstance(v, bool) else str(v) for v in values
    ]
    return [text.strip() for text in texts]


def _normal(name: str, value: Any) -> list[str]:
    """Values as Crossref writes them: bare identifiers, each once."""
    clean = {"doi": _doi, "issn": identifiers.issn, "orcid": identifiers.orcid}.get(name)
    return list(dict.fromkeys((clean(text) or text) if clean else text for text in _texts(value)))


def _queries(settings: Settings) -> dict[str, str]:
    """Parameter -> words: ``query``, ``query.bibliographic`` ..."""
    if isinstance(settings.query, str):
        return {"query": settings.query} if settings.query.strip() else {}
    return {
        name if name.startswith("query.") else f"query.{name}": text
        for name, text in settings.query.items()
        if text.strip()
    }

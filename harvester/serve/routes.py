"""What there is: every address with its endpoint. The app is made from this table, and so is its OpenAPI description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from harvester.record import Work
from harvester.serve import api, browsing, items, operating, searching
from harvester.serve.calls import Answer, Call


class Parameter(Struct, frozen=True):
    name: str
    about: str
    type: str = "string"
    several: bool = False


class Route(Struct, frozen=True):
    path: str
    """As Starlette writes it."""
    endpoint: Callable[[Call], Answer]
    about: str
    """What it is, in a line; for the description of the API."""
    parameters: tuple[Parameter, ...] = ()
    answers: tuple[str, ...] = ("text/html",)
    reads: bool = True
    """The index; else it answers without."""
    posts: bool = False
    """Takes a form as well."""
    open: bool = False
    """Pages of other sites may read it (CORS)."""
    model: Any = None
    """What a JSON answer holds, as a type."""


_SEARCH: Final = (
    Parameter("q", 'Words, "phrases", prefix*, -word, author:, journal:, year:2019-2022, or an identifier.'),
    Parameter("type", "Type of work; any of several.", several=True),
    Parameter("source", "Name of a source; any of several.", several=True),
    Parameter("journal", "Journal; any of several.", several=True),
    Parameter("language", "Language; any of several.", several=True),
    Parameter("subject", "Subject; any of several.", several=True),
    Parameter("access", "open, embargoed, restricted, metadata-only; any of several.", several=True),
    Parameter("from", "First year of issue.", "integer"),
    Parameter("to", "Last year of issue.", "integer"),
)
_PAGED: Final = (
    *_SEARCH,
    Parameter("sort", "relevance, newest, oldest, title."),
    Parameter("size", "Works on a page, 100 at most.", "integer"),
    Parameter("after", "Where the page before ended; `next` has it."),
)
_JSON: Final = ("application/json",)
_FEEDS: Final = ("application/atom+xml", "application/feed+json")
_OPENSEARCH: Final = ("application/opensearchdescription+xml",)
_FORMAT: Final = (Parameter("format", "ris, bibtex, csl, jsonld, datacite, marcxml, mods, dc, json, html."),)

ROUTES: Final = (
    Route("/", browsing.home, "The listings, and what was added last."),
    Route("/about", browsing.about, "What this is, how to search, accessibility."),
    Route("/feed.{ending}", browsing.feed, "What is new, corrected or retracted in all listings.", (), _FEEDS, open=True),
    Route("/listing/{name}", browsing.listing, "A listing."),
    Route("/listing/{name}/{file}", browsing.listing_file, "A listing as feed, file or fragment.", open=True),
    Route("/search", searching.search, "A search with its facets.", _PAGED),
    Route("/search/{file}", searching.search_file, "A search as feed, report or file of all that it finds.", _SEARCH, open=True),
    Route("/work/{key:path}", items.work, "A work, in the format of `Accept` or `format`.", _FORMAT, open=True),
    Route("/record/{number}", items.record, "A record as its source sent it."),
    Route("/api/works", api.works, "One page of a search.", _PAGED, _JSON, open=True, model=api.WorksFound),
    Route("/api/works/{key:path}", api.one, "Everything that is known of a work.", (), _JSON, open=True, model=Work),
    Route("/api/facets", api.facets, "What can narrow a search.", _SEARCH, _JSON, open=True, model=api.FacetsCounted),
    Route("/api/openapi.json", api.description, "This description.", (), _JSON, reads=False, open=True),
    Route("/api/{rest:path}", api.unknown, "", (), _JSON, reads=False, open=True),
    Route("/oai", operating.oai, "OAI-PMH 2.0.", (Parameter("verb", "Identify, ListRecords ..."),), ("text/xml",), posts=True),
    Route("/oai/work.xsd", operating.oai_schema, "The schema of our own format.", (), ("text/xml",), reads=False),
    Route("/opensearch.xml", browsing.opensearch, "How browsers search here.", (), _OPENSEARCH, reads=False),
    Route("/robots.txt", browsing.robots, "What crawlers may read.", (), ("text/plain",), reads=False),
    Route("/sitemap.xml", browsing.sitemap_file, "All works.", (), ("application/xml",)),
    Route("/sitemap-{number}.xml", browsing.sitemap_file, "A part of all works.", (), ("application/xml",)),
    Route("/static/{file}", browsing.static, "Style and script.", (), ("text/css", "text/javascript"), reads=False),
    Route("/healthz", operating.healthz, "This process answers.", (), ("text/plain",), reads=False),
    Route("/readyz", operating.readyz, "The index can be read.", (), ("text/plain",)),
    Route("/metrics", operating.metrics, "Numbers for Prometheus.", (), ("text/plain",)),
)  # fmt: skip
"""In the order in which they are tried."""

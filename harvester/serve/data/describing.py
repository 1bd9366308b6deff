"""What Datasette says beside the data: descriptions out of the comments of ``schemas/sql``, and the queries that stand there."""

from __future__ import annotations

import re
from typing import Any, Final

from markupsafe import Markup
from msgspec import Struct

from harvester import schemas
from harvester.pages import Site
from harvester.serve.data.unnamed import PAGELESS
from harvester.tables import Column, Table, database, described

DATABASE: Final = "index"
"""Its name in addresses: ``/data/index/works``."""


_INNER: Final = (
    *(
        "blocks",
        "digests",
        "facet_values",
        "facets",
        "issue_counts",
        "issue_totals",
        "likenesses",
        "match_keys",
        "profiles",
    ),
    *("provided", "record_profiles"),
)
"""Tables that the program keeps for itself: open to all, and listed last."""


class Query(Struct, frozen=True):
    """A query that is at hand, as a file of ``schemas/sql/queries``."""

    name: str
    title: str
    about: str
    parameters: tuple[Column, ...]
    sql: str


def queries() -> list[Query]:
    return [_query(path.stem, path.read_text(encoding="utf-8")) for path in schemas.sql_files("queries")]


def _query(name: str, text: str) -> Query:
    sql = re.sub(r"\A(--[^\n]*\n)+", "", text)
    asked = dict.fromkeys(re.findall(r"(?<!:):([a-z_]+)", sql))
    about, parameters = described(text.splitlines(), list(asked))
    title, _, rest = about.partition(": ")
    return Query(name, title, _sentence(rest), tuple(parameters), sql.strip())


def metadata(site: Site, address: str) -> dict[str, Any]:
    """As Datasette takes it, which stands at ``address``: https://docs.datasette.io/en/stable/metadata.html"""
    tables = [*database("index", "table"), *database("index", "view")]
    return {
        "title": f"{site.title}: the data",
        "description": "The index as tables, views and SQL, to read.",
        "databases": {
            DATABASE: {
                "description_html": "<p>Works and what is known of them; what each record says; what was found on the way."
                f' Begin with <a href="{address}{DATABASE}/evidence_listing">evidence_listing</a>, or with a query below.</p>',
                "queries": {query.name: _at_hand(query) for query in queries()},
                "tables": {table.name: _described(table) for table in tables},
            }
        },
    }


def _at_hand(query: Query) -> dict[str, Any]:
    return {
        "title": query.title,
        "description_html": Markup("<p>{}</p><ul>{}</ul>").format(
            query.about, Markup("").join(Markup("<li>{}: {}</li>").format(p.name, p.comment) for p in query.parameters)
        ),
        "sql": query.sql,
        "params": [p.name for p in query.parameters],
        "hide_sql": True,
    }


def _described(table: Table) -> dict[str, Any]:
    known: dict[str, Any] = {
        "description": _sentence(table.comment),
        "columns": {column.name: column.comment for column in table.columns if column.comment},
    }
    if table.name in PAGELESS:
        known["allow"] = False
    if table.name in _INNER:
        known["hidden"] = True
    return known


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""

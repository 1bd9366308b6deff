"""The commands that show what the program knows: formats with their crosswalks, elements, vocabularies. No config is needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import click

from harvester.cli.tables import cut, json_lines, table, text
from harvester.cli.working import as_json
from harvester.wording import did_you_mean

WIDE: Final = 60
"""Columns that a cell of a table may have; ``--json`` has all."""


@click.command()
@click.argument("name", required=False, type=text)
@as_json
def formats(name: str | None, as_json: bool) -> None:
    """The formats that are read and written; with NAME (a metadataPrefix or namespace will do), the rows of its crosswalk."""
    from harvester.formats import catalogue

    found = catalogue.all_formats()
    if name is not None:
        return _one_format(name, as_json)
    if as_json:
        return json_lines(found)
    marks = (("yes" if f.read else "", f.export) for f in found)
    rows = [
        [f.name, *mark, len(catalogue.rows(f.table)) if f.table else None, f.what]
        for f, mark in zip(found, marks, strict=True)
    ]
    return table(["format", "read", "written as", "rows", "what it is"], rows, right=["rows"])


def _one_format(name: str, as_json: bool) -> None:
    from harvester import formats
    from harvester.formats import catalogue

    known = formats.named(name.replace("-", "_")) or formats.named(name, name)
    found = {f.name: f for f in catalogue.all_formats()}
    one = found.get(known) or found.get(name.replace("-", "_"))
    if one is None:
        raise click.UsageError(f"{name} is no format{did_you_mean(name, found, '; `harvester formats` names them')}")
    rows = catalogue.rows(one.table) if one.table else []
    if as_json:
        return json_lines(rows or [one])
    _facts(
        {
            "format": one.name,
            "what it is": one.what,
            "read": "yes" if one.read else "no",
            "written": f"harvester export --format {one.export}" if one.export else "no",
            "prefixes": ", ".join(one.prefixes),
            "namespaces": ", ".join(one.namespaces),
            "table": f"schemas/crosswalks/{one.table}.toml" if one.table else "",
        }
    )
    if rows:
        click.echo()
        cells = [[r.dialect, r.path, r.element or "(left out)", r.rule, r.reads] for r in rows]
        return table(["platform", "field", "element", "rule", "reads below"], _fitting(cells, 2))
    return None


@click.command()
@click.argument("name", required=False, type=text)
@as_json
def elements(name: str | None, as_json: bool) -> None:
    """What a record may say; with NAME, what it means, its Dublin Core term, and which fields of which formats fill it."""
    from harvester import schemas
    from harvester.formats import catalogue

    rows = schemas.table("elements")
    if name is None:
        if as_json:
            return json_lines({"element": element, **row} for element, row in rows.items())
        cells = [[e, row["label"], "several" if row["repeatable"] else "one", row["term"]] for e, row in rows.items()]
        return table(["element", "label", "values", "term"], cells)
    if (row := rows.get(name)) is None:
        raise click.UsageError(f"{name} is no element{did_you_mean(name, rows, '; `harvester elements` names them')}")
    filled: dict[str, list[str]] = {}
    for format_, path in catalogue.fillers(name):
        filled.setdefault(format_, []).append(path)
    if as_json:
        return json_lines([{"element": name, **row, "filled_by": filled}])
    _facts(
        {
            "element": name,
            **{key: value for key, value in row.items() if key != "repeatable"},
            "values": "several" if row["repeatable"] else "one",
        }
    )
    if filled:
        click.echo()
        return table(["format", "fields that fill it"], [[f, ", ".join(paths)] for f, paths in filled.items()])
    return None


@click.command()
@click.argument("name", required=False, type=text)
@click.argument("term", required=False, type=text)
@as_json
def vocabulary(name: str | None, term: str | None, as_json: bool) -> None:
    """The words in which records are described; with NAME, the terms of one; with TERM, all that is said of it.

    TERM may be anything that is read as the term: a URI, a code, a label in another language.
    """
    from harvester.clean import catalogue

    known = catalogue.VOCABULARIES
    if name is None:
        if as_json:
            return json_lines({"vocabulary": v.name, "what": v.what, "file": v.file} for v in known.values())
        cells = [[v.name, len(catalogue.terms(v.name)), v.what] for v in known.values()]
        return table(["vocabulary", "terms", "what it is"], cells, right=["terms"])
    if name not in known:
        raise click.UsageError(f"{name} is no vocabulary{did_you_mean(name, known)}")
    terms = catalogue.terms(name)
    if term is not None:
        found = catalogue.term(name, term)
        if found is None:
            near = did_you_mean(term, [t["term"] for t in terms], f"; `harvester vocabulary {name}` names them")
            raise click.UsageError(f"{term} is no term of {name}{near}")
        return json_lines([found]) if as_json else _facts(found)
    if as_json:
        return json_lines(terms)
    columns = [c for c in dict.fromkeys(key for t in terms for key in t) if c not in _LONG][:9]
    return table(
        [c.replace("_", " ") for c in columns], _fitting(([_cell(t.get(c)) for c in columns] for t in terms), 1)
    )


_LONG: Final = frozenset(("labels", "examples", "pattern", "definition", "addresses"))
"""Columns that one term shows by itself."""


def _cell(value: Any) -> Any:
    """Of a list the first, which is the one to write, and how many more there are."""
    if not isinstance(value, list):
        return value
    return f"{value[0]} +{len(value) - 1}" if len(value) > 1 else value[0] if value else None


def _fitting(rows: Iterable[list[Any]], first: int) -> list[list[Any]]:
    """Rows whose cells, from column ``first`` on, are no wider than a screen has room for."""
    return [
        [c if i < first or len(str(c or "")) <= WIDE else cut(str(c), WIDE) for i, c in enumerate(row)] for row in rows
    ]


def _facts(facts: dict[str, Any]) -> None:
    """``name  value`` a line, and nothing where there is no value."""
    width = max(map(len, facts))
    for name, value in facts.items():
        if value not in ("", None, []):
            shown = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
            click.echo(f"{name.replace('_', ' ').ljust(width)}  {shown}")


COMMANDS = (formats, elements, vocabulary)

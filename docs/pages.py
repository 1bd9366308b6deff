"""The generated parts of the pages in this folder: each function returns Markdown and is called from a cog block.

What is written here comes from the program itself (commands, settings, tables, vocabularies), so `make lint` fails when
a page no longer tells the truth; `make docs` makes the pages anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, NamedTuple

import click

from docs.markdown import code, codes, prose, table
from harvester import formats, schemas
from harvester.cli import commands, group

WIDTH: Final = 100
"""Columns of the help texts, whatever terminal they are made in."""


# --- commands --------------------------------------------------------------------------------------------------------


def command_help() -> str:
    """Every command and subcommand with what its ``--help`` prints."""
    commands()
    parts = []
    for name, command, context in walk(root()):
        parts.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```")
    return "\n\n".join(parts)


def root() -> click.Context:
    """The context of ``harvester`` itself."""
    return click.Context(group, info_name="harvester", terminal_width=WIDTH, **group.context_settings)


def walk(context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """A command and all below it, by name: (what is typed, the command, its context)."""
    command = context.command
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            below = command.commands[name]
            yield from walk(click.Context(below, parent=context, info_name=name, terminal_width=WIDTH))


# --- databases -------------------------------------------------------------------------------------------------------


class Column(NamedTuple):
    name: str
    type: str
    comment: str


class Table(NamedTuple):
    name: str
    comment: str
    columns: list[Column]


def database(name: str, kind: str) -> list[Table]:
    """The tables (``kind="table"``) or views of ``schemas/sql/<name>``, as a real SQLite database has them.

    Comments are those that SQLite keeps of the statement: of a table on its first line, of a column on its own; of a view
    the first comment line.
    """
    with closing(sqlite3.connect(":memory:")) as db:
        for file in schemas.sql_files(name):
            db.executescript(file.read_text(encoding="utf-8"))
        made = db.execute(
            "select l.name, s.sql from pragma_table_list l join sqlite_schema s on s.name = l.name"
            " where l.type = ? and l.schema = 'main' and l.name not like 'sqlite_%' order by s.rowid",
            (kind,),
        ).fetchall()
        return [Table(table, *_commented(sql, kind, db.execute(f"pragma table_info({table})"))) for table, sql in made]


def _commented(sql: str, kind: str, info: Iterable[tuple[Any, ...]]) -> tuple[str, list[Column]]:
    lines = sql.splitlines()
    comments = {line.split()[0]: line.partition(" -- ")[2].strip() for line in lines[1:] if line.strip()}
    own = lines[1] if kind == "view" else lines[0]
    columns = [Column(name, type_.lower(), comments.get(name, "")) for _, name, type_, *_ in info]
    return own.partition("-- ")[2].strip(), columns


def tables(name: str) -> str:
    """Each table with its comment, and its columns with theirs."""
    parts = []
    for one in database(name, "table"):
        columns = table(["column", "type", "meaning"], [[code(c.name), c.type, c.comment] for c in one.columns])
        parts.append(f"### {one.name}\n\n{_sentence(one.comment)}{columns}")
    return "\n\n".join(parts)


def tables_in_short(name: str) -> str:
    """Each table in one row."""
    rows = [[code(t.name), t.comment, codes(c.name for c in t.columns)] for t in database(name, "table")]
    return table(["table", "holds", "columns"], rows)


def views(name: str) -> str:
    """Each view with its comment and its columns."""
    parts = [
        f"### {v.name}\n\n{_sentence(v.comment)}{codes(c.name for c in v.columns)}" for v in database(name, "view")
    ]
    return "\n\n".join(parts)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}.\n\n" if text else ""


# --- elements and vocabularies ---------------------------------------------------------------------------------------

_NAMESPACES: Final = {
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/ontology/bibo/": "bibo",
    "http://id.loc.gov/ontologies/bibframe/": "bibframe",
    "http://id.loc.gov/vocabulary/relators/": "relators",
    "http://purl.org/cerif/frapo/": "frapo",
    "http://purl.org/coar/": "coar",
    "http://www.w3.org/ns/dcat#": "dcat",
}


def elements() -> str:
    """Each element with its meaning, its term, and how it is merged."""
    merged = schemas.table("merge")["elements"]
    rows = [
        [
            f"{code(name)} {row['label']}",
            f"{row['definition']} Example: {code(row['example'])}",
            _term(row["term"]),
            "several" if row["repeatable"] else "one",
            merged.get(name, {}).get("rule"),
        ]
        for name, row in schemas.table("elements").items()
    ]
    return table(["element", "meaning", "term", "values", "merged by"], rows)


def _term(uri: str) -> str:
    for namespace, prefix in _NAMESPACES.items():
        if uri.startswith(namespace):
            return f"[{prefix}:{uri.removeprefix(namespace)}]({uri})"
    return f"<{uri}>" if uri else ""


def work_types() -> str:
    """Each type of work with its names elsewhere; the first of several is the one that is written."""
    vocabularies = {
        "coar": "COAR",
        "crossref": "Crossref",
        "datacite": "DataCite",
        "csl": "CSL",
        "bibtex": "BibTeX",
        "ris": "RIS",
        "schema_org": "schema.org",
    }
    rows = [
        [code(name), row["label"], *(_names(row.get(key)) for key in vocabularies)]
        for name, row in schemas.table("vocabularies/types").items()
    ]
    return table(["type", "label", *vocabularies.values()], rows)


def _names(value: str | list[str] | None) -> str:
    return ", ".join([value] if isinstance(value, str) else value or [])


def identifier_schemes() -> str:
    """Each scheme with the form of a clean value, where it resolves, and an example of what is read."""
    rows = []
    for name, row in schemas.table("identifiers").items():
        given = next((f"{code(sent)} gives {code(clean)}" for sent, clean in row["examples"] if clean), None)
        rows.append([code(name), row["label"], code(row.get("pattern")), code(row.get("url")), given])
    return table(["scheme", "label", "pattern", "resolves at", "example"], rows)


def findings() -> str:
    rows = [[code(c), r["level"], r["explanation"]] for c, r in schemas.table("vocabularies/findings").items()]
    return table(["code", "level", "what it says, and what to do"], rows)


def licences() -> str:
    """The licences that are known by name, and the examples of the rule for Creative Commons."""
    vocabulary = schemas.table("vocabularies/licenses")
    commons = table(
        ["sent", "SPDX"], [[code(sent), code(spdx)] for sent, spdx in vocabulary["creative_commons"]["examples"]]
    )
    others = table(
        ["SPDX", "address", "also called"],
        [[code(row.get("spdx")), f"<{row['url']}>", ", ".join(row["names"][:3])] for row in vocabulary["licence"]],
    )
    return f"Creative Commons licences are read by rule:\n\n{commons}\n\nOthers by name and address:\n\n{others}"


def vocabulary(name: str, *columns: str) -> str:
    """A vocabulary with one table a term: the term and the columns that are asked for, of a list its first names."""
    rows = [
        [code(term), *(_names(v[:4] if isinstance(v := row.get(c), list) else v) for c in columns)]
        for term, row in schemas.table(f"vocabularies/{name}").items()
    ]
    return table(["term", *(c.replace("_", " ") for c in columns)], rows)


def placeholders() -> str:
    """What people type where they have nothing to say: a few of the terms, and how many are known."""
    rows = [
        [code(name), codes(row["examples"]), len(row["terms"])]
        for name, row in schemas.table("vocabularies/placeholders").items()
    ]
    return table(["where", "such as", "terms"], rows)


# --- formats ---------------------------------------------------------------------------------------------------------


def readers() -> str:
    """The formats that are read, each with the first line of the module that reads it."""
    folder = schemas.folder() / "crosswalks"
    names = {p.stem for p in folder.glob("*.toml")} | _modules()
    rows = [[code(name), _first_line(name)] for name in sorted(names) if formats.reader(name) is not None]
    return table(["format", "what it is"], rows)


def usual_rules() -> str:
    """By which rule a column of a spreadsheet is read, where only an element is said."""
    rows = [[code(element), code(rule)] for element, rule in schemas.table("files")["columns"].items()]
    return table(["element", "rule"], rows)


def writers() -> str:
    rows = [[code(name.replace("_", "-")), _first_line(name)] for name in formats.WRITERS]
    return table(["format", "what is written"], rows)


def _modules() -> set[str]:
    return {m.name for m in iter_modules(formats.__path__)}


def _first_line(name: str) -> str:
    """What a format is: the first line of its module, or the title of its table."""
    if name in _modules():
        line = (import_module(f"harvester.formats.{name}").__doc__ or "").partition("\n")[0]
        return prose(line.removeprefix(f"{name}: "))
    return str(schemas.table(f"crosswalks/{name}")["title"])


def crosswalk(name: str) -> str:
    """The rows of a flat crosswalk: field, element, rule; then those of its dialects, and what is left out."""
    found = schemas.table(f"crosswalks/{name}")
    parts = [_rows(found["fields"])]
    for dialect, rows in found.get("dialect", {}).items():
        parts.append(f'Otherwise where `platform = "{dialect}"`:\n\n{_rows(rows["fields"])}')
    return "\n\n".join([*parts, *_ignored(found)])


def _rows(fields: Mapping[str, str]) -> str:
    rows = [[code(field), *(code(part.strip()) for part in row.split(" : "))] for field, row in fields.items()]
    return table(["field", "element", "rule"], rows)


def crossref() -> str:
    """The keys of a Crossref item and where they go."""
    found = schemas.table("crosswalks/crossref")
    rows = table(["key", "goes to"], [[code(key), where] for key, where in found["fields"].items()])
    return "\n\n".join([rows, *_ignored(found)])


def _ignored(found: Mapping[str, Any]) -> list[str]:
    if not found.get("ignored"):
        return []
    rows = [[code(field), why] for field, why in found["ignored"].items()]
    return [f"Known, and left out on purpose:\n\n{table(['field', 'why'], rows)}"]

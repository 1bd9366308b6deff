"""The generated parts of the pages in this folder: each function returns Markdown and is called from a cog block.

What is written here comes from the program itself (commands, settings, tables, vocabularies), so `make lint` fails when
a page no longer tells the truth; `make docs` makes the pages anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click

from docs.markdown import code, codes, prose, table
from harvester import formats, schemas
from harvester.clean import catalogue
from harvester.cli import commands, group
from harvester.formats import catalogue as formats_catalogue
from harvester.serve.data import describing
from harvester.tables import database

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
    """Each view with its comment and its columns, and what those mean that do not say it themselves."""
    parts = []
    for one in database(name, "view"):
        meanings = "".join(f"\n- {code(c.name)}: {c.comment}" for c in one.columns if c.comment)
        named = codes(c.name for c in one.columns)
        parts.append(f"### {one.name}\n\n{_sentence(one.comment)}{named}" + (f"\n{meanings}" if meanings else ""))
    return "\n\n".join(parts)


def queries() -> str:
    """The queries that are at hand at ``/data``."""
    rows = [[code(q.name), f"{q.title}: {q.about}", codes(p.name for p in q.parameters)] for q in describing.queries()]
    return table(["query", "what it finds", "fields"], rows)


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


def vocabularies() -> str:
    """Each vocabulary: what it is, where it stands, and its terms; a long one in short."""
    parts = []
    for one in catalogue.VOCABULARIES.values():
        terms = catalogue.terms(one.name)
        link = f"[schemas/{one.file}.toml](../schemas/{one.file}.toml)"
        parts.append(f"## {one.name}\n\n{one.what} {len(terms)} terms, from {link}.")
        if len(terms) <= LONGEST:
            columns = [
                c for c in dict.fromkeys(key for term in terms for key in term) if c not in ("labels", "examples")
            ]
            rows = [[code(term["term"]), *(_names(term.get(c)) for c in columns[1:])] for term in terms]
            parts.append(table([c.replace("_", " ") for c in columns], rows))
    return "\n\n".join(parts)


LONGEST: Final = 150
"""Terms of a vocabulary that a page still shows; of a longer one it says how long it is, and where."""


def _names(value: Any) -> str:
    """A cell: of a list of names the first few."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if not isinstance(value, list):
        return "" if value is None else code(value) if "{value}" in str(value) or "\\" in str(value) else str(value)
    return ", ".join(map(str, value[:6])) + (f" and {len(value) - 6} more" if len(value) > 6 else "")


def findings() -> str:
    rows = [[code(c), r["level"], r["explanation"]] for c, r in schemas.table("vocabularies/findings").items()]
    return table(["code", "level", "what it says, and what to do"], rows)


def commons() -> str:
    """The examples of the rule for Creative Commons."""
    examples = schemas.table("vocabularies/licenses")["creative_commons"]["examples"]
    return table(["sent", "SPDX"], [[code(sent), code(spdx)] for sent, spdx in examples])


def placeholders() -> str:
    """What people type where they have nothing to say: a few of the terms, and how many are known."""
    rows = [
        [code(name), codes(row["examples"]), len(row["terms"])]
        for name, row in schemas.table("vocabularies/placeholders").items()
    ]
    return table(["where", "such as", "terms"], rows)


# --- formats ---------------------------------------------------------------------------------------------------------


def readers() -> str:
    """The formats that are read: what each is, and under which other prefixes repositories offer it."""
    rows = [
        [f"[`{f.name}`](crosswalks.md#{f.table})" if f.table else code(f.name), f.what, codes(f.prefixes)]
        for f in formats_catalogue.all_formats()
        if f.read
    ]
    return table(["format", "what it is", "also offered as"], rows)


def writers() -> str:
    rows = [[code(name), prose(what)] for name, what in formats.written()]
    return table(["format", "what is written"], rows)


def crosswalks() -> str:
    """Each crosswalk with all its rows, in the order of their names."""
    parts = []
    for path in sorted((schemas.folder() / "crosswalks").glob("*.toml")):
        readers_ = [f.name for f in formats_catalogue.all_formats() if f.read and f.table == path.stem]
        rows = formats_catalogue.rows(path.stem)
        link = f"[schemas/crosswalks/{path.name}](../schemas/crosswalks/{path.name})"
        parts.append(f"## {path.stem}\n\n{_read_by(readers_)}{len(rows)} rows, from {link}.")
        kinds = schemas.table(f"crosswalks/{path.stem}").get("kinds", {})
        parts.append(_crosswalk(rows, kinds))
    return "\n\n".join(parts)


def _read_by(names: list[str]) -> str:
    return f"Reads {codes(names)}. " if names else "Shared by other formats. "


def _crosswalk(rows: list[formats_catalogue.Row], kinds: dict[str, list[str]]) -> str:
    """Its fields, those of each platform or kind of works, and what is left out."""
    parts = []
    for dialect in dict.fromkeys(row.dialect for row in rows):
        own = [row for row in rows if row.dialect == dialect]
        filled = [[code(r.path), code(r.element), code(r.rule), code(r.reads)] for r in own if r.element and r.rule]
        told = [[code(r.path), r.element] for r in own if r.element and not r.rule]
        left_out = [[code(r.path), r.rule] for r in own if not r.element]
        if dialect in kinds:
            parts.append(f"Otherwise in {codes(kinds[dialect])}:")
        elif dialect:
            parts.append(f'Otherwise where `platform = "{dialect}"`:')
        if filled:
            parts.append(table(["field", "element", "rule", "reads below"], filled))
        if told:
            parts.append(table(["field", "goes to"], told))
        if left_out:
            parts.append(f"Known, and left out on purpose:\n\n{table(['field', 'why'], left_out)}")
    return "\n\n".join(parts)


def usual_rules() -> str:
    """By which rule a column of a spreadsheet is read, where only an element is said."""
    rows = [[code(element), code(rule)] for element, rule in schemas.table("files")["columns"].items()]
    return table(["element", "rule"], rows)


def platforms() -> str:
    """The platforms of repositories: how each is known, and what of it is to be asked for."""
    rows = []
    for name, row in schemas.table("platforms").items():
        known = [f"`{example}`" for values in row.get("proof", {}).values() for example in values[:1]]
        rows.append([code(name), row["label"], ", ".join(known), codes(row.get("richest", []))])
    return table(["platform", "what it is", "known by, among other marks", "ask for"], rows)

"""Crosswalk tables: which field of a format fills which element, by which rule.

``schemas/crosswalks/NAME.toml`` is for librarians to read and correct. A row of ``[fields]`` says
``"dc.date.issued" = "dates : date issued"``: the field, the element that it fills, and the rule with its argument if it
takes one. ``[ignored]`` names what is known and left out on purpose, with the reason. ``[dialect.NAME.fields]`` overrides
rows for one platform, or for one kind of works, and ``[dialect.NAME.unmapped]`` takes rows away, with the reason.
``"dc.subject.*"`` stands for every qualifier that has no row of its own. Fields of nested formats are paths: see ``tree``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from harvester import schemas
from harvester.clean.text import placeholder, placeholder_starts
from harvester.errors import ConfigError
from harvester.formats import emails, rules
from harvester.formats.draft import Draft
from harvester.record import Json, Step
from harvester.wording import did_you_mean

_LONGEST_PLACEHOLDER = 32
"""With its brackets."""
_PLACEHOLDER_STARTS = placeholder_starts()
"""The question is asked of every value and few are placeholders: their first letters tell most others at a glance."""
_EMAIL_LABEL = re.compile(r"\b(?:e-?mail|electronic address)\s?:\s{0,3}(?=[.;,)>\]]|$)", re.IGNORECASE)
"""What is left of ``(E-mail: a.bell@example.org)``."""


class Field(msgspec.Struct, frozen=True):
    """One row of a crosswalk, ready to run."""

    element: str
    rule: str
    apply: rules.Rule | None
    """None: known, and left out on purpose, or a rule for a whole."""
    whole: rules.WholeRule | None = None
    """Takes an element or an object with all that it holds; nested formats only."""
    parts: tuple[str, ...] = ()
    """What ``whole`` reads: paths below."""


_IGNORED = Field("", "ignored", None, lambda _draft, _whole: True, ("*",))


class Crosswalk:
    """A table for one dialect. Knows every path that it has a row for."""

    def __init__(self, name: str, dialect: str) -> None:
        table = schemas.table(f"crosswalks/{name}")
        if mistakes := list(_mistakes(name, table)):
            raise ConfigError(*mistakes)
        own = table.get("dialect", {}).get(dialect, {})
        shared = _modules(name, table)
        self.name = name
        self.prefix: str = table.get("prefix", "")
        """Stands before field names in messages and in ``extra``: ``dc.``."""
        self.roots: frozenset[str] = frozenset(table["roots"])
        self.namespaces: dict[str, str] = table.get("namespaces", {})
        """Prefix of a path -> namespace, where the name alone is not enough."""
        self.fields: dict[str, Field] = _dotted(str(table["dotted"])) if "dotted" in table else {}
        self.fields |= {path: _compile(row, shared) for path, row in table["fields"].items()}
        self.fields |= dict.fromkeys(table.get("ignored", {}), _IGNORED)
        self.fields |= {path: _compile(row, shared) for path, row in own.get("fields", {}).items()}
        self.fields |= dict.fromkeys(own.get("ignored", {}), _IGNORED)
        for path in own.get("unmapped", {}):
            self.fields.pop(path, None)

    def field(self, path: str) -> Field | None:
        """The row for a path, or that for all other qualifiers of its element."""
        found = self.fields.get(path) or self.fields.get(path.lower())
        if found is None and path.count(".") == 2:
            found = self.fields.get(path[: path.rindex(".")] + ".*")
        return found


def _dotted(name: str) -> dict[str, Field]:
    """The rows of another table for names with a dot: what is ``dc.date.issued`` there is ``<dc:date.issued>`` here."""
    table = schemas.table(f"crosswalks/{name}")
    modules = _modules(name, table)
    rows = {path: _compile(row, modules) for path, row in table["fields"].items()}
    rows |= dict.fromkeys(table.get("ignored", {}), _IGNORED)
    return {bare: row for path, row in rows.items() if "." in (bare := path.removeprefix("dc.")) and "*" not in bare}


@cache
def crosswalk(name: str, dialect: str = "") -> Crosswalk:
    return Crosswalk(name, dialect)


def check_tables() -> None:
    """Read every table of ``schemas/``. ConfigError carries the mistakes of them all."""
    mistakes: list[str] = []
    for path in sorted(schemas.folder().rglob("*.toml")):
        name = str(path.relative_to(schemas.folder()).with_suffix(""))
        try:
            if "roots" in schemas.table(name):
                crosswalk(name.removeprefix("crosswalks/"))
        except ConfigError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ConfigError(*mistakes)


def _mistakes(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Rows that fill no element that there is, or by no rule: librarians correct these tables."""
    known = schemas.table("elements")
    parts: dict[tuple[str, ...], Any] = {("fields",): table.get("fields")}
    parts |= {("dialect", each, "fields"): t.get("fields", {}) for each, t in table.get("dialect", {}).items()}
    for where, rows in parts.items():
        if not isinstance(rows, dict):
            yield schemas.mistake(f"crosswalks/{name}", where, "is missing, or no table")
            continue
        for path, row in rows.items():
            element, colon, rule = (part.strip() for part in str(row).partition("|")[0].partition(":"))
            key = (*where, path)
            if not isinstance(row, str) or not colon:
                yield schemas.mistake(f"crosswalks/{name}", key, "must be text: 'element : rule'")
            elif element not in known:
                fault = f"{element!r} is no element of elements.toml{did_you_mean(element, known)}"
                yield schemas.mistake(f"crosswalks/{name}", key, fault)
            elif not rules.known(rule.partition(" ")[0], _modules(name, table)):
                yield schemas.mistake(f"crosswalks/{name}", key, f"no rule is called {rule.partition(' ')[0]!r}")


def _modules(name: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the rules for wholes are: the module of the format, and those of ``rules = "NAME"`` or ``["NAME", ...]``."""
    others = table.get("rules", ())
    return (name, others) if isinstance(others, str) else (name, *others)


def _compile(row: str, modules: tuple[str, ...]) -> Field:
    said, _, parts = row.partition("|")
    element, _, rule = (part.strip() for part in said.partition(":"))
    name, _, argument = rule.partition(" ")
    bound = rules.bind(name, argument.strip(), modules)
    if rules.takes_whole(bound):
        return Field(element, rule, None, bound, tuple(part.strip() for part in parts.split(",")))
    return Field(element, rule, bound)


@lru_cache(maxsize=1000)
def row(said: str) -> Field:
    """A row that stands in no table: ``element : rule argument``. KeyError where there is no such rule.

    >>> row("dates : date accepted").element
    'dates'
    """
    return _compile(said, ())


def take(draft: Draft, field: Field | None, path: str, text: str, language: str | None) -> Json:
    """One value of a record into the draft. ``text`` is stripped and not empty. Returns what it became, None where nothing.

    A value that no rule maps, or whose rule finds nothing in it, goes to ``extra`` under its path.
    """
    value: Json = None
    draft.path = path
    draft.sent_language = language
    rule = _unmapped if field is None else field.apply
    kept = text
    if rule is not None:
        if "@" in text:
            kept = _without_email(draft, path, text)
        if kept and (
            len(kept) > _LONGEST_PLACEHOLDER
            or (
                kept[0] not in _PLACEHOLDER_STARTS and kept[:3] not in _PLACEHOLDER_STARTS
            )  # as in `sound`: a call costs
            or not placeholder(kept)
        ):
            value = rule(draft, kept)
            if value is None:
                draft.extra.setdefault(path, []).append(kept)
        else:
            _nothing(draft, field, path, text)
    if draft.trace is not None:
        element, name = (field.element, field.rule) if field is not None else ("extra", "unmapped")
        draft.trace.append(Step(path, kept, element, name, msgspec.to_builtins(value)))
    return value


def sound(draft: Draft, text: str) -> str:
    """A part of a whole as ``take`` would take it: '' for a placeholder, and never an e-mail address."""
    if "@" in text:
        text = _without_email(draft, draft.path, text)
    if len(text) > _LONGEST_PLACEHOLDER or not text:
        return text
    maybe = text[:3] in _PLACEHOLDER_STARTS or text[0] in _PLACEHOLDER_STARTS
    return "" if maybe and placeholder(text) else text


def _unmapped(_draft: Draft, _sent: str) -> Json:
    return None


def _without_email(draft: Draft, path: str, text: str) -> str:
    """E-mail addresses are personal data that no reader of a bibliography needs: none is stored."""
    rest, count = emails.ADDRESS.subn("", text)
    if count:
        draft.find("email-dropped", path, f"{count} e-mail address(es) left out")
        rest = _EMAIL_LABEL.sub("", rest)
        rest = re.sub(r"[(<\[]\s*[)>\]]", "", rest).strip(" \t\r\n,;")
    return rest


def _nothing(draft: Draft, field: Field | None, path: str, text: str) -> None:
    if field is None or not text or "@" in text:
        return
    code = "award-placeholder" if field.element == "funding" else "placeholder"
    draft.find(code, field.element, f"{path} says {text!r}, which stands for no value", text)

"""Nested formats: a crosswalk table whose fields are paths, walked over XML or over what JSON holds.

A path names elements (or keys) from below the root, ``relatedItem[@type=host]/part/extent``, and may end in an attribute,
``FLocat/@href``. Where a row names a rule for a value, the text of the element is the value. Where it names a rule for a whole
(one that takes ``node`` or ``item``, in the format's own module), the rule gets the element; what it reads there stands
after a bar: ``"name" = "contributors : agent | namePart, role/roleTerm"``; ``*`` is all of it, ``?`` all that it asks for with
``said``. What no row names goes to ``extra`` by its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from lxml import etree

from harvester.formats import Reader
from harvester.formats.crosswalk import Crosswalk, Field, crosswalk, sound, take
from harvester.formats.draft import Draft, begin
from harvester.formats.xml import LANG, local, metadata, text_of
from harvester.record import Json, RawRecord, Record, Step

_DEEPEST = 100
"""Levels of JSON; libxml2 ends XML at 256 by itself."""


class Branch(msgspec.Struct, eq=False):
    """What a table says of one path."""

    path: str
    stem: str
    """What stands before the name of a child in its path."""
    field: Field | None = None
    below: dict[str, Branch] = {}
    """By name; by ``{namespace}name`` where the table gives one."""
    variants: dict[str, dict[str, Branch]] = {}
    """Attribute -> its value in small letters -> branch of the row that asks for it."""
    attributes: list[tuple[str, Branch]] = []
    parts: frozenset[str] = frozenset()
    """Paths below that the rule of a whole reads itself; ``*``: all."""
    above_parts: frozenset[str] = frozenset()
    """The paths that lead to these."""


def reader(name: str) -> Reader:
    """A reader of XML by ``crosswalks/NAME.toml`` and the rules of the module NAME, if there is one."""

    def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
        table = crosswalk(name, dialect)
        draft = begin(raw, dialect, trace)
        walk(metadata(raw.payload, raw.context, table.roots), branches(table), draft)
        return draft.finish()

    return read


@cache
def branches(table: Crosswalk) -> Branch:
    """The rows of a table as a tree."""
    root = Branch("", table.prefix)
    for path, field in table.fields.items():
        _put(root, path, table, field)
    return root


def _branch(path: str) -> Branch:
    return Branch(path, f"{path}/")


def _put(root: Branch, path: str, table: Crosswalk, field: Field) -> None:
    branch = root
    walked = ""
    for step in path.split("/"):
        walked = _join(walked, step)
        if step.startswith("@"):
            new = _branch(table.prefix + walked)
            branch.attributes.append((step[1:], new))
            branch = new
            continue
        name, _, condition = step.rstrip("]").partition("[@")
        prefix, colon, bare = name.partition(":")
        key = f"{{{table.namespaces[prefix]}}}{bare}" if colon else name
        if key not in branch.below:
            branch.below[key] = _branch(table.prefix + (walked if not condition else walked[: walked.rindex("[@")]))
        branch = branch.below[key]
        if condition:
            attribute, _, wanted = condition.partition("=")
            variants = branch.variants.setdefault(attribute, {})
            branch = variants.setdefault(wanted.lower(), _branch(table.prefix + walked))
    branch.field = field
    branch.parts = frozenset(field.parts)
    steps = [part.split("/") for part in field.parts]
    branch.above_parts = frozenset(["/".join(names[:n]) for names in steps for n in range(1, len(names))])


# --- XML -------------------------------------------------------------------------------------------------------------


def walk(element: etree._Element, branch: Branch, draft: Draft, language: str | None = None) -> None:
    """Everything below an element into the draft, in its order."""
    language = _language(element) or language
    for child in element:
        found = _below(branch, child)
        if found is None:
            _unmapped(child, branch.stem + local(child), draft, language)
        else:
            _visit(child, found, draft, language)
    if sent := _between(element):
        take(draft, None, branch.path or local(element), sent, language)


def _below(branch: Branch, child: etree._Element) -> Branch | None:
    """The branch of a child: the row that asks for an attribute that it has comes first."""
    tag = child.tag
    found = branch.below.get(tag) or branch.below.get(tag.rpartition("}")[2])
    return _variant(child, found) if found is not None and found.variants else found


def _between(element: etree._Element) -> str:
    """What stands between the elements that an element holds: nothing, in most formats."""
    texts = [text for text in (element.text, *[child.tail for child in element]) if text and not text.isspace()]
    return " ".join(" ".join(texts).split()) if texts else ""


def _language(element: etree._Element) -> str | None:
    found = element.get(LANG)
    return found if isinstance(found, str) else None


def _variant(element: etree._Element, branch: Branch) -> Branch:
    """The row that asks for an attribute that the element has; by the attribute's name in whatever namespace."""
    for attribute, variants in branch.variants.items():
        if (variant := variants.get(attribute_of(element, attribute).lower())) is not None:
            return variant
    return branch


def _visit(element: etree._Element, branch: Branch, draft: Draft, language: str | None) -> None:
    field = branch.field
    language = _language(element) or language
    for attribute, row in branch.attributes:
        if sent := attribute_of(element, attribute).strip():
            take(draft, row.field, row.path, sent, language)
    if field is None:
        if len(element):
            walk(element, branch, draft, language)
        elif sent := (element.text or "").strip():
            take(draft, None, branch.path, sent, language)
    elif field.whole is None:
        if sent := text_of(element).strip():
            take(draft, field, branch.path, sent, language)
    elif "?" in branch.parts:
        outer, draft.heard = draft.heard, set()
        if _whole(element, branch, draft, language) is None:
            _unmapped(element, branch.path, draft, language)
        else:
            _unheard(element, branch.path, branch, draft, language)
        draft.heard = outer
    elif _whole(element, branch, draft, language) is None:
        _unmapped(element, branch.path, draft, language)
    elif "*" not in branch.parts:
        _rest(element, "", branch, draft, language)


def _rest(element: etree._Element, above: str, branch: Branch, draft: Draft, language: str | None) -> None:
    """What the rule of a whole left below it: other rows may read it."""
    for child in element:
        name = local(child)
        path = _join(above, name)
        if path in branch.parts:
            if len(child) and f"{path}/*" not in branch.parts:
                _rest(child, path, branch, draft, language)
            continue
        found = _below(branch, child) if not above else None
        if found is not None:
            _visit(child, found, draft, language)
        elif path in branch.above_parts:
            _rest(child, path, branch, draft, language)
        else:
            _unmapped(child, branch.stem + path, draft, language)


def _unheard(element: etree._Element, path: str, branch: Branch | None, draft: Draft, language: str | None) -> None:
    """What the rule of a whole has not asked for."""
    heard = draft.heard or ()
    for child in element:
        if child in heard:
            continue
        found = _below(branch, child) if branch is not None else None
        if found is not None and found.field is not None:
            _visit(child, found, draft, language)
            continue
        below = f"{path}/{local(child)}"
        if sent := (child.text or "").strip():
            take(draft, None, below, sent, language)
        if len(child):
            _unheard(child, below, found, draft, language)


def _unmapped(element: etree._Element, path: str, draft: Draft, language: str | None) -> None:
    """The texts of an element that no row names, each by its path; a text with elements in its midst as one."""
    if any(child.tail and not child.tail.isspace() for child in element):
        take(draft, None, path, text_of(element).strip(), language)
        return
    if sent := (element.text or "").strip():
        take(draft, None, path, sent, language)
    for child in element:
        _unmapped(child, f"{path}/{local(child)}", draft, language)


def _join(above: str, name: str) -> str:
    return f"{above}/{name}" if above else name


def attribute_of(element: etree._Element, name: str) -> str:
    """An attribute by its name in whatever namespace, '' where it is missing: ``href`` finds ``xlink:href``."""
    found = element.get(name)
    if found is not None:
        return str(found)
    for key, value in element.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def children(element: etree._Element, *path: str) -> Iterator[etree._Element]:
    """The elements at a path of names below one, in whatever namespace."""
    for child in element.iterchildren(f"{{*}}{path[0]}"):
        if len(path) == 1:
            yield child
        else:
            yield from children(child, *path[1:])


def said(draft: Draft, element: etree._Element, *path: str) -> str:
    """The first text at a path below an element, '' where there is none; never an e-mail address or a placeholder."""
    return next(_texts(draft, element, path), "")


def all_said(draft: Draft, element: etree._Element, *path: str) -> list[str]:
    """All texts at a path below an element."""
    return list(_texts(draft, element, path))


def _texts(draft: Draft, element: etree._Element, path: tuple[str, ...]) -> Iterator[str]:
    for child in children(element, *path) if path else (element,):
        if draft.heard is not None:
            draft.heard.add(child)
        if text := sound(draft, text_of(child).strip()):
            yield text


# --- JSON ------------------------------------------------------------------------------------------------------------


def walk_json(item: Mapping[str, Json], branch: Branch, draft: Draft, language: str | None = None) -> None:
    """Everything that a JSON object holds into the draft; the items of an array one by one."""
    for key, value in item.items():
        found = branch.below.get(key)
        path = branch.stem + key
        for one in value if isinstance(value, list) else (value,):
            if found is None:
                _unmapped_json(one, path, draft, language)
            else:
                _visit_json(one, found, draft, language)


def _visit_json(value: Json, branch: Branch, draft: Draft, language: str | None) -> None:
    field = branch.field
    if field is not None and field.whole is not None:
        if value is None or value in ("", {}, []):
            return
        if _whole(value, branch, draft, language) is None:
            _unmapped_json(value, branch.path, draft, language)
        elif "*" not in branch.parts and isinstance(value, dict):
            _rest_json(value, "", branch, draft, language)
    elif isinstance(value, dict):
        walk_json(value, branch, draft, language)
    elif field is None or isinstance(value, list):
        _unmapped_json(value, branch.path, draft, language)
    elif sent := _text(value).strip():
        take(draft, field, branch.path, sent, language)


def _rest_json(item: Mapping[str, Json], above: str, branch: Branch, draft: Draft, language: str | None) -> None:
    for key, value in item.items():
        path = _join(above, key)
        if path in branch.parts or f"{path}/*" in branch.parts:
            continue
        found = branch.below.get(key) if not above else None
        for one in value if isinstance(value, list) else (value,):
            if found is not None:
                _visit_json(one, found, draft, language)
            elif isinstance(one, dict) and path in branch.above_parts:
                _rest_json(one, path, branch, draft, language)
            else:
                _unmapped_json(one, branch.stem + path, draft, language)


def _unmapped_json(value: Json, path: str, draft: Draft, language: str | None, depth: int = 0) -> None:
    if depth < _DEEPEST and isinstance(value, dict):
        for key, below in value.items():
            _unmapped_json(below, f"{path}/{key}", draft, language, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for below in value:
            _unmapped_json(below, path, draft, language, depth + 1)
    elif sent := _text(value).strip():
        take(draft, None, path, sent, language)


def said_json(draft: Draft, item: Mapping[str, Json], *path: str) -> str:
    """The text at a path of keys, '' where there is none; of an array its first; never an e-mail address or a placeholder."""
    value: Json = item
    for key in path:
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(key) if isinstance(value, dict) else None
    value = value[0] if isinstance(value, list) and value else value
    return "" if isinstance(value, dict | list) else sound(draft, _text(value).strip())


def _text(value: Json) -> str:
    """A value of JSON as text: numbers as they were written, the rest as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def _whole(value: Any, branch: Branch, draft: Draft, language: str | None) -> Json:
    """Run the rule of a whole; None where it found nothing in it."""
    field = branch.field
    assert field is not None
    assert field.whole is not None
    draft.path = branch.path
    draft.sent_language = language
    found = field.whole(draft, value)
    if draft.trace is not None:
        sent = " ".join((text_of(value) if isinstance(value, etree._Element) else _text(value)).split())
        draft.trace.append(Step(branch.path, sent, field.element, field.rule, msgspec.to_builtins(found)))
    return found

"""The settings of config.toml and the keys of a curated entry, out of the structs and the docstrings of their attributes."""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
import typing
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import msgspec

from docs.markdown import code, prose, table
from harvester import config, listing, pages, provider, sources
from harvester.formats.curated import Entry
from harvester.sources.oai_pmh import quirks


class Setting(typing.NamedTuple):
    key: str
    type: str
    default: str
    meaning: str
    """Empty where its author wrote no docstring."""


def settings(cls: type[msgspec.Struct], *, without: type[msgspec.Struct] | None = None) -> list[Setting]:
    """What may stand in the table of config.toml that a struct describes; ``without`` the settings of another struct."""
    meanings = docstrings(cls)
    left_out = set(without.__struct_fields__) if without else set()
    return [
        Setting(f.encode_name, plain_type(f.type), _default(f), meanings.get(f.name, ""))
        for f in msgspec.structs.fields(cls)
        if f.name not in left_out
    ]


def setting_table(cls: type[msgspec.Struct], *, without: type[msgspec.Struct] | None = None) -> str:
    rows = [[code(s.key), s.type, s.default, prose(s.meaning)] for s in settings(cls, without=without)]
    return table(["setting", "type", "default", "meaning"], rows)


def quirk_table() -> str:
    """What is learned about OAI-PMH repositories."""
    rows = [
        [code(name), ", ".join(map(code, values)) or "a duration", prose(meaning)]
        for name, (values, meaning) in quirks.KNOWN.items()
    ]
    return table(["quirk", "values", "meaning"], rows)


def structs() -> dict[str, tuple[type[msgspec.Struct], type[msgspec.Struct] | None]]:
    """Heading in config.toml -> (its struct, the struct whose settings are explained elsewhere)."""
    kinds = {
        kind: import_module(path).Settings
        for kind, path in sorted(sources.kinds().items())
        if path.startswith("harvester.")
    }
    return {
        "[harvester]": (config.Harvester, None),
        "[http]": (config.Http, None),
        "[linking]": (config.Linking, None),
        "[notify]": (config.Notify, None),
        "[provider]": (provider.Settings, None),
        "[web]": (pages.Web, None),
        "[source.NAME]": (sources.Settings, None),
        "[source.NAME.expect]": (sources.Expect, None),
        **{f'[source.NAME] with kind = "{kind}"': (cls, sources.Settings) for kind, cls in kinds.items()},
        "[listing.NAME]": (listing.Listing, None),
        "[[listing.NAME.section]]": (listing.Section, None),
    }


def heading(name: str) -> str:
    """The settings under one heading of config.toml."""
    cls, without = structs()[name]
    return setting_table(cls, without=without)


def docstrings(cls: type) -> dict[str, str]:
    """Attribute -> the string literal after it, of a class and the classes that it is made from."""
    found: dict[str, str] = {}
    for part in reversed(cls.__mro__):
        if part.__module__.partition(".")[0] != "harvester":
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(part))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, after in zip(body.body, body.body[1:], strict=False):
            match field, after:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = " ".join(text.split())
    return found


def plain_type(kind: Any) -> str:
    """A type in the words of a person who edits a TOML file."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Ellipsis or kind is type(None):
        return ""
    if origin is typing.Literal:
        return "one of " + ", ".join(f'`"{value}"`' for value in arguments)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(dict.fromkeys(word for a in arguments if (word := plain_type(a))))
    if origin in (tuple, list):
        return f"list of {plain_type(arguments[0]) if not _is_table(arguments[0]) else 'tables'}"
    if origin is dict:
        return f"table of {plain_type(arguments[1])}"
    if _is_table(kind):
        return "table of " + ", ".join(f"`{field.encode_name}`" for field in msgspec.structs.fields(kind))
    return {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "values"}[kind]


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "must be given"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value is None or isinstance(value, msgspec.Struct):
        return ""
    return code({True: "true", False: "false"}.get(value, value)) if isinstance(value, bool) else _toml(value)


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple | list):
        return "`[]`" if not value else code(list(value))
    if isinstance(value, Mapping):
        return "`{}`"
    return code(f"{value:_}" if isinstance(value, int) and value > 9999 else value)


def entry_keys() -> str:
    """The keys of a curated entry."""
    meanings = docstrings(Entry)
    rows = [
        [code(f.encode_name), plain_type(f.type), prose(meanings.get(f.name, ""))]
        for f in msgspec.structs.fields(Entry)
    ]
    return table(["key or column", "type", "meaning"], rows)


def unexplained() -> list[str]:
    """Settings whose authors wrote no docstring: ``module.Class.setting``."""
    return [
        f"{cls.__module__}.{cls.__name__}.{setting.key}"
        for cls, without in structs().values()
        for setting in settings(cls, without=without)
        if not setting.meaning
    ]

"""A parsed file to settings, with every mistake on the way: not only the first, each with its line and a cure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields, replace

from harvester import provider, sources
from harvester.config import checks
from harvester.config.settings import Config, Harvester, Http, Linking, Notify
from harvester.lines import Key, line_of, lines
from harvester.listing import Listing, Section
from harvester.listing import check as check_listing
from harvester.masking import hide_in_url
from harvester.pages import Web
from harvester.pages import check as check_web
from harvester.wording import did_you_mean, nearest, shown

S = TypeVar("S", bound=Struct)

TOP: Final = ("harvester", "http", "linking", "notify", "provider", "web", "source", "listing")
_SECTIONS: Final[Mapping[str, type[Struct]]] = {
    "harvester": Harvester, "http": Http, "linking": Linking, "notify": Notify, "provider": provider.Settings, "web": Web,
    "source.NAME": sources.Settings,
}  # fmt: skip
_ELSEWHERE: Final = {
    "from": "for a span of your own call `harvester harvest NAME --since DATE`; what changed is asked for without it",
    "until": "for a span of your own call `harvester harvest NAME --until DATE`",
    "type": "did you mean 'kind'?",
    "base_url": "did you mean 'url'?",
    "baseurl": "did you mean 'url'?",
    "endpoint": "did you mean 'url'?",
    "prefix": "did you mean 'metadata_prefix'?",
    "schedule": "did you mean 'every'?",
    "cron": "did you mean 'every'? `harvester cron` prints a line for crontab",
    "email": "did you mean 'contact' in [harvester]?",
    "timeout": "did you mean 'read_timeout' in [http]?",
    "username": "write it into the url: https://${NAME}:${PASSWORD}@host/path, with variables of the environment",
    "password": "write it into the url: https://${NAME}:${PASSWORD}@host/path, with variables of the environment",
    "api_key": "write it into the url or into headers, as ${VARIABLE} of the environment",
}
"""Settings of other harvesters: what stands for them here."""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class Reader:
    """Turns the parsed file into settings and gathers the mistakes on the way."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.mistakes: list[tuple[int, str]] = []
        self._text = text

    @cached_property
    def _lines(self) -> dict[Key, int]:
        return lines(self._text)  # read only where there is a mistake to be placed

    def line(self, where: Key) -> int:
        """Where a key stands, or what it would stand in."""
        return line_of(self._lines, where)

    def mistake(self, where: Key, fault: str) -> None:
        line = self.line(where)
        self.mistakes.append((line, f"{self.path}:{line}: {'.'.join(where) or 'file'}: {fault}"))

    def _mistakes(self, where: Key, found: Iterable[tuple[str, str]]) -> None:
        for key, fault in found:
            self.mistake((*where, *key.split(".")), fault)

    def config(self, data: Mapping[str, Any]) -> Config:
        for key in data:
            if key not in TOP:
                self.mistake((key,), f"is not a setting{_meant((), key, TOP)}")
        head = self._section(Harvester, data, "harvester")
        http = self._section(Http, data, "http")
        linking = self._section(Linking, data, "linking")
        notify = self._section(Notify, data, "notify")
        web = self._section(Web, data, "web")
        provided = self._section(provider.Settings, data, "provider")
        provided = replace(provided, admin_email=provided.admin_email or head.contact)
        path = self.path.absolute()
        self._mistakes(("harvester",), checks.harvester(head, path))
        self._mistakes(("http",), checks.http(http))
        self._mistakes(("linking",), checks.linking(linking))
        self._mistakes(("notify",), checks.notify(notify, path.parent))
        self._mistakes(("web",), check_web(web))
        self._mistakes(("provider",), provider.check(provided))
        found = {name: self._source(name, table) for name, table in self._tables(data, "source")}
        listings = {name: self._listing(name, table) for name, table in self._tables(data, "listing")}
        config = Config(
            path=path,
            harvester=head,
            http=http,
            linking=linking,
            notify=notify,
            web=web,
            provider=provided,
            sources={name: source for name, source in found.items() if source is not None},
            listings={name: listing for name, listing in listings.items() if listing is not None},
        )
        self._mistakes(("source",), checks.twins(config))
        self._sections_name_sources(config, found)
        return config

    def _section(self, cls: type[S], data: Mapping[str, Any], key: str) -> S:
        table = data.get(key, {})
        if not isinstance(table, dict):
            self.mistake((key,), f"must be a table: write [{key}]")
            table = {}
        read = self._struct(cls, table, (key,))
        assert read is not None  # these sections have a default for everything
        return read

    def _tables(self, data: Mapping[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        tables = data.get(key, {})
        if not isinstance(tables, dict):
            self.mistake((key,), f"must be tables with a name each: write [{key}.NAME]")
            return
        for name, table in tables.items():
            if not isinstance(table, dict):
                self.mistake((key, name), f"must be a table: write [{key}.NAME]")
            elif not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
                self.mistake((key, name), "a name has small letters, digits, - and _ only, and 64 of them at most")
            else:
                yield name, table

    # --- sources -----------------------------------------------------------------------------------------------------

    def _source(self, name: str, table: dict[str, Any]) -> sources.Settings | None:
        where = ("source", name)
        kind = table.get("kind")
        if kind is None:
            self.mistake((*where, "kind"), f"is missing; one of {', '.join(sorted(sources.kinds()))}")
            return None
        if not isinstance(kind, str) or kind not in sources.kinds():
            self.mistake(
                (*where, "kind"), f"{shown(kind)} is no kind of source{did_you_mean(str(kind), sources.kinds())}"
            )
            return None
        if isinstance(table.get("url"), str) and "${" not in table["url"]:
            hide_in_url(table["url"])
        module = sources.kind(kind)
        settings: sources.Settings | None = self._struct(module.Settings, table, where)
        if settings is None:
            return None
        self._variables(settings, where)
        example = _with_variables_set(settings)
        self._mistakes(where, checks.source(example))
        check = getattr(module, "check", None)
        self._mistakes(where, check(example) if check else ())
        return self._with_paths(settings, where)

    def _variables(self, settings: sources.Settings, where: Key) -> None:
        """``${NAME}`` is read from the environment when the source is harvested; here it must only be a name."""
        texts = {"url": getattr(settings, "url", "")} | {f"headers.{k}": v for k, v in settings.headers.items()}
        for key, text in texts.items():
            for name in _VARIABLE.findall(text):
                if not re.fullmatch(r"[A-Za-z_]\w*", name):
                    self.mistake((*where, *key.split(".", 1)), f"${{{name}}} names no variable of the environment")

    def _with_paths(self, settings: sources.Settings, where: Key) -> sources.Settings:
        """Relative paths begin at the folder of the config file, wherever the program is called from."""
        folder = self.path.parent.absolute()
        for key in ("path", "verify"):
            text = getattr(settings, key, None)
            if not isinstance(text, str):
                continue
            if fault := checks.odd_path(text):
                self.mistake((*where, key), fault)
                continue
            if key == "verify" and not (folder / text).is_file():
                self.mistake((*where, key), f"there is no file {folder / text} with certificates to trust")
            settings = replace(settings, **{key: str(folder / text)})
        return settings

    # --- listings ----------------------------------------------------------------------------------------------------

    def _listing(self, name: str, table: dict[str, Any]) -> Listing | None:
        where = ("listing", name)
        sections = table.get("section", [])
        if not isinstance(sections, list) or not all(isinstance(s, dict) for s in sections):
            self.mistake((*where, "section"), f"must be tables: write [[listing.{name}.section]] for each")
            return None
        read = [self._struct(Section, s, (*where, "section", str(n))) for n, s in enumerate(sections)]
        listing = self._struct(Listing, {**table, "section": []}, where)
        if listing is None or None in read:
            return None
        listing = replace(listing, sections=tuple(section for section in read if section))
        self._mistakes(where, check_listing(listing))
        if listing.curation and (fault := checks.odd_path(listing.curation)):
            self.mistake((*where, "curation"), fault)
        return listing

    def _sections_name_sources(self, config: Config, named: Mapping[str, object]) -> None:
        """Sections name sources that there are; one that has mistakes of its own is one."""
        for name, listing in config.listings.items():
            for number, section in enumerate(listing.sections):
                for source in section.source:
                    if source not in named:
                        where = ("listing", name, "section", str(number), "source")
                        self.mistake(where, f"{source!r} is no source{did_you_mean(source, named)}")

    # --- any table ---------------------------------------------------------------------------------------------------

    def _struct(self, cls: type[S], table: Mapping[str, Any], where: Key) -> S | None:
        """A struct from a table, key by key, so that one mistake does not hide another. Keys with a mistake have their
        default, so that what can still be checked is; None where a key that has none is missing."""
        known = _fields(cls)
        values: dict[str, Any] = {}
        for key, value in table.items():
            if key not in known:
                self.mistake((*where, key), f"is not a setting{_meant(where, key, known)}")
                continue
            try:
                values[known[key].name] = self._value(value, known[key], (*where, key))
            except msgspec.ValidationError as error:
                self.mistake((*where, key), _plain(str(error), value))
        for key, field in known.items():
            if field.required and key not in table:
                self.mistake((*where, key), "is missing")
        return cls(**values) if all(f.name in values for f in known.values() if f.required) else None

    def _value(self, value: Any, field: FieldInfo, where: Key) -> Any:
        type_ = field.type
        if isinstance(type_, type) and issubclass(type_, Struct):
            if not isinstance(value, dict):
                raise msgspec.ValidationError("Expected `object`, got `other`")
            return self._struct(type_, value, where) or field.default
        return _convert(value, type_)


@cache
def _fields(cls: type[Struct]) -> Mapping[str, FieldInfo]:
    """By their names in the file; they are compiled anew each time that msgspec is asked for them."""
    return {field.encode_name: field for field in fields(cls)}


def _meant(where: Key, key: str, known: Iterable[str]) -> str:
    """What a key that is not known may stand for: one like it, one of another table, one of another harvester."""
    if nearest(key, known) is None:
        other = _ELSEWHERE.get(key.lower().replace("-", "_"))
        if where[:1] == ("source",) and len(where) == 2 and other:
            return f"; {other}"
        for section, cls in _SECTIONS.items():
            if key in _fields(cls) and section.split(".")[:1] != list(where[:1]):
                return f"; it belongs into [{section}]"
    return did_you_mean(key, known)


def _convert(value: Any, type_: Any) -> Any:
    """As msgspec would; a single string also stands for a list of one."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 53:
        raise msgspec.ValidationError("is too large a number")
    if isinstance(value, str):
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError as error:
            try:
                return msgspec.convert([value], type_)
            except msgspec.ValidationError:
                raise error from None
    if hasattr(value, "isoformat"):  # TOML has dates of its own; ours are text
        value = value.isoformat()
    return msgspec.convert(value, type_)


_NAMES: Final = {
    "str": "text in quotes", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "a table", "null": "nothing",
}  # fmt: skip


def _plain(error: str, value: Any) -> str:
    """msgspec's words in those of a person who edits a TOML file."""
    found = re.match(r"Expected `([^`]+)`, got `([^`]+)`(?: - at `\$?([^`]*)`)?", error)
    if not found:
        return f"{re.sub(r' - at `.*`$', '', error)} ({shown(value)})"
    wanted = [_NAMES.get(part.strip(), part.strip()) for part in found[1].split("|") if part.strip() != "null"]
    if found[3]:
        return f"each value in it must be {' or '.join(wanted)}"
    return f"must be {' or '.join(wanted)}, not {shown(value)}"


def _with_variables_set(settings: sources.Settings) -> sources.Settings:
    """The settings as they may be once variables have their values: for checks only."""
    url = getattr(settings, "url", "")
    changed: dict[str, Any] = {}
    if "${" in url:
        changed["url"] = _VARIABLE.sub("x", re.sub(r"^\$\{[^}]*\}", "https://host.example", url))
    if any("${" in value for value in settings.headers.values()):
        changed["headers"] = {name: _VARIABLE.sub("x", value) for name, value in settings.headers.items()}
    return replace(settings, **changed) if changed else settings

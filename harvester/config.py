"""config.toml to typed settings; every mistake at once, with its line and a cure.

What may stand in a ``[source.NAME]`` table is the ``Settings`` struct of the source's kind; a kind may also have
``check(settings)`` for what types cannot say. Relative paths start at the folder of the config file.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from harvester import sources
from harvester.errors import ConfigError
from harvester.listing import Listing, Section
from harvester.listing import check as check_listing

S = TypeVar("S", bound=Struct)


class Harvester(Struct, frozen=True, kw_only=True):
    """``[harvester]``: where things are, and who asks."""

    contact: str = ""
    """E-mail address that goes into the User-Agent: repositories write to it before they block."""
    store: str = "data/store.db"
    """What sources said, and what people decided: precious. Paths start at the folder of the config file."""
    index: str = "data/index.db"
    """The index to query: made anew from the store by ``harvester reindex``."""
    site: str = "site"
    """The folder into which the listings are published."""
    workers: int = 1
    """Processes of a full reindex."""
    keep_generations: int = 3
    """How many generations of the index stay, for ``harvester index rollback``."""


class Http(Struct, frozen=True, kw_only=True):
    """``[http]``: seconds, but for ``retries`` (times) and ``max_bytes``."""

    connect_timeout: float = 10.0
    """For a connection to be made."""
    read_timeout: float = 120.0
    """For the next bytes of an answer: some repositories think for a minute."""
    total_timeout: float = 600.0
    """For a whole answer."""
    retries: int = 4
    """How often a request is tried again after a failure that may pass."""
    pace: float = 0.0
    """Pause between two requests to one host."""
    max_bytes: int = 48 * 1024 * 1024
    """Of one answer, unpacked; a larger one is refused."""


class Notify(Struct, frozen=True, kw_only=True):
    """``[notify]``: who is told how a run ended. Where telling fails, that is a warning and nothing more."""

    ping: str = ""
    """Address that is asked for after each run; ``/fail`` is added where it did not end with 0."""
    on_failure: str = ""
    """Command that is run where a run did not end with 0; it reads the report as JSON from its standard input."""
    metrics: str = ""
    """File that is written after each run for Prometheus' textfile collector. Paths start at the folder of the config file."""


class Linking(Struct, frozen=True, kw_only=True):
    """``[linking]``."""

    repository_doi_prefixes: tuple[str, ...] = ()
    """DOI prefixes under which repositories register their own copies: such a DOI names a version, not the work."""


class Config(Struct, frozen=True, kw_only=True):
    path: Path
    harvester: Harvester
    http: Http
    linking: Linking
    notify: Notify
    sources: dict[str, sources.Settings]
    listings: dict[str, Listing]

    @property
    def store(self) -> Path:
        return self.path.parent / self.harvester.store

    @property
    def index(self) -> Path:
        return self.path.parent / self.harvester.index

    @property
    def site(self) -> Path:
        return self.path.parent / self.harvester.site


def load(path: Path) -> Config:
    """Read a config file. ConfigError carries every mistake, one line each: ``file:line: key: fault; cure``."""
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        fault = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigError(f"{path}:{where[1] if where else 1}: not valid TOML: {fault}") from None
    reader = _Reader(path, text)
    config = reader.config(data)
    if not reader.mistakes:
        reader.check_sections(config)
    if reader.mistakes:
        raise ConfigError(*(text for _, text in sorted(reader.mistakes)))
    return config


def _read(path: Path) -> str:
    if path.is_dir():
        raise ConfigError(f"{path}: is a folder; name the config file in it")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; `harvester init` writes one, --config names another"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8; save the file as UTF-8") from None


class _Reader:
    """Turns the parsed file into settings and gathers the mistakes on the way."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.mistakes: list[tuple[int, str]] = []
        self._lines = _lines(text)

    def mistake(self, where: tuple[str, ...], fault: str) -> None:
        line = next((self._lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in self._lines), 1)
        self.mistakes.append((line, f"{self.path}:{line}: {'.'.join(where) or 'file'}: {fault}"))

    def config(self, data: Mapping[str, Any]) -> Config:
        for key in data:
            if key not in _TOP:
                self.mistake((key,), f"is not a setting{_did_you_mean(key, _TOP)}")
        head = self._section(Harvester, data, "harvester")
        http = self._section(Http, data, "http")
        linking = self._section(Linking, data, "linking")
        notify = self._section(Notify, data, "notify")
        if head and head.contact and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", head.contact):
            self.mistake(("harvester", "contact"), f"{head.contact!r} is not an e-mail address")
        if head and head.workers < 1:
            self.mistake(("harvester", "workers"), "must be at least 1")
        for name in ("connect_timeout", "read_timeout", "total_timeout", "max_bytes"):
            if http and getattr(http, name) <= 0:
                self.mistake(("http", name), "must be more than 0")
        for name in ("retries", "pace"):
            if http and getattr(http, name) < 0:
                self.mistake(("http", name), "must not be negative")
        found = {name: self._source(name, table) for name, table in self._tables(data, "source")}
        listings = {name: self._listing(name, table) for name, table in self._tables(data, "listing")}
        return Config(
            path=self.path.absolute(),
            harvester=head or Harvester(),
            http=http or Http(),
            linking=linking or Linking(),
            notify=notify or Notify(),
            sources={name: source for name, source in found.items() if source is not None},
            listings={name: listing for name, listing in listings.items() if listing is not None},
        )

    def _section(self, cls: type[S], data: Mapping[str, Any], key: str) -> S | None:
        table = data.get(key, {})
        if not isinstance(table, dict):
            self.mistake((key,), f"must be a table: write [{key}]")
            return None
        return self._struct(cls, table, (key,))

    def _tables(self, data: Mapping[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        tables = data.get(key, {})
        if not isinstance(tables, dict):
            self.mistake((key,), f"must be tables with a name each: write [{key}.NAME]")
            return
        for name, table in tables.items():
            if not isinstance(table, dict):
                self.mistake((key, name), f"must be a table: write [{key}.NAME]")
            elif not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
                self.mistake((key, name), "a name has small letters, digits, - and _ only")
            else:
                yield name, table

    def _source(self, name: str, table: dict[str, Any]) -> sources.Settings | None:
        where = ("source", name)
        kind = table.get("kind")
        if kind is None:
            self.mistake((*where, "kind"), f"is missing; one of {', '.join(sorted(sources.kinds()))}")
            return None
        if not isinstance(kind, str) or kind not in sources.kinds():
            self.mistake((*where, "kind"), f"{kind!r} is no kind of source{_did_you_mean(str(kind), sources.kinds())}")
            return None
        module = sources.kind(kind)
        settings = self._struct(module.Settings, table, where)
        if settings is None:
            return None
        if settings.rank < 1:
            self.mistake((*where, "rank"), "must be 1 or more; 1 is believed first")
        check = getattr(module, "check", None)
        for key, fault in check(settings) if check else ():
            self.mistake((*where, *key.split(".")), fault)
        path = getattr(settings, "path", None)
        if isinstance(path, str):
            settings = msgspec.structs.replace(settings, path=str(self.path.parent.absolute() / path))
        return settings  # type: ignore[no-any-return]

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
        listing = msgspec.structs.replace(listing, sections=tuple(section for section in read if section))
        for key, fault in check_listing(listing):
            self.mistake((*where, *key.split(".")), fault)
        return listing

    def check_sections(self, config: Config) -> None:
        """Sections name sources that there are."""
        for name, listing in config.listings.items():
            for number, section in enumerate(listing.sections):
                for source in section.source:
                    if source not in config.sources:
                        where = ("listing", name, "section", str(number), "source")
                        self.mistake(where, f"{source!r} is no source{_did_you_mean(source, config.sources)}")

    def _struct(self, cls: type[S], table: Mapping[str, Any], where: tuple[str, ...]) -> S | None:
        """A struct from a table, key by key, so that one mistake does not hide another. Keys with a mistake have their
        default, so that what can still be checked is; None where a key that has none is missing."""
        fields = {f.encode_name: f for f in msgspec.structs.fields(cls)}
        values: dict[str, Any] = {}
        for key, value in table.items():
            if key not in fields:
                self.mistake((*where, key), f"is not a setting{_did_you_mean(key, fields)}")
                continue
            try:
                values[fields[key].name] = _convert(value, fields[key].type)
            except msgspec.ValidationError as error:
                self.mistake((*where, key), _plain(str(error), value))
        for key, field in fields.items():
            if field.required and key not in table:
                self.mistake((*where, key), "is missing")
        return cls(**values) if all(f.name in values for f in fields.values() if f.required) else None


_TOP = ("harvester", "http", "linking", "notify", "source", "listing")


def _convert(value: Any, type_: Any) -> Any:
    """As msgspec would; a single string also stands for a list of one."""
    if isinstance(value, str):
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError:
            return msgspec.convert([value], type_)
    if hasattr(value, "isoformat"):  # TOML has dates of its own; ours are text
        value = value.isoformat()
    return msgspec.convert(value, type_)


def _plain(error: str, value: Any) -> str:
    """msgspec's words in those of a person who edits a TOML file."""
    names = {"str": "text in quotes", "int": "a whole number", "float": "a number", "bool": "true or false"}
    names |= {"array": "a list", "object": "a table", "null": "nothing"}
    if found := re.match(r"Expected `([^`]+)`, got `([^`]+)`", error):
        wanted = " or ".join(
            names.get(part.strip(), part.strip()) for part in found[1].split("|") if part.strip() != "null"
        )
        return f"must be {wanted}, not {value!r}"
    return f"{re.sub(r' - at `.*`$', '', error)} ({value!r})"


def _did_you_mean(word: str, choices: Any) -> str:
    close = difflib.get_close_matches(word.lower().replace("-", "_"), list(choices), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(choices))}"


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Line of every table and key, for messages. ``[[listing.x.section]]`` counts as (listing, x, section, 0), 1, ..."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[\[?)\s*([^\]#]+?)\s*\]", line):
            table = _keys(header[2])
            if header[1] == "[[":
                index = counts.get(table, 0)
                counts[table] = index + 1
                table = (*table, str(index))
            found.setdefault(table, number)
        elif key := re.match(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=", line):
            found.setdefault((*table, *_keys(key[1])), number)
    return found


def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))

"""config.toml to typed settings; every mistake at once, with its line and a cure.

What may stand in a ``[source.NAME]`` table is the ``Settings`` struct of the source's kind; a kind may also have
``check(settings)`` for what types cannot say. Relative paths start at the folder of the config file. Reading it writes
nothing and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from harvester.config.reader import Reader
from harvester.config.settings import Config, Harvester, Http, Linking, Notify
from harvester.environment import unset
from harvester.errors import ConfigError
from harvester.lines import parsed
from harvester.masking import MASK, masked

__all__ = ["Config", "Harvester", "Http", "Linking", "Notify", "effective", "load", "notes", "usable"]

_LARGEST: Final = 4 << 20
"""Bytes. Ten thousand sources take two million."""


def load(path: Path) -> Config:
    """Read a config file. ConfigError carries every mistake, one line each: ``file:line: key: fault; cure``."""
    text = _read(path)
    if not text.strip():
        raise ConfigError(f"{path}:1: is empty; `harvester init` writes one with an example of everything")
    reader = Reader(path, text)
    try:
        config = reader.config(parsed(text, path))
    except RecursionError:
        raise ConfigError(f"{path}:1: tables or lists are nested too deeply") from None
    if reader.mistakes:
        raise _mistaken(reader)
    return config


def usable(config: Config, names: Iterable[str] = ()) -> None:
    """Whether there is something to harvest, and the variables that it needs are set; asked before anything is written.

    ``names``: the sources that were asked for; without, all that are enabled. ConfigError carries every mistake.
    """
    chosen = {
        name: source for name, source in config.sources.items() if name in names or (not names and source.enabled)
    }
    if not config.sources:
        cure = "add a table [source.NAME]; `harvester init` writes a config file with examples into an empty folder"
        raise ConfigError(f"{config.path}:1: source: there is none, so there is nothing to harvest; {cure}")
    if not chosen:
        cure = f"set enabled = true for one of {', '.join(config.sources)}, or name one on the command line"
        raise ConfigError(f"{config.path}:1: source: none is enabled, so there is nothing to harvest; {cure}")
    reader = Reader(config.path, _read(config.path))
    for name, source in chosen.items():
        for key, variable in unset(getattr(source, "url", ""), source.headers):
            reader.mistake(
                ("source", name, *key.split(".", 1)),
                f"the environment variable {variable} is not set; export it, or name a file that sets it in the timer's"
                " unit (EnvironmentFile=)",
            )
    if reader.mistakes:
        raise _mistaken(reader)


def notes(config: Config) -> list[str]:
    """What is no mistake, but may not be meant."""
    found = []
    if not config.harvester.contact:
        found.append("`contact` is empty; repositories have nobody to write to, and Crossref answers more slowly")
    if not any(source.enabled for source in config.sources.values()):
        found.append("no source is enabled; `harvester run` has nothing to do but for those that it is given by name")
    for name, source in config.sources.items():
        if ":***@" in masked(getattr(source, "url", "")) and "${" not in getattr(source, "url", ""):
            cure = "write ${NAME} for it, and set that variable in the environment"
            found.append(f"source.{name}.url holds a password, which ends up in backups and version control; {cure}")
        if source.verify is False:
            cure = 'verify = "FILE" names certificates to trust instead'
            found.append(f"source.{name}.verify: whoever stands between can change what the server says; {cure}")
    return found


def effective(config: Config) -> dict[str, Any]:
    """All settings as they stand in a file of TOML, with their defaults, and no secrets."""
    found: dict[str, Any] = {
        section: _plain(getattr(config, section))
        for section in ("harvester", "http", "linking", "notify", "provider", "web")
    }
    found["source"] = {name: _plain(source) for name, source in config.sources.items()}
    found["listing"] = {name: _plain(listing) for name, listing in config.listings.items()}
    return found


def _plain(struct: Struct) -> dict[str, Any]:
    settings: dict[str, Any] = msgspec.to_builtins(struct)
    if "headers" in settings:
        settings["headers"] = {name: text if "${" in text else MASK for name, text in settings["headers"].items()}
    if settings.get("ping"):  # its path is a key
        settings["ping"] = MASK
    return {key: masked(value) if key == "url" else value for key, value in settings.items()}


def _mistaken(reader: Reader) -> ConfigError:
    return ConfigError(*(mistake for _, mistake in sorted(reader.mistakes, key=lambda m: m[0])))


def _read(path: Path) -> str:
    try:
        if path.is_dir():
            raise ConfigError(f"{path}: is a folder; name the config file in it")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; `harvester init` writes one, --config names another"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; see to its path and permissions") from error
    except ValueError as error:  # a NUL in the name
        raise ConfigError(f"{str(path)!r}: is no path: {error}") from error
    if len(data) > _LARGEST:
        raise ConfigError(f"{path}: is larger than {_LARGEST >> 20} MiB; is this the config file?")
    for mark, name in ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16")):
        if data.startswith(mark):
            raise ConfigError(f"{path}:1: is {name}; save the file as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8; save the file as UTF-8") from None

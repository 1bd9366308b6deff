"""What people say of the works in the listings, from its files into the store.

A file with mistakes changes nothing: what it said last holds, and whoever runs the job is told. So it is where a file that
said something is not there any more; an empty one takes everything back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from harvester.config import Config
from harvester.errors import ConfigError
from harvester.listing.curation import Choice, decoded, encoded, read
from harvester.store import Store

_LARGEST: Final = 4 << 20


def content(path: Path) -> str | None:
    """The text of a file; None where there is none. ConfigError where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; see to its path and permissions") from error
    if len(data) > _LARGEST:
        raise ConfigError(f"{path}: is larger than {_LARGEST >> 20} MiB; is this the right file?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8; save the file as UTF-8") from None


def choices(config: Config, name: str, *, strict: bool = False) -> list[Choice] | None:
    """What the file of a listing says; None where there is none. ``strict``: sections that are not there are mistakes."""
    text = content(config.curation(name))
    if text is None:
        return None
    sections = [section.title for section in config.listings[name].sections] if strict else None
    return read(text, config.curation(name), sections)


def take_in(config: Config, store: Store, by: str = "") -> list[str]:
    """Keep what the files say otherwise than before; the mistakes of those that could not be read."""
    mistakes: list[str] = []
    for name in config.listings:
        try:
            found = choices(config, name)
        except ConfigError as error:
            mistakes += error.mistakes
            continue
        known = store.curation.of(name)
        if found is not None:
            store.curation.save(name, {choice.work: encoded(choice) for choice in found}, by)
        elif known:
            works = "1 work" if len(known) == 1 else f"{len(known)} works"
            mistakes.append(
                f"{config.curation(name)}: is not there any more; what it said of {works} holds; `harvester list edit"
                f" {name}` writes it anew, and an empty file takes everything back"
            )
    return mistakes


def held(config: Config, store: Store) -> dict[str, list[Choice]]:
    """What holds, by listing: what was taken in last."""
    return {name: [decoded(one.said) for one in store.curation.of(name).values()] for name in config.listings}

"""Finds and loads ``schemas/``: the element set, crosswalks, vocabularies and SQL that librarians can read and correct.

In a checkout they stand beside the package; the wheel carries them inside it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from harvester.errors import ConfigError
from harvester.lines import line_of, lines, parsed

_PACKAGE = Path(__file__).parent

INDEX_APPLICATION_ID = 0x45564958
"""PRAGMA application_id of index.db."""
INDEX_VERSION = 2
"""PRAGMA user_version of index.db: grows when its tables change."""
STORE_APPLICATION_ID = 0x45565354
"""PRAGMA application_id of store.db."""


@cache
def data_folder() -> Path:
    """The folder that holds ``schemas/``, ``config.toml`` and ``curated.toml``: the checkout's top, or the wheel's data."""
    packed = _PACKAGE / "_data"
    return packed if packed.is_dir() else _PACKAGE.parent


def folder() -> Path:
    return data_folder() / "schemas"


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML file of ``schemas/`` by its path without ending, such as ``crosswalks/oai_dc``. Do not change what you get.

    ConfigError where it cannot be read: librarians correct these files.
    """
    path = folder() / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; it comes with the program") from error
    return parsed(text, path)


def label(name: str, code: str) -> str:
    """What readers call an entry of a table; one that is not in it as it stands."""
    return str(table(name).get(code, {}).get("label", code))


def mistake(name: str, key: tuple[str, ...], fault: str) -> str:
    """``file:line: key: fault`` of a row in a file of ``schemas/``."""
    path = folder() / f"{name}.toml"
    line = line_of(lines(path.read_text(encoding="utf-8")), key)
    return f"{path}:{line}: {'.'.join(key)}: {fault}"


def styles() -> set[str]:
    """Names of the citation styles; asked of the folder, so that a config file is read without loading them."""
    return {path.stem for path in (folder() / "styles").glob("*.csl")}


def sql_files(name: str) -> list[Path]:
    """The SQL files of ``schemas/sql/<name>``, in the order in which they are to be applied."""
    return sorted((folder() / "sql" / name).glob("*.sql"))


def sql(name: str, file: str) -> str:
    """One SQL file of ``schemas/sql/<name>`` by its name without ending."""
    return (folder() / "sql" / name / f"{file}.sql").read_text(encoding="utf-8")


@cache
def fingerprint() -> str:
    """Changes whenever a crosswalk, vocabulary, index table or reading rule changes: then the index is stale.

    Covers ``schemas/`` (but for the store's migrations, and queries) and the modules that read, clean, link and merge.
    """
    digest = hashlib.blake2b(digest_size=8)
    data = (
        p for p in folder().rglob("*") if p.suffix in {".toml", ".sql"} and p.parent.name not in {"store", "queries"}
    )
    parts = ("clean", "formats", "link", "merge", "pins", "updates", "index")
    code = [p for part in parts for p in (_PACKAGE / part).rglob("*.py")]
    code += [_PACKAGE / f"{m}.py" for m in ("record", "normalise", "checks", "citation", "keys", "facets", "bitmaps")]
    for path in sorted([*data, *code], key=lambda p: (p.name, len(p.parts))):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()

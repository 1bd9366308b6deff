"""What people say of the works in the listings: written into its files, brought into index and pages, and looked at."""

from __future__ import annotations

import glob
import hashlib
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from harvester.config import Config
from harvester.errors import ConfigError, StoreError
from harvester.jobs import judging
from harvester.jobs.book import locks
from harvester.jobs.curation import choices, content, held, take_in
from harvester.jobs.judging import Unfit
from harvester.jobs.report import RunReport
from harvester.listing import editing
from harvester.listing.curation import Choice, decoded, places, read
from harvester.locks import lock
from harvester.store import Store
from harvester.store.curation import Said

# --- writing --------------------------------------------------------------------------------------------------------


@contextmanager
def writing(config: Config, name: str, before: str | None) -> Iterator[Path]:
    """The file of a listing, to be written by nobody else meanwhile. Unfit where it is no longer what it was ``before``."""
    path = config.curation(name)
    with lock(locks(config), f"listing-{name}"):
        if content(path) != before:
            raise Unfit(f"{path} was changed meanwhile by somebody else")
        folder(path)
        yield path


def changed(
    config: Config, db: sqlite3.Connection, name: str, text: str, work: str, values: Mapping[str, str | int | None]
) -> str:
    """The text of a file with something said of a work, or (None) no longer. Unfit where it cannot be."""
    from harvester import query

    work_id = query.get(db, work)
    if work_id is None:
        raise Unfit(f"{work[:100]!r} is not in the index; `harvester search` finds works by their words")
    path = config.curation(name)
    numbers = [number for other, (number, _) in places(text).items() if query.get(db, other) == work_id]
    if not numbers:
        said = {key: value for key, value in values.items() if value is not None}
        key, citation = _cited(db, work_id)
        return (
            editing.with_entry(text, path, msgspec.convert({"work": key} | said, Choice), citation, name)
            if said
            else text
        )
    for number in numbers:  # the work may have been two when they were written
        for key, value in values.items():
            text = editing.with_value(text, path, number, key, value)
    empty = [n for n, entry in enumerate(tomllib.loads(text)["entry"]) if n in numbers and len(entry) == 1]
    for number in reversed(empty):
        text = editing.without(text, path, number)
    return text


def remembered(config: Config, name: str) -> str:
    """The text of a file that is not there (any more), from what it said last; '' where it never said anything."""
    from harvester import query

    text = ""
    with Store.read_only(config.store) as store, query.open_index(config.index) as db:
        for choice in held(config, store)[name]:
            found = named(db, choice.work)
            text = editing.with_entry(text, config.curation(name), choice, found[1] if found else "", name)
    return text


def says(text: str) -> bool:
    """Whether a text without mistakes says something of a work."""
    return bool(read(text, ""))


def offered(config: Config, name: str, text: str) -> str:
    """The text of a file with all that is listed, for somebody to edit; the text alone where it has mistakes."""
    from harvester import query

    try:
        read(text, "")
    except ConfigError:
        return text
    there = places(text)
    with query.open_index(config.index) as db:
        known = {work: named(db, work) for work in there}
        keys = {found[0] for found in known.values() if found}
        rows = db.execute(
            "select l.section, w.key, w.citation from listing_items l join works w on w.id = l.work_id where l.listing = ?"
            " order by l.section_position, l.position",
            (name,),
        )
        listed = [row for row in rows if row[1] not in keys]
    bare = editing.bare(text)
    cited = {
        work: found[1] if found else "no work in the index answers to it"
        for work, found in known.items()
        if found is None or there[work][0] in bare
    }
    return editing.prefilled(text, name, listed, cited)


def drafts(path: Path, text: str | None) -> tuple[Path, list[Path]]:
    """Where what is being edited is kept, of this text of the file; and what was begun from others and not finished."""
    digest = hashlib.blake2b((text or "").encode(), digest_size=4).hexdigest()
    draft = path.with_name(f"{path.stem}.{digest}.draft.toml")
    return draft, [p for p in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*.draft.toml")) if p != draft]


def folder(path: Path) -> None:
    """Make the folder of a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent}: cannot be made: {error.strerror}") from error


def apply(config: Config, by: str) -> RunReport:
    """Let index and pages follow the files, in which somebody has just changed something."""
    with Store.open(config.store, create=False) as store:
        take_in(config, store, by)
    return judging.apply(config)


# --- looking ---------------------------------------------------------------------------------------------------------


class Standing(Struct, frozen=True, kw_only=True):
    """A work in a listing, or kept out of it, with what is said of it."""

    listing: str
    section: str
    """'' where it stands in none."""
    position: int
    key: str
    citation: str
    status: str = ""
    """What has become of it: retraction, correction ...; '' for nothing."""
    reason: str = ""
    """Why it stands here: rule, curated entry, include, curation."""
    said: Choice | None = None
    by: str = ""
    at: str = ""
    unmet: str = ""
    """Why what is said has no effect."""


def standing(config: Config, store: Store, db: sqlite3.Connection, name: str) -> list[Standing]:
    """All of a listing in its order, then what is hidden and what names nothing."""
    from harvester import query
    from harvester.listing.select import unmet

    known = store.curation.of(name)
    said = {work: decoded(one.said) for work, one in known.items()}
    by_id = {query.get(db, work): one for work, one in known.items()}
    rows = db.execute(
        "select l.section, l.position, w.key, w.citation, coalesce(w.update_status, ''), l.reason, w.id from listing_items l"
        " join works w"
        " on w.id = l.work_id where l.listing = ? order by l.section_position, l.position",
        (name,),
    ).fetchall()
    found = [
        _standing((name, section, position, key, citation, status, reason), by_id.get(id_))
        for section, position, key, citation, status, reason, id_ in rows
    ]
    without = {
        choice.work: why for choice, why in unmet(db, config.listings[name], said.values(), {r[-1] for r in rows})
    }
    for work, choice in said.items():
        if choice.hide or work in without:
            key, citation = named(db, work) or (work, "")
            found.append(_standing((name, "", 0, key, citation, "", ""), known[work], without.get(work, "")))
    return found


def _standing(place: tuple[str, str, int, str, str, str, str], said: Said | None, unmet: str = "") -> Standing:
    listing, section, position, key, citation, status, reason = place
    return Standing(
        listing=listing,
        section=section,
        position=position,
        key=key,
        citation=citation,
        status=status,
        reason=reason,
        said=decoded(said.said) if said else None,
        by=said.by if said else "",
        at=said.at if said else "",
        unmet=unmet,
    )


def named(db: sqlite3.Connection, work: str) -> tuple[str, str] | None:
    """The key of a work and how it is cited; None where nothing answers to the name."""
    from harvester import query

    work_id = query.get(db, work)
    return None if work_id is None else _cited(db, work_id)


def _cited(db: sqlite3.Connection, work_id: int) -> tuple[str, str]:
    key, citation = db.execute("select key, citation from works where id = ?", (work_id,)).fetchone()
    return key, citation


def notes(config: Config) -> list[str]:
    """What people say that has no effect as the index is; nothing where there is no index. ConfigError: mistakes in the files."""
    from harvester import query
    from harvester.listing.select import unmet

    mistakes: list[str] = []
    said: dict[str, list[Choice]] = {}
    for name in config.listings:
        try:
            said[name] = choices(config, name, strict=True) or []
        except ConfigError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ConfigError(*mistakes)
    if not any(said.values()) or not config.index.is_file():
        return []
    found = []
    with query.open_index(config.index) as db:
        for name, choices_ in said.items():
            standing = {id_ for (id_,) in db.execute("select work_id from listing_items where listing = ?", (name,))}
            path = config.curation(name)
            lines = {work: line for work, (_, line) in places(content(path) or "").items()}
            found += [
                f"{path}:{lines.get(choice.work, 1)}: {choice.work}: {why}"
                for choice, why in unmet(db, config.listings[name], choices_, standing)
            ]
    return found

"""What people say of works in a listing, in a plain file of TOML: pinned, hidden, moved, annotated. Pure.

An entry names a work as people do (a key, a DOI, a link), so it holds whatever becomes of the index. It goes before the
settings of the listing, and before what curated entries ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from harvester.errors import ConfigError
from harvester.lines import line_of, lines, parsed
from harvester.wording import did_you_mean, shown


class Choice(Struct, frozen=True, omit_defaults=True):
    """``[[entry]]``: what is said of one work in this listing. Only ``work`` must be given; alone it says nothing."""

    work: str
    """A work key, a DOI, a handle, a link: whatever names it. A key that was merged away leads to the work that has it now."""
    pin: int | None = None
    """At the top of its section, before everything else: 1 comes first. Of equal ones the newest."""
    section: str = ""
    """Title of the section in which it stands, whatever the rules of the listing say, also where none takes it."""
    order: int | None = None
    """Its place in the section, 1 for the first, below what is pinned; the others go by their date."""
    note: str = ""
    """Printed with it; web addresses become links."""
    hide: str = ""
    """Why it does not stand in this listing. Its readers are not told."""

    @property
    def says(self) -> bool:
        return self != Choice(self.work)


KEYS: Final = Choice.__struct_fields__
_WANTED: Final = {
    "pin": "a whole number, 1 for the first",
    "order": "a whole number, 1 for the first",
    "hide": "text in quotes that says why",
}
_MOST: Final = 1_000_000


def read(text: str, path: object, sections: Iterable[str] | None = None) -> list[Choice]:
    """The entries of a file that say something, in its order. ConfigError carries every mistake, with its line and a cure.

    ``sections``: titles that there are; without, whether a section is there is not looked at.
    """
    data = parsed(text, path)
    found = lines(text)
    known = None if sections is None else {title.strip().casefold(): title for title in sections}
    mistakes: list[tuple[int, str]] = []

    def mistake(fault: str, *key: str) -> None:
        line = line_of(found, key)
        mistakes.append((line, f"{path}:{line}: {fault}"))

    entries = data.pop("entry", [])
    for key in data:
        mistake(f"{key}: is not known here; what is said of a work stands under [[entry]]", key)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        mistake("entry: must be tables; write [[entry]] above each", "entry")
        entries = []
    choices: list[Choice] = []
    there: dict[str, int] = {}
    for number, entry in enumerate(entries):
        place = ("entry", str(number))
        faults = list(_faults(entry, known))
        for key, fault in faults:
            mistake(f"{key}: {fault}", *place, key)
        work = entry.get("work")
        if isinstance(work, str) and work.strip():
            line = line_of(found, place)
            if there.setdefault(work.strip(), line) != line:
                mistake(f"work: stands in line {there[work.strip()]} already; say all of it there", *place, "work")
        if not faults:
            choices.append(_choice(entry, known))
    if mistakes:
        raise ConfigError(*(words for _, words in sorted(mistakes)))
    return [choice for choice in choices if choice.says]


def places(text: str) -> dict[str, tuple[int, int]]:
    """Work, as a file without mistakes names it -> the number of its entry, from 0, and its line."""
    found = lines(text)
    entries = parsed(text, "").get("entry", [])
    return {entry["work"].strip(): (n, line_of(found, ("entry", str(n)))) for n, entry in enumerate(entries)}


def _faults(entry: Mapping[str, Any], sections: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    if "work" not in entry:
        yield "work", 'is missing; name it by its key, DOI or link: work = "10.1136/leader-2020-000228"'
    for key, value in entry.items():
        if key not in KEYS:
            yield key, f"is not known{did_you_mean(key, KEYS)}"
        elif key in ("pin", "order"):
            if key == "pin" and value is True:
                continue
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST:
                yield key, f"must be {_WANTED[key]}, not {shown(value)}"
        elif not isinstance(value, str):
            yield key, f"must be {_WANTED.get(key, 'text in quotes')}, not {shown(value)}"
        elif not value.strip():
            yield key, "is empty; " + ("say why" if key == "hide" else "say it, or take the line out")
        elif key == "section" and sections is not None and value.strip().casefold() not in sections:
            yield key, f"{value!r} is no section of this listing{did_you_mean(value, sections.values())}"


def _choice(entry: Mapping[str, Any], sections: Mapping[str, str] | None) -> Choice:
    values = {key: value.strip() if isinstance(value, str) else int(value) for key, value in entry.items()}
    if sections and "section" in values:
        values["section"] = sections[str(values["section"]).casefold()]
    return msgspec.convert(values, Choice)


def united(first: Choice, later: Choice) -> Choice:
    """What is said of one work under two of its names: the later one holds, as far as it says anything."""
    changed = {key: value for key in KEYS if key != "work" and (value := getattr(later, key))}
    return msgspec.structs.replace(first, **changed)


def encoded(choice: Choice) -> str:
    """As the store keeps it."""
    return msgspec.json.encode(choice).decode()


def decoded(said: str) -> Choice:
    return msgspec.json.decode(said, type=Choice)


def told(choice: Choice) -> str:
    """In words.

    >>> told(Choice("10.1/x", pin=1, note="Read this first."))
    'pinned (1), note: Read this first.'
    """
    parts = [
        f"hidden: {choice.hide}" if choice.hide else "",
        f"pinned ({choice.pin})" if choice.pin else "",
        f"in {choice.section!r}" if choice.section else "",
        f"in place {choice.order}" if choice.order else "",
        f"note: {choice.note}" if choice.note else "",
    ]
    return ", ".join(part for part in parts if part) or "nothing"

"""The syntax of BibTeX: entries, their fields, @string and crossref. What a field means is not known here."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from harvester.clean import identifiers
from harvester.errors import RecordError
from harvester.formats.encodings import Readable
from harvester.formats.slicing import LARGEST, Slice, lines

_START = re.compile(r"(?:^|(?<=\}))\s*@\s*(?P<kind>[A-Za-z]+)\s*[{(]")
_KEY = re.compile(r"\s*@\s*[A-Za-z]+\s*[{(]\s*(?P<key>[^\s,{}()\"#%=]*)")
_FIELD = re.compile(
    r"(?:^|[,{\n])\s*(?P<name>crossref|xdata|doi)\s*=\s*[{\"]+\s*(?P<value>[^{}\"]{1,500})", re.IGNORECASE
)
_PART = re.compile(r"\s*(?:\{|(?P<quote>\")|(?P<number>\d+)|(?P<name>[^\s#\"{}(),=%]+))")
_NO_ENTRY: Final = frozenset({"string", "comment", "preamble", "ieeetranbstctl", "control"})
"""Definitions, and orders to a style."""
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MACROS: Final = {name: name for name in MONTHS}
"""What every style defines. A month stays its own name until the date is read."""
_PARTS: Final = frozenset({"article", "inproceedings", "incollection", "inbook"})
"""Nothing refers to these, but for one without an author: it stands for a whole issue."""
_AUTHOR = re.compile(r"\bauthor\s*=", re.IGNORECASE)
_OWN: Final = frozenset({
    "title", "shorttitle", "subtitle", "titleaddon", "doi", "url", "pages", "abstract", "keywords", "note", "annote", "crossref",
    "author", "eprint", "file", "key", "xref", "ids", "label", "shorthand", "type",
})  # fmt: skip
"""What an entry does not inherit from the one that it refers to."""
_KEPT = 64 << 20
"""Characters of entries that are remembered for those that refer to them."""


class Entry(Struct, frozen=True):
    kind: str
    """In small letters: ``article``."""
    key: str
    fields: dict[str, str]
    """By their names in small letters; values in LaTeX, as they are between the delimiters, macros replaced."""


def entry(text: str) -> Entry:
    """The first entry of a text, with what it inherits from those that follow. RecordError where it is broken."""
    import bibtexparser  # 0.1 s

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it cannot read is said below
    library = bibtexparser.entrypoint.parse_string(text, parse_stack=[])
    macros = dict(MACROS)
    found: list[Entry] = []
    for string in library.strings * 2:  # twice: one may use another that is defined after it
        macros[string.key.lower()] = _value(str(string.value), macros)
    for block in library.blocks:
        if isinstance(block, bibtexparser.model.DuplicateFieldKeyBlock | bibtexparser.model.Entry):
            whole: Any = getattr(block, "ignore_error_block", block)
            fields: dict[str, str] = {}
            for field in whole.fields:
                name, value = field.key.strip().lower(), _value(str(field.value), macros)
                fields[name] = _both(name, fields[name], value) if name in fields else value
            found.append(Entry(whole.entry_type.strip().lower(), whole.key.strip(), fields))
        elif isinstance(block, bibtexparser.model.ParsingFailedBlock) and not found:
            reason = getattr(block.error, "abort_reason", None) or str(block.error)
            raise RecordError(f"is broken BibTeX: {' '.join(str(reason).split())[:200]}")
    if not found:
        raise RecordError("is no BibTeX: it has no entry")
    return _inherited(found[0], {other.key.lower(): other for other in found[1:]})


def _both(name: str, first: str, second: str) -> str:
    """A field that is given twice; people do so with lists."""
    if not second or first == second:
        return first
    separator = {"author": " and ", "editor": " and ", "keywords": "; ", "url": " ", "isbn": " ", "issn": " "}.get(name)
    return f"{first}{separator}{second}" if separator and first else first or second


def _inherited(child: Entry, others: Mapping[str, Entry], depth: int = 0) -> Entry:
    for name in child.fields.get("xdata", "").split(","):
        if (data := others.get(name.strip().lower())) is not None:
            child = Entry(child.kind, child.key, data.fields | child.fields)
    parent = others.get(child.fields.get("crossref", "").strip().lower())
    if parent is None or parent.key == child.key or depth > 3:
        return child
    above = _inherited(parent, others, depth + 1)
    given = {name: value for name, value in above.fields.items() if name not in _OWN}
    holder = "journal" if child.kind in ("article", "suppperiodical") else "booktitle"
    title = ": ".join([above.fields[part] for part in ("title", "subtitle") if above.fields.get(part)])
    if title and holder not in child.fields and not ("journaltitle" in child.fields and holder == "journal"):
        given[holder] = title
    return Entry(child.kind, child.key, given | {name: value for name, value in child.fields.items() if value})


def _value(raw: str, macros: Mapping[str, str]) -> str:
    """``{A }`` # macro # ``" B"`` as one; an unknown macro is its own name.

    >>> _value('{A } # jl # " B"', {"jl": "x"}), _value("1999", {}), _value("{}", {}), _value("jama", {})
    ('A x B', '1999', '', 'jama')
    """
    parts: list[str] = []
    place = 0
    while match := _PART.match(raw, place):
        if match["name"] is not None:
            parts.append(macros.get(match["name"].lower(), match["name"]))
            end = match.end()
        elif match["number"] is not None:
            parts.append(match["number"])
            end = match.end()
        else:
            end = _closing(raw, match.end(), '"' if match["quote"] else "}")
            parts.append(raw[match.end() : end])
            end += 1
        rest = re.compile(r"\s*#").match(raw, end)
        if rest is None:
            break
        place = rest.end()
    return "".join(parts).strip() if parts else raw.strip()


def _closing(raw: str, start: int, mark: str) -> int:
    """The place of the delimiter that ends a value; its end where there is none."""
    depth = 0
    for match in re.finditer(r"\\[{}\"]|[{}\"]", raw[start:]):
        if match[0] == mark and depth == 0:
            return start + match.start()
        depth += {"{": 1, "}": -1}.get(match[0], 0)
    return len(raw)


# --- files -----------------------------------------------------------------------------------------------------------


class _Block(Struct):
    kind: str
    line: int
    text: str
    repairs: tuple[str, ...] = ()


def slices(file: Readable) -> Iterator[Slice]:
    """The entries of a file. One that refers to another carries it, and each the @string definitions that it uses."""
    strings: dict[str, str] = {}
    parents: dict[str, str] = {}
    waiting: list[tuple[_Block, list[str]]] = []
    kept = 0
    for block in _blocks(file):
        if block.kind == "string":
            if match := re.match(r"\s*@\s*string\s*[{(]\s*([^\s={}()]+)\s*=", block.text, re.IGNORECASE):
                strings[match[1].lower()] = block.text
            continue
        if block.kind in _NO_ENTRY:
            continue
        said = {m["name"].lower(): m["value"].strip() for m in _FIELD.finditer(block.text)}
        key = _KEY.match(block.text)
        name = key["key"].lower() if key else ""
        if name and kept < _KEPT and (block.kind not in _PARTS or not _AUTHOR.search(block.text)):
            parents[name] = block.text
            kept += len(block.text)
        if block.kind == "xdata":
            continue
        above = [said.get("crossref", "").lower(), *said.get("xdata", "").lower().replace(" ", "").split(",")]
        if any(other and other not in parents for other in above):
            waiting.append((block, above))
        else:
            yield _slice(block, strings, _of(parents, above))
    for block, above in waiting:
        yield _slice(block, strings, _of(parents, above))


def _of(parents: Mapping[str, str], names: list[str]) -> str:
    return "".join(_lines_of(*[parents.get(name, "") for name in names]))


def _blocks(file: Readable) -> Iterator[_Block]:
    """From each ``@word{`` at the start of a line, or after the end of another entry, to the next; what stands before is text."""
    block: _Block | None = None
    parts: list[str] = []
    size = 0
    for line in lines(file):
        opened = _starts(line.text, parts)
        cuts = sorted({0, *opened, len(line.text)})
        for begin, end in pairwise(cuts):
            if begin in opened:
                if block is not None:
                    block.text = "".join(parts)
                    yield block
                block, parts, size = _Block(opened[begin], line.number, "", line.repairs), [], 0
            if block is not None:
                parts.append(line.text[begin:end])
                size += end - begin
                block.repairs = tuple(dict.fromkeys((*block.repairs, *line.repairs)))
            if size > LARGEST:
                raise RecordError(f"has an entry of more than {LARGEST >> 20} MB at line {line.number}")
    if block is not None:
        block.text = "".join(parts)
        yield block


def _starts(line: str, before: list[str]) -> dict[int, str]:
    """Place and kind of each block that begins in a line: at its start, or where all braces of the one before are closed."""
    found: dict[int, str] = {}
    last = 0
    for match in _START.finditer(line):
        at = match.start()
        if at == 0 or _depth("".join([*before, line[last:at]]) if not found else line[last:at]) <= 0:
            found[at] = match["kind"].lower()
            last = at
    return found


def _depth(text: str) -> int:
    return len(re.findall(r"(?<!\\)\{", text)) - len(re.findall(r"(?<!\\)\}", text))


def _end(text: str) -> int:
    """The place after the brace that closes an entry, 0 where none does. Entries in parentheses end where the next begins."""
    depth = 0
    for match in re.finditer(r"\\[{}]|[{}]|\(", text):
        if match[0] == "(" and depth == 0:
            return len(text)
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match[0] == "}":
            return match.end()
    return 0


def _slice(block: _Block, strings: Mapping[str, str], parent: str) -> Slice:
    used = {word.lower() for word in re.findall(r"[=#]\s*([A-Za-z][\w:.+/-]*)", block.text + parent)}
    while True:  # a definition may use others
        more = {
            w.lower()
            for name in used
            if name in strings
            for w in re.findall(r"[=#]\s*([A-Za-z][\w:.+/-]*)", strings[name])
        }
        if more <= used:
            break
        used |= more
    before = "".join(text for name, text in strings.items() if name in used)
    said = {m["name"].lower(): m["value"] for m in _FIELD.finditer(block.text)}
    doi = identifiers.doi(said.get("doi", "").replace("\\_", "_"))
    key = _KEY.match(block.text)
    end = _end(block.text)
    fault = "" if end else "its braces do not balance: the entry has no end"
    payload = "".join(_lines_of(before, block.text[: end or None], parent))
    return Slice(
        payload=payload.encode(errors="replace"),
        line=block.line,
        identifier=doi or (key["key"] if key else ""),
        unique=doi is not None,
        fault=fault,
        repairs=block.repairs,
    )


def _lines_of(*texts: str) -> Iterable[str]:
    return (text if text.endswith("\n") else text + "\n" for text in texts if text.strip())

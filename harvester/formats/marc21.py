"""MARC 21 in ISO 2709, the files of library systems: leader, directory, fields.

https://www.loc.gov/marc/specifications/specrecstruc.html

Records whose lengths are wrong are read all the same: systems that went from MARC-8 to UTF-8 count characters where the
standard counts bytes. Each field ends with a mark of its own, and by these they are cut where the directory errs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.errors import RecordError
from harvester.formats import marcxml
from harvester.formats.encodings import Readable, decode, pieces
from harvester.formats.marc import iso5426, read_marc
from harvester.formats.marc.fields import MarcRecord, datafield
from harvester.formats.slicing import LARGEST, Slice
from harvester.record import RawRecord, Record, Step

_ISO_5426 = "iso5426"
_FIELD_END = b"\x1e"
_RECORD_END = b"\x1d"
_SUBFIELD = b"\x1f"
_LEADER = 24
_ENTRY = 12
"""Bytes of one field in the directory: tag, length, start."""
_BETWEEN = b"\r\n\x00\x1a"
"""What editors leave between records: line ends, and the end-of-file mark of DOS."""
_WORDS = re.compile(rb"[\xc0-\xff]{4,}")
_CYRILLIC = frozenset({"rus", "ukr", "bel", "bul", "srp", "mac"})
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """Repositories that call their MARCXML ``marc21`` are read as such."""
    if raw.payload.lstrip()[:1] == b"<":
        return marcxml.read(raw, dialect, trace)
    return read_marc(raw, dialect, trace, fields_of(raw.payload))


def fields_of(data: bytes) -> MarcRecord:
    """The fields of one record. RecordError where it has no leader and directory to read it by."""
    data = data.strip(_BETWEEN)
    if len(data) < _LEADER + 1 or _FIELD_END not in data:
        raise RecordError("is no MARC record: it has no leader and directory")
    leader, rest = data[:_LEADER], data[_LEADER:]
    directory, _, _ = rest.partition(_FIELD_END)
    if not directory or len(directory) % _ENTRY or not directory[3:].replace(b" ", b"0").isalnum():
        raise RecordError("is no MARC record: its directory is damaged")
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
    fields = _by_directory(data, leader, entries) or _by_marks(rest[len(directory) + 1 :], entries)
    code = _code_page(fields) if _is_marc8(fields) else "utf-8"
    if not code and _is_unimarc(fields):
        code = _ISO_5426
    if not code and leader[9:10] == b"a":
        code = "utf-8"
    control, variable = [], []
    for tag, value in fields:
        if tag < "010" and _SUBFIELD not in value:
            control.append((tag, _decoded(value, code)))
        else:
            inds, *parts = value.split(_SUBFIELD)
            both = inds.decode("latin-1").ljust(2)
            subfields = [(p[:1].decode("latin-1"), _decoded(p[1:], code)) for p in parts if p]
            variable.append(datafield(tag, both[0], both[1], subfields))
    return MarcRecord(leader.decode("latin-1"), tuple(control), tuple(variable))


def _by_directory(data: bytes, leader: bytes, entries: list[bytes]) -> list[tuple[str, bytes]]:
    """The fields where the directory says that they are; none where one of them does not end there."""
    try:
        base = int(leader[12:17])
        places = [(entry[:3].decode("latin-1"), int(entry[3:7]), base + int(entry[7:])) for entry in entries]
    except ValueError:
        return []
    ends = [data[start + length - 1 : start + length] for _, length, start in places if length]
    if base < _LEADER or len(ends) < len(places) or set(ends) != {_FIELD_END}:
        return []
    found = [(tag, data[start : start + length - 1]) for tag, length, start in places]
    return found if not any(_FIELD_END in value for _, value in found) else []


def _by_marks(body: bytes, entries: list[bytes]) -> list[tuple[str, bytes]]:
    """The fields between their marks, in the order in which the directory has them start."""
    values = body.removesuffix(_RECORD_END).split(_FIELD_END)
    if values and not values[-1].strip():
        del values[-1]
    if len(values) != len(entries):
        raise RecordError(f"has {len(entries)} fields in its directory and {len(values)} in its body")
    return [(entry[:3].decode("latin-1"), value) for entry, value in zip(entries, values, strict=True)]


# --- characters ------------------------------------------------------------------------------------------------------


def _is_marc8(fields: list[tuple[str, bytes]]) -> bool:
    """Whether text is no Unicode, whatever the leader says: much UTF-8 comes under the leader of MARC-8."""
    whole = b"".join([value for _, value in fields])
    if whole.isascii():
        return b"\x1b" in whole
    try:
        whole.decode()
    except UnicodeDecodeError:
        return True
    return False


def _code_page(fields: list[tuple[str, bytes]]) -> str:
    """MARC-8 ('') has marks before letters and never four of them in a row: that is a word in the code page of a computer,
    which the language of the record tells. RecordError where it does not: nobody should guess at every letter."""
    words = b"".join([word for _, value in fields if b"\x1b" not in value for word in _WORDS.findall(value)])
    if not words:
        return ""
    language = next((value[35:38] for tag, value in fields if tag == "008"), b"").decode("latin-1")
    if _is_unimarc(fields):
        language = next((value[4:7] for tag, value in fields if tag == "101" and value[2:4] == b"\x1fa"), b"").decode(
            "latin-1"
        )
    if language not in _CYRILLIC:
        raise RecordError("has characters that are neither MARC-8 nor UTF-8; export it from its system as UTF-8")
    small = sum(byte >= 0xE0 for byte in words)
    return "cp1251" if small * 2 > len(words) else "koi8-r"


def _is_unimarc(fields: list[tuple[str, bytes]]) -> bool:
    """UNIMARC has its title in 200, and was never written in MARC-8."""
    tags = {tag for tag, _ in fields}
    return "200" in tags and "245" not in tags


def _decoded(value: bytes, code: str) -> str:
    if code == _ISO_5426:
        try:
            return iso5426.decode(value)
        except ValueError as error:
            raise RecordError(f"has characters that are neither UTF-8 nor ISO 5426: {error}") from error
    if code or (value.isascii() and b"\x1b" not in value):
        try:
            return value.decode(code or "ascii")
        except UnicodeDecodeError:
            return decode(value)[0]
    return _marc8(value)


def _marc8(value: bytes) -> str:
    from pymarc.marc8 import marc8_to_unicode  # its tables of characters take a while to load

    try:
        return str(marc8_to_unicode(value, hide_utf8_warnings=True))
    except (IndexError, KeyError, ValueError, UnicodeError, TypeError) as error:
        raise RecordError(f"has characters that are not MARC-8: {error}") from error


# --- files -----------------------------------------------------------------------------------------------------------


def slices(file: Readable) -> Iterator[Slice]:
    """The records of a file, each to its end mark; what stands between two marks and is none is broken by itself."""
    kept = b""
    for piece in pieces(file):
        *found, kept = (kept + piece).split(_RECORD_END)
        for one in found:
            if one.strip(_BETWEEN):
                yield _slice(one + _RECORD_END)
        if len(kept) > LARGEST:
            raise RecordError(f"has no end of a record within {LARGEST >> 20} MB")
    if kept.strip(_BETWEEN):
        raise RecordError("ends in the midst of a record")


def _slice(data: bytes) -> Slice:
    data = data.lstrip(_BETWEEN)
    try:
        marc = fields_of(data)
    except RecordError as error:
        return Slice(payload=data, fault=error.reason)
    number, catalogue = marc.controlfield("001").strip(), marc.controlfield("003").strip()
    stamp = _STAMP.match(marc.controlfield("005"))
    return Slice(
        payload=data,
        identifier=f"({catalogue}){number}" if catalogue and number else number,
        unique=bool(catalogue),
        datestamp="{}-{}-{}T{}:{}:{}Z".format(*stamp.groups()) if stamp else "",
        deleted=marc.leader[5:6] == "d",
    )

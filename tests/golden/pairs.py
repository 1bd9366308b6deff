"""Golden pairs: ``cases/FORMAT/NAME.xml`` (``.json``, ``.ris`` ...) is one record as sent, ``NAME.record.json`` what it says.

Each format has four at least, whose names end in ``all_fields``, ``blank``, ``missing`` and ``odd``. A case of OAI-PMH is a whole
``<record>`` with its header. Before these words a name may say from which platform it comes.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from harvester.formats.doctype import without_doctype
from harvester.formats.xml import local, parse
from harvester.record import RawRecord

FOLDER = Path(__file__).parent / "cases"
FOUR = ("all_fields", "blank", "missing", "odd")
_EXPECTED = ".record.json"


def cases(*formats: str) -> list[Path]:
    """The inputs of these formats, or of all."""
    found = [p for p in sorted(FOLDER.glob("*/*")) if not p.name.endswith(_EXPECTED)]
    return [p for p in found if not formats or p.parent.name in formats]


def expected(path: Path) -> Path:
    return path.with_name(path.stem + _EXPECTED)


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def raw_case(path: Path) -> RawRecord:
    """A case as its source would hand it over: in the format that its folder is named after."""
    payload = path.read_bytes()
    root = parse(without_doctype(payload)) if path.suffix == ".xml" else None
    if root is not None and local(root) == "record" and any(local(e) == "header" for e in root):
        return raw_record(root, path.parent.name, payload)
    return RawRecord(source="test", identifier=path.stem, format=path.parent.name, payload=payload)


def raw_record(record: etree._Element, name: str, payload: bytes | None = None) -> RawRecord:
    """A ``<record>`` with its header."""
    header = next((e for e in record if local(e) == "header"), None)
    fields = [(local(e), (e.text or "").strip()) for e in header] if header is not None else []
    first = dict(reversed(fields))
    return RawRecord(
        source="test",
        identifier=first.get("identifier", ""),
        format=name,
        payload=payload if payload is not None else etree.tostring(record, with_tail=False),
        datestamp=first.get("datestamp", ""),
        deleted=header is not None and header.get("status") == "deleted",
        sets=tuple(value for field, value in fields if field == "setSpec"),
    )

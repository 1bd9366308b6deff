"""MARC 21 as one shape, whether it came as XML or as ISO 2709, and its walk through ``crosswalks/marcxml.toml``.

The rows of that table are tags. ``"245" = "title : title-statement | a,b,n,p"`` gives the whole field to a rule and names
the subfields that the rule reads; ``"500$a" = "descriptions : description note"`` gives one subfield to a rule for a value.
``"264[@ind2=4]"`` asks for an indicator, ``"76X"`` and ``"5XX"`` stand for all tags that have no row of their own. What no
row names goes to ``extra`` as ``245$h``. The fields: https://www.loc.gov/marc/bibliographic/.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
from msgspec import structs

from harvester.formats.crosswalk import Crosswalk, Field, crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.marc import fixed, unimarc
from harvester.formats.marc.fields import LINKAGE, Datafield, MarcRecord
from harvester.formats.marc.names import settle_roles
from harvester.formats.marc.settle import settle_kind, settle_series
from harvester.record import RawRecord, Record, Step

TABLE = "marcxml"
_SCRIPTS = "880"
"""The field in its own script, of which the linked one is the transliteration."""


def read_marc(raw: RawRecord, dialect: str, trace: list[Step] | None, marc: MarcRecord) -> Record:
    """What a MARC record says, by the table and by the positions of its leader and of 008."""
    draft = begin(raw, "dspace" if fixed.is_dspace(marc.leader) else dialect, trace)
    describe(draft, marc)
    return draft.finish()


def describe(draft: Draft, marc: MarcRecord) -> None:
    """All that a MARC record says, into a draft: METS may hold one."""
    left: list[tuple[str, str]] = []
    work = not fixed.is_no_work(marc.leader)
    if not work:
        left = [(f"{field.tag}${code}", value) for field in marc.fields for code, value in field.subfields]
        marc = structs.replace(marc, fields=())
    if unimarc.is_unimarc(marc):
        marc, left = unimarc.as_marc21(marc)
    table = crosswalk(TABLE, draft.dialect)
    fixed.number(draft, marc.control)
    fixed.kind(draft, marc.leader, draft.dialect)
    for field in marc.fields:
        _visit(field, table, draft)
    if work:
        fixed.fill(draft, marc.leader, marc.controlfield("008"))
    settle_roles(draft, [" ; ".join(field.all("c")) for field in marc.all("245")])
    settle_kind(draft)
    settle_series(draft)
    left += [(tag, value) for tag, value in marc.control if tag not in table.fields]
    for path, value in left:
        if value.strip():
            take(draft, None, path, value.strip(), None)


def _visit(field: Datafield, table: Crosswalk, draft: Draft) -> None:
    tag, prefix = field.tag, ""
    if tag == _SCRIPTS:
        tag, prefix = field.first("6")[:3], f"{_SCRIPTS}/"
    path, row = _row(table, prefix + tag, field.ind1, field.ind2)
    if row is not None and row.whole is not None:
        draft.path, draft.sent_language = f"{prefix}{tag}", None
        found = row.whole(draft, field)
        if draft.trace is not None:
            text = " ".join(value for _, value in field.subfields)
            draft.trace.append(Step(path, text, row.element, row.rule, msgspec.to_builtins(found)))
        left = field.subfields if found is None else [s for s in field.subfields if not _reads(row, s[0])]
    else:
        left = field.subfields
    for code, value in left:
        below = f"{path}${code}"
        each = table.fields.get(below) or (_row(table, f"{prefix}{tag}", field.ind1, field.ind2, f"${code}")[1])
        if code not in LINKAGE or each is not None:
            take(draft, each, f"{prefix}{tag}${code}", value, None)


def _reads(row: Field, code: str) -> bool:
    """``*`` is all letters: figures are numbers of authorities and links, which a rule names if it reads them."""
    return code in row.parts or ("*" in row.parts and code.isalpha())


@lru_cache(maxsize=4096)
def _row(table: Crosswalk, tag: str, ind1: str, ind2: str, subfield: str = "") -> tuple[str, Field | None]:
    """The path of a row and the row: of the tag with an indicator, of the tag, of its group if the tag has no row at all."""
    own = not subfield and any(path.startswith(f"{tag}$") for path in table.fields)
    for name in (tag,) if own else (tag, f"{tag[:-1]}X", f"{tag[:-2]}XX"):
        for condition in (f"[@ind1={ind1}][@ind2={ind2}]", f"[@ind2={ind2}]", f"[@ind1={ind1}]", ""):
            found = table.fields.get(f"{name}{condition}{subfield}")
            if found is not None:
                return f"{tag}{condition}", found
    return tag, None

"""Notes of CSL-JSON items: Zotero keeps there, a line each, what it has no field for.

https://www.zotero.org/support/kb/item_types_and_fields#citing_fields_from_extra
"""

from __future__ import annotations

import re
from typing import Final

from harvester.formats import exported
from harvester.formats.crosswalk import crosswalk
from harvester.formats.csl_json.variables import table
from harvester.formats.draft import Draft
from harvester.formats.rules import links, words
from harvester.record import Json, Relation

_CHEATER: Final = re.compile(r"\{:([\w-]{2,30}):\s*([^{}]{1,500})\}")
"""An older way to write a variable into Zotero's Extra: ``{:PMID: 25263208}``."""
_LINE: Final = re.compile(r"(?P<label>[A-Za-z][A-Za-z _-]{1,30}):\s*(?P<value>\S.{0,500})")
_TEX: Final = re.compile(r"(?:tex|bibtex)\.[\w.-]{1,40}(?:\[[a-z]+\])?:.*", re.IGNORECASE)


def csl_note(draft: Draft, sent: str) -> Json:
    """Notes; Zotero's Extra, a variable a line, arrives here; and what we write of retractions."""
    for label, value in _CHEATER.findall(sent):
        _line(draft, label, value.strip())
    rest: list[str] = []
    for line in _CHEATER.sub("", sent).splitlines()[:1000]:
        bare = line.strip()
        labelled = _LINE.fullmatch(bare)
        if (
            _TEX.fullmatch(bare)
            or _update(draft, bare)
            or (labelled and _line(draft, labelled["label"], labelled["value"]))
        ):
            continue
        rest.append(line)
    note = "\n".join(rest).strip()
    return words.description(draft, note, "note") if note else "read line by line"


def _line(draft: Draft, label: str, value: str) -> Json:
    """One variable of Extra, by the row that the variable has; None for a line that is a note after all."""
    name = table("extra_lines").get(label.lower())
    if name is None:
        return None
    if name == "arXiv":
        return links.identifier(draft, value.partition("[")[0].strip(), "arxiv")
    field = crosswalk("csl_json", draft.dialect).field(name) if name else None
    if field is None:
        return "not of the work"
    rule = field.whole or field.apply
    assert rule is not None
    return rule(draft, value)


def _update(draft: Draft, line: str) -> bool:
    """What we write ourselves of a retraction."""
    found = exported.read_mark(line)
    if found is None:
        return False
    status, date, targets = found
    draft.values.setdefault("update_status", status)
    for scheme, target in targets:
        draft.put(draft.relations, Relation(exported.MARKS[status][1], scheme, target, date=date))
    return True

"""MODS 3, the Metadata Object Description Schema of the Library of Congress.

Read alone, inside of METS and DIDL, or as a part of METS without a root of its own, by ``crosswalks/mods.toml``; written as
``modsCollection``. The elements: https://www.loc.gov/standards/mods/userguide/generalapp.html.
"""

from __future__ import annotations

from lxml import etree
from msgspec import structs

from harvester.clean import citations
from harvester.clean.dates import date as edtf
from harvester.errors import RecordError
from harvester.formats import tree
from harvester.formats.crosswalk import crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.mods.names import UNSAID
from harvester.formats.mods.parts import is_collection
from harvester.formats.mods.write import write
from harvester.formats.rules import terms
from harvester.formats.rules.theses import is_thesis, settle_thesis
from harvester.formats.tree import attribute_of, children, said
from harvester.formats.xml import local, metadata
from harvester.record import Institution, RawRecord, Record, Step

__all__ = ["describe", "read", "write"]


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    draft = begin(raw, dialect, trace)
    root = metadata(raw.payload, raw.context, crosswalk("mods", dialect).roots)
    if local(root) == "modsCollection":
        found = next(children(root, "mods"), None)
        if found is None:
            raise RecordError("is a collection without a record", element="modsCollection")
        root = found
    describe(draft, root)
    return draft.finish()


def describe(draft: Draft, mods: etree._Element) -> None:
    """All that a ``<mods>`` says, into a draft; what only the whole of it can tell comes last."""
    tree.walk(mods, tree.branches(crosswalk("mods", draft.dialect)), draft)
    _settle_titles(draft)
    _settle_roles(draft)
    _settle_descriptions(draft)
    _settle_issue(draft, mods)
    _settle_series(draft)
    settle_thesis(draft)
    _settle_school(draft)


def _settle_school(draft: Draft) -> None:
    """EPrints sends where a thesis was written as its publisher: ``University of Southampton;School of Law``."""
    said = draft.values.get("publisher") or ""
    school, _, department = said.partition(";")
    if department and school[-1:].strip() and department[:1].strip() and ";" not in department and is_thesis(draft):
        draft.values["publisher"] = school
        if not draft.institutions:
            draft.put(draft.institutions, Institution(name=school, role="awarding", department=department))


def _settle_titles(draft: Draft) -> None:
    """A record whose titles are all alternative or uniform ones is known by the first of them."""
    if draft.titles and all(t.type for t in draft.titles):
        at = next((i for i, t in enumerate(draft.titles) if t.type == "alternative"), None)
        if at is not None:
            draft.titles[at] = structs.replace(draft.titles[at], type="")


def _settle_roles(draft: Draft) -> None:
    """A name without a role is an author where no name is said to be one, as DSpace sends authors alone."""
    role = "other" if any(c.role == "author" for c in draft.contributors) else "author"
    draft.contributors[:] = [structs.replace(c, role=role) if c.role == UNSAID else c for c in draft.contributors]


def _settle_descriptions(draft: Draft) -> None:
    """DSpace's stylesheet for METS sends the abstract as a note as well."""
    abstracts = {d.text for d in draft.descriptions if d.type == "abstract"}
    draft.descriptions[:] = [d for d in draft.descriptions if d.type != "note" or d.text not in abstracts]


def _settle_series(draft: Draft) -> None:
    """The number within the series is the volume of a work that nothing else contains, as in MARC."""
    if draft.series is None or "title" in draft.container:
        return
    start = f"{draft.series}, "
    label = next((r.label for r in draft.relations if r.label and r.label.startswith(start)), None)
    if label is not None and (volume := citations.number(label.removeprefix(start))):
        draft.set("volume", volume)


def _settle_issue(draft: Draft, mods: etree._Element) -> None:
    """What the journal's issue or the book says, where the record has none of its own: the date of issue, the publisher."""
    hosts = [item for item in children(mods, "relatedItem") if attribute_of(item, "type").lower() == "host"]
    places = [(node, "part", "date") for node in (mods, *hosts)]
    places += [(host, "originInfo", "dateIssued") for host in hosts if not is_collection(host)]
    for node, *path in places:
        if not (sent := said(draft, node, *path)):
            continue
        known = [d.value for d in (*draft.dates, *draft.loose_dates) if d.value and d.type in ("", "issued")]
        made = path[0] == "originInfo" and any(d.type in ("created", "copyrighted") for d in draft.dates)
        draft.path = "/".join(path)
        if not known and not made:
            terms.date(draft, sent, "issued")
        elif not any(value[:4] == (edtf(sent) or "")[:4] for value in known):
            take(draft, None, draft.path, sent, None)
    if "publisher" not in draft.values and "publisher" in draft.container:
        draft.set("publisher", draft.container.pop("publisher"))

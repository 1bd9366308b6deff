"""ETD-MS, made for theses. Crosswalk: ``crosswalks/etdms.toml``."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from harvester.formats import platforms, tree
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import bags, people, theses, words
from harvester.formats.tree import all_said, attribute_of, said
from harvester.formats.xml import metadata
from harvester.record import Date, Json, RawRecord, Record, Step

_ADVISORS = ("advis", "supervis", "director", "promot", "tutor", "orientador", "directeur", "chair of committee")
_JUDGES = ("committee", "examin", "reader", "referee", "jury", "opponent", "reviewer", "rapporteur")
_DESCRIPTIONS = {"abstract": "abstract", "note": "note", "release": "note"}
_DAY = 10


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("etdms").roots)
    dialect = dialect or platforms.guess(raw, root)
    draft = begin(raw, dialect, trace)
    tree.walk(root, tree.branches(crosswalk("etdms", dialect)), draft)
    if dialect == "dspace":
        told = tell_dates(draft.loose_dates)
        draft.dates += [d for d in told if d.type]
        draft.loose_dates[:] = [d for d in told if not d.type]
    theses.settle_thesis(draft, demanded=dialect != "dspace")
    return draft.finish()


def tell_dates(sent: list[Date]) -> list[Date]:
    """DSpace cuts its dates to ten characters, so that those of the repository look like the date of issue.

    A day that comes twice is that of accession and of availability; so is a day beside a date of a year or a month alone.

    >>> days = ["2020-12-21", "2020-12-21", "2020-09-28"]
    >>> [(d.type, d.value) for d in tell_dates([Date("", day) for day in days])]
    [('available', '2020-12-21'), ('', '2020-09-28')]
    """
    days = Counter(d.value for d in sent if d.value and len(d.value) == _DAY)
    others = {d.value for d in sent if d.value} - set(days)
    repository = {day for day, times in days.items() if times > 1} if len(days) > 1 else set()
    if others:
        repository = set(days)
    told = [Date("available", day) for day in sorted(repository, key=str)[-1:]]
    told += [Date("deposited", day) for day in sorted(repository, key=str)[:-1]]
    return told + [d for d in sent if d.value not in repository]


def role_description(draft: Draft, node: etree._Element) -> Json:
    kind = _DESCRIPTIONS.get(attribute_of(node, "role").lower())
    sent = said(draft, node)
    if not sent:
        return None
    return words.description(draft, sent, kind) if kind else bags.loose_description(draft, sent)


def role_contributor(draft: Draft, node: etree._Element) -> Json:
    """``role`` is free text: ``advisor``, ``Committee Member``."""
    role, sent = attribute_of(node, "role").lower(), said(draft, node)
    if not sent:
        return None
    if any(word in role for word in _ADVISORS):
        return people.person(draft, sent, "advisor")
    if any(word in role for word in _JUDGES):
        return people.person(draft, sent, "reviewer")
    if draft.dialect == "dspace" and not role:
        return bags.dspace_contributor(draft, sent)
    return people.person(draft, sent, "other")


def whole_degree(draft: Draft, node: etree._Element) -> Json:
    for part in ("name", "level", "discipline"):
        for sent in all_said(draft, node, part):
            if theses.degree(draft, sent, part) is None:
                draft.extra.setdefault(f"degree/{part}", []).append(sent)
    for sent in all_said(draft, node, "grantor"):
        people.institution(draft, sent, "awarding")
    for sent in all_said(draft, node, "department"):
        people.department(draft, sent, "awarding")
    return dict(draft.degree) or len(draft.institutions) or None

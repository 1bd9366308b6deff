"""The rule for 502 of MARC: which kind of thesis it is, for which degree, at which university, in which year."""

from __future__ import annotations

import re

from harvester.clean import dates, text
from harvester.clean.types import resource_type
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.marc.fields import Datafield, bare, joined
from harvester.formats.rules import terms, words
from harvester.formats.rules.theses import degree
from harvester.record import Institution, Json

_THESIS = re.compile(
    r"(?P<kind>[^(]{0,80})(?:\((?P<degree>[^()]{1,60})\))?(?:\s*--+|\s[-\u2013\u2014]\s|\s*\u2014|(?:(?<=\))|(?<=Tesis)|(?<=Thesis))-)"
    r"\s*(?P<school>[^,]{3,150}(?:, [^,\d]{3,100}){0,3})"
    r"(?:,\s*(?P<year>[\[\]\w. ]{4,20}))?\.?"
)
"""``Thesis (Ph. D.)--University of Leeds, 2019.``"""
_OTHER_THESIS = re.compile(
    r"(?:zugl\.?:? )?(?P<place>[^,:]{2,60}), (?P<school>[^,]{2,80}), (?P<kind>[^,\d]{3,40}), (?P<year>\d{4})\b.{0,80}"
    r"|(?P<kind2>[^,\d]{5,40}), (?P<school2>[^,]{5,100}), (?P<year2>\d{4})"
    r"|(?P<kind3>Diss\.|Akad\. avh\.|Lic\.-(?:avh|uppsats)\.?)(?: \([^()]{3,40}\))?"
    r" [^,:()]{2,40} : (?P<school3>[^,]{3,80}), (?P<year3>\d{4})",
    re.IGNORECASE,
)
"""``Bremen, Univ., Diss., 2010``; ``Dissertation, Universität Leipzig, 2019``; in Sweden ``Diss. Lund : Lunds univ., 2004``."""
_SHORT = {
    "diss": "doctoral-thesis", "inauguraldiss": "doctoral-thesis", "master": "masters-thesis", "mag": "masters-thesis",
    "dipl": "masters-thesis", "bachelor": "bachelors-thesis", "habil": "thesis",
    "avh": "doctoral-thesis", "lic": "thesis",
}  # fmt: skip
"""As ``vocabularies/types.toml`` has the same words in full."""


def thesis_note(draft: Draft, item: Datafield) -> Json:
    """502: ``$b`` degree, ``$c`` institution, ``$d`` year, or all in ``$a``: ``Thesis (Ph. D.)--University of Leeds, 2019.``"""
    draft.types.append((1, "thesis"))
    name, school, year = (sound(draft, bare(item.first(code))) for code in "bcd")
    if not (name or school or year) and (match := _THESIS.fullmatch(text.plain(item.first("a")).strip())):
        name, school, year = (bare(match[part] or "") for part in ("degree", "school", "year"))
        if not name:
            words.description(draft, item.first("a"), "note")  # ``Tesi di dottorato - Roma, 2019``
    elif not (name or school or year):
        name, school, year = _of_other_form(draft, item.first("a"))
    if name:
        degree(draft, name)
        _kind_of_thesis(draft, name)
    if school:
        draft.put(draft.institutions, Institution(name=text.plain(school), role="awarding"))
    if year and not any(d.type == "issued" for d in draft.dates) and dates.date(year):
        terms.date(draft, year, "issued")
    elif item.first("d") and not any(d.type == "issued" and (d.value or "")[:4] == year[:4] for d in draft.dates):
        draft.extra.setdefault(f"{draft.path}$d", []).append(item.first("d"))  # of the degree, before the book
    note = joined(draft, item, "go" if school and not any(item.all("bcd")) else "ago")
    if note:
        words.description(draft, note, "note")
    return [name, school, year] if name or school or year else note or None


def _of_other_form(draft: Draft, sent: str) -> tuple[str, str, str]:
    """No degree, but which kind of thesis it is; the school with the place that makes it one (``Univ. Bremen``), the year."""
    match = _OTHER_THESIS.fullmatch(text.plain(sent))
    if match is None:
        return "", "", ""
    if _kind_of_thesis(draft, match["kind3"] or match["kind2"] or match["kind"]) is None:
        return "", "", ""
    words.description(draft, sent, "note")
    school = match["school3"] or match["school2"] or f"{match['school']} {match['place']}"
    return "", school, match["year3"] or match["year2"] or match["year"]


def _kind_of_thesis(draft: Draft, sent: str) -> str | None:
    found = resource_type(sent)
    if found is None and "." in sent:
        last = re.split(r"[ -]", sent.casefold().split(".-")[0].strip(" ."))[-1]
        found = next((kind for short, kind in _SHORT.items() if last.startswith(short)), None)
    if found is None or not found.endswith("thesis"):
        return None
    draft.types.append((1, found))
    return found

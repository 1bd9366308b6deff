"""What several vocabularies say of one work, as one: element by element the first that says something is believed."""

from __future__ import annotations

from typing import Final

from harvester.clean import text
from harvester.formats.draft import Draft
from harvester.formats.web_page import trust
from harvester.record import Subject

_LISTS: Final = (
    "types", "type_raw", "contributors", "descriptions", "loose_descriptions", "language", "loose_dates",
    "institutions", "rights", "licenses", "funding", "audience", "coverage", "media_types", "extent",
)  # fmt: skip
"""Of these the first vocabulary that has any counts: others say the same in other words."""
_UNITED: Final = ("relations", "findings", "mimes", "citations")
_DICTS: Final = ("values", "event", "degree")


def united(drafts: list[Draft]) -> Draft:
    whole, *others = drafts
    for other in others:
        known = {title.title for title in whole.titles}
        titled = any(not title.type for title in whole.titles)
        whole.titles += [t for t in other.titles if (t.type or not titled) and t.title not in known]
        if not any(c.role == "author" for c in whole.contributors) and any(
            c.role == "author" for c in other.contributors
        ):
            named = {c.name for c in other.contributors}  # eLife has its authors in DC.Contributor as well
            whole.contributors = [*other.contributors, *(c for c in whole.contributors if c.name not in named)]
        whole.contributors = trust.united(whole.contributors, other.contributors)
        for name in _LISTS:
            if not getattr(whole, name):
                setattr(whole, name, getattr(other, name))
        if any(d.type == "issued" for d in whole.dates):
            whole.loose_dates = []
        for name in _UNITED:
            getattr(whole, name).extend(each for each in getattr(other, name) if each not in getattr(whole, name))
        for name in _DICTS:
            setattr(whole, name, {**getattr(other, name), **getattr(whole, name)})
        whole.files = trust.files(whole.files, other.files)
        whole.subjects = _subjects(whole.subjects, other.subjects, more=not whole.subjects or bool(other.identifiers))
        whole.container = _container(whole.container, other.container)
        dated = {d.type for d in whole.dates if d.value}
        whole.dates = [d for d in whole.dates if d.value or all(d.type != o.type for o in other.dates)]
        whole.dates += [d for d in other.dates if d.type not in dated]
        for identifier in other.identifiers.values():
            whole.identify(identifier.scheme, identifier.value, identifier.relation, identifier.raw)
        whole.landing = whole.landing or other.landing
        whole.citation = whole.citation or other.citation
        whole.series = whole.series or other.series
        for path, sent in other.extra.items():
            whole.extra.setdefault(path, []).extend(sent)
    return whole


def _subjects(first: dict[Subject, None], second: dict[Subject, None], *, more: bool) -> dict[Subject, None]:
    """Both, where the second stand among tags that name the work; keywords for search engines only where there are no others."""
    known = {subject.term.casefold() for subject in first}
    added = {subject: None for subject in second if subject.term.casefold() not in known} if more else {}
    return {**first, **added}


def _container(first: dict[str, str], second: dict[str, str]) -> dict[str, str]:
    """One says the journal's title, another its ISSN; a second title is that of something else."""
    if "title" in first and "title" in second and text.title_key(first["title"]) != text.title_key(second["title"]):
        return {**{k: v for k, v in second.items() if k == "site"}, **first}
    return {**second, **first}

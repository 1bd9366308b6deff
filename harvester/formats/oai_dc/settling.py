"""What only the whole record of a simple format can tell: what stands there twice, and what a platform means by all of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from harvester.formats.draft import Draft
from harvester.formats.rules import links, theses

_VOLUME_PAGE = re.compile(r"/vol(?P<volume>\d{1,4})/iss(?P<issue>[\w-]{1,8})/\d+/?$")
_A_FEW_NAMES = 200


def settle(draft: Draft) -> None:
    """Called when all fields are read."""
    if len(draft.contributors) > 1:
        _drop_repeated(draft)
    if draft.dialect == "dspace" and len(draft.loose_descriptions) > 1:
        _drop_names(draft)
    if draft.degree:
        theses.settle_thesis(draft)
    if "publisher" in draft.values:
        _drop_journal_as_publisher(draft)
    rule = _SETTLED.get(draft.dialect)
    if rule is not None:
        rule(draft)


_WHOLE_NAME = re.compile(r"[^\W\d_]{2}")


def _drop_repeated(draft: Draft) -> None:
    """The list of authors that is sent twice, and who is an author and a contributor of unknown role.

    One of two authors with one name may be another person: only the whole list, or a single author's name in full, is dropped.
    """
    named = [(c.role, c.name) for c in draft.contributors]
    if len(set(named)) == len(named) and "other" not in {role for role, _ in named}:
        return
    authors = [c for c in draft.contributors if c.role == "author"]
    half = len(authors) // 2
    if (
        half
        and authors[:half] == authors[half:]
        and (half > 1 or authors[0].kind != "person" or _WHOLE_NAME.search(authors[0].given or ""))
    ):
        draft.contributors[:] = authors[:half] + [c for c in draft.contributors if c.role != "author"]
    known = {name for role, name in named if role != "other"}
    draft.contributors[:] = [
        c for c in draft.contributors if c.role != "other" or c.name not in known or c.orcid or c.affiliations
    ]


_LETTERS = re.compile(r"[^\W\d_]+")


def _drop_names(draft: Draft) -> None:
    """The statement of responsibility, whose qualifier DSpace does not send, is no description."""
    named = {word for c in draft.contributors for word in _LETTERS.findall(c.name.casefold())} | {"by", "and"}
    for each in tuple(draft.loose_descriptions):
        if len(each.text) < _A_FEW_NAMES and named.issuperset(_LETTERS.findall(each.text.casefold())):
            draft.loose_descriptions.remove(each)
            draft.extra.setdefault("dc.description", []).append(each.text)


def _drop_journal_as_publisher(draft: Draft) -> None:
    """Without a publishing institution OJS names the journal as publisher, and so do others (Invenio at CERN)."""
    if draft.dialect != "ojs" and draft.citation is None and "issn" not in draft.container:
        return
    journal = draft.container.get("title") or (draft.citation.container if draft.citation else None)
    publisher = draft.values.get("publisher")
    if journal and publisher and publisher.casefold().rstrip(".") == journal.casefold().rstrip("."):
        del draft.values["publisher"]


_THESES = re.compile(r"\b(?:theses|dissertations)\b(?!,? (?:on|about|abstracts)\b)", re.IGNORECASE)
_MASTERS = re.compile(r"\bmaster\W?s?\b|\bM\.?S\.? ", re.IGNORECASE)
_DOCTORAL = re.compile(r"\bdoctoral\b|\bPh\.?D\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:honou?rs?|senior|undergraduate|bachelor\W?s?)\b", re.IGNORECASE)


def _kind_of_theses(series: str) -> str | None:
    """What the name of a series says that its works are, where that is theses.

    >>> _kind_of_theses("Masters Theses 1911 - February 2014"), _kind_of_theses("Theses and Dissertations--Physics")
    ('masters-thesis', 'thesis')
    >>> _kind_of_theses("Honors Theses"), _kind_of_theses("Master's Theses and Doctoral Dissertations")
    ('bachelors-thesis', 'thesis')
    """
    if not _THESES.search(series):
        return None
    levels = (("masters-thesis", _MASTERS), ("doctoral-thesis", _DOCTORAL), ("bachelors-thesis", _FIRST))
    found = [kind for kind, pattern in levels if pattern.search(series)]
    return found[0] if len(found) == 1 else "thesis"


def _settle_digital_commons(draft: Draft) -> None:
    """``/jml/vol4/iss3/5`` is the address of an article in a journal: then the series is that journal.

    All works are of type text; those of a series of theses are theses.
    """
    if draft.series is not None and not draft.types and (kind := _kind_of_theses(draft.series)) is not None:
        draft.types.append((0, kind))
    for found in draft.identifiers.values():
        match = _VOLUME_PAGE.search(links.path_of(found.value)) if found.scheme == "url" else None
        if match is not None and draft.series is not None:
            draft.container.setdefault("title", draft.series)
            draft.relations[:] = [r for r in draft.relations if r.target != draft.series]
            draft.set("volume", match["volume"])
            draft.set("issue", match["issue"])


def _settle_dataverse(draft: Draft) -> None:
    """A dataset is what a Dataverse has; older ones name the kind of data as type. Its name is its DOI or handle."""
    if not draft.types:
        draft.types.append((0, "dataset"))
    if draft.raw.identifier.startswith(("doi:", "hdl:")):
        links.classified(draft, draft.raw.identifier, links.form(draft.raw.identifier))


_SETTLED: Final[dict[str, Callable[[Draft], None]]] = {
    "digital_commons": _settle_digital_commons,
    "dataverse": _settle_dataverse,
}

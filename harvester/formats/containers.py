"""What a work is part of, when all is known that tells: whose an ISSN or ISBN is, and what kind of whole it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from harvester.record import Container

if TYPE_CHECKING:
    from harvester.formats.draft import Draft

_PARTS = frozenset((
    "article", "review-article", "book-review", "data-paper", "editorial", "commentary", "letter", "correction",
    "retraction-notice", "preprint", "peer-review", "newspaper-article", "chapter", "conference-paper", "poster",
    "presentation", "paratext",
))  # fmt: skip
"""Types whose ISBN is that of a book that they stand in, not their own."""
_JOURNAL_LIKE = frozenset({"article", "review-article", "editorial", "commentary", "letter", "correction", "other"})


def container_of(draft: Draft, record_type: str) -> Container | None:
    """Title, ISSN and ISBN of what contains the work; an ISBN on a book or report is the work's own."""
    found = draft.container
    isbn = found.pop("isbn", None)
    if isbn is not None:
        known = draft.identifiers.get(("isbn", isbn))
        own = record_type not in _PARTS and (known is None or known.relation != "container")
        draft.identify("isbn", isbn, "self" if own else "container")
        if not own:
            found["isbn"] = isbn
            for key, other in draft.identifiers.items():
                if other.scheme == "isbn" and other.relation == "version":
                    draft.identifiers[key] = structs.replace(other, relation="container")
    own_issn = record_type == "journal"
    if own_issn:
        for key, other in draft.identifiers.items():
            if other.scheme == "issn" and other.relation == "container":
                draft.identifiers[key] = structs.replace(other, relation="self")
    for scheme in ("issn", "eissn"):
        if scheme in found:
            draft.identify(scheme, found[scheme], "self" if own_issn else "container")
    whole = record_type not in _PARTS and record_type not in _JOURNAL_LIKE and not own_issn
    if draft.series is not None and whole and "title" not in found and "short_title" not in found:
        found["title"] = draft.series
        found |= {
            i.scheme: i.value for i in draft.identifiers.values() if i.scheme == "issn" and i.relation == "container"
        }
    if found.keys() <= {"type"}:  # nothing says which
        return Container(title=draft.series, type="series") if draft.series is not None else None
    if record_type in _JOURNAL_LIKE and ("isbn" not in found) and ("issn" in found or "volume" in draft.values):
        found["type"] = "journal"
    elif record_type == "chapter":
        found["type"] = "book"
    elif record_type == "conference-paper" and "issn" not in found:
        found["type"] = "proceedings"
    elif record_type != "other" and record_type in _JOURNAL_LIKE:
        found["type"] = "journal"
    elif draft.series is not None and found.get("title") == draft.series:
        found["type"] = "series"
    return Container(**found)

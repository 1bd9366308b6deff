"""Values of a work in one line each, as a librarian would write them on a card. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from harvester.record import (
    Container,
    Contributor,
    Date,
    Description,
    File,
    Funding,
    Identifier,
    Relation,
    Subject,
    Title,
    Update,
)


def happened(update: Update) -> str:
    """``retraction 2010-02-06, doi 10.1016/..., by publisher and retraction-watch``."""
    known = " ".join(v for v in (update.type, update.date) if v)
    notice = f"{update.scheme} {update.notice}".strip()
    who = f"by {' and '.join(update.sources)}" + (", in the title alone" if update.basis == "title" else "")
    return ", ".join(v for v in (known, notice, who) if v) + ("" if update.holds else " (does not hold)")


def brief(value: Any) -> str:
    """One line for a value: what a librarian would write on a card."""
    match value:
        case Identifier():
            return f"{value.scheme} {value.value}" + ("" if value.relation == "self" else f" ({value.relation})")
        case Contributor():
            return (
                f"{value.name}"
                + ("" if value.role == "author" else f" ({value.role})")
                + (f", ORCID {value.orcid}" if value.orcid else "")
            )
        case Container():
            numbers = dict.fromkeys(v for v in (value.issn, value.eissn, value.isbn) if v)
            return ", ".join(v for v in (value.title, *numbers, value.publisher) if v)
        case Title():
            return f"{value.title} ({value.type})"
        case Description():
            return " ".join(value.text.split()) + ("" if value.type == "abstract" else f" ({value.type})")
        case Subject():
            return f"{value.term}" + (f" ({value.scheme})" if value.scheme else "")
        case Date():
            return f"{value.type} {value.value or '?'}" + (f" (sent as {value.raw!r})" if value.raw else "")
        case Funding():
            return ", ".join(v for v in (value.funder_name, value.award_number) if v)
        case Relation():
            return f"{value.type} {value.scheme} {value.target}" + (f" on {value.date}" if value.date else "")
        case File():
            known = (value.name, value.description, value.version, value.size_label, value.format_label, value.url)
            return ", ".join(v for v in known if v)
        case msgspec.Struct():
            fields = (getattr(value, name) for name in value.__struct_fields__)
            return ", ".join(brief(v) for v in fields if v not in (None, "", ()))
        case tuple() | list():
            return "; ".join(brief(v) for v in value)
        case dict():
            return ", ".join(f"{k} {brief(v)}" for k, v in value.items())
        case bool():
            return "yes" if value else "no"
    return str(value)

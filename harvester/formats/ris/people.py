"""Rules for people in RIS, and for what databases write of them: where each of them works, their ORCIDs, and who paid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import structs

from harvester.clean import identifiers, names, text
from harvester.clean.organisations import is_organisation
from harvester.formats.draft import Draft
from harvester.formats.rules import people
from harvester.record import Affiliation, Contributor, Funding, Json

_OF_ALL = re.compile(r"\((?P<names>[^()]{3,4000})\)\s+(?P<where>\S.*)", re.DOTALL)
"""``(Liu R.; Adler D.G.) Department of Medicine, ...``"""
_WHERE = re.compile(r"\.?[.:,]\s+(?P<where>[^\W\d_].*)", re.DOTALL)
_MAIL_LABEL = re.compile(r"Electronic address:?[\s.]*$|\s\.$")
_ORCID = re.compile(
    r"(?:^|[,;]\s+)(?P<name>[^;/:]{3,100});\s*ORCID:\s*(?:https?://orcid\.org/)?(?P<id>[\dXx]{4}(?:-[\dXx]{4}){3})"
)
_PARTS_OF_A_NAME = 3


def name(draft: Draft, sent: str, role: str = "author") -> Json:
    """A name a line; a comma at its end is EndNote's mark of a body that is not to be taken apart.

    PsycINFO lists in A2 the families of all whom an article cites: who is no author and whose name cannot be read is nobody.
    """
    if sent.endswith(",") and (is_organisation(sent[:-1]) or "," in sent[:-1] or sent.count(" ") > 1):
        found = names.organisation(sent[:-1])
        draft.contributors.append(Contributor(name=found.name, role=role, kind="organisation", raw=sent))
        return draft.contributors[-1]
    known = len(draft.contributors)
    value = people.person(draft, sent, role)
    if (
        role != "author"
        and sent.count(",") >= _PARTS_OF_A_NAME
        and any(c.kind == "unknown" for c in draft.contributors[known:])
    ):
        del draft.contributors[known:]
        return None
    return value


def affiliation(draft: Draft, sent: str) -> Json:
    """Of those whom it names, as Embase and Ovid have it; else of the only author."""
    return affiliation_of(draft, sent) or people.affiliation(draft, sent)


def affiliation_of(draft: Draft, sent: str) -> Json:
    """``(Liu R.; Bell A.) Department ...``, ``Bell, Amina. Department ...``: of the authors that it names, and of nobody else."""
    found = [(at, said) for at, where in _named(draft, sent) if (said := text.plain(_MAIL_LABEL.sub("", where)))]
    for at, said in found:
        author = draft.contributors[at]
        if all(said not in (known.name or "") for known in author.affiliations):
            draft.contributors[at] = structs.replace(
                author, affiliations=(*author.affiliations, Affiliation(name=said))
            )
    return [said for _, said in found] or None


def _named(draft: Draft, sent: str) -> Iterator[tuple[int, str]]:
    """(place of an author, where that author works)."""
    authors = [(at, c) for at, c in enumerate(draft.contributors) if c.role == "author" and c.family]
    if match := _OF_ALL.fullmatch(sent):
        said = {_letters(part) for part in match["names"].split(";")}
        yield from [(at, match["where"]) for at, c in authors if _letters(c.name) in said]
        return
    for at, c in authors:
        for form in (c.name, f"{c.given} {c.family}"):
            if sent.startswith(form) and (match := _WHERE.fullmatch(sent, len(form))):
                yield at, match["where"]
                return


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def orcids(draft: Draft, sent: str) -> Json:
    """``ORCID: http://orcid.org/Bell, Amina; ORCID: http://orcid.org/0000-0002-1825-0097`` of Ovid: for the one of that name."""
    found: list[Json] = []
    for match in _ORCID.finditer(sent.replace("ORCID: http://orcid.org/", "", 1)):
        number = identifiers.orcid(match["id"])
        named = [at for at, c in enumerate(draft.contributors) if _letters(c.name) == _letters(match["name"])]
        if number is not None and len(named) == 1:
            draft.contributors[named[0]] = structs.replace(draft.contributors[named[0]], orcid=number)
            found.append(number)
    return found or None


def funding_details(draft: Draft, sent: str) -> Json:
    """``National Science Foundation, NSF, 1234567, 7654321``: who paid, their initials, their grants (Scopus)."""
    parts = sent.split(", ")
    grants = [part for part in parts[1:] if re.search(r"\d", part)]
    rest = parts[: len(parts) - len(grants)]
    if parts != rest + grants or not (named := text.plain(", ".join(rest[:1] if _initials(rest[1:]) else rest))):
        return people.funder(draft, sent)
    numbers: list[str | None] = [*grants] or [None]
    return [draft.put(draft.funding, Funding(funder_name=named, award_number=number)) for number in numbers]


def _initials(parts: list[str]) -> bool:
    return (
        len(parts) == 1 and re.fullmatch(r"[A-Z][A-Za-z&-]{1,11}", parts[0]) is not None and not parts[0][1:].islower()
    )

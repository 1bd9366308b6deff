"""Rules for people, institutions, and who paid."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote

from msgspec import structs

from harvester import schemas
from harvester.clean import identifiers, names, roles, text
from harvester.clean.organisations import unaccented
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.record import Affiliation, Contributor, Description, Funding, Institution, Json

_GRANT = re.compile(
    r"\s*\((?:grants?|awards?|contracts?|project)\s*(?:no\.?|nos\.?|numbers?|#)?\s*:?\s*([^()]{2,60})\)$", re.I
)
_SAID_FUNDER = re.compile(r" \((?:sponsor|funder|funding body)\)$", re.I)
_SENTENCE = re.compile(
    r"\b(?:supported|funded|financed|sponsored) (?:by|through|in part|under)\b|\bthank|acknowledg", re.I
)


_YEARS = re.compile(r"\(\d{4}-[\d.]{0,4}\)")
_WORD = re.compile(r"[^\W\d_]+")
_ROLE = re.compile(
    r" ?[(\[](?P<inside>[^\W\d_][^\W\d]{1,30}(?:[ -][^\W\d]{1,30}){0,3})[)\]]$|, ?(?P<after>[A-Z][A-Z_]{3,30})(?=$| \()"
)


_IN_BRACKETS = re.compile(r"([^\W\d_][^\[\],]+, [^\W\d_]{2}[^\[\],]*[^\s\[\],.]) \[[^\W\d_][^\[\]\d]{2,40}\]")
"""``Roe, Anna [Hornist]``; after an initial the brackets hold the name in full."""
_ROLE_BEHIND_YEARS = re.compile(r"(?<=\))\. ([^\W\d_][^\d()]{2,40})$")
"""As the national library of France writes it: ``Hugo, Victor (1802-1885). Auteur du texte``."""
_ROLE_BEFORE = re.compile(r"([^\W\d_][^\W\d_ ]{2,15}(?: [^\W\d_]{2,12}){0,2}) ?: (?=\S)")


def _said_role(sent: str) -> tuple[str, str]:
    """The name without the role before or behind it, and that role by ``vocabularies/roles.toml``; '' where it says none.

    A word in square brackets behind a full name is a role, whatever it says, and never of the name.

    >>> _said_role("Bel, Bernard (recorder)"), _said_role("Gasser, Robert E., EDITOR (Soil Systems, Inc.)")
    (('Bel, Bernard', 'other'), ('Gasser, Robert E. (Soil Systems, Inc.)', 'editor'))
    >>> _said_role("Thesis advisor: Roe, Ann")
    ('Roe, Ann', 'advisor')
    >>> _said_role("Smith, John (Harvard)"), _said_role("Roe, Anna [Hornist]"), _said_role("Smith, J. [John]")
    (('Smith, John (Harvard)', ''), ('Roe, Anna', 'other'), ('Smith, J. [John]', ''))
    """
    if (
        ":" in sent
        and (before := _ROLE_BEFORE.match(sent)) is not None
        and (role := roles.labelled(before[1])) is not None
    ):
        return sent[before.end() :], role
    if "). " in sent and (behind := _ROLE_BEHIND_YEARS.search(sent)) is not None and _YEARS.search(sent):
        return sent[: behind.start()], roles.labelled(behind[1]) or "other"
    if "(" not in sent and sent[-1:].islower():  # as most names are
        return sent, ""
    match = _ROLE.search(sent) if len(sent) <= ABOUT_A_NAME else None
    role = roles.labelled(match["inside"] or match["after"]) if match else None
    if match is None or role is None:
        unknown = _IN_BRACKETS.fullmatch(sent) if sent[-1:] == "]" and len(sent) <= ABOUT_A_NAME else None
        return (unknown[1], "other") if unknown else (sent, "")
    return (sent[: match.start()] + sent[match.end() :]).strip(), role


@lru_cache(maxsize=10_000)
def contributors(sent: str, role: str) -> tuple[Contributor, ...]:
    """
    >>> contributors("Aufegger, L", "author")[0].family
    'Aufegger'
    >>> contributors("Bel, Bernard (translator)", "other")[0].role, contributors("Bel, B (editor)", "author")[0].role
    ('translator', 'editor')
    >>> contributors("Carberry, Josiah [0000-0002-1825-0097]", "author")[0].orcid
    '0000-0002-1825-0097'
    """
    if (two := names.simple(sent)) is not None:
        return (Contributor(sent, role, "person", *two),)
    bare, said = _said_role(sent)
    if role == "other":
        role = said if said and said != "author" else role  # authors stand in dc:creator as well, and would come twice
    elif role == "author" and said not in ("", "other"):
        role = said
    found = names.names(bare)
    alone = len(found) == 1 and found[0].kind == "person"
    orcid = identifiers.orcid(sent) if alone and "-000" in sent else None
    return tuple([credited(name, role, sent, orcid=orcid) for name in found])


def credited(
    name: names.Name,
    role: str,
    sent: str | None = None,
    affiliations: tuple[Affiliation, ...] | None = None,
    *,
    orcid: str | None = None,
    ror: str | None = None,
    isni: str | None = None,
) -> Contributor:
    """Who is named, in a role. ``sent`` is kept where the name alone is not what was sent.

    ``affiliations``: None for the one that stood beside the name, if any.
    """
    if affiliations is None:
        affiliations = (Affiliation(name=name.affiliation),) if name.affiliation else ()
    return Contributor(
        name=name.name,
        role=role,
        kind=name.kind,
        family=name.family,
        given=name.given,
        suffix=name.suffix,
        orcid=orcid,
        ror=ror,
        isni=isni,
        affiliations=affiliations,
        raw=sent if sent != name.name else None,
    )


def person(draft: Draft, sent: str, role: str = "author") -> Json:
    """People or organisations in one role; one value may name several."""
    found = contributors(sent, role) if len(sent) <= ABOUT_A_NAME else contributors.__wrapped__(sent, role)
    draft.contributors += found
    return found or None


def affiliation(draft: Draft, sent: str) -> Json:
    """Of the only author; of several nobody knows whose it is."""
    authors = [at for at, c in enumerate(draft.contributors) if c.role == "author"]
    said = text.plain(sent)
    if len(authors) != 1 or not said:
        return None
    only = draft.contributors[authors[0]]
    draft.contributors[authors[0]] = structs.replace(only, affiliations=(*only.affiliations, Affiliation(name=said)))
    return said


@lru_cache(maxsize=5_000)
def is_payer(name: str) -> bool:
    """Whether an organisation by its name is one that pays for research; by ``vocabularies/organisations.toml``.

    >>> is_payer("Norges forskningsråd"), is_payer("Helsingin yliopisto, soveltavan biologian laitos")
    (True, False)
    """
    words, phrases = _paying()
    folded = unaccented(name)
    return not words.isdisjoint(_WORD.findall(folded)) or any(phrase in folded for phrase in phrases)


@cache
def _paying() -> tuple[frozenset[str], tuple[str, ...]]:
    table = schemas.table("vocabularies/organisations")
    return frozenset(table["paying"]), tuple(table["paying_phrases"])


def institution(draft: Draft, sent: str, role: str = "host") -> Json:
    found = text.plain(sent)
    if not found:
        return None
    draft.institutions.append(Institution(name=found, role=role))
    return found


def department(draft: Draft, sent: str, role: str = "host") -> Json:
    found = text.plain(sent)
    if not found:
        return None
    draft.institutions.append(Institution(department=found, role=role))
    return found


def funder(draft: Draft, sent: str) -> Json:
    """A funder, with the grant only where the same value names both: what came unpaired stays unpaired."""
    if sent.startswith("info:eu-repo/grantAgreement/"):
        return grant_agreement(draft, sent)
    whole = text.plain(sent)
    if whole[-1:] == ")":
        whole = _SAID_FUNDER.sub("", whole)
    if not whole:
        return None
    if len(whole) > ABOUT_A_NAME or _SENTENCE.search(whole):
        draft.descriptions.append(Description(whole, "note", draft.tag))
        return whole
    grant = _GRANT.search(whole)
    found = Funding(
        funder_name=whole[: grant.start()] if grant else whole, award_number=grant[1].strip() if grant else None
    )
    return draft.put(draft.funding, found)


def award(draft: Draft, sent: str) -> Json:
    """A grant number on its own."""
    if sent.startswith("info:eu-repo/grantAgreement/"):
        return grant_agreement(draft, sent)
    found = Funding(award_number=text.plain(sent))
    return draft.put(draft.funding, found)


def award_title(draft: Draft, sent: str) -> Json:
    found = Funding(award_title=text.plain(sent))
    draft.funding.append(found)
    return found


def award_url(draft: Draft, sent: str) -> Json:
    found = identifiers.url(sent)
    if found is None:
        return None
    draft.funding.append(Funding(award_url=found))
    return found


_NUMBERS = re.compile(r"(?P<funder>[^\[\]/]{2,100}?)\s*\[(?P<numbers>[^\[\]]{2,300})\]")
"""``MINECO [CTQ2014-52769, CTQ2014-62234]``, as some servers in Spanish write who paid."""
_JURISDICTION = re.compile(r"[A-Z]{2,3}\.?")


def grant_agreement(draft: Draft, sent: str) -> Json:
    """``info:eu-repo/grantAgreement/Funder/Programme/ID/Jurisdiction/Name/Acronym``; only the first three are always there.

    https://guidelines.openaire.eu/en/latest/literature/field_projectid.html; a slash in a part is written as ``%2F``. Where no
    programme is known, some leave its place out: ``INTA/PNPV-1135022/AR./Name`` and ``Fondecyt/1110123``.
    """
    said = sent.partition("/grantAgreement/")[2]
    if (several := _NUMBERS.fullmatch(said)) is not None:
        paid = [Funding(funder_name=several["funder"], award_number=n.strip()) for n in several["numbers"].split(",")]
        return [draft.put(draft.funding, each) for each in paid if each.award_number]
    parts = [unquote(p).strip() for p in said.split("/")]
    left_out = len(parts) == 2 or (len(parts) > 2 and _JURISDICTION.fullmatch(parts[2]) is not None)
    if left_out and parts[0] != "EC" and any(map(str.isdigit, parts[1])):
        parts.insert(1, "")
    if len(parts) < 3 or not parts[2] or _JURISDICTION.fullmatch(parts[2]):
        return None
    name = "European Commission" if parts[0] == "EC" else parts[0]
    title = parts[4] if len(parts) > 4 and parts[4] else None
    found = Funding(funder_name=name or None, stream=parts[1] or None, award_number=parts[2], award_title=title)
    return draft.put(draft.funding, found)

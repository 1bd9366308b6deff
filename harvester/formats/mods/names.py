"""Rules for names in MODS: who did what, by the parts of the name and the roles that the record gives it."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from msgspec import structs

from harvester.clean import identifiers, names, persons, roles, text
from harvester.clean.organisations import words_of_names
from harvester.formats.crosswalk import take
from harvester.formats.draft import Draft
from harvester.formats.rules import links, people
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import local
from harvester.record import Affiliation, Contributor, Funding, Institution, Json

UNSAID: Final = ""
"""The role of a name that has none; the whole record tells (``_settle_roles``)."""
_FUNDERS = frozenset({"funder", "sponsor", "fnd", "spn", "funding body"})
_GRANTORS = frozenset(
    {"degree grantor", "dgg", "degree granting institution", "grantor", "degree-granting institution"}
)
_DEPARTMENTS = frozenset({"department", "affiliation", "degree granting department"})
_HOSTS = frozenset({"host institution", "his", "host", "hosting institution"})
_PUBLISHERS = frozenset({"publisher", "pbl"})
_PREFIX_BEHIND = re.compile(r"(\w[^,]+), ((?:[a-z'’]{1,4} ?){1,4})")
"""``Berg, van den``, as MOAI sends it."""


def agent(draft: Draft, node: etree._Element) -> Json:
    """Contributors with all of their roles; funders, publishers and those who grant a degree go where those belong."""
    said_roles = roles_of(draft, node)
    kind = attribute_of(node, "type").strip().lower()
    found = of_parts(draft, node, kind)
    if not found:
        return "et al." if next(children(node, "etal"), None) is not None else None
    if kind == "conference":
        return links.event(draft, found[0].name) or found[0].name
    if set(said_roles) & _PUBLISHERS and (above := node.getparent()) is not None and _published(draft, above):
        return (
            take(draft, None, "name/namePart", found[0].name, None) or found
        )  # DiVA: the university; who published it says so
    if placed := _elsewhere(draft, found[0], said_roles):
        return placed
    for role in _ours(said_roles):
        draft.contributors += [structs.replace(c, role=role) for c in found]
    return found


def _published(draft: Draft, mods: etree._Element) -> bool:
    """Whether the record names its publisher where publishers are named."""
    return any(all_said(draft, mods, "originInfo", "publisher"))


def roles_of(draft: Draft, node: etree._Element) -> list[str]:
    """The terms as sent, in small letters; an address stands for its term. Code and text of one role are one."""
    found: list[str] = []
    for role in children(node, "role"):
        sent = list(children(role, "roleTerm")) or [role]
        for term in sent:
            sent_term = said(draft, term)
            said_term = sent_term.lower().strip(" .,;:")
            address = attribute_of(term, "valueURI")
            known = roles.role(said_term) is not None or said_term in _KNOWN
            if said_term and not known:
                take(draft, None, "name/role/roleTerm", sent_term, None)
            if said_term and (known or not address):
                found.append(said_term)
            elif address:
                found.append(address)
    return list(dict.fromkeys(found))


_KNOWN = _FUNDERS | _GRANTORS | _DEPARTMENTS | _HOSTS | _PUBLISHERS


def _ours(said_roles: list[str]) -> list[str]:
    """Our roles, each once; ``other`` only where there is nothing better."""
    found = list(dict.fromkeys([roles.role(sent) or "other" for sent in said_roles]))
    return [role for role in found if role != "other"] or found[:1] or [UNSAID]


def _elsewhere(draft: Draft, found: Contributor, said_roles: list[str]) -> Json:
    """What a name means that is no contributor: who paid, who granted the degree, who published."""
    told = set(said_roles)
    if told & _FUNDERS:
        return draft.put(draft.funding, Funding(funder_name=found.name))
    if told & _GRANTORS:
        return draft.put(draft.institutions, Institution(name=found.name, role="awarding"))
    if told & _DEPARTMENTS:
        return people.department(draft, found.name, "awarding")
    if told & _HOSTS and found.kind != "person":
        return people.institution(draft, found.name, "host")
    if told & _PUBLISHERS and len(told) == 1 and found.kind != "person":
        return draft.set("publisher", found.name)
    return None


def of_parts(draft: Draft, node: etree._Element, kind: str) -> tuple[Contributor, ...]:
    """The name as its parts give it: kept apart, or whole and read like any other."""
    parts: dict[str, list[str]] = {}
    languages: dict[str, str | None] = {}
    for child in children(node, "namePart"):
        part = attribute_of(child, "type").strip().lower()
        if sent := said(draft, child).strip(" ;"):
            if languages.setdefault(part, child.get("lang")) != child.get("lang"):
                continue  # the name once more, in another language
            parts.setdefault(part, []).append(sent)
    whole = parts.get("", [])
    if not (whole or parts.get("family") or parts.get("given")):
        whole = all_said(draft, node, "displayForm") or parts.get("displayform", [])
    if not whole and not len(node):
        whole = all_said(draft, node)
    if parts.get("family") or parts.get("given"):
        found: tuple[Contributor, ...] = _person(parts)
    elif kind in ("corporate", "family", "conference"):
        sent = ". ".join([text.plain(part).strip(" ,").removesuffix(".") for part in whole])
        organised = "unknown" if kind == "family" else "organisation"
        found = (Contributor(name=sent, role=UNSAID, kind=organised),) if sent else ()
    elif kind == "personal":
        found = _personal(" ".join(whole))
    else:
        found = people.contributors(", ".join(whole), UNSAID) if whole else ()
    if len(found) == 1 and found[0].raw is None and (shown := said(draft, node, "displayForm")) != found[0].name:
        found = (structs.replace(found[0], raw=shown or None),)
    if len(found) == 1 and (years := ", ".join(parts.get("date", ()))):
        found = (structs.replace(found[0], raw=f"{(found[0].raw or found[0].name).rstrip(' ,')}, {years}"),)
    return _identified(draft, node, found, parts.get("affiliation", []))


def grant_of(draft: Draft, node: etree._Element) -> Json:
    """``gal:grantAgreement`` of Dutch repositories: its number as OpenAIRE writes it, its title, and which name is the funder."""
    code, title = attribute_of(node, "code").strip(), text.plain(said(draft, node, "title")) or None
    named = next((attribute_of(child, "IDref") for child in children(node, "funder")), "")
    payer = text.plain(said(draft, node, "funder"))
    for name in node.getroottree().iter("{*}name") if named else ():
        if attribute_of(name, "ID") == named:
            payer = text.plain(" ".join(all_said(draft, name, "namePart")))
    known = people.award(draft, code) if code.startswith("info:eu-repo/") else Funding(award_number=code or None)
    found = known if isinstance(known, Funding) else Funding(award_number=code or None)
    if found in draft.funding:
        draft.funding.remove(found)
    if (bare := Funding(funder_name=payer)) in draft.funding:
        draft.funding.remove(bare)
    found = structs.replace(
        found, funder_name=found.funder_name or payer or None, award_title=found.award_title or title
    )
    if found == Funding():
        return None
    draft.funding.append(found)
    return found


def _person(parts: dict[str, list[str]]) -> tuple[Contributor, ...]:
    """A name whose parts are kept apart; ``termsOfAddress`` may be Jr or a title."""
    suffix = next((s for s in parts.get("termsofaddress", ()) if persons.split_suffix(f"x {s}")[1]), None)
    family, given = " ".join(parts.get("family", ())), " ".join(parts.get("given", ()))
    if (turned := _PREFIX_BEHIND.fullmatch(family)) is not None:
        family = f"{turned[2]} {turned[1]}"
    known = persons.person(text.plain(family), _untitled(text.plain(given)), suffix)
    raw = ", ".join(filter(None, (family, given, *[t for t in parts.get("termsofaddress", ()) if t != suffix])))
    return (people.credited(known, UNSAID, raw),) if known.name else ()


def _untitled(given: str) -> str:
    """A given name without titles before it: ``prof.dr. H.J.``, as Dutch repositories write them."""
    titles = words_of_names().titles
    head, _, rest = given.partition(" ")
    while rest and all(part in titles for part in head.casefold().strip(".").split(".")) and len(head) > 2:
        given = rest
        head, _, rest = given.partition(" ")
    return given


def _personal(sent: str) -> tuple[Contributor, ...]:
    """A whole name of a person, whole and of no kind where its words are those of an organisation."""
    known = names.names(sent)
    if [name.kind for name in known] == ["organisation"]:
        bare = text.plain(sent).strip(" ,.")
        known = [persons.natural(bare) if "," in bare else names.Name("unknown", bare)]
    return tuple([people.credited(name, UNSAID, sent) for name in known])


def _identified(
    draft: Draft, node: etree._Element, found: tuple[Contributor, ...], more: list[str]
) -> tuple[Contributor, ...]:
    """The name with its identifiers and affiliations, where it is that of one person or body."""
    if len(found) != 1:
        return found
    one = found[0]
    sent = [
        (attribute_of(c, "type") + attribute_of(c, "typeURI"), said(draft, c))
        for c in children(node, "nameIdentifier")
        if attribute_of(c, "invalid") != "yes"
    ]
    for child in node:
        useless = local(child) == "description" and "orcid" not in said(draft, child).lower()
        if (useless or attribute_of(child, "invalid") == "yes") and (wrong := said(draft, child)):
            take(draft, None, f"name/{local(child)}", wrong, None)
    sent.append(("", attribute_of(node, "valueURI").strip()))
    sent += [
        ("", said(draft, c).replace("=", "/"))
        for c in children(node, "description")
        if "orcid" in said(draft, c).lower()
    ]
    known = {"orcid": one.orcid, "ror": one.ror, "isni": one.isni}
    for kind, value in sent:
        scheme, clean = _identifier_of_name(kind.lower(), value)
        if clean is not None:
            known[scheme] = known[scheme] or clean
        elif value:
            take(draft, None, f"{local(node)}/nameIdentifier", value, None)
    sent_places = list(children(node, "affiliation"))
    first = sent_places[0].get("lang") if sent_places else None
    for place in [place for place in sent_places if first and place.get("lang") not in (None, first)]:
        sent_places.remove(place)  # the same once more, in another language
        take(draft, None, f"{local(node)}/affiliation", said(draft, place), None)
    places = [text.plain(place) for place in (*[said(draft, place) for place in sent_places], *more)]
    affiliations = one.affiliations + tuple([Affiliation(name=place) for place in places if place])
    return (structs.replace(one, affiliations=affiliations, **known),)


def _identifier_of_name(kind: str, sent: str) -> tuple[str, str | None]:
    """Scheme and clean value; a number that nobody calls an ISNI is none, though one in ten has the right check digit."""
    told = kind + sent.lower()
    if "ror" in kind or "ror.org" in told:
        return "ror", identifiers.ror(sent)
    if "isni" in told:
        return "isni", identifiers.isni(sent.replace("/", " "))
    if "orcid" in told:
        return "orcid", identifiers.orcid(f"orcid {sent}")
    return "orcid", None if kind or "/" in sent else identifiers.orcid(sent)

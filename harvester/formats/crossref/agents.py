"""People, organisations and money of a Crossref item: contributors, institutions, funding."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from harvester.clean import identifiers, names, text
from harvester.clean.names import Name
from harvester.clean.sound_names import sound_person
from harvester.formats.crossref.item import Agent, Funder, Id, Item, Organisation, Project
from harvester.formats.crossref.table import table
from harvester.formats.crossref.values import plain, plain_list
from harvester.formats.emails import without_emails
from harvester.formats.findings import finding
from harvester.record import Affiliation, Contributor, Finding, Funding, Institution

Extra = dict[str, list[str]]

# fmt: off
_NOBODY = frozenset({
    "&na;", "&amp;na;", "anonymous", "anon", "anon.", "[anonymous]", "et al", "et al.", "no authorship indicated",
})
# fmt: on
"""What publishers deposit where nobody signed (``&NA;`` is Ovid's)."""


def contributors(item: Item, extra: Extra, findings: list[Finding]) -> tuple[Contributor, ...]:
    """In the order of the item: authors, then editors, translators, chairs, others. ``sequence`` is not to be trusted."""
    found: list[Contributor] = []
    for key, agents in (
        ("author", item.author),
        ("editor", item.editor),
        ("translator", item.translator),
        ("chair", item.chair),
        ("contributor", item.contributor),
    ):
        if agents:
            found += _contributors(key, agents, extra, findings)
    return tuple(found)


def investigators(projects: Iterable[Project], extra: Extra, findings: list[Finding]) -> tuple[Contributor, ...]:
    """The people of a grant; one who leads several of its projects is named once."""
    found: dict[Contributor, None] = {}
    for project in projects:
        for key, agents in (
            ("lead-investigator", project.lead_investigator),
            ("co-lead-investigator", project.co_lead_investigator),
            ("investigator", project.investigator),
        ):
            found.update(dict.fromkeys(_contributors(key, agents or (), extra, findings)))
    return tuple(found)


def _contributors(key: str, agents: Iterable[Agent], extra: Extra, findings: list[Finding]) -> list[Contributor]:
    found: list[Contributor] = []
    role = table("roles")[key]
    for position, agent in enumerate(agents):
        contributor = _contributor(key, role, agent, extra, findings)
        if contributor is not None:
            found.append(contributor)
        else:
            findings.append(
                finding("author-without-name", "contributors", f"{key}[{position}] has no name and was left out")
            )
    return found


def _contributor(key: str, role: str, agent: Agent, extra: Extra, findings: list[Finding]) -> Contributor | None:
    family, given = agent.family, agent.given
    if family and given and not (agent.suffix or agent.orcid or agent.affiliation or agent.role or agent.prefix):
        contributor = _name_alone(family, given, role)
        if contributor is not None:
            return contributor
    sound = sound_person(family, given) if family and given and not agent.suffix else None
    name = sound or _cleaned(agent, findings)
    if name is None or not name.name:
        return None
    if agent.role:
        for deposited in agent.role:
            if deposited.role and (known := table("roles").get(deposited.role)):
                role = known
                break
            if deposited.role:
                extra.setdefault(f"{key}[].role[].role", []).append(deposited.role)
    if agent.prefix:
        extra.setdefault(f"{key}[].prefix", []).append(agent.prefix)
    orcid = None
    if agent.orcid:
        orcid = identifiers.orcid(agent.orcid)
        if orcid is None:
            findings.append(
                finding("orcid-checksum", "contributors", f"the ORCID iD of {name.name} is not valid", agent.orcid)
            )
    affiliations: tuple[Affiliation, ...] = ()
    if agent.affiliation:
        of = f"{key}[].affiliation[]"
        affiliations = tuple([named for sent in agent.affiliation if (named := _affiliation(of, sent, extra))])
    return Contributor(
        name.name,
        role,
        name.kind,
        name.family,
        name.given,
        name.suffix,
        orcid,
        agent.authenticated_orcid if orcid else None,
        affiliations=affiliations,
        raw=None if sound else _as_sent(agent, name),
    )


@lru_cache(maxsize=16384)
def _name_alone(family: str, given: str, role: str) -> Contributor | None:
    """All that is said of most; None where the name has to be looked at. Authors write more than once."""
    name = sound_person(family, given)
    return Contributor(name.name, role, name.kind, family, given) if name else None


def _cleaned(agent: Agent, findings: list[Finding]) -> Name | None:
    family, given, group = _name(agent.family), _name(agent.given), _name(agent.name)
    if group and "@" in group:
        group, _ = without_emails(group)
        findings.append(finding("email-dropped", "contributors", "an e-mail address was left out"))
    if family and not given and names.is_organisation(family):
        return names.organisation(family)
    # What is no name by itself may be one beside another: Arndt, K. A. and Fan, Na.
    if family and agent.given:
        given = given or _somebody(agent.given)
    elif given and agent.family and agent.family.isalpha() and not group:
        family = _somebody(agent.family)
    if family:
        return names.person(family, given, agent.suffix)
    if group:
        return names.organisation(group)
    return names.person(given) if given else None


@lru_cache(maxsize=16384)
def _name(sent: str | None) -> str | None:
    """A part of a name, on one line; None where nobody is named."""
    name = _somebody(sent) if sent else None
    return None if not name or text.placeholder(name) else name


def _somebody(sent: str) -> str | None:
    name = text.plain(sent)
    return None if name.lower() in _NOBODY else name


def _as_sent(agent: Agent, name: Name) -> str | None:
    """What was deposited, where cleaning changed it."""
    if not agent.family:
        sent = agent.name or agent.given or ""
        return sent if sent != name.name and "@" not in sent else None
    same = agent.family == (name.family or name.name) and (agent.given or None) == name.given
    return None if same else ", ".join([part for part in (agent.family, agent.given, agent.suffix) if part])


def _ror(ids: Iterable[Id] | None, path: str, extra: Extra) -> str | None:
    """The ROR id among the identifiers of an organisation; others have no element of ours."""
    found: str | None = None
    for one in ids or ():
        ror = identifiers.ror(one.id) if one.id else None
        if ror and found is None:
            found = ror
        elif one.id:
            extra.setdefault(f"{path}.id[].id", []).append(one.id)
    return found


@lru_cache(maxsize=4096)
def _named(sent: str) -> Affiliation | None:
    """Authors of one work share their affiliations."""
    name = text.plain(sent)
    return Affiliation(name) if name and not text.placeholder(name) else None


def _affiliation(path: str, sent: Organisation, extra: Extra) -> Affiliation | None:
    if sent.name and not (sent.id or sent.department or sent.place or sent.acronym or sent.country):
        return _named(sent.name)
    known = _named(sent.name) if sent.name else None
    name = known.name if known else None
    ror = _ror(sent.id, path, extra) if sent.id else None
    department = "; ".join(plain_list(sent.department)) if sent.department else None
    for key, values in (("place", sent.place), ("acronym", sent.acronym)):
        if values:
            extra.setdefault(f"{path}.{key}", []).extend(values)
    if sent.country:
        extra.setdefault(f"{path}.country", []).append(sent.country)
    return Affiliation(name, ror, department or None) if name or ror or department else None


def institutions(item: Item, extra: Extra) -> tuple[Institution, ...]:
    """Where a preprint is posted or a thesis was defended, and who made a standard; some have a ROR id and no name."""
    role = "awarding" if item.type == "dissertation" else "host"
    found: dict[Institution, None] = {}
    for sent in item.institution or ():
        named = Organisation(sent.name, sent.id, sent.department, acronym=sent.acronym)
        affiliation = _affiliation("institution[]", named, extra)
        place = "; ".join(plain_list(sent.place)) if sent.place else None
        if affiliation or place:
            a = affiliation or Affiliation()
            found[Institution(name=a.name, place=place or None, department=a.department, ror=a.ror, role=role)] = None
    if (body := item.standards_body) and (name := plain(body.name) or plain(body.acronym)):
        found[Institution(name=name, role="host")] = None
    return tuple(found)


def funding(item: Item, findings: list[Finding]) -> tuple[Funding, ...]:
    """One row an award. A funder without award has a row of its own only where it has no award anywhere in the item."""
    awarded: dict[Funding, None] = {}
    bare: dict[Funding, None] = {}
    funders = [(funder, None) for funder in item.funder or ()]
    streams = [
        (f.funder, f.scheme or f.type) for p in item.project or () for f in p.funding or () if f.funder is not None
    ]
    for funder, stream in [*funders, *streams]:
        name = plain(funder.name)
        funder_id, asserted_by = _funder_id(funder)
        numbers = _awards(funder, findings)
        if stream is not None or (item.type == "grant" and item.award):
            numbers = numbers or {plain(item.award) or "": (None, None)}
        for number, (title, url) in numbers.items():
            row = Funding(
                funder_name=name,
                funder_id=funder_id,
                award_number=number or None,
                award_title=title,
                award_url=url,
                stream=plain(stream),
                asserted_by=asserted_by,
            )
            awarded[row] = None
        if not numbers and (name or funder_id):
            bare[Funding(funder_name=name, funder_id=funder_id, asserted_by=asserted_by)] = None
    has_award = {(row.funder_name, row.funder_id) for row in awarded}
    return (*awarded, *(row for row in bare if (row.funder_name, row.funder_id) not in has_award))


def _awards(funder: Funder, findings: list[Finding]) -> dict[str, tuple[str | None, str | None]]:
    """Award number -> (title, URL); ``award`` and ``award-info`` say the same twice."""
    found: dict[str, tuple[str | None, str | None]] = {}
    details = [(n, i.award_title, i.award_url) for i in funder.award_info or () for n in i.award_number or ("",)]
    for sent, title, url in (*details, *((n, None, None) for n in funder.award or ())):
        number = text.plain(sent)
        if number and text.placeholder(number):
            findings.append(finding("award-placeholder", "funding", f"award {sent!r} stands for no number", sent))
        elif number or title or url:
            found.setdefault(number, (title, url))
    return found


def _funder_id(funder: Funder) -> tuple[str | None, str | None]:
    """(identifier, who asserted it): Crossref matches names to the funder registry where publishers give none.

    Any identifier of a funder may stand where its DOI in the funder registry stood: ROR ids do since 2023.
    """
    for one in funder.id or ():
        if one.id and (known := identifiers.funder_id(one.id)):
            return known, one.asserted_by
    if funder.doi:
        return identifiers.funder_id(funder.doi) or funder.doi, funder.doi_asserted_by
    return next(((one.id, one.asserted_by) for one in funder.id or () if one.id), (None, None))

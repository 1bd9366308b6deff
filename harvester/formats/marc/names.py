"""People, bodies and meetings of MARC: the fields X00, X10, X11 and 720, and who of them is an author."""

from __future__ import annotations

import re
from functools import cache
from sys import intern

from msgspec import structs

from harvester import schemas
from harvester.clean import identifiers, names, roles, text
from harvester.clean.persons import GENERATION
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.marc.fields import Datafield, bare, leave, leave_but
from harvester.formats.marc.links import entry, named_relation
from harvester.formats.rules import links
from harvester.formats.rules.people import credited
from harvester.record import Affiliation, Contributor, Funding, Institution, Json

_UNSAID = ""
"""Role of an added entry until the whole record is known."""
_UNCONTROLLED = "?"
"""The same of a 720."""
_OF_NAMES = {"00": "abcdqeu014", "10": "abcdneu014", "11": "acdnequ014j", "20": "aeu014"}
"""Subfields that are read, by the tag's last figures; most others have a sense only where a title stands among them."""
_TASK = re.compile(
    r"\W{0,3}(?:(?P<editor>edited|eds?\.|editors?\b|hrsg|herausgegeben|hg\.|éd(?:ité|\.)|sous la dir|a cura"
    r"|editado|под ред|red\.|redig|onder red)"
    r"|(?P<translator>translat|übers|traduit|traduc|traduzione|tradotto|vertaald|перевод|пер\.)"
    r"|(?P<illustrator>illustrat|ill\.|illustriert|ил\.)|(?P<compiler>compiled|comp\.|zusammengestellt|сост\.))",
    re.IGNORECASE,
)
"""How a unit of a statement of responsibility begins where it names all its people as doing one thing."""
_EDITORS = re.compile(r"[,(\[ ](?:editors?|eds?\.?|hrsg\.?|herausgeber(?:innen)?|hg\.?|éds?\.?)\W{0,3}$", re.IGNORECASE)
_AND_MORE = re.compile(
    r"\b(?:and|und|et|e|y) (?:\w+ )?(?:transl|übers|edit|introd|compil|illustr|annot|trad|prolog|pref)|\b(?:with|mit|avec|con) ",
    re.IGNORECASE,
)
"""What tells that one unit speaks of several tasks."""
_NOT_WRITTEN = re.compile(
    r"\b(?:edit|eds?\b|hrsg|herausg|hg\.|transl|übers|traduc|compil|comp\.|illustr|foreword|introd|direct|produc|prepar"
    r"|sous la|dir\.|coord|a cura|cura di|dirig|composed|perform|arrang|conduct|red\.|redig|redak|redact|toimitt|szerk|ured"
    r"|oprac|organiz|под ред|пер\.|перевод|ил\.|сост)",
    re.IGNORECASE,
)
"""Words of a statement of responsibility that name another task than writing."""


def heading(draft: Draft, item: Datafield, role: str = _UNSAID) -> Json:
    """A person, a body or a meeting, in the role that its relators say, else in that of the row.

    A meeting without a relator is the event that the work comes from. Degree-granting bodies are institutions. A name with
    a title is another work.
    """
    if item.tag[0] == "7" and item.first("t"):
        return _work_of(draft, item)
    found = _named(draft, item, role)
    if found:
        leave_but(draft, item, _OF_NAMES.get(item.tag[1:], "") + ("g" if isinstance(found, dict) else ""))
    return found


def _named(draft: Draft, item: Datafield, role: str) -> Json:
    told = _said_roles(draft, item)
    said = told[0] if told else ""
    kind = item.tag[1:]
    if kind == "11" and said in ("", "other") and (found := _event(draft, item)):
        return found
    if not said and item.first("a").rstrip(". ").endswith("(Online service)"):
        return None  # the website that sells the book
    role = said or role or (_UNCONTROLLED if kind == "20" else _UNSAID)
    found_names = _names(draft, item)
    if not found_names:
        return None
    if said in ("awarding", "host", "funder", "publisher"):
        leave(draft, item, "cdnq01u")
    if said in ("awarding", "host"):
        return _institution(draft, item, said)
    if said == "publisher":
        if draft.set("publisher", found_names[0].name) is None:
            leave(draft, item, "a")  # 264 says it in the form of the thing itself
        return found_names[0].name
    if said == "funder":
        return [draft.put(draft.funding, Funding(funder_name=n.name)) for n in found_names]
    sent = " ".join(item.all("abcqdn"))
    people = [credited(name, intern(role), sent) for name in found_names]
    if len(people) == 1:
        people[0] = _identified(draft, item, people[0])
    else:
        leave(draft, item, "01u")
    draft.contributors += people
    draft.contributors += [structs.replace(one, role=intern(also)) for also in told[1:] for one in people]
    return people


def _work_of(draft: Draft, item: Datafield) -> Json:
    """7XX with ``$t``: a work that this one holds (second indicator 2) or has to do with, under the name of its author."""
    at = next(i for i, (code, _) in enumerate(item.subfields) if code == "t")
    who = ". ".join([bare(value) for code, value in item.subfields[:at] if code in "ab"])
    what = bare(" ".join([value for code, value in item.subfields[at:] if code in "tnpklsfmor"]))
    kind = named_relation(item.first("i")) or ("has-part" if item.ind2 == "2" else "other")
    title = text.plain(". ".join([part for part in (who, what) if part]))
    if not sound(draft, title):
        return None
    before = {code for code, _ in item.subfields[:at]} & set("npklsfmor")
    leave_but(draft, item, "".join(set("abtnpklsfmorixzouw") - before))
    return entry(draft, item, kind, title)


def _names(draft: Draft, item: Datafield) -> list[names.Name]:
    """Each name as its tag says what it is; an uncontrolled one as its form does."""
    first = sound(draft, bare(item.first("a")))
    if not first:
        return []
    if item.tag[1:] in ("10", "11"):
        codes = "ab" if item.tag.endswith("10") else "ae"
        parts = [
            bare(text.plain(v))
            for c, v in item.subfields
            if c in codes and not (codes == "ae" and c == "e" and role(v))
        ]
        return [names.organisation(". ".join([part for part in parts if part]))]
    numeration = bare(item.first("b"))
    if item.tag.endswith("00") and item.ind1 == "0" and "," not in first:
        whole = text.plain(f"{first} {numeration}" if numeration else first)
        return [names.Name("person", whole, family=whole)]
    found = names.names(first)
    if item.tag.endswith("00") and item.ind1 == "3":
        return [names.Name("unknown", text.plain(first))]
    suffix = next((bare(c) for c in item.all("bc") if GENERATION.fullmatch(bare(c))), None)
    if suffix and len(found) == 1 and found[0].suffix is None and found[0].kind == "person":
        found = [structs.replace(found[0], suffix=suffix)]
    return found


def _institution(draft: Draft, item: Datafield, role: str) -> Json:
    """``$a`` the university, ``$b`` its department; a thesis note may have named the university before."""
    name, *parts = [text.plain(bare(value)) for value in item.all("ab")]
    found = Institution(name=name, department=", ".join(parts) or None, role=role)
    draft.institutions = [i for i in draft.institutions if i != Institution(name=name, role=role)]
    draft.institutions.append(found)
    return found


def _event(draft: Draft, item: Datafield) -> Json:
    """``$a`` name, ``$n`` number, ``$d`` date, ``$c`` place of a meeting: ``(5th :``, ``2008 :``, ``New York, N.Y.)``"""
    name = text.plain(". ".join([bare(v) for c, v in item.subfields if c == "a" or (c == "e" and not role(v))]))
    if not name or sound(draft, name) == "" or draft.event.get("name", name) != name:
        return None
    draft.event["name"] = name
    for code, part in (("n", "number"), ("d", "start"), ("c", "place"), ("g", "acronym")):
        for value in item.all(code):
            if links.event(draft, bare(value.strip("() ")).strip("() :;,"), part) is None:
                leave(draft, item, code, value)
    leave(draft, item, "u01q")
    return dict(draft.event)


def _identified(draft: Draft, item: Datafield, person: Contributor) -> Contributor:
    """With ORCID, ISNI or ROR from ``$0`` and ``$1``, and affiliations from ``$u``; other numbers go to ``extra``."""
    found: dict[str, Json] = {}
    for code, value in item.subfields:
        if code not in "01":
            continue
        sent = re.sub(r"^\((?:orcid|isni|ror)\)\s*", "", value, flags=re.IGNORECASE)
        if orcid := identifiers.orcid(sent):
            found["orcid"] = orcid
        elif ror := identifiers.ror(sent):
            found["ror"] = ror
        elif "isni" in value.lower() and (isni := identifiers.isni(sent)):
            found["isni"] = isni
        else:
            leave(draft, item, code, value)
    affiliations = [_affiliation(v) for sent in item.all("u") if (v := sound(draft, text.plain(sent)).lstrip(" ;,"))]
    return structs.replace(person, affiliations=(*person.affiliations, *affiliations), **found)


def _affiliation(sent: str) -> Affiliation:
    ror = identifiers.ror(sent) if "ror.org" in sent else None
    return Affiliation(ror=ror) if ror else Affiliation(name=sent)


# --- roles -----------------------------------------------------------------------------------------------------------


def _said_roles(draft: Draft, item: Datafield) -> list[str]:
    """The roles by the relators of a field, each once; ``other`` only where there is nothing better.

    A relator that is none of ours is kept, but for one that says again in words what a code says.
    """
    meeting = item.tag.endswith("11")  # whose $e is a part of the body, but for those who mistake it
    found = [role(value) or "other" for value in item.all("4j" if meeting else "4e")]
    found += [r for value in item.all("e") if meeting and (r := role(value))]
    known = [r for r in dict.fromkeys(found) if r != "other"] or ["other"][: len(found)]
    if known == ["other"] and (unknown := [v for v in item.all("4j" if meeting else "e4") if role(v) is None]):
        leave(draft, item, "e4j", *unknown)
    return known


def role(sent: str) -> str | None:
    """Our role for a relator: a code, its URI, or a term; None for what is none. Some make a body an institution.

    >>> role("edt"), role("editor."), role("http://id.loc.gov/vocabulary/relators/ths"), role("dgg"), role("Orchester,")
    ('editor', 'editor', 'advisor', 'awarding', None)
    """
    said = bare(sent)
    if (coded := _CODED.search(said)) is not None:
        said = coded[1]  # Creator (cre), as ArchivesSpace writes it
    word = said.rstrip(".").casefold().rpartition("/")[2]
    return _bodies().get(word) or roles.role(said)


_CODED = re.compile(r"\s\(([a-z]{3})\)$")


@cache
def _bodies() -> dict[str, str]:
    rows: dict[str, list[str]] = schemas.table("crosswalks/marcxml")["bodies"]
    return {word: role for role, known in rows.items() for word in known}


def settle_roles(draft: Draft, statements: list[str]) -> None:
    """Who of the added entries is an author, where no relator says so.

    Those whom the first statement of responsibility (245 $c) names, if it speaks of no other task. A record that has none
    came from a repository, not from a cataloguer: there the names after 100 are those of the other authors, and 720 names
    authors where there is no 100.
    """
    authors = any(c.role == "author" for c in draft.contributors)
    units = next((s.split(";") for s in statements if s), [])
    for at, person in enumerate(draft.contributors):
        if person.role in (_UNSAID, _UNCONTROLLED):
            did = _task(person, units) if units else "author" if authors is (person.role == _UNSAID) else "other"
            draft.contributors[at] = structs.replace(person, role=did if person.kind == "person" else "other")


def _task(person: Contributor, units: list[str]) -> str:
    """What a statement of responsibility says that somebody did: in its first unit, of those who did nothing else, to write."""
    name = re.compile(rf"(?<!\w){re.escape(person.family or person.name)}(?!\w)", re.IGNORECASE)
    for unit in units:
        if name.search(unit) is None:
            continue
        if unit is units[0] and _NOT_WRITTEN.search(unit) is None:
            return "author"
        if _AND_MORE.search(unit) is None:
            task = _TASK.match(unit)
            return str(task.lastgroup) if task is not None else "editor" if _EDITORS.search(unit) else "other"
    return "other"

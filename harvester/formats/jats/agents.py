"""Rules of JATS for people and where they work. See ``jats``.

An affiliation stands in the contributor, or is named by ``xref``; one that nobody names belongs to everybody only where it is
the one affiliation of its group. A group's own members stand within its ``collab``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any

from lxml import etree
from msgspec import Struct, structs

from harvester.clean import identifiers, names, roles, text
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.jats.texts import vocabulary
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import local, text_of
from harvester.record import Affiliation, Contributor, Json

_APART = frozenset({
    "institution", "institution-wrap", "addr-line", "city", "state", "country", "postal-code", "named-content",
})  # fmt: skip
"""Parts of an address between which some publishers write no comma."""
_NO_ADDRESS = frozenset(
    {"label", "institution-id", "email", "phone", "fax", "xref", "fn", "target", "ext-link", "uri", "x"}
)
_DEPARTMENT = frozenset({"dept", "department", "orgdiv1", "orgdiv2", "division", "orgdiv", "org-division"})
_INITIALS = re.compile(r"[;,]\s*(?:\((?:[A-Z]\.-?){2,4}\)[;,]?\s*)+$")
"""Whose address an e-mail address behind the affiliation is: ``; (A.B.)``."""
_ORCID = re.compile(r"https?://orcid\.org/[\dX-]{19}", re.IGNORECASE)
_BEFORE_EMAIL = re.compile(r"\be-?mail[\w ]{0,20}:$", re.IGNORECASE)
_FOR = re.compile(r"(?:on behalf of|for) the ", re.IGNORECASE)
"""A group in the place of a person: ``<surname>for the ... Initiative</surname>``."""
_ON_BEHALF = re.compile(r"(?:(?:and )?(?:on|in) behalf of|for|and|with|the)\s+(?:the\s+)?", re.IGNORECASE)


class _Affiliations(Struct):
    by_id: dict[str, list[Affiliation]]
    claimed: set[str]
    """Ids that a contributor names."""


# --- contributors ----------------------------------------------------------------------------------------------------


def contrib_group(draft: Draft, node: etree._Element) -> Json:
    """Everybody of a group, each with affiliations."""
    known = _affiliations(meta_of(node))
    group_role = attribute_of(node, "content-type").strip().lower()
    inside = [_address(draft, aff) for aff in node.iter("{*}aff") if local(_parent(aff)) != "contrib"]
    shared = inside if len(inside) == 1 and not known.claimed else []
    begun = len(draft.contributors)
    contribs = list(children(node, "contrib"))
    if len(contribs) == 1 and not known.claimed:  # AIP: a group for each author
        shared = inside
    for contrib in contribs:
        for found in _contributors(draft, contrib, group_role, known):
            draft.contributors.append(structs.replace(found, affiliations=found.affiliations or tuple(shared)))
    if len(inside) > len(shared):
        _keep_unnamed(draft, node, known)
    for sent in all_said(draft, node, "on-behalf-of"):
        _on_behalf(draft, sent)
    return draft.contributors[begun:] or True


def _keep_unnamed(draft: Draft, node: etree._Element, known: _Affiliations) -> None:
    """Affiliations of a group of which nobody says whose they are."""
    for aff in node.iter("{*}aff"):
        holder = _parent(aff) if local(_parent(aff)) == "aff-alternatives" else aff
        if local(_parent(aff)) == "contrib" or attribute_of(holder, "id") in known.claimed:
            continue
        if kept := _spare(draft, aff, known):
            draft.extra.setdefault(f"{draft.path}/aff", []).extend(kept)


def _spare(draft: Draft, node: etree._Element, known: _Affiliations) -> list[str]:
    """What an affiliation says that nobody names: all of it, or pieces."""
    pieces = _pieces(node)
    if any(mark in known.claimed for mark, _ in pieces):
        spare = [_address(draft, piece).name for mark, piece in pieces if mark not in known.claimed]
    else:
        spare = [_address(draft, node).name]
    return [name for name in spare if name]


def _contributors(draft: Draft, node: etree._Element, group_role: str, known: _Affiliations) -> Iterator[Contributor]:
    kind = (attribute_of(node, "contrib-type") or group_role).strip().lower()
    if kind in vocabulary("staff")["names"]:
        sent = " ".join(text_of(node).split())
        draft.extra.setdefault(f"{draft.path}/contrib[@contrib-type={kind}]", []).append(sent)
        return
    role = _role(draft, node, kind, group_role)
    common: dict[str, Any] = {"role": role, "affiliations": _of_contributor(draft, node, known), **_marks(draft, node)}
    for sent in all_said(draft, node, "on-behalf-of"):
        _on_behalf(draft, sent)
    for name in ("role", "degrees"):  # what somebody did, as CRediT has it, and is
        if kept := [s for s in all_said(draft, node, name) if "author" not in s.lower() and not _tells_role(s)]:
            draft.extra.setdefault(f"{draft.path}/contrib/{name}", []).extend(kept)
    found = _person(draft, node)
    if found is not None and found.kind == "organisation" and _FOR.match(found.name):
        _on_behalf(draft, found.name)
        return
    if found is not None:
        yield Contributor(
            found.name, kind=found.kind, family=found.family, given=found.given, suffix=found.suffix, **common
        )
        for collab in children(node, "collab"):  # "for the Belle Collaboration"
            _on_behalf(draft, sound(draft, _collab_name(collab)))
        return
    if kind.startswith("collab"):  # of a group it says what it is, of a person that it is one of many
        common["role"] = "author"
    for collab in (*children(node, "collab"), *list(children(node, "collab-alternatives", "collab"))[:1]):
        name = text.plain(sound(draft, _collab_name(collab)))
        if _FOR.match(name):
            _on_behalf(draft, name)
        elif name:
            yield Contributor(names.organisation(name).name, kind="organisation", **common)
        for group in children(collab, "contrib-group"):
            for member in children(group, "contrib"):
                for person in _contributors(draft, member, "group-member", known):
                    yield structs.replace(person, role="participant" if person.role == "author" else person.role)


def _role(draft: Draft, node: etree._Element, kind: str, group_role: str) -> str:
    """By its type, else by what its role says in words; one of whom nothing is said is an author."""
    if kind in ("", "person", "organization", "organisation"):
        meant = [known for sent in all_said(draft, node, "role") if (known := _known_role(sent.lower()))]
        return meant[0] if meant else _known_role(group_role) or "author"
    return _known_role(kind) or _known_role(kind.replace("_", "-")) or "other"


def _known_role(sent: str) -> str | None:
    if not sent:
        return None
    return vocabulary("roles").get(sent) or roles.named("jats", sent) or roles.role(sent)


def _tells_role(sent: str) -> bool:
    """Whether a role in words says all that it says by the role of ours: CRediT's are many, and mean an author here."""
    return _known_role(sent.lower()) not in (None, "author")


def _person(draft: Draft, node: etree._Element) -> names.Name | None:
    """The name in parts; of several forms of one name the first."""
    paths = (("name",), ("name-alternatives", "name"), ("string-name",), ("name-alternatives", "string-name"))
    for path in paths:
        for name in children(node, *path):
            family, given = said(draft, name, "surname"), said(draft, name, "given-names")
            if not given and (part := next(iter(children(name, "given-names")), None)) is not None:
                given = attribute_of(part, "initials") or names.given_beside(family, text_of(part).strip())
            if family or given:
                suffix = said(draft, name, "suffix") or None
                found = names.person(family, given or None, suffix)
            else:
                found = next(iter(names.names(sound(draft, " ".join(text_of(name).split())))), None)  # type: ignore[assignment]
            if found is not None and found.name:
                return found
    return None


def _collab_name(node: etree._Element) -> str:
    """The name of a group without its members."""
    parts = [node.text or ""]
    for child in node:
        if local(child) not in ("contrib-group", "xref", "fn", "aff", "email", "contrib-id", "institution-id"):
            parts.append(_collab_name(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


def _marks(draft: Draft, node: etree._Element) -> dict[str, Any]:
    """ORCID, ISNI, ROR, and who is to be written to."""
    found: dict[str, Any] = {}
    for each in node:
        if local(each) not in ("contrib-id", "uri", "ext-link"):
            continue
        sent = attribute_of(each, "href") or (each.text or "").strip()
        kind = (
            attribute_of(each, "contrib-id-type")
            or attribute_of(each, "ext-link-type")
            or attribute_of(each, "content-type")
        ).lower()
        if kind == "orcid" or "orcid.org" in sent:
            if (orcid := identifiers.orcid(sent)) is None:
                draft.find(
                    "orcid-checksum", "contributors", "stands as an ORCID iD, but its check digit is wrong", sent
                )
            else:
                found["orcid"] = orcid
                if attribute_of(each, "authenticated").lower() == "true":
                    found["orcid_authenticated"] = True
        elif kind == "isni" and (isni := identifiers.isni(sent)):
            found["isni"] = isni
        elif "ror.org/" in sent and (ror := identifiers.ror(sent)):
            found["ror"] = ror
        elif local(each) == "contrib-id" and sent:
            draft.extra.setdefault(f"{draft.path}/contrib/contrib-id", []).append(sent)
    corresponds = any(attribute_of(x, "ref-type").lower() == "corresp" for x in children(node, "xref"))
    if corresponds or attribute_of(node, "corresp").lower() == "yes":
        found["corresponding"] = True
    return found


def _on_behalf(draft: Draft, sent: str) -> None:
    """For whom the authors speak: named, but no author."""
    name = text.plain(sent).strip(" ,;.")
    while (match := _ON_BEHALF.match(name)) is not None:
        name = name[match.end() :]
    if name:
        found = Contributor(names.organisation(name).name, "other", "organisation", raw=sent if sent != name else None)
        draft.put(draft.contributors, found)


# --- affiliations ----------------------------------------------------------------------------------------------------


def affiliation(draft: Draft, node: etree._Element) -> Json:
    """Read with the contributors that name it. One that nobody names is that of the only author, or else of nobody sure."""
    known = _affiliations(meta_of(node))
    ids = {attribute_of(each, "id") for each in (node, *node.iter("{*}aff"))}
    if ids & known.claimed:
        return True
    if any(mark in known.claimed for mark, _ in _pieces(node)):
        if kept := _spare(draft, node, known):
            draft.extra.setdefault(draft.path, []).extend(kept)
        return True
    found = _address(draft, next(children(node, "aff"), node))
    authors = [i for i, c in enumerate(draft.contributors) if c.role == "author" and c.kind == "person"]
    if found.name and len(authors) == 1 and not draft.contributors[authors[0]].affiliations:
        draft.contributors[authors[0]] = structs.replace(draft.contributors[authors[0]], affiliations=(found,))
        return found
    return None if found.name else True


def _of_contributor(draft: Draft, node: etree._Element, known: _Affiliations) -> tuple[Affiliation, ...]:
    inline = [*children(node, "aff"), *(next(children(a, "aff"), a) for a in children(node, "aff-alternatives"))]
    found = [_address(draft, aff) for aff in inline]
    inside = [*children(node, "xref"), *children(node, "aff", "xref"), *children(node, "collab", "xref")]
    found += [_address(draft, aff) for aff in children(node, "collab", "aff")]
    for reference in inside:
        if attribute_of(reference, "ref-type").lower() in ("aff", "") or attribute_of(reference, "rid") in known.by_id:
            for identifier in _named(reference):
                found += known.by_id.get(identifier, [])
    return tuple(dict.fromkeys([each for each in found if each.name]))


@lru_cache(maxsize=1)
def _affiliations(meta: etree._Element) -> _Affiliations:
    """All affiliations of an article by their id; asked for by each group of contributors of one article."""
    by_id: dict[str, list[Affiliation]] = {}
    claimed: set[str] = set()
    for node in meta.iter("{*}aff", "{*}aff-alternatives", "{*}xref"):
        if local(node) == "xref":
            if "contrib" in (local(_parent(node)), local(_parent(_parent(node)))):
                claimed.update(_named(node))
            continue
        first = next(children(node, "aff"), None) if local(node) == "aff-alternatives" else node
        identifier = attribute_of(node, "id")
        if first is not None and identifier:
            by_id[identifier] = [_address(None, first)]
        elif local(node) == "aff":
            for mark, piece in _pieces(node):
                by_id.setdefault(mark, []).append(_address(None, piece))
    return _Affiliations(by_id, claimed & by_id.keys())


def _named(reference: etree._Element) -> list[str]:
    """What a reference names: by id, or else by the mark that is printed: ``#a``."""
    if ids := attribute_of(reference, "rid").split():
        return ids
    marks = re.split(r"[\s,;]+", text_of(reference).strip()) if attribute_of(reference, "ref-type") == "aff" else []
    return [f"#{mark}" for mark in marks if mark]


def _pieces(node: etree._Element) -> list[tuple[str, etree._Element]]:
    """Affiliations without an id by the marks before them, of which old articles of The BMJ have several in one element."""
    found: list[tuple[str, etree._Element]] = []
    for child in node if not node.get("id") else ():
        if local(child) in ("sup", "label"):
            found.append((f"#{text_of(child).strip()}", etree.Element("aff")))
            found[-1][1].text = child.tail
        elif found:
            found[-1][1].append(deepcopy(child))
    return found


def _address(draft: Draft | None, node: etree._Element) -> Affiliation:
    """An affiliation as it is printed. SciELO and Pensoft give the printed form beside its parts."""
    both = node.iter("{*}institution", "{*}addr-line")
    wholes = [i for i in both if attribute_of(i, "content-type") in ("original", "verbatim")]
    parts = [i for i in node.iter("{*}institution") if attribute_of(i, "content-type").lower() in _DEPARTMENT]
    department = ", ".join([text.plain(text_of(part)) for part in parts]) or None
    name = re.sub(r"[,;]\s*and$", "", text.plain(printed(wholes[0] if wholes else node)).strip(" ,;.")).strip(" ,;.")
    name = _ORCID.sub("", _INITIALS.sub("", name)).strip(" ,;.")
    name = re.sub(r"^(?:\d{1,2}|[*†‡§¶a-d])(?=\s)\s*", "", re.sub(r"\s*,(?:\s*,)+", ",", name))
    name = _impersonal(name) if draft is None else _BEFORE_EMAIL.sub("", sound(draft, name)).strip(" ,;.")
    return Affiliation(name=name or None, ror=_ror(node), department=department if department != name else None)


def _impersonal(name: str) -> str:
    """An address without what is personal, and nothing where it says that there is none."""
    name = _BEFORE_EMAIL.sub("", re.sub(r"\S+@\S+", "", name).strip(" ,;.")).strip(" ,;.")
    return "" if text.placeholder(name) else name


def printed(node: etree._Element) -> str:
    """The words of an address or a name, its parts divided by commas, without labels and numbers."""
    parts = [node.text or ""]
    for child in node:
        name = local(child)
        mark = name == "sup" or (name in ("bold", "italic") and len(text_of(child).strip()) < 3)
        number = name == "named-content" and identifiers.funder_id(text_of(child)) is not None
        if name not in _NO_ADDRESS and not number and not (mark and not "".join(parts).strip()):
            written = "".join(parts).rstrip()
            if name in _APART and written and written[-1] not in ",;(":
                parts.append(", ")
            parts.append(printed(child))
        tail = child.tail or ""
        if name in _APART and tail[:1].isalnum():  # Springer: ``A</institution></institution-wrap>10115 Berlin``
            tail = f", {tail}"
        parts.append(", " if name in _APART and not tail.strip() and name != "institution-id" else tail)
    return re.sub(r"\s+([,;.])", r"\1", " ".join("".join(parts).split())).strip(" ,;")


def _ror(node: etree._Element) -> str | None:
    for each in node.iter("{*}institution-id", "{*}ext-link", "{*}institution"):
        sent = (attribute_of(each, "href") or each.text or "").strip()
        named = "ror.org/" in sent or attribute_of(each, "institution-id-type").lower() == "ror"
        if named and (found := identifiers.ror(sent)):
            return found
    return None


def meta_of(node: etree._Element) -> etree._Element:
    """The article's own metadata, in which its affiliations stand."""
    for above in node.iterancestors():
        if local(above) in ("article-meta", "front-stub"):
            return above
    return _parent(node)


def _parent(node: etree._Element) -> etree._Element:
    above = node.getparent()
    return node if above is None else above

"""UNTL: Dublin Core with qualifiers, agents in parts, and codes for licences. Crosswalk: ``crosswalks/untl.toml``."""

from __future__ import annotations

from lxml import etree
from msgspec import structs

from harvester.clean import rights, roles, text
from harvester.formats import tree
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import links, people, terms, words
from harvester.formats.rules.theses import settle_thesis
from harvester.formats.tree import attribute_of, said
from harvester.formats.xml import metadata
from harvester.record import Contributor, Json, License, RawRecord, Record, Relation, Step

_SCHEMES = {"lcsh": "lcsh", "mesh": "mesh", "kwd": "", "": ""}
_ACCESS = {"public": "open", "unt": "restricted", "unt_strict": "restricted", "unts": "restricted"}
"""https://digital2.library.unt.edu/vocabularies/rights-access/"""
_KINDS = {
    "article": "article", "book": "book", "book_chapter": "chapter", "clipping": "newspaper-article", "dataset": "dataset",
    "image": "image", "image_photo": "image", "paper": "conference-paper", "patent": "patent", "poster": "poster",
    "presentation": "presentation", "report": "report", "review": "book-review", "thesis": "thesis", "etd": "thesis",
    "video": "video", "sound": "sound", "website": "web-page",
}  # fmt: skip
"""Resource types without their ``text_``. A ``letter`` is one that somebody wrote to somebody, not a letter to the editor."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    draft = begin(raw, dialect, trace)
    table = crosswalk("untl", dialect)
    root = metadata(raw.payload, raw.context, table.roots)
    tree.walk(root, tree.branches(table), draft)
    if draft.titles and all(t.type == "alternative" for t in draft.titles):
        draft.titles[0] = structs.replace(draft.titles[0], type="")  # none is called official
    settle_thesis(draft)
    return draft.finish()


def untl_agent(draft: Draft, node: etree._Element, role: str) -> Json:
    """A name with its kind (``per``, ``org``) and the relator code of the qualifier; what more is said of it stays as sent."""
    sent, kind = said(draft, node, "name"), said(draft, node, "type").lower()
    if not sent:
        return None
    code = attribute_of(node, "qualifier")
    role = (roles.role(code) if code else None) or role
    if kind in ("org", "event"):
        found: tuple[Contributor, ...] = (Contributor(name=text.plain(sent), role=role, kind="organisation"),)
    else:
        found = people.contributors(sent, role)
    if len(found) == 1 and (more := said(draft, node, "info")):
        found = (structs.replace(found[0], raw=f"{sent}; {more}"),)
    draft.contributors += found
    return found or None


def untl_subject(draft: Draft, node: etree._Element) -> Json:
    scheme = attribute_of(node, "qualifier").strip().lower()
    sent = said(draft, node)
    return words.subject(draft, sent, _SCHEMES.get(scheme, scheme)) if sent else None


def untl_relation(draft: Draft, node: etree._Element) -> Json:
    """``isVersionOf`` and the like: a title, its address behind a comma."""
    sent, kind = said(draft, node), attribute_of(node, "qualifier")
    name = "".join([f"-{c.lower()}" if c.isupper() else c for c in kind]) or "other"
    title, _, address = sent.rpartition(", ")
    if sent and address.startswith(("ark:", "http")):
        scheme = "local" if address.startswith("ark:") else "url"
        return draft.put(draft.relations, Relation(name, scheme, address, text.plain(title) or None))
    return links.relation(draft, sent, name) if sent else None


def untl_access(draft: Draft, sent: str) -> Json:
    found = _ACCESS.get(sent.lower())
    return draft.set("access", found) if found else terms.access(draft, sent)


def licence_code(draft: Draft, sent: str) -> Json:
    """``by-nc``: a Creative Commons licence without its version; ``copyright`` and ``pd`` are statements."""
    if sent.startswith("by"):
        known = rights.licence(f"CC {sent}")
        return draft.put(draft.licenses, License(known.url, known.spdx, raw=sent)) if known else None
    return terms.rights_(draft, {"pd": "Public domain", "copyright": "In copyright"}.get(sent, sent))


def resource(draft: Draft, sent: str) -> Json:
    draft.type_raw.append(sent)
    found = _KINDS.get(sent.removeprefix("text_"))
    if found and found != "other":
        draft.types.append((2, found))
    return found or sent


def yes_or_no(draft: Draft, sent: str) -> Json:
    answer = {"true": True, "yes": True, "false": False, "no": False}.get(sent.lower())
    return None if answer is None else draft.set("peer_reviewed", answer)

"""Rules of JATS for identifiers, files, related works, and rights. See ``jats``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from harvester.clean import dates, identifiers, relations, rights, text
from harvester.clean import vocabulary as vocabularies
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.jats.texts import inner, vocabulary, words_of
from harvester.formats.rules import links, terms, words
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import local
from harvester.record import File, Json, License, Relation

_FILE = re.compile(r"\.(?:pdf|epub|xml|docx?|zip)$", re.IGNORECASE)


# --- identifiers, links, relations -----------------------------------------------------------------------------------


def article_id(draft: Draft, node: etree._Element) -> Json:
    """By its type. What only the publisher's or PubMed Central's own system knows never unites records."""
    sent = said(draft, node)
    kind = attribute_of(node, "pub-id-type").strip().lower()
    if not sent:
        return True
    scheme = _scheme(kind)
    if kind in vocabulary("internal")["names"] and identifiers.doi(sent) is None:
        return sent
    if scheme == "pmcid":
        value = identifiers.pmcid(sent) or identifiers.pmcid(f"PMC{sent}")
        return draft.identify("pmcid", value, raw=sent) if value else None
    if scheme == "doi" and attribute_of(node, "specific-use").lower() == "version" and (doi := identifiers.doi(sent)):
        return draft.identify("doi", doi, "version", sent)  # eLife: of this version of the article
    if scheme == "doi":
        return links.doi(draft, sent)
    if scheme in ("isbn", "issn"):
        return links.isbn(draft, sent) if scheme == "isbn" else links.issn(draft, sent)
    if scheme:
        return links.identifier(draft, sent, scheme)
    if identifiers.classify(sent) is not None and (found := links.form(sent)) is not None and found[0] == "doi":
        return links.own_or_container_doi(draft, found[1], sent)
    return links.local(draft, sent, kind or "article-id")


def self_uri(draft: Draft, node: etree._Element) -> Json:
    """The page of the article, or a file of it; publishers also name files of their own without any address."""
    sent = attribute_of(node, "href").strip() or said(draft, node)
    found = identifiers.url(sent)
    kind = attribute_of(node, "content-type").lower()
    if found is None:
        return sent or True
    if kind in ("pdf", "epub", "xml", "application/pdf") or _FILE.search(found.partition("?")[0]):
        mime = {"pdf": "application/pdf", "epub": "application/epub+zip"}.get(kind, kind if "/" in kind else None)
        return draft.put(draft.files, File(url=found, mime=mime))
    if (doi := identifiers.doi(found)) and identifiers.host(found).endswith("doi.org"):
        return links.own_or_container_doi(draft, doi, sent)
    return links.landing(draft, found)


def supplementary_material(draft: Draft, node: etree._Element) -> Json:
    sent = attribute_of(node, "href").strip() or next(
        (attribute_of(m, "href") for m in node if attribute_of(m, "href")), ""
    )
    label = text.plain(" ".join(filter(None, (said(draft, node, "label"), said(draft, node, "caption")))))
    kind, subtype = attribute_of(node, "mimetype"), attribute_of(node, "mime-subtype")
    url = identifiers.url(sent)
    if not sent and not label:
        return True
    mime = f"{kind}/{subtype}" if kind and subtype else None
    return draft.put(
        draft.files, File(url=url, name=None if url else sent or None, description=label or None, mime=mime)
    )


def linked(draft: Draft, node: etree._Element) -> Json:
    sent = attribute_of(node, "href").strip() or said(draft, node)
    return links.relation(draft, sent) if sent else True


def product(draft: Draft, node: etree._Element) -> Json:
    """What a review is about."""
    isbn = said(draft, node, "isbn")
    known = identifiers.isbn(isbn) is not None if isbn else False
    label = text.plain(sound(draft, words_of(node, "isbn" if known else ""))).rstrip(" ,;")
    target = isbn if known else attribute_of(node, "href") or label
    found = identifiers.classify(target) if target else None
    if not target:
        return True
    scheme, value = found or ("local", label)
    return draft.put(draft.relations, Relation("reviews", scheme, value, label if label != value else None))


def related_article(draft: Draft, node: etree._Element) -> Json:
    """The relation by ``related-article-type``. Only what others say of this article gives it a status. A trial that the
    article is about is named by its number, as Crossref names it."""
    if attribute_of(node, "document-id-type") == "clinical-trial-number" and (
        trial := attribute_of(node, "document-id")
    ):
        return draft.identify("trial", trial.strip(), "related")
    kind = (attribute_of(node, "related-article-type") or attribute_of(node, "link-type")).strip().lower()
    if kind == "pdf":  # De Gruyter
        return self_uri(draft, node)
    known = vocabulary("related").get(kind) or relations.relation("jats", kind) or "other"
    status = vocabulary("statuses").get(known)
    label = text.plain(sound(draft, said(draft, node, "article-title") or words_of(node, "date"))) or None
    target = next(_targets(node), None) or (_target(label, "") if label else None)
    if target is None:
        place = [f"{n} {v}" for n in ("vol", "issue", "page", "elocation-id") if (v := attribute_of(node, n))]
        words_ = label or ", ".join(place)
        if not words_:
            return kind or True
        target = ("local", words_)
    update_type = "partial_retraction" if kind.startswith("partial") else None
    if status is not None:
        draft.set("update_status", "partial-retraction" if update_type else status)
    by = "publisher" if status else None
    relation = Relation(known, *target, label if label != target[1] else None, asserted_by=by, update_type=update_type)
    return draft.put(draft.relations, relation)


def related_in_text(draft: Draft, node: etree._Element) -> None:
    """Notices and reviews that name in their text alone what they are about; what a reference names is cited, no more."""
    kind = attribute_of(node, "related-article-type").strip().lower()
    known = kind in vocabulary("related") or relations.relation("jats", kind) is not None
    if known and next(node.iterancestors("{*}ref"), None) is None:
        draft.path = "related-article"
        related_article(draft, node)


def custom_meta(draft: Draft, node: etree._Element) -> Json:
    """Of what publishers say in words of their own, what is known to mean something."""
    found: list[Json] = []
    for one in children(node, "custom-meta"):
        name, sent = said(draft, one, "meta-name"), said(draft, one, "meta-value")
        kind = vocabulary("custom").get(name.lower())
        if kind == "preprint" and (arxiv := identifiers.arxiv(sent)):
            found.append(draft.put(draft.relations, Relation("has-preprint", "arxiv", arxiv)))
        elif kind == "version":
            found.append(terms.version(draft, sent))
        elif kind == "open" and sent.lower() in ("true", "yes"):
            found.append(draft.set("access", "open"))
        elif kind == "note":
            found += [words.description(draft, inner(value), "note") for value in children(one, "meta-value")]
    return found or True


def _targets(node: etree._Element) -> Iterator[tuple[str, str]]:
    """What names the other article: identifiers of its own within, a DOI first, else the address of the link or of one within."""
    inside = [(attribute_of(p, "pub-id-type"), (p.text or "").strip()) for p in node.iter("{*}pub-id")]
    own = [
        (attribute_of(n, "ext-link-type"), attribute_of(n, "href").strip()) for n in (node, *node.iter("{*}ext-link"))
    ]
    own += [("", attribute_of(node, name).strip()) for name in ("document-id", "source-id")]
    for kind, sent in (*sorted(inside, key=lambda pair: pair[0] != "doi"), *own):
        if found := _target(sent, _scheme(kind.lower()) or ""):
            yield found


def _scheme(name: str) -> str | None:
    """Of the types that mean something outside of one publisher's system."""
    found = vocabulary("identifiers").get(name) or (vocabularies.identifier_scheme("jats", name) if name else None)
    return found if found != "local" else None


def _target(sent: str, scheme: str) -> tuple[str, str] | None:
    if not sent:
        return None
    if scheme == "pmid" and (value := identifiers.pmid(sent)):
        return scheme, value
    if scheme == "pmcid" and (value := identifiers.pmcid(sent) or identifiers.pmcid(f"PMC{sent}")):
        return scheme, value
    found = identifiers.classify(sent)
    return found if found and found[0] in ("doi", "pmid", "pmcid", "url", "handle", "arxiv", "isbn") else None


# --- rights ----------------------------------------------------------------------------------------------------------


def copyright_holder(draft: Draft, node: etree._Element) -> Json:
    """The statement on copyright names its holder: only where there is none this says something new."""
    parent = node.getparent()
    sent = said(draft, node)
    if sent and parent is not None and not any(True for _ in children(parent, "copyright-statement")):
        draft.put(draft.rights, text.plain(sent))
    return sent or True


def licence(draft: Draft, node: etree._Element) -> Json:
    """A licence by its address, else by its words; the words are a statement of rights too."""
    wholes = [node, *node.iter("{*}license_ref", "{*}ext-link", "{*}uri")]
    references = [r for r in wholes if local(r) == "license_ref"]
    start = next((attribute_of(r, "start_date") for r in references if attribute_of(r, "start_date")), "")
    applies = next(
        (a for r in (*references, node) if (a := attribute_of(r, "applies_to") or attribute_of(r, "specific-use"))),
        attribute_of(node, "license-type"),  # tdm
    )
    sent = [attribute_of(w, "href").strip() for w in wholes if attribute_of(w, "href")]
    sent += [s for r in references for s in all_said(draft, r)]
    sent.append(attribute_of(node, "license-type"))  # some publishers write the licence itself here
    wording = "" if local(node) == "license_ref" else text.plain(sound(draft, _wording(node)))
    known = next((f for s in sent if (f := rights.licence(s))), None) or (rights.licence(wording) if wording else None)
    if wording:
        draft.put(draft.rights, wording)
    if attribute_of(node, "license-type").lower() in ("open-access", "open access", "openaccess", "oa"):
        draft.set("access", "open")
    address = known.url if known else next((u for s in sent[:1] if (u := identifiers.url(s))), None)
    if known is None and address is None:
        return wording or True
    made = License(
        url=address,
        spdx=known.spdx if known else None,
        applies_to=applies.lower() if applies.lower() in ("vor", "am", "tdm") else None,
        start=dates.date(start) if start else None,
    )
    if made.spdx is None or all(made.spdx != other.spdx for other in draft.licenses):
        draft.put(draft.licenses, made)
    return made


def _wording(node: etree._Element) -> str:
    copy = deepcopy(node)
    copy.tail = None
    for reference in copy.findall(".//{*}license_ref"):
        reference.text = ""
    for paragraph in copy.findall(".//{*}license-p"):
        paragraph.tag = "p"
    for heading in copy.findall(".//{*}bold"):  # <bold>Open Access</bold>This article ...
        heading.tail = f" {heading.tail}" if (heading.tail or "")[:1].isupper() else heading.tail
    return inner(copy)


def free_to_read(draft: Draft, node: etree._Element) -> Json:
    """Open, unless it ends some day, or begins after the day on which the record was sent."""
    start, end = (dates.date(attribute_of(node, name)) for name in ("start_date", "end_date"))
    if end:
        return end
    if start and draft.raw.datestamp and start > draft.raw.datestamp[:10]:
        draft.set("access", "embargoed")
        return terms.embargo(draft, start)
    return draft.set("access", "open") or True

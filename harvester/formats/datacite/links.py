"""Identifiers of DataCite's schema, and what a work is related to or part of."""

from __future__ import annotations

from typing import Any

from harvester.clean import citations, identifiers, text
from harvester.formats.datacite.form import kebab, keep, nothing, objects, relation_of, said, scheme_of, table
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, links, people
from harvester.record import File, Json, Relation

_WITHIN = frozenset({"is-part-of", "is-published-in"})
_SAME = frozenset({"is-version-of", "has-version", "is-variant-form-of", "is-original-form-of"})
"""The work in another version: its DOI is found by, though it does not unite records."""
_NUMBERS = frozenset({"issn", "eissn", "isbn"})


_NAMES = ("alternateIdentifier", "identifier", "alternativeIdentifier")
"""Crosscite calls them alternative."""


def main_identifier(draft: Draft, item: Any) -> Json:
    """The identifier that the record is about, nearly always a DOI: it is the work's own."""
    sent = said(draft, item, "identifier")
    if not sent:
        return nothing(draft, item, "identifiers", "identifier")
    return _own(draft, sent, said(draft, item, "identifierType") if isinstance(item, dict) else "")


def alternate_identifier(draft: Draft, item: Any) -> Json:
    """Another identifier of the work. A second DOI may be that of the publisher's version: a candidate."""
    sent = said(draft, item, *_NAMES)
    if not sent:
        return nothing(draft, item, "identifiers", *_NAMES)
    kind = said(draft, item, *(f"{name}Type" for name in _NAMES)) if isinstance(item, dict) else ""
    doi = identifiers.doi(sent) if scheme_of(kind) == "doi" else None
    if doi is not None and _has_own_doi(draft) and ("doi", doi) not in draft.identifiers:
        return links.own_or_container_doi(draft, doi, sent, "candidate")
    return _own(draft, sent, kind)


def _has_own_doi(draft: Draft) -> bool:
    return any(i.scheme == "doi" and i.relation == "self" for i in draft.identifiers.values())


def _own(draft: Draft, sent: str, kind: str) -> Json:
    scheme = scheme_of(kind)
    if scheme == "doi":
        return links.doi(draft, sent) or links.identifier(draft, sent)
    if scheme in ("issn", "eissn"):
        return links.issn(draft, sent, scheme)
    if scheme == "isbn":
        return links.isbn(draft, sent)
    if scheme == "url":
        return _page(draft, sent)
    if scheme in ("handle", "pmid", "pmcid", "arxiv"):
        return links.identifier(draft, sent, scheme) or links.identifier(draft, sent)
    if scheme:
        return links.identifier(draft, sent, scheme)
    found = identifiers.classify(sent)
    if not kind and found is not None:
        return _page(draft, sent) if sent.startswith("http") else links.classified(draft, sent, found)
    if found is not None and found[0] in ("url", "handle", "oai", "arxiv"):
        return links.classified(draft, sent, found)
    value = text.plain(sent)
    return draft.identify("local", value, raw=sent) if value else None


def _page(draft: Draft, sent: str) -> Json:
    """A page about the work; a resolver's address of a DOI or a handle is that, ``ark:/...`` no address at all."""
    found = identifiers.classify(sent)
    if found is not None and found[0] in ("doi", "handle", "arxiv"):
        return links.classified(draft, sent, found)
    if found is not None and found[0] in ("pmid", "pmcid"):
        links.classified(draft, sent, found)
    return links.landing(draft, sent) or _own(draft, sent, "local")


def content_url(draft: Draft, sent: str) -> Json:
    found = identifiers.url(sent)
    return draft.put(draft.files, File(url=found)) if found else None


_DSPACE = {
    "citation": lambda draft, sent: links.citation(draft, sent),
    "grantnumber": lambda draft, sent: people.award(draft, sent),
    "govdoc": lambda draft, sent: links.identifier(draft, sent, "report-number"),
    "uri": lambda draft, sent: bags.bag(draft, sent),
    "url": lambda draft, sent: bags.bag(draft, sent),
    "scopus": lambda draft, sent: links.local(draft, sent, "scopus"),
    "isi": lambda draft, sent: links.local(draft, sent, "isi"),
    "wos": lambda draft, sent: links.local(draft, sent, "isi"),
    "volume": lambda draft, sent: draft.set("volume", citations.number(sent)),
    "issue": lambda draft, sent: draft.set("issue", citations.number(sent)),
}


def dspace_identifier(draft: Draft, item: Any) -> Json:
    """DSpace names each identifier after the qualifier of its own field: ``citation``, ``grantnumber``, ``uri``.

    Its DOI in ``dc.identifier.doi`` is the item's own.
    """
    sent = said(draft, item, "alternateIdentifier", "identifier")
    kind = said(draft, item, "alternateIdentifierType", "identifierType").lower() if isinstance(item, dict) else ""
    if not sent:
        if kind == "grantnumber":
            draft.find(
                "award-placeholder",
                "funding",
                "the award number stands for no value",
                str(item.get("alternateIdentifier")),
            )
            return "a placeholder"
        return nothing(draft, item, "identifiers", "alternateIdentifier")
    rule = _DSPACE.get(kind)
    return rule(draft, sent) if rule is not None else alternate_identifier(draft, item)


# --- relations -------------------------------------------------------------------------------------------------------


def related_identifier(draft: Draft, item: Any) -> Json:
    """A relation. The ISSN or ISBN of what the work is part of is that of its container."""
    sent = said(draft, item, "relatedIdentifier")
    if not sent:
        return nothing(draft, item, "relations", "relatedIdentifier")
    if not isinstance(item, dict):
        return relate(draft, sent, "", "other")
    found = _relation_type(draft, item)
    scheme = scheme_of(said(draft, item, "relatedIdentifierType"))
    if scheme == "isbn" and found in _WITHIN and (isbn := identifiers.isbn(sent)):
        draft.identify("isbn", isbn, "container", sent)  # never its own, also that of a report
    if scheme in _NUMBERS and (found in _WITHIN or not said(draft, item, "relationType")):
        return links.isbn(draft, sent) if scheme == "isbn" else links.issn(draft, sent, scheme)
    return relate(draft, sent, scheme, found)


def relate(draft: Draft, sent: str, scheme: str, kind: str, label: str = "") -> Json:
    """A relation to what an identifier of a scheme names; where it has not the form of its scheme, by the form that it has."""
    value = _clean(sent, scheme)
    if value is None or (scheme == "url" and _resolved(sent)):
        scheme, value = identifiers.classify(sent) or ("local", text.plain(sent))
    if not value:
        return None
    if scheme == "doi" and kind in _SAME:
        links.own_or_container_doi(draft, value, sent, "version")
    return draft.put(draft.relations, Relation(kind, scheme, value, label or None))


def _resolved(sent: str) -> bool:
    """Whether an address is that of a DOI, a handle or a paper at arXiv."""
    found = identifiers.classify(sent)
    return found is not None and found[0] in ("doi", "handle", "arxiv")


def _clean(sent: str, scheme: str) -> str | None:
    if scheme == "doi":
        return identifiers.doi(sent)
    if scheme in ("issn", "eissn"):
        return identifiers.issn(sent)
    cleaner = (
        getattr(identifiers, scheme, None) if scheme in ("handle", "isbn", "pmid", "pmcid", "arxiv", "url") else None
    )
    return cleaner(sent) if cleaner is not None else None


def _relation_type(draft: Draft, item: Any) -> str:
    """The relation; words about it that name none of the relations that we know are kept as they are."""
    in_words = said(draft, item, "relationTypeInformation")
    found = relation_of(said(draft, item, "relationType"), in_words)
    if in_words and kebab(in_words) != found:
        keep(draft, item, "relationTypeInformation")
    return found


def related_item(draft: Draft, item: Any) -> Json:
    """What the work is published in, with volume, issue and pages; of anything else a relation with its title. Who made the
    other work and when, and what else is said of it, has no element here."""
    if not isinstance(item, dict):
        return None
    kind = _relation_type(draft, item)
    named = item.get("relatedItemIdentifier")
    sent = said(draft, named, "relatedItemIdentifier", "identifier")
    scheme = ""
    if isinstance(named, dict):
        scheme = scheme_of(said(draft, named, "relatedItemIdentifierType"))
    title = _item_title(draft, item)
    found: Json
    if kind in _WITHIN:
        found = _contained(draft, item, title, sent, scheme) or (None if sent or title else "nothing")
    else:
        found = relate(draft, sent, scheme, kind, title) if sent else _unnamed(draft, kind, title)
        for key in _NUMBERS_WITHIN if found is not None else ():
            keep(draft, item, key)
    if found is not None:
        _keep_rest(draft, item, title)
    return found


_NUMBERS_WITHIN = ("volume", "issue", "edition", "number", "chapterNumber", "firstPage", "lastPage", "publisher")


def _keep_rest(draft: Draft, item: Any, title: str) -> None:
    known = {d.value[:4] for d in (*draft.dates, *draft.loose_dates) if d.value}
    if said(draft, item, "publicationYear") not in known:
        keep(draft, item, "publicationYear")
    for key, name in (("titles", "title"), ("creators", "name"), ("contributors", "name")):
        for one in objects(item.get(key)):
            if isinstance(one, dict) and text.title(said(draft, one, name)) != title:
                keep(draft, one, name, f"{key}/{name}")


def _unnamed(draft: Draft, kind: str, title: str) -> Json:
    return draft.put(draft.relations, Relation(kind, "local", title)) if title else None


def _item_title(draft: Draft, item: Any) -> str:
    titles = [
        (said(draft, t, "title"), said(draft, t, "titleType") if isinstance(t, dict) else "")
        for t in objects(item.get("titles"))
    ]
    main = next((words for words, kind in titles if words and not kind), "")
    return text.title(main or next((words for words, _ in titles if words), "")) or ""


def _contained(draft: Draft, item: Any, title: str, sent: str, scheme: str) -> list[Json]:
    """What it is part of. A work has one container: what another one says otherwise is kept aside."""
    done: list[Json] = []
    for element, value, key in (
        ("title", title, "title"),
        ("publisher", text.plain(said(draft, item, "publisher")), "publisher"),
    ):
        if value:
            done.append(value)
            if draft.container.setdefault(element, value) != value:
                draft.extra.setdefault(f"{draft.path}/{key}", []).append(value)
    if sent and scheme in _NUMBERS:
        done.append(links.isbn(draft, sent) if scheme == "isbn" else links.issn(draft, sent, scheme))
    elif sent:
        done.append(relate(draft, sent, scheme, "is-part-of"))
    wrong = sent if done and done[-1] is None else ""
    done.append(_numbers(draft, item))
    done = [one for one in done if one]
    if done and wrong:
        draft.extra.setdefault(f"{draft.path}/{scheme}", []).append(wrong)
    if done and (kind := table("containers").get(said(draft, item, "relatedItemType", "type"))):
        draft.container.setdefault("type", kind)
    return done


def _numbers(draft: Draft, item: Any) -> Json:
    found: list[Json] = []
    for key, element in (("volume", "volume"), ("issue", "issue"), ("edition", "edition")):
        if (sent := said(draft, item, key)) and (value := citations.number(sent) or text.plain(sent)):
            found.append(draft.set(element, value) or keep(draft, item, key))
    for key in ("number", "chapterNumber"):
        if number := said(draft, item, key):
            article = said(draft, item, "numberType").lower() == "article"
            found.append(
                draft.set("article_number" if article else "part", text.plain(number)) or keep(draft, item, key)
            )
    first, last = said(draft, item, "firstPage"), said(draft, item, "lastPage")
    if first:
        pages = links.pages(draft, f"{first}-{last}" if last and last != first else first)
        known = pages is not None and draft.values["pages"] == pages.pages
        found.append(pages if known else [keep(draft, item, key) for key in ("firstPage", "lastPage")])
    else:
        found.append(keep(draft, item, "lastPage"))
    return [one for one in found if one]


def container_of(draft: Draft, item: Any) -> Json:
    """``container`` of DataCite's REST API: what a related item or a description says, in one place."""
    if not isinstance(item, dict):
        return None
    title = text.title(said(draft, item, "title")) or ""
    kind = said(draft, item, "type")
    scheme = scheme_of(said(draft, item, "identifierType"))
    sent = said(draft, item, "identifier")
    if (
        kind == "Series"
        and title
        and not any(said(draft, item, key) for key in ("volume", "issue", "firstPage"))
        and not sent
    ):
        draft.series = draft.series or title
        return title
    return _contained(draft, item, title, sent, scheme) or None

"""JATS, and NLM before it: journal articles with their full text, or their front matter only.

Crosswalk: ``crosswalks/jats.toml``; people and institutions are in ``agents``, who paid is in ``money``. Only the front matter
is read, of the rest the number of references and the title, abstract and keywords of translations. Dates and pages come in
parts that are put together here; relations tell a notice from the article that it is about. Books and chapters in
BITS are read so too: ``books``.
"""

from __future__ import annotations

import re

from lxml import etree
from msgspec import structs

from harvester.clean import identifiers, text, types
from harvester.errors import RecordError
from harvester.formats.crosswalk import crosswalk, sound, take
from harvester.formats.doctype import without_doctype
from harvester.formats.draft import Draft, begin
from harvester.formats.jats.books import ROOTS, as_article
from harvester.formats.jats.related import related_in_text
from harvester.formats.jats.texts import inner, vocabulary
from harvester.formats.rules import links, preprints, words
from harvester.formats.tree import all_said, attribute_of, branches, children, said, walk
from harvester.formats.xml import local, metadata, text_of
from harvester.record import Description, Json, RawRecord, Record, Relation, Step, Title

_BULK = frozenset({"body", "floats-group", "floats-wrap", "response"})
_OWN_DOI = re.compile(r"\s*\bDOI: ?https?://(?:dx\.)?doi\.org/\S{1,100}$")
"""eLife gave each abstract a DOI of its own, and printed it below."""
_RUNNING = re.compile(r"run|left|right|head|verso|recto|auth", re.IGNORECASE)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_PARTS = frozenset({"front", "back", "sub-article", *_BULK})


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """The record of an article. A DOCTYPE is taken off where it only names the DTD, as publishers' files do."""
    table = crosswalk("jats", dialect)
    draft = begin(raw, dialect, trace)
    payload = raw.payload if raw.context else without_doctype(raw.payload)
    article = _article(metadata(payload, raw.context, table.roots))
    if local(article) in ROOTS:
        article = as_article(draft, article)
    rows = branches(table)
    for attribute, row in rows.attributes:
        if sent := attribute_of(article, attribute).strip():
            take(draft, row.field, row.path, sent, None)
    told = [node for part in article if local(part) in ("body", "back") for node in part.iter("{*}related-article")]
    fronts = [part for part in article if local(part) == "front"] or [article]
    language = attribute_of(article, "lang") or None
    for front in fronts:
        for part in [part for part in front if local(part) in _PARTS]:
            front.remove(part)
        walk(front, rows, draft, language)
    for translation in _translations(article):
        _translated(draft, translation)
    for node in told:
        related_in_text(draft, node)
    _count_references(draft, article)
    _finish(draft)
    return draft.finish()


def _article(root: etree._Element) -> etree._Element:
    """PubMed Central's API sends sets, also of one article."""
    if local(root) != "pmc-articleset":
        return root
    articles = [part for part in root if local(part) == "article"]
    if len(articles) != 1:
        raise RecordError(f"is a set of {len(articles)} articles, not one")
    return articles[0]


def _finish(draft: Draft) -> None:
    """What several fields say together."""
    values = draft.values
    if "start_page" in values and "pages" not in values:
        values["pages"] = values["start_page"]
    container = draft.container
    if "subtitle" in container:
        subtitle = container.pop("subtitle")
        if "title" in container:
            container["title"] = f"{container['title']}: {subtitle}"
    preprints.settle_preprint(draft)
    if not container.keys().isdisjoint({"title", "short_title", "issn", "eissn"}):
        preprint = draft.types and max(draft.types)[1] == "preprint"
        container.setdefault("type", "repository" if preprint else "journal")
    if "title" not in container and "short_title" in container:
        container["title"] = container["short_title"]
    online = [d.value for d in draft.dates if d.type == "online" and d.value]
    # The year of the collection of an article that has no issue: its day stands beside it. Springer gives it a December.
    draft.dates = [
        structs.replace(d, type="unknown")
        if d.type == "issued" and "issue" not in values and any(d.value == f"{o[:4]}-12" for o in online)
        else d
        for d in draft.dates
        if not (d.type == "issued" and any(o.startswith(f"{d.value}-") for o in online))
    ]


# --- parts of an article beside its front -----------------------------------------------------------------------------


def _translations(article: etree._Element) -> list[etree._Element]:
    """The front matter of translations within the article, as SciELO has them; answers and reviews are works of their own."""
    subs = [sub for sub in article if local(sub) == "sub-article" and sub.get("article-type") == "translation"]
    return [front for sub in subs for front in sub if local(front) in ("front-stub", "front")]


def _translated(draft: Draft, front: etree._Element) -> None:
    parent = front.getparent()
    spoken = attribute_of(parent, "lang") if parent is not None else ""
    inside = next(children(front, "article-meta"), front)
    for node in inside:
        language = attribute_of(node, "lang") or spoken or None
        draft.sent_language = language
        name = local(node)
        if name == "title-group":
            subtitle = text.title(next(map(inner, children(node, "subtitle")), ""))
            for title in children(node, "article-title"):
                if found := text.title(inner(title)):
                    whole = _joined(found, subtitle) if subtitle else found
                    draft.titles.append(Title(whole, "translated", draft.tag))
        elif name == "article-id" and (doi := identifiers.doi(inner(node))):
            draft.put(draft.relations, Relation("has-translation", "doi", doi))
        elif name in ("abstract", "trans-abstract"):
            abstract(draft, node)
        elif name == "kwd-group":
            keywords(draft, node)


def _count_references(draft: Draft, article: etree._Element) -> None:
    """The references themselves are other works: they are counted only."""
    count = sum(1 for _ in article.iterfind("{*}back//{*}ref-list/{*}ref"))
    if count:
        draft.set("references_count", count)


def reference_count(draft: Draft, node: etree._Element) -> Json:
    count = attribute_of(node, "count").strip()
    return draft.set("references_count", int(count)) if re.fullmatch(r"[0-9]{1,5}", count) else None


# --- what it is ------------------------------------------------------------------------------------------------------


def article_type(draft: Draft, sent: str) -> Json:
    """``research-article`` and ``other`` say little: many write them for everything."""
    draft.type_raw.append(sent)
    name = re.sub(r"[\s_]+", "-", sent.lower())
    found = types.named("jats", name) or types.resource_type(sent)
    if found is None:
        return sent
    if found != "other":
        draft.types.append((1 if found == "article" else 3, found))
    return found


def titles(draft: Draft, node: etree._Element) -> Json:
    """The title with its subtitle, translations and short forms; references to footnotes are no part of them."""
    group = draft.sent_language
    main = _title(draft, node, "article-title", "", group)
    _join(draft, main, _title(draft, node, "subtitle", "subtitle", group))
    for part in node:
        name, language = local(part), attribute_of(part, "lang") or None
        if name == "trans-title-group":
            found = _title(draft, part, "trans-title", "translated", language)
            sub = _title(draft, part, "trans-subtitle", "subtitle", language)
            if found and sub:
                _drop(draft, sub)
                draft.titles[draft.titles.index(found)] = Title(
                    _joined(found.title, sub.title), "translated", found.language
                )
        elif name == "trans-title":
            _append(draft, part, "translated", language)
        elif name == "alt-title" and not _is_title(part, main):
            draft.extra.setdefault(f"{draft.path}/alt-title", []).append(said(draft, part))
        elif name == "alt-title":
            short = attribute_of(part, "alt-title-type") not in ("", "other", "full", "alternative")
            _append(draft, part, "short" if short else "alternative", language or group)
    return main.title if main else True


def _is_title(node: etree._Element, main: Title | None) -> bool:
    """A running head may be the short title, but also the authors of left pages, the journal or the section: ``A. T. Neal``,
    ``Essay``. It is believed where it has a word of the title."""
    if not _RUNNING.search(attribute_of(node, "alt-title-type")) or main is None:
        return True
    words_of_title = {word[:5] for word in _LONG_WORD.findall(main.title.casefold())}
    return not words_of_title.isdisjoint(word[:5] for word in _LONG_WORD.findall(text.plain(inner(node)).casefold()))


def _title(draft: Draft, node: etree._Element, name: str, kind: str, language: str | None) -> Title | None:
    found = [_append(draft, part, kind, attribute_of(part, "lang") or language) for part in children(node, name)]
    return next((title for title in found if title), None)


def _append(draft: Draft, node: etree._Element, kind: str, language: str | None) -> Title | None:
    draft.sent_language = language
    sent = inner(node)
    found = words.title(draft, sent, kind) if sent else None
    return next((t for t in reversed(draft.titles) if t.type == kind and t.title == found), None) if found else None


def _join(draft: Draft, main: Title | None, subtitle: Title | None) -> None:
    if main is None or subtitle is None:
        return
    if main.title == subtitle.title:
        _drop(draft, subtitle)
    draft.titles[draft.titles.index(main)] = Title(_joined(main.title, subtitle.title), main.type, main.language)


def _joined(main: str, subtitle: str) -> str:
    """With a colon, unless the title holds the subtitle already."""
    if text.title_key(subtitle) in text.title_key(main):
        return main
    return f"{main} {subtitle}" if main[-1] in ":?!.–—" else f"{main}: {subtitle}"


def _drop(draft: Draft, title: Title) -> None:
    draft.titles.remove(title)


# --- texts and subjects ----------------------------------------------------------------------------------------------


def abstract(draft: Draft, node: etree._Element) -> Json:
    """By its type: the abstract, a summary for other readers, or a teaser. A graphical one without words is none."""
    kind = attribute_of(node, "abstract-type").lower() or "abstract"
    if kind.startswith("graph") and all(local(part) == "title" or not text_of(part).strip() for part in node):
        return True
    sent = sound(draft, inner(node))
    found = _OWN_DOI.sub("", text.abstract(sent) or "") if sent else None
    if not found:
        return True
    spoken = attribute_of(node, "lang") or draft.sent_language
    draft.sent_language = spoken
    kind = vocabulary("abstracts").get(re.sub(r"[\s_]+", "-", kind), "other" if kind.startswith("graph") else "summary")
    markup = sent if text.has_markup(sent) else None
    draft.descriptions.append(Description(found, kind, draft.tag, markup))
    return found


def statement(draft: Draft, node: etree._Element) -> Json:
    """What is said in sentences: who paid, or thanks to whom it may be read."""
    found = text.plain(sound(draft, inner(node)))
    if found:
        draft.descriptions.append(Description(found, "note", draft.tag))
    return found or True


def keywords(draft: Draft, node: etree._Element) -> Json:
    """Keywords; lists of abbreviations stand in the same element in PubMed Central."""
    kind = f"{attribute_of(node, 'kwd-group-type')} {attribute_of(node, 'vocab')}".lower()
    if "abbrev" in kind:
        return True
    scheme = next((name for name in ("mesh", "lcsh", "jel", "ddc", "lcc") if name in kind), "")
    found: list[Json] = []
    for child in node.iter("{*}kwd", "{*}compound-kwd"):
        name = "compound-kwd-part" if local(child) == "compound-kwd" else ""
        sent = [inner(part) for part in children(child, name)] if name else [inner(child)]
        if said_parts := [part for part in (sound(draft, s) for s in sent) if part]:
            found.append(words.subject(draft, ": ".join(said_parts[-2:]) if name else said_parts[0], scheme))
    return found or True


# --- the journal -----------------------------------------------------------------------------------------------------


def journal_title(draft: Draft, sent: str) -> Json:
    found = text.title(sent)
    return found if found and draft.container.setdefault("title", found) == found else None


def container_part(draft: Draft, sent: str, part: str) -> Json:
    found = text.plain(sent)
    if not found:
        return None
    return found if found in (draft.container.setdefault(part, found), draft.container.get("title")) else None


def journal_id(draft: Draft, node: etree._Element) -> Json:
    """Of the names that a journal has in systems, the abbreviation that the National Library of Medicine gave it."""
    sent = said(draft, node)
    if sent and attribute_of(node, "journal-id-type") in ("nlm-ta", "iso-abbrev", "pubmed"):
        draft.container.setdefault("short_title", text.plain(sent))
    return sent or True


def journal_issn(draft: Draft, node: etree._Element) -> Json:
    kind = f"{attribute_of(node, 'pub-type')} {attribute_of(node, 'publication-format')}".lower()
    sent = said(draft, node)
    electronic = "epub" in kind or "electronic" in kind or "online" in kind
    return links.issn(draft, sent, "eissn" if electronic else "issn") if sent else True


def linking_issn(draft: Draft, sent: str) -> Json:
    found = identifiers.issn(sent)
    return draft.identify("issn-l", found, "container", sent) if found else None


def place(draft: Draft, node: etree._Element) -> Json:
    """Where the publisher is; OJS puts the country's code and the publisher's web address beside it."""
    parts = [node.text or "", *(child.tail or "" for child in node)]
    own = text.plain(" ".join(parts)).strip(" ,;")
    parts = [
        own,
        *(p for n in ("institution", "addr-line", "city", "state", "country") for p in all_said(draft, node, n)),
    ]
    found = ", ".join(dict.fromkeys([text.plain(p) for p in parts if p]))
    return draft.set("place", found) if found else True

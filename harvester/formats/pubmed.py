"""PubMed's XML: one article with what the databases know of it, or a book of its bookshelf or a chapter of one.

Crosswalk: ``crosswalks/pubmed.toml``. https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html. Old files hold bare
``<MedlineCitation>`` elements. What is corrected or retracted is told by the relations, as in JATS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from lxml import etree

from harvester import schemas
from harvester.clean import citations, dates, identifiers, names, text
from harvester.errors import RecordError
from harvester.formats.crosswalk import crosswalk, sound
from harvester.formats.doctype import without_doctype
from harvester.formats.draft import Draft, begin, language_tag
from harvester.formats.jats.texts import inner
from harvester.formats.nbib import english_title
from harvester.formats.rules import links, people, terms, words
from harvester.formats.tree import all_said, attribute_of, branches, children, said, walk
from harvester.formats.xml import local, metadata, text_of
from harvester.record import (
    Affiliation,
    Contributor,
    Date,
    Description,
    Funding,
    Json,
    RawRecord,
    Record,
    Relation,
    Step,
)

_TRIALS = re.compile(r"trial|isrctn|eudract|drks|jprn|umin|chictr|ctri|anzctr|rebec|irct|nct", re.IGNORECASE)
"""How the registers of trials are called among the data banks."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """The record of an article, a book or a chapter."""
    table = crosswalk("pubmed", dialect)
    draft = begin(raw, dialect, trace)
    payload = raw.payload if raw.context else without_doctype(raw.payload)
    article = _article(metadata(payload, raw.context, table.roots))
    walk(article, branches(table), draft)
    if "references_count" not in draft.values and (count := _references(article)):
        draft.set("references_count", count)
    if "title" not in draft.container and "short_title" in draft.container:
        draft.container["title"] = draft.container["short_title"]
    return draft.finish()


def _article(root: etree._Element) -> etree._Element:
    """E-utilities send sets, also of one article."""
    if local(root) == "PubmedArticleSet":
        articles = [part for part in root if local(part) in ("PubmedArticle", "PubmedBookArticle")]
        if len(articles) != 1:
            raise RecordError(f"is a set of {len(articles)} articles, not one")
        return articles[0]
    if local(root) == "MedlineCitation":
        around = etree.Element("PubmedArticle")
        around.append(root)
        return around
    return root


def _references(article: etree._Element) -> int:
    """Those of the publisher, else those that PubMed has found."""
    sent = sum(1 for _ in article.iterfind("{*}PubmedData//{*}ReferenceList/{*}Reference"))
    return sent or sum(1 for one in article.iter("{*}CommentsCorrections") if one.get("RefType") == "Cites")


@cache
def _table(name: str) -> Mapping[str, str]:
    rows: Mapping[str, str] = schemas.table("crosswalks/pubmed")[name]
    return rows


# --- identifiers -----------------------------------------------------------------------------------------------------


def named_number(draft: Draft, node: etree._Element) -> Json:
    """A number by its type; one of which PubMed says that it is not valid is kept aside."""
    sent = said(draft, node)
    kind = attribute_of(node, "IdType") or attribute_of(node, "EIdType")
    if not sent:
        return True
    if attribute_of(node, "ValidYN") == "N":
        return None
    scheme = _table("numbers").get(kind)
    if scheme == "doi":
        return links.doi(draft, sent)
    if scheme is None:
        return links.local(draft, sent, kind or "article-id") if kind != "pmcid" else sent
    return links.identifier(draft, f"PMC{sent}" if scheme == "pmcid" and sent.isdigit() else sent, scheme)


def other_id(draft: Draft, node: etree._Element) -> Json:
    sent = said(draft, node)
    if (pmcid := identifiers.pmcid(sent)) is not None:
        return draft.identify("pmcid", pmcid, raw=sent)
    return links.local(draft, sent, attribute_of(node, "Source").lower() or "other") if sent else True


def linking(draft: Draft, sent: str) -> Json:
    found = identifiers.issn(sent)
    return draft.identify("issn-l", found, "container", sent) if found else None


# --- titles and texts ------------------------------------------------------------------------------------------------


def marked_title(draft: Draft, node: etree._Element, kind: str = "") -> Json:
    """With its italics, which the title itself is without."""
    sent = sound(draft, inner(node))
    if not sent:
        return True
    return words.title(draft, sent, kind) if kind else english_title(draft, sent)


def texts(draft: Draft, node: etree._Element) -> Json:
    """An abstract, whose parts have labels; others are of other readers, or in another language."""
    sent = "".join(_parts(draft, node))
    found = text.abstract(sent) if sent else None
    if not found:
        return True
    kind = attribute_of(node, "Type").lower()
    tongue = language_tag(attribute_of(node, "Language") or draft.sent_language)
    marked = any(text.has_markup(inner(part)) for part in children(node, "AbstractText"))
    own = kind in ("", "publisher")
    draft.descriptions.append(Description(found, "abstract" if own else "summary", tongue, sent if marked else None))
    return found


def _parts(draft: Draft, node: etree._Element) -> Iterator[str]:
    for part in children(node, "AbstractText"):
        label = attribute_of(part, "Label").strip()
        heading = f"<title>{label}</title>" if label and label.upper() != "UNLABELLED" else ""
        if sent := sound(draft, inner(part)):
            yield f"{heading}<p>{sent}</p>"


def pagination(draft: Draft, node: etree._Element) -> Json:
    """``113-25``, and since 2023 the first and the last page beside it."""
    whole, start, end = (said(draft, node, name) for name in ("MedlinePgn", "StartPage", "EndPage"))
    sent = whole or (f"{start}-{end}" if end and end != start else start)
    if not sent:
        return True
    return links.pages(draft, sent) if citations.pages(sent) is not None else None


# --- people and money ------------------------------------------------------------------------------------------------


def authors(draft: Draft, node: etree._Element, role: str = "author") -> Json:
    """Everybody of a list; of a name that was printed wrong, and mended, only the right form."""
    if attribute_of(node, "Type") == "editors":
        role = "editor"
    begun = len(draft.contributors)
    for one in (*children(node, "Author"), *children(node, "Investigator")):
        if attribute_of(one, "ValidYN") == "N":
            sent = " ".join(" ".join(map(str, one.itertext())).split())
            draft.extra.setdefault(f"{draft.path}/{local(one)}[@ValidYN=N]", []).append(sound(draft, sent))
        elif (found := _agent(draft, one, role)) is not None:
            draft.contributors.append(found)
    return draft.contributors[begun:] or True


def _agent(draft: Draft, node: etree._Element, role: str) -> Contributor | None:
    family, suffix = said(draft, node, "LastName"), said(draft, node, "Suffix")
    given = said(draft, node, "ForeName") or said(draft, node, "FirstName")
    if not given:
        given = next((names.given_beside(family, text_of(one).strip()) for one in children(node, "ForeName")), "")
    given = given or said(draft, node, "Initials")
    if family or given:
        found = names.person(family, given or None, suffix or None)
    elif (body := text.plain(said(draft, node, "CollectiveName"))) != "":
        found = names.organisation(body)
    else:
        return None
    if not found.name or text.placeholder(found.name, "person"):
        return None
    affiliations = tuple(_affiliations(draft, node))
    return people.credited(found, role, affiliations=affiliations, orcid=_orcid(draft, node))


def _orcid(draft: Draft, node: etree._Element) -> str | None:
    """Numbers of other kinds are kept as sent."""
    found = None
    for one in children(node, "Identifier"):
        sent = said(draft, one)
        if attribute_of(one, "Source").upper() == "ORCID":
            if (orcid := identifiers.orcid(sent)) is not None:
                found = orcid
            elif sent:
                draft.find(
                    "orcid-checksum", "contributors", "stands as an ORCID iD, but its check digit is wrong", sent
                )
        elif sent:
            draft.extra.setdefault(f"{draft.path}/Identifier", []).append(sent)
    return found


def _affiliations(draft: Draft, node: etree._Element) -> Iterator[Affiliation]:
    for one in children(node, "AffiliationInfo"):
        name = text.plain(said(draft, one, "Affiliation")).strip(" .;,")
        numbers = [(i.get("Source", ""), said(draft, i)) for i in children(one, "Identifier")]
        ror = next((ror for _, sent in numbers if (ror := identifiers.ror(sent))), None)
        for source, sent in numbers:
            if sent and identifiers.ror(sent) is None:
                draft.extra.setdefault(f"{draft.path}/AffiliationInfo/Identifier", []).append(
                    f"{source} {sent}".strip()
                )
        if name or ror:
            yield Affiliation(name or None, ror)
    for sent in all_said(draft, node, "Affiliation"):  # before 2015
        yield Affiliation(text.plain(sent).strip(" .;,"))


def person_as_subject(draft: Draft, node: etree._Element) -> Json:
    found = _agent(draft, node, "other")
    return words.subject(draft, found.name.replace(", ", " ", 1)) if found else True


def award_of_agency(draft: Draft, node: etree._Element) -> Json:
    agency, number = text.plain(said(draft, node, "Agency")), text.plain(said(draft, node, "GrantID"))
    if not (agency or number):
        return True
    return draft.put(draft.funding, Funding(funder_name=agency or None, award_number=number or None))


# --- dates -----------------------------------------------------------------------------------------------------------


def day(draft: Draft, node: etree._Element, kind: str) -> Json:
    """``<Year>`` with month and day, or a season; or words: ``1998 Dec-1999 Jan``."""
    year, month, of_month, season, loose = (
        said(draft, node, name) for name in ("Year", "Month", "Day", "Season", "MedlineDate")
    )
    sent = loose or " ".join(filter(None, (year, month or season, of_month)))
    if not sent:
        return True
    if year.isdigit() and month.isdigit():
        value = dates.from_parts([int(part) if part.isdigit() else None for part in (year, month, of_month)])
        written = "-".join(part.zfill(2) for part in (year, month, of_month) if part)
        return draft.put(draft.dates, Date(kind, value, written if written != value else None))
    return terms.date(draft, sent, kind)


def past_event(draft: Draft, node: etree._Element) -> Json:
    """What happened by ``PubStatus``: at the publisher, or in databases, which is nobody's matter."""
    status = attribute_of(node, "PubStatus").lower()
    kind = _table("history").get(status)
    if kind == "" and status:
        return "of databases"
    if kind is None:
        sent = "-".join(
            said(draft, node, name).zfill(2) for name in ("Year", "Month", "Day") if said(draft, node, name)
        )
        draft.extra.setdefault(f"{draft.path}[@PubStatus={status}]", []).append(sent)
        return sent or True
    return day(draft, node, kind)


# --- what is related -------------------------------------------------------------------------------------------------


def comment_or_correction(draft: Draft, node: etree._Element) -> Json:
    """Another article, by its number, else by how it is cited: ``Gut. 2017 Jun;66(6):1``."""
    kind = attribute_of(node, "RefType")
    known = _table("comments").get(kind, "other")
    label, note = text.plain(said(draft, node, "RefSource")), said(draft, node, "Note")
    pmid = identifiers.pmid(said(draft, node, "PMID"))
    if not known or not (label or pmid):
        return kind or True
    if note:
        draft.extra.setdefault(f"{draft.path}/Note", []).append(note)
    status = _table("statuses").get(known)
    update_type = "partial_retraction" if kind.startswith("PartialRetraction") else None
    if status is not None:
        draft.set("update_status", "partial-retraction" if update_type else status)
    doi = identifiers.doi(label) if label and not pmid else None
    target = ("pmid", pmid) if pmid else ("doi", doi) if doi else ("local", label)
    label = label if label and label != target[1] else ""
    relation = Relation(known, *target, label or None, update_type=update_type)
    return draft.put(draft.relations, relation)


def data_bank(draft: Draft, node: etree._Element) -> Json:
    """Trials, by their register; sequences and data, by their bank."""
    bank = said(draft, node, "DataBankName")
    found: list[Json] = []
    for sent in all_said(draft, node, "AccessionNumberList", "AccessionNumber"):
        if _TRIALS.search(bank):
            found.append(draft.identify("trial", text.plain(sent), "related"))
        elif (form := links.form(sent)) is not None and form[0] in ("doi", "url", "handle"):
            found.append(draft.put(draft.relations, Relation("other", *form, label=bank or None)))
        else:
            found.append(draft.put(draft.relations, Relation("other", "local", f"{bank}/{sent}" if bank else sent)))
    return found or True


def mesh(draft: Draft, node: etree._Element) -> Json:
    """A heading with its qualifiers: ``Iron/analysis``."""
    parts = [text.plain(sent) for name in ("DescriptorName", "QualifierName") for sent in all_said(draft, node, name)]
    return words.subject(draft, "/".join(parts), "mesh") if parts else True


# --- books -----------------------------------------------------------------------------------------------------------


def book(draft: Draft, node: etree._Element) -> Json:
    """The book that is meant where no chapter is named, else what the chapter stands in."""
    chapter = node.getparent()
    parts = {local(part): part for part in chapter} if chapter is not None else {}
    title = text.title(next(map(inner, children(node, "BookTitle")), ""))
    whole = "ArticleTitle" not in parts or not text_of(parts["ArticleTitle"]).strip()
    for listed in children(node, "AuthorList"):
        authors(draft, listed)
    for dated in children(node, "PubDate"):
        if "ContributionDate" not in parts:
            day(draft, dated, "issued")
        elif sent := " ".join(" ".join(map(str, dated.itertext())).split()):
            draft.extra.setdefault(f"{draft.path}/PubDate", []).append(sent)
    draft.types.append((3, "book" if whole else "chapter"))
    if title and whole:
        words.title(draft, title)
    elif title:
        draft.container.setdefault("title", title)
    return title or True

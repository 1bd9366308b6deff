"""Rules for the fields of MARC that number the work or link it: 0XX, 76X to 78X, 856."""

from __future__ import annotations

import re
from functools import cache

from harvester.clean import citations, dates, identifiers, relations, text
from harvester.clean.types import resource_type
from harvester.formats import bags, links, terms
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.marc.fields import Datafield, bare, joined
from harvester.record import File, Json, Relation

_SCHEMES = {
    "doi": "doi", "hdl": "handle", "handle": "handle", "uri": "url", "url": "url", "pmid": "pmid", "pmcid": "pmcid",
    "arxiv": "arxiv", "pubmed": "pmid", "urn": "", "isbn": "isbn", "issn": "issn", "eissn": "eissn", "oai": "oai",
}  # fmt: skip
"""Codes of ``$2``, https://www.loc.gov/standards/sourcelist/standard-identifier.html, and what repositories write there."""
_KINDS = {"0": "isrc", "1": "upc", "2": "ismn", "4": "sici"}
_OCLC = re.compile(r"\(OCoLC\)\s*(?:ocm|ocn|on)?0*(\d{1,15})", re.IGNORECASE)
_ENUMERATION = re.compile(r"(?P<volume>[^:<]{0,20})(?::(?P<issue>[^:<]{1,20}))?(?:<(?P<page>[\w.-]{1,20}))?")
_PARTS = re.compile(
    r"(?P<called>(?:vol(?:ume)?|bd|band|v|t|tome|jg|jahrgang)\.?\s*)?(?P<volume>\d{1,4}[A-Za-z]?(?:[-/]\d{1,4})?)?\s*"
    r"(?:\((?P<year>\d{4})(?:/\d{2,4})?\)|\((?:[^()]{1,20}\s)?(?P<year2>\d{4})\))?[\s,:;.]*"
    r"(?:(?:no|nr|h|heft|issue|iss|n)[.°]?\s*(?P<issue>[\w-]{1,10}(?:/\d{1,4})?)|(?P<issue2>\d{1,4}(?:/\d{1,4})?))?[\s,:;.]*"
    r"(?:\((?:[^()]{0,20}\s)?(?P<year3>\d{4})\))?",
    re.IGNORECASE,
)
"""``Vol. 4, no. 3 (2020), p. 128-134``; ``Bd. 4 (2020), H. 3, S. 128-134``; ``4(2020), 3, Seite 128-134``; pages apart."""
_PAGES = re.compile(
    r"(?:^|[\s,;:.])(?P<label>pages?|pp?|s|seiten?|art(?:icle)?)\.?\s*(?P<pages>[\w.-]{1,20}(?:\s?[-\u2013]\s?[\w.]{1,12})?)$",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\d{1,15}(?:\s*(?:bytes|b))?", re.IGNORECASE)
_DIGEST = re.compile(r"(?:(md5|sha-?\d+):)?([0-9a-f]{32,128})", re.IGNORECASE)


# --- numbers ---------------------------------------------------------------------------------------------------------


def standard_number(draft: Draft, item: Datafield) -> Json:
    """024: of the scheme that ``$2`` or the first indicator names; 8 and blank name none, and DSpace sends all with 8."""
    found = [_standard(draft, item, said) for sent in item.all("a") if (said := sound(draft, sent))]
    return [f for f in found if f] or None


def _standard(draft: Draft, item: Datafield, sent: str) -> Json:
    said = item.first("2").lower()
    if item.ind1 in _KINDS:
        return links.local(draft, sent, _KINDS[item.ind1])
    if item.ind1 == "3" and (found := identifiers.isbn(sent)) is not None:
        return links.isbn(draft, found)
    if item.ind1 == "3":
        return links.local(draft, sent, "ean")
    if not said and item.ind1 != "7":
        return bags.bag(draft, sent)
    scheme = _SCHEMES.get(said)
    if scheme == "doi":
        return links.doi(draft, sent)
    if scheme in ("issn", "eissn"):
        return links.issn(draft, sent, scheme)
    if scheme == "isbn":
        return links.isbn(draft, sent)
    if scheme == "url":
        return links.identifier(draft, sent)
    if scheme:
        return links.identifier(draft, sent, scheme)
    if not said or scheme == "":
        form = links.form(sent)
        return links.classified(draft, sent, form) if form else draft.identify("local", text.plain(sent), "version")
    return links.local(draft, sent, said)


def system_number(draft: Draft, item: Datafield) -> Json:
    """035: numbers of other catalogues, OCLC's in one form."""
    found: list[Json] = []
    for sent in item.all("a"):
        if match := _OCLC.fullmatch(sent):
            found.append(draft.identify("local", f"oclc:{match[1]}", "version", sent))
        elif sound(draft, sent):
            found.append(draft.identify("local", text.plain(sent), "version", sent))
    return found or None


def report_number(draft: Draft, item: Datafield) -> Json:
    """027, 037 and 088. A 037 with a vendor is where to buy it; INSPIRE keeps arXiv numbers there."""
    said = sound(draft, bare(item.first("a")))
    if not said or item.first("b"):
        return None
    if "arxiv" in f"{item.first('9')} {said}".lower() and (known := identifiers.arxiv(said)):
        return draft.identify("arxiv", known, raw=said)
    return draft.identify("report-number", text.plain(said))


def issn(draft: Draft, item: Datafield) -> Json:
    """022: ``$a``, with the linking ISSN in ``$l``; ``$y`` and ``$z`` are wrong ones."""
    found = [links.issn(draft, sent) for sent in item.all("ab") if sound(draft, sent)]
    for sent in item.all("l"):
        found += [draft.identify("issn-l", value, "container", sent) for value in identifiers.issns(sent)]
    return [f for f in found if f] or None


# --- what it is part of ----------------------------------------------------------------------------------------------


def host_item(draft: Draft, item: Datafield) -> Json:
    """773: the journal or book that holds the work, and where in it."""
    said = relations.relation("datacite", item.first("i"))
    if said is not None and said != "is-part-of":
        return _named_relation(draft, item, said)
    title = text.plain(sound(draft, bare(item.first("t"))) or sound(draft, bare(item.first("p"))))
    short = text.plain(sound(draft, bare(item.first("p")))) if item.first("t") else ""
    if title and draft.container.get("title", title) != title:
        return _entry(draft, item, "is-part-of", title)
    found: list[Json] = []
    if title:
        found.append(draft.container.setdefault("title", title))
    if short:
        draft.container.setdefault("short_title", short)
    for sent in item.all("x"):
        found += links.issn(draft, sent) or []
    for sent in item.all("z"):
        found += _host_isbn(draft, sent)
    for sent in item.all("o"):
        found += [draft.identify("doi", value, "container", sent) for value in identifiers.dois(sent)]
    for sent in item.all("w"):
        found.append(draft.identify("local", text.plain(sent), "container"))
    if publisher := _publisher(item.first("d")):
        draft.container.setdefault("publisher", publisher)
    unread: list[str] = []
    found += _place(draft, item, title, unread)
    _and_left(draft, "a", item.all("a"), found)
    return _and_left(draft, "g", unread, found)


def _host_isbn(draft: Draft, sent: str) -> list[Json]:
    value = identifiers.isbn(sent)
    if value is None:
        return []
    kind = max(draft.types)[1] if draft.types else ""
    if kind in ("chapter", "conference-paper"):
        draft.container.setdefault("isbn", value)
    return [draft.identify("isbn", value, "container", sent)]


def _publisher(sent: str) -> str:
    """``London : BMJ, 2020``"""
    match = re.fullmatch(r"[^:]{1,80}:\s*(?P<name>[^:]{2,150}?)(?:,\s*[\[\]c©]*\d{4}.{0,12})?", sent.strip())
    return text.plain(bare(match["name"])) if match else ""


def _place(draft: Draft, item: Datafield, title: str, unread: list[str]) -> list[Json]:
    """Volume, issue, pages and year: in fields of their own (Invenio), as ``$q``, or in the words of ``$g``."""
    found: list[Json] = []
    for code, element in (("v", "volume"), ("n", "issue")):
        if (sent := sound(draft, item.first(code))) and (number := citations.number(sent)):
            found.append(draft.set(element, number))
    if sent := sound(draft, item.first("c")):
        found.append(links.pages(draft, sent) or draft.set("article_number", text.plain(sent)))
    if (year := item.first("y")) and dates.date(year):
        found.append(terms.date(draft, year, "issued"))
    if (sent := item.first("q")) and (match := _ENUMERATION.fullmatch(sent)):
        for element, value in (("volume", match["volume"]), ("issue", match["issue"])):
            if value and (number := citations.number(value)):
                found.append(draft.values.setdefault(element, number))
    for sent in item.all("g"):
        if (read := _of_words(draft, sent, title)) is None:
            unread += [sent] if not item.first("q") else []
        else:
            found.append(read)
    if (match := _ENUMERATION.fullmatch(item.first("q"))) and match["page"] and "pages" not in draft.values:
        found.append(links.pages(draft, match["page"]))
    return found


def _of_words(draft: Draft, sent: str, title: str) -> Json:
    """``Vol. 4, no. 3 (Sept. 2020), p. 128-134``"""
    clean = text.plain(sent).strip(" .,;")
    where = _PAGES.search(clean)
    rest = clean[: where.start()].rstrip(" ,;:.") if where else clean
    match = _PARTS.fullmatch(rest)
    found = {name: value for name, value in match.groupdict().items() if value} if match else {}
    if not found and rest and (known := citations.citation(f"{title or 'Journal of'}, {clean}")) is not None:
        found = {"volume": known.volume or "", "issue": known.issue or "", "year": str(known.year or "")}
    if "called" not in found and re.fullmatch(r"(?:19|20)\d\d", found.get("volume", "")) and "year" not in found:
        found["year"] = found.pop("volume")  # 2020, nr 3
    for element in ("volume", "issue"):
        if (said := found.get(element) or found.get(f"{element}2")) and (number := citations.number(said)):
            draft.values.setdefault(element, number)
    if where is not None and where["label"].lower().startswith("art"):
        draft.set("article_number", where["pages"])
    elif where is not None and "pages" not in draft.values:
        links.pages(draft, where["pages"])
    year = found.get("year") or found.get("year2") or found.get("year3")
    if year and not any(d.type == "issued" for d in draft.dates):
        terms.date(draft, year, "issued")
    return None if rest and not found else {**found, "pages": where["pages"] if where else ""}


# --- links -----------------------------------------------------------------------------------------------------------


def _named_relation(draft: Draft, item: Datafield, kind: str) -> Json:
    """Invenio: ``$a`` or ``$n`` is the identifier, ``$i`` the relation, the scheme in ``$2`` or ``$n``."""
    sent = next((v for v in item.all("aonw") if identifiers.classify(v) is not None), item.first("aw"))
    return links.relation(draft, sent, kind) if sound(draft, sent) else None


def related(draft: Draft, item: Datafield, kind: str = "other") -> Json:
    """76X to 78X and 73X: by the strongest number, with ``$i`` and the title as its label.

    Dublin Core that was turned into MARC has only ``$n``: a dc:relation in 787, a dc:source in 786.
    """
    if not item.first("tsaxzwou") and (said := sound(draft, item.first("n"))):
        return bags.source(draft, said) if item.tag == "786" else bags.loose_relation(draft, said)
    said = item.first("i").strip(" :")
    return _entry(draft, item, _named(said) or kind)


def _named(said: str) -> str | None:
    """The relation that ``$i`` names, in the words of DataCite or in ours: ``IsVersionOf``, ``is version of``, ``Part of``."""
    words = said.lower()
    if words in ("part of", "in"):
        return "is-part-of"
    return _labels().get(words) or relations.relation("datacite", said)


@cache
def _labels() -> dict[str, str]:
    return {relations.label(name): name for name in relations.IDS}


def _entry(draft: Draft, item: Datafield, kind: str, title: str = "") -> Json:
    title = title or text.plain(
        sound(draft, bare(" ".join(item.all("anpst") if item.tag[:2] != "78" else item.all("st"))))
    )
    remark = text.plain(bare(item.first("i")))
    remark = "" if _named(remark) else remark
    label = f"{remark}: {title}" if remark and title else title or remark
    scheme, target = _target(item) or ("local", title)
    if not target:
        return None
    if known := next((r for r in draft.relations if (r.type, r.target) == (kind, target)), None):
        return known
    return draft.put(draft.relations, Relation(kind, scheme, target, label if label and label != target else None))


def _target(item: Datafield) -> tuple[str, str] | None:
    for sent in (*item.all("o"), *item.all("u")):
        if (found := identifiers.classify(sent)) is not None:
            return found
    for sent in item.all("x"):
        if known := identifiers.issns(sent):
            return "issn", known[0]
    for sent in item.all("z"):
        if (isbn := identifiers.isbn(sent)) is not None:
            return "isbn", isbn
    return next((("local", text.plain(sent)) for sent in item.all("w")), None)


_ABOUT = re.compile(
    r"table of contents|inhalt|publisher'?s? desc|description|contributor bio|cover|sample|review|abstract|klappentext|rezension",
    re.IGNORECASE,
)


def location(draft: Draft, item: Datafield) -> Json:
    """856: the work (second indicator 0 or blank), another version of it (1), something about it (2).

    A file where the address is that of a file, or a size or checksum says so; else a page. OJS sends a media type alone.
    """
    label = text.plain(joined(draft, item, "3yz")) if not _checksum(item) else text.plain(joined(draft, item, "3y"))
    mime = next((v for v in item.all("q") if re.fullmatch(r"[a-z]+/[\w.+-]+", v)), None)
    sizes = [int(re.sub(r"\D", "", v)) for v in item.all("s") if _SIZE.fullmatch(v)]
    found: list[Json] = []
    unread = [sent for sent in item.all("u") if identifiers.url(sent) is None]
    for url in filter(None, map(identifiers.url, item.all("u"))):
        if item.ind2 == "2" or _ABOUT.search(label):
            found.append(draft.put(draft.relations, Relation("other", "url", url, label or None)))
        elif sizes or _checksum(item) or bags.is_file(url):
            kind, digest = _checksum(item) or (None, None)
            name = item.first("f") or None
            file = File(
                url=url, name=name, description=label or None, mime=mime, size=sizes[0] if sizes else None,
                checksum=digest, checksum_type=kind,
            )  # fmt: skip
            found.append(draft.put(draft.files, file))
        elif item.ind2 == "1":
            found.append(draft.put(draft.relations, Relation("is-variant-form-of", "url", url, label or None)))
        else:
            found.append(links.identifier(draft, url))
    if not item.all("u") and mime:
        draft.mimes.append((draft.path, mime))
        return mime
    return _and_left(draft, "u", unread, found)


def _and_left(draft: Draft, code: str, unread: list[str], found: list[Json]) -> Json:
    """What was found; what was not goes to ``extra`` here, where the rest of the field was read."""
    if found and unread:
        draft.extra.setdefault(f"{draft.path}${code}", []).extend(unread)
    return found or None


def _checksum(item: Datafield) -> tuple[str, str] | None:
    for sent in item.all("z"):
        if match := _DIGEST.fullmatch(sent):
            kind = (match[1] or {32: "md5", 40: "sha1", 64: "sha256"}.get(len(match[2]), "")).upper().replace("-", "")
            return kind, match[2].lower()
    return None


def journal_citation(draft: Draft, item: Datafield) -> Json:
    """909 C4 of Invenio: journal ``$p``, volume ``$v``, issue ``$n``, pages ``$c``, year ``$y``; ``CO`` is its OAI identifier."""
    if item.ind1 == "C" and item.ind2 == "4":
        return host_item(draft, item)
    if item.ind1 == "C" and item.ind2 == "O":
        return [draft.identify("oai", v) for v in item.all("o") if v.startswith("oai:")] or None
    return None


def kind_of_content(draft: Draft, item: Datafield) -> Json:
    """336, the content, may be a type of works (``still image``); 338, the carrier, is what it is on: ``online resource``."""
    said = sound(draft, bare(item.first("a")))
    if not said:
        return None
    if item.tag == "338":
        return draft.put(draft.media_types, text.plain(said))
    known = resource_type(said)
    if known in ("image", "video", "sound", "software", "dataset") and not draft.types:
        draft.types.append((0, known))
    return said

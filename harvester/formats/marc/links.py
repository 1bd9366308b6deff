"""Rules for the fields of MARC that number the work or link it: 0XX, 76X to 78X, 856."""

from __future__ import annotations

import re
from functools import cache

from harvester.clean import identifiers, relations, text
from harvester.clean.types import resource_type
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.marc.fields import Datafield, bare, joined, leave
from harvester.formats.rules import bags, links
from harvester.record import File, Json, Relation

_SCHEMES = {
    "doi": "doi", "hdl": "handle", "handle": "handle", "uri": "url", "url": "url", "pmid": "pmid", "pmcid": "pmcid",
    "arxiv": "arxiv", "pubmed": "pmid", "urn": "", "isbn": "isbn", "issn": "issn", "eissn": "eissn", "oai": "oai",
}  # fmt: skip
"""Codes of ``$2``, https://www.loc.gov/standards/sourcelist/standard-identifier.html, and what repositories write there."""
_KINDS = {"0": "isrc", "1": "upc", "2": "ismn", "4": "sici"}
_OCLC = re.compile(r"\(OCoLC\)\s*(?:ocm|ocn|on)?0*(\d{1,15})", re.IGNORECASE)
_SIZE = re.compile(r"\d{1,15}(?:\s*(?:bytes|b))?", re.IGNORECASE)
_DIGEST = re.compile(r"(?:(md5|sha-?\d+):)?([0-9a-f]{32,128})", re.IGNORECASE)


# --- numbers ---------------------------------------------------------------------------------------------------------


def standard_number(draft: Draft, item: Datafield) -> Json:
    """024: of the scheme that ``$2`` or the first indicator names; 8 and blank name none, and DSpace sends all with 8."""
    found = [_standard(draft, item, said) for sent in item.all("a") if (said := sound(draft, sent))]
    return [f for f in found if f] or None


def _standard(draft: Draft, item: Datafield, sent: str) -> Json:
    said = item.first("2").lower()
    if item.ind1 in _KINDS and not _SCHEMES.get(said):
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


def lccn(draft: Draft, item: Datafield) -> Json:
    """010: without its blanks, and without what older cards have behind a slash (https://www.loc.gov/marc/lccn-namespace.html)."""
    found = [links.local(draft, re.sub(r"\s+|/.*", "", sent), "lccn") for sent in item.all("a")]
    return [f for f in found if f] or None


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


# --- links -----------------------------------------------------------------------------------------------------------


def identified_relation(draft: Draft, item: Datafield, kind: str) -> Json:
    """Invenio: ``$a`` or ``$n`` is the identifier, ``$i`` the relation, the scheme in ``$2`` or ``$n``."""
    sent = next((v for v in item.all("aonw") if identifiers.classify(v) is not None), item.first("aw"))
    return links.relation(draft, sent, kind) if sound(draft, sent) else None


def related(draft: Draft, item: Datafield, kind: str = "other") -> Json:
    """76X to 78X and 73X: by the strongest number, with ``$i`` and the title as its label.

    Dublin Core that was turned into MARC has only ``$n``: a dc:relation in 787, a dc:source in 786.
    """
    if not item.first("tsaxzwou") and (said := sound(draft, item.first("n"))):
        return bags.source(draft, said) if item.tag == "786" else bags.loose_relation(draft, said)
    return entry(draft, item, named_relation(item.first("i")) or kind)


_RELATIONS = {
    "part of": "is-part-of", "in": "is-part-of", "container of": "has-part", "contains": "has-part",
    "translation of": "is-translation-of", "translated as": "has-translation",
}  # fmt: skip
_LEVEL = re.compile(r"\s*\((?:work|expression|manifestation)\)$")


def named_relation(sent: str) -> str | None:
    """The relation that ``$i`` names, in the words of DataCite, of RDA or in ours.

    >>> named_relation("IsVersionOf"), named_relation("Container of (work):"), named_relation("Reproduced from")
    ('is-version-of', 'has-part', None)
    """
    said = sent.strip(" :")
    words = _LEVEL.sub("", said.lower())
    return _RELATIONS.get(words) or _labels().get(words) or relations.relation("datacite", said)


@cache
def _labels() -> dict[str, str]:
    return {relations.label(name): name for name in relations.IDS}


def entry(draft: Draft, item: Datafield, kind: str, title: str = "") -> Json:
    """A relation to another work by the strongest of its numbers; those that are not chosen go to ``extra``."""
    serial = item.tag[:2] == "78" and bool(item.first("st"))
    if serial:
        leave(draft, item, "anp")  # whose journal it is
    title = title or text.plain(sound(draft, bare(" ".join(item.all("st" if serial else "anpst")))))
    remark = text.plain(bare(item.first("i")))
    remark = "" if named_relation(remark) else remark
    label = f"{remark}: {title}" if remark and title else title or remark
    scheme, target, chosen = _target(item) or ("local", title, "")
    if not target:
        return None
    for code, value in item.subfields:
        if code in "ouxzw" and value != chosen:
            draft.extra.setdefault(f"{draft.path}${code}", []).append(value)
    if known := next((r for r in draft.relations if (r.type, r.target) == (kind, target)), None):
        return known
    return draft.put(draft.relations, Relation(kind, scheme, target, label if label and label != target else None))


def _target(item: Datafield) -> tuple[str, str, str] | None:
    """Scheme, value, and the number as it was sent; one without the catalogue that gave it says less than a title."""
    for sent in (*item.all("o"), *item.all("u")):
        if (found := identifiers.classify(sent)) is not None:
            return *found, sent
    for sent in item.all("x"):
        if known := identifiers.issns(sent):
            return "issn", known[0], sent
    for sent in item.all("z"):
        if (isbn := identifiers.isbn(sent)) is not None:
            return "isbn", isbn, sent
    numbers = [sent for sent in item.all("w") if sent.startswith("(") or not item.first("tsa")]
    return next((("local", text.plain(sent), sent) for sent in numbers), None)


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
    return and_left(draft, "u", unread, found)


def and_left(draft: Draft, code: str, unread: list[str], found: list[Json]) -> Json:
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

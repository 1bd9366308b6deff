"""Rules for what a MARC record is part of: the journal or book of 773, and where in it the work stands."""

from __future__ import annotations

import re

from harvester.clean import citations, dates, identifiers, relations, text
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.marc.fields import Datafield, bare, leave, leave_but
from harvester.formats.marc.links import entry, identified_relation
from harvester.formats.rules import links, terms
from harvester.record import Json

_ARTICLE = re.compile(r"[\s,]Artikel-(?:ID|Nr\.?|Nummer)\s(?P<number>[\w.-]{1,20})$", re.IGNORECASE)
"""K10plus: ``36(2021), 2, Artikel-ID 12345, Seite 1-10``."""
_ENUMERATION = re.compile(r"(?P<volume>[^:<]{0,20})(?::(?P<issue>[^:<]{1,20}))?(?:<(?P<page>[\w.-]{1,20}))?")
_PARTS = re.compile(
    r"(?P<called>(?:vol(?:ume)?|bd|band|v|t|tom[eo]?|jg|jahrgang|årg(?:ång)?|vuosikerta|roč(?:ník)?|том|т)\.?\s*)?"
    r"(?P<volume>\d{1,4}[A-Za-z]?(?:[-/]\d{1,4})?)?\s*"
    r"(?:\((?P<year>\d{4})(?:/\d{2,4})?\)|\((?:[^()]{1,20}\s)?(?P<year2>\d{4})\)|,\s(?P<year5>(?:18|19|20)\d\d)(?=,))?[\s,:;.]*"
    r"(?:(?:no|nr|h|heft|hft|issue|iss|n|n[uú]m|n[uú]mero|fasc|nro|č|čís|číslo|z|zesz|№|вып|szám|sz|br)[.°º]*\s*"
    r"(?P<issue>[\w-]{1,10}(?:/\d{1,4})?)|(?P<issue2>\d{1,4}(?:/\d{1,4})?))?[\s,:;.]*"
    r"(?:\((?:[^()]{0,20}\s)?(?P<year3>\d{4})\)|[^\W\d]{3,12}\.?(?:[/-][^\W\d]{3,12}\.?)?\s(?P<year4>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
"""``Vol. 4, no. 3 (2020), p. 128-134``; ``Bd. 4 (2020), H. 3, S. 128-134``; ``4(2020), 3, Seite 128-134``; pages apart."""
_PAGES = re.compile(
    r"(?:(?:^|[\s,;:.])(?P<label>pages?|pp?|s(?!\w)|str|seiten?|art(?:icle)?|с)\.?\s*|(?<=\d\)), )"
    r"(?P<pages>(?(label)[\w.-]{1,20}|\d{1,5}(?=[-\u2013]))(?:\s?[-\u2013]\s?[\w.]{1,12})?)$",
    re.IGNORECASE,
)
_PAGES_BEFORE_DATE = re.compile(
    r"(?P<before>.{1,60}?)[,;]\s(?P<where>(?:pp?|s)\.?\s?\d[\w\u2013-]{0,15}),\s(?P<date>[^\d,]{0,25}(?:19|20)\d\d)"
)
"""``v. 12, n. 3, p. 45-67, jul./set. 2010``, as Brazil writes it."""
_OF_THE_MONTH = re.compile(r"\svom:?\s[^\W\d]{3,10}\.?(?=,|$)")
"""K10plus: ``4(2020), 3 vom: Sept., Seite 128-134``."""
_ILLUSTRATED = re.compile(r"\s:\s(?:il|obr|fot|tab)[^\d:]{0,30}$", re.IGNORECASE)


def host_item(draft: Draft, item: Datafield) -> Json:
    """773: the journal or book that holds the work, and where in it."""
    said = relations.relation("datacite", item.first("i"))
    if said is not None and said != "is-part-of":
        leave_but(draft, item, "aoinw")
        return identified_relation(draft, item, said)
    title = text.plain(sound(draft, bare(item.first("t"))) or sound(draft, bare(item.first("p"))))
    short = text.plain(sound(draft, bare(item.first("p")))) if item.first("t") else ""
    if title and (draft.container.get("title", title) != title or _PACKAGE.search(f"{item.first('i')} {title}")):
        leave_but(draft, item, "tpouxzwi")
        return entry(draft, item, "is-part-of", title)
    found: list[Json] = []
    if title:
        found.append(draft.container.setdefault("title", title))
    if short:
        draft.container.setdefault("short_title", short)
    unread: list[tuple[str, str]] = [("a", sent) for sent in item.all("a")]
    unread += [("i", sent) for sent in item.all("i") if _IN.fullmatch(sent.strip()) is None]
    for code, read in (("x", links.issn), ("z", _host_isbn), ("o", _host_doi), ("d", _published)):
        for sent in item.all(code):
            numbers = read(draft, sent)
            found.append(numbers)
            unread += [] if numbers else [(code, sent)]
    found += [draft.identify("local", text.plain(sent), "container") for sent in item.all("w")]
    found += _place(draft, item, title, unread)
    if any(found):
        for code, sent in unread:
            leave(draft, item, code, sent)
    return [f for f in found if f] or None


_PACKAGE = re.compile(
    r"\b(?:e-?books? (?:package|collection)|Springer (?:Nature )?e-?Books?$|e-?Books? on )", re.IGNORECASE
)
"""What publishers sell their books in: ``Title is part of eBook package:``, ``Springer eBooks``."""
_IN = re.compile(
    r"(?:in|enthalten in|(?:is )?(?:part of|contained in)|dans|contenu dans|extrait de|w|sisältyy teokseen|ingår i|inkludert i"
    r"|obsažena? v)\W{0,2}",
    re.IGNORECASE,
)
"""What ``$i`` says before every host."""


def _host_isbn(draft: Draft, sent: str) -> Json:
    value = identifiers.isbn(sent)
    if value is None:
        return None
    kind = max(draft.types)[1] if draft.types else ""
    if kind in ("chapter", "conference-paper"):
        draft.container.setdefault("isbn", value)
    draft.identify("isbn", value, "container", sent)
    return value


def _host_doi(draft: Draft, sent: str) -> Json:
    found = identifiers.dois(sent)
    for value in found:
        draft.identify("doi", value, "container", sent)
    return found or None


_IMPRINT = re.compile(
    r"(?P<place>[^:]{1,80}):\s*(?P<name>[^:]{2,150}?)(?:,\s*[\[\]c©]*(?P<year>\d{4})(?P<rest>.{0,12}))?"
)


def _published(draft: Draft, sent: str) -> Json:
    """``London : BMJ, 2020``: the publisher of the host; place and year are those of the work where it has none of its own."""
    match = _IMPRINT.fullmatch(sent.strip())
    if match is None:
        return None
    name, place, year = text.plain(bare(match["name"])), text.plain(bare(match["place"])), match["year"]
    if name:
        draft.container.setdefault("publisher", name)
    known = not year or any(d.type == "issued" and (d.value or "")[:4] == year for d in draft.dates)
    own = known and not (match["rest"] or "").strip(" .]")
    return name if name and own and draft.set("place", place) else None


def _place(draft: Draft, item: Datafield, title: str, unread: list[tuple[str, str]]) -> list[Json]:
    """Volume, issue, pages and year: in fields of their own (Invenio), as ``$q``, or in the words of ``$g``."""
    found: list[Json] = []
    for code, element in (("v", "volume"), ("n", "issue")):
        if sent := sound(draft, item.first(code)):
            number = citations.number(sent)
            found.append(draft.set(element, number) if number else None)
            unread += [] if found[-1] else [(code, sent)]
    if sent := sound(draft, item.first("c")):
        found.append(links.pages(draft, sent) or draft.set("article_number", text.plain(sent)))
    if year := item.first("y"):
        found.append(terms.date(draft, year, "issued") if dates.date(year) else None)
        unread += [] if found[-1] else [("y", year)]
    if (sent := item.first("q")) and (match := _ENUMERATION.fullmatch(sent)) is None:
        unread.append(("q", sent))
    elif sent and match:
        for element, value in (("volume", match["volume"]), ("issue", match["issue"])):
            if value and (number := citations.number(value)):
                found.append(draft.set(element, number))
                unread += [] if found[-1] else [("q", sent)]
    for sent in item.all("g"):
        if (named := _KEYED.fullmatch(sent)) is not None:
            found.append(_keyed(draft, named["what"].lower(), named["value"]))
        elif (read := _of_words(draft, sent, title)) is None:
            unread.append(("g", sent))
        else:
            found.append(read)
    if (match := _ENUMERATION.fullmatch(item.first("q"))) and match["page"] and "pages" not in draft.values:
        found.append(links.pages(draft, match["page"]))
    return found


_KEYED = re.compile(
    r"(?P<what>volume|number|year|pages|month|day|extent|supplement):(?P<value>[^:]{1,60})", re.IGNORECASE
)
"""How German libraries say it again for machines: ``volume:36``, ``year:2021``, ``pages:393-404``."""


def _keyed(draft: Draft, what: str, sent: str) -> Json:
    """A part of the place that no other subfield says."""
    if what in ("volume", "number"):
        number = citations.number(sent)
        return draft.values.setdefault("volume" if what == "volume" else "issue", number) if number else None
    if what == "pages" and "pages" not in draft.values:
        return links.pages(draft, sent)
    if what == "year" and dates.date(sent) and not any(d.type == "issued" for d in draft.dates):
        return terms.date(draft, sent, "issued")
    return sent


def _of_words(draft: Draft, sent: str, title: str) -> Json:
    """``Vol. 4, no. 3 (Sept. 2020), p. 128-134``"""
    clean = _ILLUSTRATED.sub("", text.plain(sent)).strip(" .,;")
    clean = _OF_THE_MONTH.sub("", clean)
    if (turned := _PAGES_BEFORE_DATE.fullmatch(clean)) is not None:
        clean = f"{turned['before']}, {turned['date']}, {turned['where']}"
    where = _PAGES.search(clean)
    rest = clean[: where.start()].rstrip(" ,;:.") if where else clean
    if (article := _ARTICLE.search(rest)) is not None:
        draft.set("article_number", article["number"])
        rest = rest[: article.start()].rstrip(" ,;:.")
    is_known = re.sub(r" \(\d{4}\)$", "", rest) == _again(draft)
    match = None if is_known else _PARTS.fullmatch(rest)
    found = {name: value for name, value in match.groupdict().items() if value} if match else {}
    if not found and rest and (known := citations.citation(f"{title or 'Journal of'}, {clean}")) is not None:
        found = {"volume": known.volume or "", "issue": known.issue or "", "year": str(known.year or "")}
        if not set(re.findall(r"\d+", rest)) <= set(re.findall(r"\d+", " ".join(found.values()))):
            found = {}  # a number of which nobody knows what it counts
    if "called" not in found and re.fullmatch(r"(?:19|20)\d\d", found.get("volume", "")) and "year" not in found:
        found["year"] = found.pop("volume")  # 2020, nr 3
    for element in ("volume", "issue"):
        if (said := found.get(element) or found.get(f"{element}2")) and (number := citations.number(said)):
            draft.values.setdefault(element, number)
    if where is not None and (where["label"] or "").lower().startswith("art"):
        draft.set("article_number", where["pages"])
    elif where is not None and "pages" not in draft.values:
        links.pages(draft, where["pages"])
    year = next((found[f"year{n}"] for n in ("", "2", "3", "4", "5") if found.get(f"year{n}")), "")
    if year and not any(d.type == "issued" for d in draft.dates):
        terms.date(draft, year, "issued")
    return None if rest and not found and not is_known else {**found, "pages": where["pages"] if where else ""}


def _again(draft: Draft) -> str:
    """What ``$q`` has said, however it is numbered, as ``$g`` says it in words: ``Vol. Suppl 1, no. Pt 2``."""
    said = (("Vol.", draft.values.get("volume")), ("no.", draft.values.get("issue")))
    return ", ".join(f"{label} {value}" for label, value in said if value)


def journal_citation(draft: Draft, item: Datafield) -> Json:
    """909 C4 of Invenio: journal ``$p``, volume ``$v``, issue ``$n``, pages ``$c``, year ``$y``; ``CO`` is its OAI identifier."""
    if item.ind1 == "C" and item.ind2 == "4":
        return host_item(draft, item)
    if item.ind1 == "C" and item.ind2 == "O":
        return [draft.identify("oai", v) for v in item.all("o") if v.startswith("oai:")] or None
    return None

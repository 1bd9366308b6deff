"""Rules for the fields of MARC that describe the work itself: titles, imprint, extent, series, thesis, subjects, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harvester.clean import identifiers, languages, text
from harvester.clean.organisations import is_organisation
from harvester.clean.types import resource_type
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.marc.fields import Datafield, bare, joined, leave
from harvester.formats.rules import links, marks, people, terms, words
from harvester.record import Funding, Json, Relation, Title

_AND_COPYRIGHT = re.compile(r"(?P<date>.*\d{4}\]?), ?(?P<copyright>(?:cop\. ?|[©℗cp] ?)\d{4})\]?\.?")
_BEGINS_A_TITLE = re.compile(r"[^\W\d_](?:['’]\w|[^\W\d_A-Z]|$)")
"""``The``, ``L'Homme``, ``A``; not ``NP``."""
_UNKNOWN = re.compile(
    r"not identified|nicht ermittelbar|non identifié|no identificad|não identificad|not given|^\W*n\. ?p(?:ub)?\b",
    re.IGNORECASE,
)
"""What cataloguers write where the thing does not say it."""
_UNNAMED = frozenset({"local", "uncontrolled", "", "coar", "openaire"})
_FORMS = frozenset({"thesis", "doctoral-thesis", "masters-thesis", "bachelors-thesis", "dataset"})
"""Types that a heading of a thesaurus of genres names as surely as a field for types would."""


def title_statement(draft: Draft, item: Datafield) -> Json:
    """245: title, remainder after a colon, numbers and names of parts; what follows ``=`` is the title in another language."""
    found, parallel = _title(item.subfields)
    if not found or not sound(draft, found):
        return None
    made = words.title(draft, found)
    for other in parallel:
        words.title(draft, other, "translated")
    for dated in item.all("f"):
        terms.date(draft, dated.strip(" ,.:;/"), "created")  # of archives: when the papers were made
    for responsible in item.all("c"):
        words.description(draft, responsible, "note")  # who did what, whom no heading may name
    return made


def title_variant(draft: Draft, item: Datafield, kind: str = "alternative") -> Json:
    """246 and other titles of the work: ``$i`` and dates are remarks on them."""
    found, parallel = _title(item.subfields)
    for other in parallel:
        if not any(t.title == text.title(other) for t in draft.titles):
            words.title(draft, other, "translated")
    if not found or not sound(draft, found) or any(t.title == text.title(found) for t in draft.titles):
        return found or None
    draft.sent_language = item.first("y") or None
    remark = item.first("i").casefold()
    known = "original" if remark.startswith("original") else "translated" if remark.startswith("translat") else kind
    if remark and known == kind:
        draft.extra.setdefault(f"{draft.path}$i", []).append(item.first("i"))
    kind = known
    return words.title(draft, found, kind)


def added_title(draft: Draft, item: Datafield) -> Json:
    """740: the title of a work that stands in this one, where its indicator says so."""
    if item.ind2 != "2":
        return title_variant(draft, item)
    whole, parallel = _title(item.subfields)
    found = text.title(sound(draft, " = ".join([whole, *parallel])))
    return draft.put(draft.relations, Relation("has-part", "local", found)) if found else None


def _title(subfields: Iterable[tuple[str, str]]) -> tuple[str, list[str]]:
    """(title, parallel titles) of ISBD's parts in their order.

    >>> _title([("a", "Célébration :"), ("b", "10 siècles de musique /")])
    ('Célébration: 10 siècles de musique', [])
    >>> _title([("a", "Leadership."), ("n", "Part 2,"), ("p", "Teams ="), ("b", "Führung /")])
    ('Leadership. Part 2, Teams', ['Führung'])
    >>> _title([("a", "Hē agora :"), ("b", "apo tous chronous = The agora : from Homeric times /")])
    ('Hē agora: apo tous chronous', ['The agora : from Homeric times'])
    """
    whole, parallel, before = "", [], ""
    for code, value in subfields:
        if code not in ("a", "b", "n", "p", "k"):
            continue
        part, *others = _in_languages(re.sub(r"(?:\s*[/:;,=])+$", "", value))
        if not whole:
            whole = part
        elif before.endswith("="):
            parallel.append(part)
        elif code == "b":
            mark = " ; " if before.endswith(";") else ": "
            whole = f"{whole}{' ' if whole.endswith((':', '?', '!')) else mark}{part}"
        elif before.endswith(",") and code in "pk":
            whole = f"{whole}, {part}"
        else:
            whole = f"{whole.rstrip('.')}{'' if whole.endswith(('?', '!')) else '.'} {part}"
        parallel += others
        before = value.rstrip()
    return whole, parallel


def _in_languages(sent: str) -> list[str]:
    """A title and what stands behind ISBD's equals sign, the same in other languages; a formula is left whole.

    >>> _in_languages("La santé = Canadian health : a journal"), _in_languages("Where P = NP holds"), _in_languages("if x = Y")
    (['La santé', 'Canadian health : a journal'], ['Where P = NP holds'], ['if x = Y'])
    """
    found: list[str] = []
    for piece in sent.split(" = "):
        before, begun = found[-1].rstrip(".?!").split()[-1:] if found else [], piece.split()[:1]
        if before and begun and len(before[0]) > 2 and _BEGINS_A_TITLE.match(begun[0]) and not begun[0][:1].islower():
            found.append(piece)
        elif found:
            found[-1] += f" = {piece}"
        else:
            found.append(piece)
    return found


def imprint(draft: Draft, item: Datafield, kind: str = "issued") -> Json:
    """260 and 264: place, publisher, date; of several statements the first gives place and publisher."""
    if kind == "elsewhere":
        return None  # who distributed or printed it, and when: no date of the work
    found: list[Json] = []
    for code, element in (("a", "place"), ("b", "publisher")) if kind != "copyrighted" else ():
        for value in item.all(code):
            if said := sound(draft, _of_imprint(value)):
                kept = draft.set(element, text.plain(said))
                if kept is None:
                    draft.extra.setdefault(f"{draft.path}${code}", []).append(value)
                found.append(kept)
    for value in item.all("c"):
        sent = sound(draft, value.strip(" ,;"))
        if (both := _AND_COPYRIGHT.fullmatch(sent)) is not None:
            found.append(terms.date(draft, both["copyright"], "copyrighted"))
            sent = both["date"]
        if sent and _UNKNOWN.search(sent) is None:
            found.append(terms.date(draft, sent, kind))
    return found or "nothing said"


def _of_imprint(value: str) -> str:
    return "" if _UNKNOWN.search(value) else bare(_AND_OTHERS.sub("", value).strip("() "))


_AND_OTHERS = re.compile(r"\s*\[(?:etc|u\. ?a|и др|et al|and others|m\. ?fl|usw)\.?,?\]", re.IGNORECASE)


def edition(draft: Draft, item: Datafield) -> Json:
    """250, with the second edition's own statement: ``9th ed. / Nick Ray``."""
    said = bare(joined(draft, item, "a"))
    if said and (responsible := joined(draft, item, "b")):
        words.description(draft, responsible, "note")
    return draft.set("edition", text.plain(said)) if said else None


def extent(draft: Draft, item: Datafield) -> Json:
    """300 as ISBD writes it: ``9 p. : ill. ; 26 cm``."""
    found = re.sub(r"(?:\s*[:;+,])+$", "", text.plain(joined(draft, item, "abcefg")))
    if _NOT_YET_COUNTED.fullmatch(found):
        return found
    return draft.put(draft.extent, found) if found else None


_NOT_YET_COUNTED = re.compile(r"(?:pages?|p\.|v\.|volumes?) (?:; )?cm\.?", re.IGNORECASE)
"""What the Library of Congress writes before it has seen the book."""


def series(draft: Draft, item: Datafield) -> Json:
    """490, 440, 830: what the work is part of; its number becomes the volume where nothing else contains the work."""
    parts = [bare(p) for p in item.all("anp")]
    name = text.plain(sound(draft, ". ".join([p for p in parts if p])))
    if not name:
        return None
    draft.series = draft.series or name
    for sent in item.all("x"):
        known_issns = identifiers.issns(sent)
        for issn in known_issns:
            draft.identify("issn", issn, "container", sent)
        if not known_issns:
            draft.extra.setdefault(f"{draft.path}$x", []).append(sent)
    volume = bare(item.first("v"))
    key = text.title_key(name)
    for known in draft.relations:
        if known.type == "is-part-of" and text.title_key(known.target) == key:
            return known
    return draft.put(draft.relations, Relation("is-part-of", "local", name, f"{name} ; {volume}" if volume else None))


def genre(draft: Draft, item: Datafield) -> Json:
    """655: repositories put their type here; a heading of a thesaurus is a form, which few types are named by."""
    said = sound(draft, bare(item.first("a")))
    if not said:
        return None
    if item.first("2").lower() in _UNNAMED:
        return terms.type_(draft, said)
    draft.type_raw.append(said)
    found = resource_type(said)
    if found in _FORMS:
        draft.types.append((1, found))
    return found or said


def collection_type(draft: Draft, item: Datafield) -> Json:
    """980 of Invenio: ``publication`` and below it ``article``. Elsewhere 980 is a field of the house: not read."""
    said = [value.casefold() for value in item.all("ab")]
    if not said or said[0] not in _INVENIO:
        return None
    found = next((f for value in reversed(said) if (f := resource_type(value))), None)
    draft.type_raw += said
    if found and found != "other":
        draft.types.append((2, found))
    return found or said


_INVENIO = frozenset({
    "publication", "poster", "presentation", "dataset", "image", "video", "software", "lesson", "article", "preprint", "book",
    "thesis", "report", "conferencepaper",
})  # fmt: skip


def language_codes(draft: Draft, item: Datafield) -> Json:
    """041: codes of the text or of what is sung; those of the original and of summaries are others."""
    sent = [
        code for value in item.all("ad") if (said := sound(draft, value)) for code in _PACKED.findall(said) or [said]
    ]
    found = [words.language(draft, code) for code in sent if code != "und"]
    return [f for f in found if f] or None


_PACKED = re.compile(r"\A(?=(?:[a-z]{3}){2,8}\Z)[a-z]{3}|(?<=\A[a-z]{3})[a-z]{3}(?=(?:[a-z]{3}){0,6}\Z)")


def language_note(draft: Draft, item: Datafield) -> Json:
    """546: a code (OJS), a language, or a sentence on languages, which is a note where it is more than that."""
    said = joined(draft, item, "ab")
    if not said:
        return None
    if found := languages.languages(bare(said)):
        draft.language += found
        return found
    return words.description(draft, said, "note")


def contents(draft: Draft, item: Datafield) -> Json:
    """505, with its titles and those responsible in their order."""
    said = joined(draft, item, "agrtu")
    return words.description(draft, said, "toc") if said else None


_SUMMARIES = {"1": "other", "4": "note"}


def summary(draft: Draft, item: Datafield) -> Json:
    """520: a review (first indicator 1) and advice on content (4) are no abstracts."""
    said = joined(draft, item, "ab")
    return words.description(draft, said, _SUMMARIES.get(item.ind1, "abstract")) if said else None


def note(draft: Draft, item: Datafield) -> Json:
    """All its subfields as one sentence; what links it to another field is no part of it."""
    said = " ".join([s for code, v in item.subfields if code not in "01235678" and (s := sound(draft, v))])
    if said and (found := marks.mark(draft, said)) is not None:
        return found
    return words.description(draft, said, "note") if said else None


_PROJECT = re.compile(r"\b(?:projekt|project|proyecto|projeto|progetto)\b", re.IGNORECASE)


def funding_note(draft: Draft, item: Datafield) -> Json:
    """536: ``$c`` grant, ``$b`` contract; ``$a`` is the funder if it is a body, else the title of the project (Invenio)."""
    numbers = [sound(draft, value) for value in item.all("bc")]
    agreements = [people.grant_agreement(draft, n) for n in numbers if n.startswith("info:eu-repo/grantAgreement/")]
    if any(agreements):
        return [a for a in agreements if a]
    said = text.plain(sound(draft, bare(item.first("a"))))
    known = [n for n in numbers if n]
    if not known and said:
        return people.funder(draft, said)
    if not known:
        return None
    body = not said or (is_organisation(said) and _PROJECT.search(said) is None)
    return [
        draft.put(
            draft.funding,
            Funding(
                funder_name=said or None if body else None,
                award_title=None if body else said,
                award_number=text.plain(n),
            ),
        )
        for n in known
    ]


def terms_of_use(draft: Draft, item: Datafield) -> Json:
    """506 and 540: the licence by its address, else what the words say: access, licence or a statement."""
    found = [terms.license_(draft, sent) for sent in item.all("u") if sound(draft, sent)]
    if item.tag == "506":
        for sent in item.all("g"):
            until = terms.embargo(draft, sent) if sound(draft, sent) else None
            found.append(until)
            if until is None:
                leave(draft, item, "g", sent)
    found += [terms.rights_(draft, said) for sent in item.all("af") if (said := sound(draft, bare(sent)))]
    return [f for f in found if f] or None


def own_script(draft: Draft, item: Datafield) -> Json:
    """880 of a title: the title in its own script."""
    found, parallel = _title(item.subfields)
    made = text.title(found)
    if not made:
        return None
    draft.titles.append(Title(made, "original"))
    for other in parallel:
        words.title(draft, other, "translated")
    return made


def isbn(draft: Draft, item: Datafield) -> Json:
    """020: a number with its binding in brackets; ``$z`` holds those that are wrong or of another edition."""
    found = [links.isbn(draft, sent) for value in item.all("a") if (sent := re.sub(r"\(.*", "", value).strip(" :"))]
    return [f for f in found if f] or None


def series_of_name(draft: Draft, item: Datafield) -> Json:
    """800 and 810: a series under the name of its author; its title is in ``$t``."""
    found = series(draft, Datafield(item.tag, item.ind1, item.ind2, _as_title(item)))
    if found:
        leave(draft, item, "ab")
    return found


def _as_title(item: Datafield) -> tuple[tuple[str, str], ...]:
    return tuple([("a" if code == "t" else code, value) for code, value in item.subfields if code in "tnpvx"])


def place_name(draft: Draft, item: Datafield) -> Json:
    """752: country, region, city, as one name."""
    said = "--".join([s for value in item.all("abcdg") if (s := sound(draft, text.plain(bare(value))))])
    return draft.put(draft.coverage, said) if said else None


def form(draft: Draft, sent: str) -> Json:
    """245 $h: ``[electronic resource] /``"""
    said = text.plain(bare(sent))
    return draft.put(draft.media_types, said) if said else None

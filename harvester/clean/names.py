"""Names of persons and organisations, told apart and taken apart.

One ``dc:creator`` may hold a person, several persons, a person with an affiliation, an organisation or nothing at all.
Words that decide are in ``schemas/vocabularies/{names,organisations}.toml``. Where a name could be read in two ways it is
left whole: nobody is made up.
"""

from __future__ import annotations

import re
from functools import cache

from harvester import schemas
from harvester.clean.name_brackets import BRACKETS, organisation_without_role, without_brackets
from harvester.clean.name_joints import taken_apart
from harvester.clean.name_lists import DATES, is_given, is_given_first, is_place, is_role, people, with_affiliation
from harvester.clean.name_marks import (
    FOOTNOTE,
    IDS,
    LETTER_MARK,
    ODD,
    as_supplied,
    in_one_script,
    parted,
    without_marks,
)
from harvester.clean.organisations import INITIALS, is_organisation, unaccented, words_of_names
from harvester.clean.persons import Kind, Name, given_beside, inverted, natural, person
from harvester.clean.text import placeholder, plain

__all__ = ["Kind", "Name", "given_beside", "is_organisation", "names", "organisation", "person", "simple"]

_BEHALF = re.compile(r"(?:^|[,;]? )(?:for and )?on behalf of (?:the )?(?=\S)", re.IGNORECASE)
_FOR_THE = re.compile(r"^(?:and )?for the (?=\S)")
_SEVERAL_MARKS = re.compile(r"[;,|](?:\s*[;,|])+")
_DIGIT = re.compile("[0-9]")
_GLUED = re.compile(r"(?<![^\W\d_])([A-Z]\.)(?=[A-Z][a-zà-öø-ÿ]{2})")
"""``J.Smith``"""
_ALIEN_TAG = re.compile(r"</?[A-Za-z][\w:.-]{0,30}/?>")
_PLAIN_TITLES = frozenset(("jr", "dr", "prof", "professor", "mr", "mrs", "ms", "doctor", "herr", "frau"))
_WRAPPED = {"(": ")", "[": "]", '"': '"', "“": "”", "«": "»", "'": "'"}
_PEER = re.compile(
    r"(.{3,100}?), (?:[0-9]{1,2}(?:st|nd|rd|th) )?"
    r"(?:Baron(?:ess)?|Lord|Lady|Earl|Viscount(?:ess)?|Duke|Duchess|Marquess|Countess) .{2,60} of .{2,40}"
)
"""``Ara Darzi, Baron Darzi of Denham``"""
_UNSURE = re.compile(r"[/\\|+&]| [-–—] ")
_DASH = re.compile(r" [-–—|/] ")
_STOP = re.compile(r"(?<=[^\W\d_]{2})\. (?=[A-Z])")
_SIMPLE = re.compile(
    r"([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2,}(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)?), "
    r"((?:[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+|[A-Z]\.?)(?:[ -][A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+|[ -]?[A-Z]\.?){0,3})"
)
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ](?:[a-zà-öø-ÿ]|['’-](?=[^\W\d_])|(?<=['’-])[A-ZÀ-ÖØ-Þ])*"
_PART = rf"(?:{_CAPITALISED}|(?:[A-Z]\.-?)+(?:[A-Z](?![a-z]))?|[A-Z]{{2}}(?![^\W\d_])|van|von|de|der|den|da|dos|del|la|le|du|di)"
_PLAIN = re.compile(
    rf"(?!(?:.* )?(?:By|And|Et|With|For|The) ){_PART}(?: {_PART}){{0,3}}(?:, {_PART}(?: {_PART}){{0,3}})?"
)
"""One name in letters, with no word that is not part of a name: nothing has to be taken off, or apart."""
_BEHIND = re.compile(r", (?:eds|editors|translators|compilers|authors)\.?$", re.IGNORECASE)
_LABEL = re.compile(
    r"^\(?[0-9]{1,3}[.)] +|^(?:hrsg|hg|ed|eds|editors?|authors?|by|von)\.?\s*:\s*"
    r"|^(?:[a-z]{2,14}\.?(?: from the [a-z]{3,14})? )?by:? (?=\S+ \S)|^in collaboration with (?=\S+ \S)"
    r"|^(?:with|transl?\.) (?=\S+ \S)"
    r"|^(?:hrsg\. von|herausgegeben von|sous la (?:direction|dir\.) de|a cura di|editado por|organizado por"
    r"|traduit par|traduzido por|traducido por|übersetzt von) (?=\S+ \S)",
    re.IGNORECASE,
)
_EDITED = re.compile(
    r"(?:\w{2,14}\.?(?: from the \w{3,14})? )?by:? |in collab|with |transl?\. |hrsg\."
    r"|herausgegeben |sous la dir|a cura di |editado por |organizado por |tradu|übersetzt ",
    re.IGNORECASE,
)
_ET_AL = re.compile(
    r"(?:\s*(?:\.{3}|…))?[\s,;]*[\[(]?\b(?:et\.? al(?:ii|ia)?\.?|(?:and|&) (?:\d{1,4} )?(?:others|more authors)"
    r"|u\. ?a\.|and colleagues|etal|et coll\.|etc\.?|y otr[oa]s|e outr[oa]s|y cols?\.|i in\.|m\. ?fl\.|и др\.)"
    r"[\])]?\.?(?: ?\((?:1[4-9]|20)[0-9]{2}\))?$",
    re.IGNORECASE,
)


def organisation(text: str) -> Name:
    """A typed organisation: its name untouched, but for whitespace and markup.

    >>> organisation("  Imperial College Healthcare NHS Trust- BRC Funding").name
    'Imperial College Healthcare NHS Trust- BRC Funding'
    """
    return Name("organisation", plain(text))


def simple(text: str) -> tuple[str, str] | None:
    """Family and given names of one person whose name needs no cleaning, as most; None where one should look closer.

    >>> simple("Aufegger, Lisa"), simple("University, Imperial")
    (('Aufegger', 'Lisa'), None)
    """
    match = _SIMPLE.fullmatch(text)
    return None if match is None or _needs_a_look(*match.groups()) else match.groups()  # type: ignore[return-value]


def _names(text: str) -> tuple[Name, ...]:
    if found := simple(text):
        return (Name("person", text, *found),)
    if _PLAIN.fullmatch(text) and not (is_organisation(text) or _may_be_nobody(text) or is_place(text)):
        return tuple([name for name in people(text) if name.name])
    text = text[:20000]
    if "\n" in text or "\r" in text:
        text = _lines(text)
    if "//" in text and "://" not in text:  # Smith, John A.//Jones, Bob: as EndNote takes them
        text = text.replace("//", "; ")
    text = _SEVERAL_MARKS.sub(_strongest, _bare(taken_apart(plain(text)))).strip(" ,;|")
    if not text.isascii() and not is_organisation(text):
        text = in_one_script(text)
    if placeholder(text, "person"):
        return ()
    text = parted(text)
    if text[-1] in ".lsaLSA])":
        text = _BEHIND.sub("", _ET_AL.sub("", text)).rstrip(" ,;")
    if " for the " in text and _is_for_a_team(*text.split(" for the ", 1)):
        text = text.replace(", for the ", "; ").replace(" for the ", "; ")
    if " behalf " in text.lower():
        text = _BEHALF.sub("; ", text).strip("; ")
    if ";" in text or "|" in text:
        several = _semicolons([part.strip(" ,") for part in re.split(r"[;|]", text)])
    else:
        several = _one_field(text)
    return tuple(name for name in several if name.name)


def _bare(text: str) -> str:
    """Without the quotes, brackets, tags and braces that a whole name stands in, and with its initials apart."""
    if "<" in text:
        text = _ALIEN_TAG.sub("", text)
    if "{" in text and "\\" not in text:
        text = text.replace("{", "").replace("}", "")
    if len(text) > 2 and _WRAPPED.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    return _GLUED.sub(r"\1 ", text) if "." in text else text


def _strongest(match: re.Match[str]) -> str:
    return "," if match[0].strip(", ") == "" else ";"


def _lines(text: str) -> str:
    """One name a line, where each line is a name for sure; else the line breaks are those of pretty-printed XML."""
    lines = [line.strip(" \t\r,;") for line in text.splitlines() if line.strip()]
    sure = all(re.fullmatch(r"[^,;]+,[^,;]+", line) for line in lines) or all(map(is_given_first, lines))
    return "; ".join(lines) if sure else text


def _is_for_a_team(left: str, right: str) -> bool:
    """``Smith, J, for the ABC Study Group``; without the comma only where a given name tells that a person stands there."""
    if is_organisation(left.rstrip(",")):
        return False
    return left.endswith(",") or (unaccented(left.split(" ")[0]) in words_of_names().given and _is_team(right))


def _needs_a_look(family: str, given: str) -> bool:
    words = words_of_names()
    key = family.casefold()
    if (
        given in ("None", "Null")
        or key in words.strong
        or (key in _openings_of_nobody() and _is_nobody(f"{family}, {given}"))
        or (len(given) > 3 and given.isalpha() and given.isupper())
    ):
        return True
    tokens = given.replace("-", " ").casefold().split()
    return not words.wary.isdisjoint([token.replace(".", "") for token in tokens] if "." in given else tokens)


def names(text: str) -> list[Name]:
    """All persons and organisations in one field, in order; empty for a placeholder.

    >>> [n.name for n in names("Belinda Weir, Mark Exworthy and Hilary Brown")]
    ['Weir, Belinda', 'Exworthy, Mark', 'Brown, Hilary']
    >>> names("Kirkpatrick, Ian; University of Leeds")[0].affiliation
    'University of Leeds'
    >>> [n.family for n in names("van der Berg, Jan; Darzi A; O'Neill, Aaron")], names("Anonymous")
    (['van der Berg', 'Darzi', "O'Neill"], [])
    """
    return list(_names(text))


def _semicolons(parts: list[str]) -> tuple[Name, ...]:
    """``A, B; C, D`` are persons; ``A, B; University of C`` is one with an affiliation."""
    parts = [p for p in parts if p and not placeholder(p, "person") and not IDS.fullmatch(p)][:2000]
    parts = [_FOR_THE.sub("", part) for part in parts]
    if not parts:
        return ()
    found = [_one_field(part) for part in parts]
    first = found[0]
    rest = [name for group in found[1:] for name in group]
    if (
        len(first) == 1
        and first[0].kind == "person"
        and rest
        and all(n.kind == "organisation" for n in rest)
        and not _is_team(parts[1])
    ):
        return (with_affiliation(first[0], "; ".join(parts[1:])),)
    if len(parts) == 2 and len(first) == 1 and first[0].kind == "person" and "," in parts[0]:
        if INITIALS.fullmatch(parts[1]) and first[0].given is None:
            return (inverted(parts[0].strip(" ,"), parts[1]),)
        if _is_no_person(parts[1]):
            return (with_affiliation(first[0], parts[1]),)
    return tuple(name for group in found for name in group)


def _is_no_person(text: str) -> bool:
    """What stands behind ``Surname, Given;`` and is no second person: a town, a post. Open Journal Systems writes it so."""
    if is_place(text):
        return True
    words = text.split()
    return "," not in text and (
        len(words) == 1 or not words_of_names().occupations.isdisjoint(word.strip(".").casefold() for word in words)
    )


def _is_team(text: str) -> bool:
    """A group of people writes with others; an institution is where they work."""
    return (
        re.search(
            r"\b(?:group|consortium|collaborat\w+|team|network|investigators|committee|trialists|initiative|panel)\b",
            text,
            re.I,
        )
        is not None
    )


def _one_field(text: str) -> tuple[Name, ...]:
    """A field without semicolons."""
    if ODD.search(text) or _EDITED.match(text):
        head, colon, rest = text.partition(": ")
        text = _LABEL.sub("", without_marks(rest if colon and is_role(head) else text)).strip(" ,;:")
    if not text or (_may_be_nobody(text) if text[0].isalpha() else _is_nobody(text)):
        return ()
    if " and " in text and (two := _person_and_organisation(*text.split(" and ", 1))):
        return two
    if " of " in text and (match := _PEER.fullmatch(text)):
        text = match[1]
    if not ("," in text and text.endswith((" e", " y"))):  # Lima, Rodrigo Moreira e
        text = LETTER_MARK.sub(r"\1", text)
    if (match := _DASH.search(text)) and (beside := _beside_dash(text[: match.start()], text[match.end() :])):
        return (beside,)
    if (match := _STOP.search(text)) and "," in text[: match.start()] and is_organisation(text[match.end() :]):
        beside = _beside_dash(text[: match.start()], text[match.end() :])
        if beside and beside.given and is_given(beside.given):
            return (beside,)
    if " and " in text and (several := _several_before_affiliation(text)):
        return several
    bare = BRACKETS.sub("", text).strip(" ,") if "(" in text or "[" in text else text
    if is_organisation(bare) and not (found := _before_affiliation(bare)):
        return (organisation_without_role(text),)
    if is_organisation(bare) and found:
        return (found,)
    if bare != text and " " not in bare and is_organisation(text):
        return (organisation_without_role(text),)
    text, affiliation = without_brackets(text)
    text = as_supplied(text)
    if _DIGIT.search(text):
        text = DATES.sub("", text).strip(" ,;")
    if not text or placeholder(text, "person") or not any(map(str.isalpha, text)):
        return ()
    if is_organisation(text):
        return (with_affiliation(Name("organisation", text), affiliation),)
    persons = people(FOOTNOTE.sub("", text))
    if _UNSURE.search(text) and any(_UNSURE.search(name.name) for name in persons):
        persons = [Name("unknown", text)]  # a sign between names that is none of those we know
    return (with_affiliation(persons[0], affiliation),) if len(persons) == 1 else tuple(persons)


@cache
def _openings_of_nobody() -> frozenset[str]:
    words = words_of_names()
    terms = schemas.table("vocabularies/placeholders")
    first = [term.split()[0].strip(",") for kind in ("placeholder", "person") for term in terms[kind]["terms"]]
    return frozenset(first) | words.degrees | words.suffixes | words.particles | _PLAIN_TITLES


def _person_and_organisation(left: str, right: str) -> tuple[Name, ...]:
    """``Smith, Jane and NHS England``; empty where it is anything else."""
    if not _SIMPLE.fullmatch(left) or is_organisation(left) or not is_organisation(right) or _before_affiliation(right):
        return ()
    return (*people(left), organisation_without_role(right.removeprefix("the ")))


def _may_be_nobody(text: str) -> bool:
    """``_is_nobody``, after a glance at the first word."""
    return text.partition(" ")[0].strip(",.").casefold() in _openings_of_nobody() and _is_nobody(text)


def _is_nobody(text: str) -> bool:
    """A placeholder, one in each place of a name (``Unknown, Unknown``), or a title and degrees alone."""
    if placeholder(text, "person") or ("," in text and all(placeholder(p, "person") for p in text.split(","))):
        return True
    return all(map(_is_beside_names, text.split()))


def _is_beside_names(token: str) -> bool:
    """``Dr.``, ``PhD,``, ``III``, ``and``; in small letters after a capital some of these are surnames: Ma, Do."""
    words = words_of_names()
    bare = token.strip(",;.()").replace(".", "").casefold()
    if token in words.acronyms:
        return False
    if bare in _PLAIN_TITLES or token in ("and", "&") or (token.islower() and bare in words.particles):
        return True
    return (bare in words.degrees or bare in words.suffixes) and not token.strip(",;()").istitle()


def _beside_dash(left: str, right: str) -> Name | None:
    """``Smith, John - University of Leeds``: sure only where a person stands on the left, by order or by a given name."""
    if is_organisation(left) or not (found := people(left)) or len(found) != 1 or found[0].given is None:
        return None
    sure = "," in left or unaccented(left.split()[0]) in words_of_names().given or INITIALS.match(left)
    if not sure or not (is_organisation(right) or is_place(right) or " " not in right):
        return None
    return with_affiliation(found[0], right)


def _several_before_affiliation(text: str) -> tuple[Name, ...]:
    """``Smith, J. and Jones, K., University of Leeds``: whose affiliation that is, is not said."""
    parts = text.split(", ")[:60]
    at = next((i for i, part in enumerate(parts) if i and is_organisation(part) and not is_role(part)), 0)
    head = ", ".join(parts[:at])
    if " and " not in head or is_organisation(head):
        return ()
    found = people(head)
    return tuple(found) if len(found) > 1 and all(name.given for name in found) else ()


def _before_affiliation(text: str) -> Name | None:
    """``Doe, Jane, University of Leeds`` and ``Jane Doe, University of Leeds``: sure only with a given name or initials."""
    parts = text.split(", ")[:20]
    at = next((i for i, part in enumerate(parts) if is_organisation(part) and not is_role(part)), 0)
    if not 1 <= at <= 2:
        return None
    head = ", ".join(parts[:at])
    first = (parts[1] if at == 2 else parts[0]).split()
    if not first or (at == 1 and len(first) < 2) or is_organisation(head):
        return None
    if unaccented(first[0]) not in words_of_names().given and not INITIALS.fullmatch(first[0]):
        return None
    return with_affiliation(inverted(parts[0], parts[1]) if at == 2 else natural(head), ", ".join(parts[at:]))

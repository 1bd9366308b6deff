"""Names of persons and organisations, told apart and taken apart.

One ``dc:creator`` may hold a person, several persons, a person with an affiliation, an organisation or nothing at all.
Words that decide are in ``schemas/vocabularies/{names,organisations}.toml``. Where a name could be read in two ways it is
left whole: nobody is made up.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct

from harvester import schemas
from harvester.clean.text import placeholder, plain

Kind: TypeAlias = Literal["person", "organisation", "unknown"]


class Name(Struct, frozen=True):
    kind: Kind
    name: str
    """For display: ``Family, Given`` for a person, else as written."""
    family: str | None = None
    """A person of one name (Plato), and a name written in Chinese, Japanese or Korean, is all family name."""
    given: str | None = None
    suffix: str | None = None
    """Jr, III ..."""
    affiliation: str | None = None
    """Where it was written into the same field."""


class _Words(Struct, frozen=True):
    strong: frozenset[str]
    weak: frozenset[str]
    companies: frozenset[str]
    acronyms: frozenset[str]
    inside: re.Pattern[str]
    particles: frozenset[str]
    capital_particles: frozenset[str]
    suffixes: frozenset[str]
    titles: frozenset[str]
    degrees: frozenset[str]
    roles: frozenset[str]
    given: frozenset[str]


@cache
def _words() -> _Words:
    organisations, names = schemas.table("vocabularies/organisations"), schemas.table("vocabularies/names")
    weak = frozenset(organisations["weak"])
    return _Words(
        strong=frozenset(organisations["strong"]) - weak,
        weak=weak,
        companies=frozenset(organisations["companies"]),
        acronyms=frozenset(organisations["acronyms"]),
        inside=re.compile("|".join(map(re.escape, organisations["inside"]))),
        particles=frozenset(names["particles"]),
        capital_particles=frozenset(names["capital_particles"]),
        suffixes=frozenset(names["suffixes"]),
        titles=frozenset(names["titles"]),
        degrees=frozenset(names["degrees"]),
        roles=frozenset(names["roles"]),
        given=frozenset(_unaccented(name) for name in names["given"].split()),
    )


def _unaccented(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))


_INITIALS = re.compile(
    r"(?:[^\W\d_a-zß-ÿ](?:[.’'-]|(?=[\s-])|$)[\s-]*){1,5}|[^\W\d_a-zß-ÿ]{1,3}\.?|(?:[A-Z][a-z]?\.[\s-]?){1,4}"
)
_CJK = re.compile(r"[\u2e80-\u2fdf\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SMALL_WORDS = re.compile(r"\b(?:of|for|the|in|für|pour|para|per la|on behalf)\b")
_AND = re.compile(r"\s*,?\s+(?:and|&|et|und|AND)\s+|\s*&\s+")
_DATES = re.compile(
    r"[,;]?\s{0,3}\(?(?:b\.?|d\.?|ca\.?|fl\.?|born|active)?\s{0,3}\(?1[0-9]{3}\??\s{0,3}(?:[-–]\s{0,3}(?:[12][0-9]{3})?\??)?\)?\.?$"
    r"|[,;]?\s{0,3}\(?20[0-9]{2}\s{0,3}[-–]\s{0,3}\)?$"
)
_IDS = re.compile(
    r"[\s,;]*[<\[(]?(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:?\s*)?[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9Xx][>\])]?"
    r"|\s*[<\[(]?\b(?:https?://|mailto:)\S{1,500}?[>\])]?(?=[\s;,]|$)|[\s,;]*[<\[(]?[\w.+-]{1,100}@[\w-]{1,100}\.[\w.-]{1,100}[>\])]?",
)
_MARKS = re.compile(r"[*#†‡§¶|¹²³⁴⁵⁶⁷⁸⁹⁰]+|(?<=[^\W\d_]{3})[0-9](?:\s*,\s*[0-9])*(?=\s*(?:[,;]|$))")
_PAREN = re.compile(r"\s*[\[(]([^()\[\]]{1,300})[\])]")
_SIMPLE = re.compile(
    r"([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2,}(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)?), "
    r"((?:[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+|[A-Z]\.?)(?:[ -][A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+|[ -]?[A-Z]\.?){0,3})"
)
_LABEL = re.compile(r"^(?:hrsg|hg|ed|eds|editor|author|by|von)\.?\s*:\s*", re.IGNORECASE)
_ET_AL = re.compile(r"[\s,;]*\b(?:et\.? al(?:ii|ia)?\.?|and others|u\. ?a\.|and colleagues)\s*$", re.IGNORECASE)


# --- organisations ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def is_organisation(text: str) -> bool:
    """Whether a name is that of an organisation, by its words and its shape.

    >>> is_organisation("The King's Fund"), is_organisation("BMJ"), is_organisation("Martinez Fernandez, Trust Joseph")
    (True, True, False)
    """
    if len(text) > 1000:
        return True  # nobody is called that
    text = text.strip()
    words = _words()
    if _CJK.search(text):
        return words.inside.search(text) is not None
    tokens = _WORD.findall(text)
    if not tokens:
        return False
    left, comma, right = text.partition(",")
    if comma and _is_inverted(left, right, words):
        return False
    if len(tokens) == 1:
        return _is_acronym(text.strip(" ."), words) or (not comma and _unaccented(tokens[0]) in words.strong)
    folded = [_unaccented(token) for token in tokens]
    if folded[-1] in words.companies and not (len(tokens) == 2 and len(folded[-1]) == 2 and "." not in text[-6:]):
        return True
    if folded[0] == "the" and len(tokens) > 1:
        return True
    strong = sum(word in words.strong for word in folded)
    if not strong and folded[0] in words.titles:
        return False
    weak = sum(word in words.weak for word in folded)
    if strong:
        return not (len(tokens) == 2 and folded[0] in words.given and "'" not in tokens[0])
    if weak >= 2 or (weak and len(tokens) >= 3):
        return folded[0] not in words.given and not _INITIALS.fullmatch(tokens[0])
    if weak:
        return any(token in words.acronyms for token in tokens) or ("'s " in text.replace("’", "'"))
    if " " in text and _SMALL_WORDS.search(text):
        return True
    return len(tokens) == 2 and tokens[1] in words.acronyms and not comma and len(tokens[1]) > 3


def _is_inverted(left: str, right: str, words: _Words) -> bool:
    """Whether ``left, right`` is a surname and given names, though one of the words may be of an organisation too."""
    right = right.strip()
    if not right or _SMALL_WORDS.search(right):
        return False
    rights = [_unaccented(word) for word in _WORD.findall(right)]
    lefts = [_unaccented(word) for word in _WORD.findall(left)]
    if not rights or not lefts or _SMALL_WORDS.search(left):
        return False
    if rights[-1] in words.companies and not (
        len(rights) == 1 and right.isupper() and "." not in right and len(right) < 3
    ):
        return False
    if _INITIALS.fullmatch(right):
        return True
    if any(word in words.strong for word in lefts) and not (len(lefts) == 1 and rights[0] in words.given):
        return False
    if len(lefts) > 1 and sum(word in words.weak for word in lefts) and rights[0] not in words.given:
        return False
    odd = sum(word in words.strong for word in rights)
    return not odd or (len(lefts) <= 3 and odd == 1 and len(rights) <= 2 and not any(w in words.weak for w in lefts))


def _is_acronym(text: str, words: _Words) -> bool:
    if text in words.acronyms:
        return True
    letters = text.replace(".", "").replace("&", "").replace("-", "")
    if not letters.isascii() or not letters.isupper() or not letters.isalpha() or len(letters) > 8 or len(letters) < 2:
        return False
    return len(letters) <= 3 or not re.search(r"[AEIOUY]", letters)


def organisation(text: str) -> Name:
    """A typed organisation: its name untouched, but for whitespace and markup.

    >>> organisation("  Imperial College Healthcare NHS Trust- BRC Funding").name
    'Imperial College Healthcare NHS Trust- BRC Funding'
    """
    return Name("organisation", plain(text))


# --- persons ---------------------------------------------------------------------------------------------------------


def person(family: str, given: str | None = None, suffix: str | None = None) -> Name:
    """A person from a source that keeps the parts of a name apart: trimmed, and recased where all is in capitals.

    An organisation that was put into the family name is told as such. Where both parts are empty ``name`` is empty.

    >>> person("SMITH", "JOHN").name, person("Darzi", "AW").name, person("RECOVERY Collaborative Group").kind
    ('Smith, John', 'Darzi, AW', 'organisation')
    """
    family = _trimmed(family)
    given = _trimmed(given) if given else ""
    if not family:
        family, given = given, ""
    if not family:
        return Name("unknown", "")
    if not given and is_organisation(family):
        return Name("organisation", family)
    shouting = family.isupper() and len(family) > 2
    if shouting:
        family = _recased(family)
    if given.isupper() and len(given) > 2:
        given = _given_recased(given, shouting)
    name = f"{family}, {given}" if given else family
    return Name("person", name, family, given or None, _trimmed(suffix) or None if suffix else None)


def _trimmed(text: str) -> str:
    clean = plain(text).strip(" ,;")
    return "" if placeholder(clean, "person") and clean.strip(".").casefold() not in ("na", "nn", "author") else clean


def _recased(text: str) -> str:
    """``MCDONALD-O'NEILL`` -> ``McDonald-O'Neill``; particles become small, but for a first one alone."""
    particles = _words().particles
    tokens = text.split(" ")
    return " ".join(
        token.lower() if len(tokens) > 1 and token.lower() in particles and i < len(tokens) - 1 else _capitalised(token)
        for i, token in enumerate(tokens)
    )


def _capitalised(token: str) -> str:
    parts = re.split(r"(['’-])", token)
    out = []
    for i, part in enumerate(parts):
        if len(part) > 3 and part.startswith("MC"):
            part = "Mc" + part[2] + part[3:].lower()
        elif part and not (len(part) == 1 and i and parts[i - 1] in "'’"):
            part = part[0] + part[1:].lower()
        out.append(part)
    return "".join(out)


def _given_recased(given: str, shouting: bool) -> str:
    """Capitals of a given name are a name or initials: ``JOHN`` is no initials, ``AW`` and ``JPR`` are."""
    tokens = given.split(" ")
    return " ".join(
        _capitalised(t)
        if "." not in t
        and (
            len(t) > 3
            or (len(t) == 3 and shouting and re.search(r"[AEIOUYÀ-Ý]", t) and _unaccented(t) in _words().given)
        )
        else t
        for t in tokens
    )


@lru_cache(maxsize=16384)
def _names(text: str) -> tuple[Name, ...]:
    if match := _SIMPLE.fullmatch(text):
        family, given = match.groups()
        if not _needs_a_look(family, given):
            return (Name("person", text, family, given),)
    text = plain(text[:20000])
    if placeholder(text, "person"):
        return ()
    text = _ET_AL.sub("", text).strip(" ,;")
    if ";" in text or "|" in text:
        return _semicolons([part.strip(" ,") for part in re.split(r"[;|]", text)])
    return _one_field(text)


def _needs_a_look(family: str, given: str) -> bool:
    words = _words()
    if family.casefold() in words.strong:
        return True
    special = (words.strong, words.companies, words.suffixes, words.titles, words.degrees, words.roles, words.particles)
    folded = [token.strip(".").casefold() for token in given.replace("-", " ").split()]
    return any(len(token) > 1 and token in group for token in folded for group in special)


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
    parts = [part for part in parts if part and not placeholder(part, "person")][:2000]
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
        return (_with(first[0], "; ".join(parts[1:])),)
    return tuple(name for group in found for name in group)


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


def _with(name: Name, affiliation: str | None) -> Name:
    return Name(name.kind, name.name, name.family, name.given, name.suffix, affiliation) if affiliation else name


def _one_field(text: str) -> tuple[Name, ...]:
    """A field without semicolons."""
    text = _LABEL.sub("", _MARKS.sub("", _IDS.sub("", text))).strip(" ,;:")
    if not text or placeholder(text, "person"):
        return ()
    bare = _PAREN.sub("", text).strip(" ,") if "(" in text or "[" in text else text
    if is_organisation(bare) and not (found := _before_affiliation(bare)):
        return (_without_role(text),)
    if is_organisation(bare) and found:
        return (found,)
    if bare != text and " " not in bare and is_organisation(text):
        return (_without_role(text),)
    text, affiliation = _parentheses(text)
    text = _DATES.sub("", text).strip(" ,;")
    if not text or placeholder(text, "person") or not any(map(str.isalpha, text)):
        return ()
    if is_organisation(text):
        return (_with(Name("organisation", text), affiliation),)
    people = _people(text)
    return (_with(people[0], affiliation),) if len(people) == 1 else tuple(people)


def _before_affiliation(text: str) -> Name | None:
    """``Doe, Jane, University of Leeds`` and ``Jane Doe, University of Leeds``: sure only with a given name or initials."""
    parts = text.split(", ")[:20]
    at = next((i for i, part in enumerate(parts) if is_organisation(part) and not _is_role(part)), 0)
    if not 1 <= at <= 2:
        return None
    head = ", ".join(parts[:at])
    first = (parts[1] if at == 2 else parts[0]).split()
    if not first or (at == 1 and len(first) < 2) or is_organisation(head):
        return None
    if _unaccented(first[0]) not in _words().given and not _INITIALS.fullmatch(first[0]):
        return None
    return _with(_inverted(parts[0], parts[1]) if at == 2 else _natural(head), ", ".join(parts[at:]))


def _without_role(text: str) -> Name:
    """``Soil Systems, Inc. (PREPARER)``"""
    match = _PAREN.search(text)
    if match and match.end() == len(text) and _is_role(match[1]):
        text = text[: match.start()]
    return Name("organisation", text.strip())


def _parentheses(text: str) -> tuple[str, str | None]:
    """What stands in brackets after a name: an affiliation, a role, dates; a full given name stays."""
    affiliation = None
    for match in list(_PAREN.finditer(text))[:20]:
        inner = match[1].strip()
        if is_organisation(inner):
            affiliation = affiliation or inner
        elif not _is_role(inner) and not re.search(r"\d", inner):
            continue
        text = text.replace(match[0], "", 1)
    return text.strip(" ,;"), affiliation


def _is_role(text: str) -> bool:
    """``editor``, ``(AUTHOR)``, ``PROJECT_DIRECTOR``"""
    return text.strip(" .").casefold() in _words().roles or re.fullmatch(r"[A-Z]{3,}(?:_[A-Z]{2,})+", text) is not None


def _people(text: str) -> list[Name]:
    chunks = [chunk.strip(" ,") for chunk in _AND.split(text)]
    chunks = [chunk for chunk in chunks if chunk and not placeholder(chunk, "person")]
    if not chunks:
        return []
    parts = [part for chunk in chunks for part in _parts(chunk)]
    if not parts:
        return []
    if len(chunks) == 1:
        return _comma_list(parts, chunks[0])
    if all(len(_parts(chunk)) == 2 for chunk in chunks):  # Cooper, C. L. and Rousseau, D. M.
        return [_inverted(*_parts(chunk)) for chunk in chunks]
    if pairs := _pairs(parts):
        return pairs
    if all(_is_whole(part) for part in parts):
        return [_natural(part) for part in parts]
    return [Name("unknown", text)]


def _comma_list(parts: list[str], text: str) -> list[Name]:
    if len(parts) == 1:
        return [_natural(parts[0])]
    if len(parts) == 2:
        return [_natural(part) for part in parts] if _two_people(*parts) else [_inverted(*parts)]
    if is_organisation(", ".join(parts[2:])) and not is_organisation(", ".join(parts[:2])):
        return [_with(_inverted(*parts[:2]), ", ".join(parts[2:]))]
    if pairs := _pairs(parts):
        return pairs
    if all(_is_whole(part) for part in parts):
        return [_natural(part) for part in parts]
    return [_inverted(parts[0], ", ".join(parts[1:]))] if len(parts) == 3 else [Name("unknown", text)]


def _parts(chunk: str) -> list[str]:
    """The parts between commas, without roles, degrees and dates; a suffix goes back to the part before it."""
    words = _words()
    parts: list[str] = []
    for part in (p.strip() for p in chunk.split(",")[:400]):
        key = part.replace(".", "").casefold()
        if (
            not part
            or _DATES.fullmatch(part)
            or (parts and ((_is_role(part) and (len(parts) > 1 or len(key) > 3)) or placeholder(part)))
        ):
            continue
        if parts and key in words.suffixes:
            parts[-1] += f" {part}"
        elif (
            parts
            and key in words.degrees
            and (
                len(parts) > 1 or len(key) > 3 or (_unaccented(parts[0].split()[0]) in words.given and " " in parts[0])
            )
        ):
            continue
        else:
            parts.append(part)
    return parts


def _pairs(parts: list[str]) -> list[Name]:
    """``Smith, J., Jones, K. A.``: every second part is initials."""
    if len(parts) < 4 or len(parts) % 2:
        return []
    if all(_INITIALS.fullmatch(part) for part in parts[1::2]) and not any(
        _INITIALS.fullmatch(part) for part in parts[::2]
    ):
        return [_inverted(family, given) for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return []


def _is_whole(part: str) -> bool:
    """Whether a part between commas can be a whole name: it has a space."""
    return " " in part and len(part) < 100


def _two_people(left: str, right: str) -> bool:
    """``A B, C D``: two persons, or a double surname and two given names? Given names and initials decide."""
    if not (_is_whole(left) and _is_whole(right)):
        return False
    given = _words().given
    (first, *_, last), (first_right, *_, last_right) = left.split(), right.split()
    vancouver = all(re.fullmatch(r"[A-Z]{1,3}", token) for token in (last, last_right)) and not _INITIALS.fullmatch(
        first_right
    )
    initials = _INITIALS.fullmatch(first) and _INITIALS.fullmatch(first_right) and not _INITIALS.fullmatch(last_right)
    by_name = _unaccented(first) in given and _unaccented(first_right) in given and _unaccented(last) not in given
    return bool(vancouver or initials or by_name)


def _split_suffix(text: str) -> tuple[str, str | None]:
    head, _, tail = text.rpartition(" ")
    if head and tail.replace(".", "").casefold() in _words().suffixes:
        return head.rstrip(" ,"), tail
    return text, None


def _inverted(family: str, given: str) -> Name:
    """``Surname, Given``; Dutch and German catalogues leave the particle behind the given name: ``Laan, L. van der``."""
    words = _words()
    given, suffix = _split_suffix(given)
    family, suffix_of_family = _split_suffix(family)
    tokens = given.split()
    while tokens and tokens[0].strip(".").casefold() in words.titles and (len(tokens) > 1 and len(tokens[0]) > 2):
        del tokens[0]
    particles: list[str] = []
    while len(tokens) > 1 and tokens[-1].islower() and tokens[-1] in words.particles:
        particles.insert(0, tokens.pop())
    families = family.split()
    while len(families) > 1 and families[-1].islower() and families[-1] in words.particles:
        particles.insert(0, families.pop())
    given = " ".join(tokens)
    if len(given) > 3 and given.endswith(".") and re.search(r"[^\W\d_]{3}\.$", given):
        given = given[:-1]
    named = person(" ".join([*particles, *families]), given, suffix or suffix_of_family)
    return (
        Name("person", named.name, named.family, named.given, named.suffix)
        if named.family is None and named.name
        else named
    )


def _natural(text: str) -> Name:
    """``Given Surname``, ``Surname AB``, ``SURNAME Given``, one name alone."""
    words = _words()
    if "," in text:
        left, _, right = text.partition(",")
        return _inverted(left, right)
    if _CJK.search(text):
        return Name("person", text, text)
    text, suffix = _split_suffix(text)
    tokens = text.split()
    while len(tokens) > 1 and (len(tokens[0]) > 1 and tokens[0].strip(".").casefold() in words.titles):
        del tokens[0]
    while (
        len(tokens) > 2
        and tokens[-1].replace(".", "").casefold() in words.degrees
        and (tokens[-1].isupper() or "." in tokens[-1] or not tokens[-1].istitle())
    ):
        if len(tokens[-1]) <= 3 and "." not in tokens[-1] and tokens[-1] not in ("MD", "PhD", "MBA", "MSc", "MPH"):
            break
        del tokens[-1]
    if "of" in tokens:  # Lord Darzi of Denham
        return Name("person", " ".join(tokens), " ".join(tokens))
    if len(tokens) == 1:
        if _is_acronym(tokens[0], words):
            return Name("organisation", tokens[0])
        return person(tokens[0], None, suffix)
    if len(tokens) > 8:
        return Name("unknown", text)
    at = _family_at(tokens, words)
    if at < 0:  # the family name stands first
        family, given = tokens[:-at], tokens[-at:]
    else:
        family, given = tokens[at:], tokens[:at]
    return person(" ".join(family), " ".join(given), suffix)


def _family_at(tokens: list[str], words: _Words) -> int:
    """Where the family name begins; below zero where it stands first: then how many words it has, negative."""
    last = tokens[-1]
    if not _INITIALS.fullmatch(tokens[0]):
        if re.fullmatch(r"[A-Z](?:\.?-?[A-Z]){0,2}\.?", last) and not " ".join(tokens).isupper():  # Darzi AW
            head = len(tokens) - 1
            while head > 1 and re.fullmatch(r"[A-Z]\.?", tokens[head - 1]):  # Darzi A W
                head -= 1
            if len(last) < 4 or "." in last or "-" in last:
                return -head
        if (
            tokens[0].isupper() and len(tokens[0]) > 2 and not any(t.isupper() and len(t) > 2 for t in tokens[1:])
        ):  # SMITH John
            return -1
    if tokens[0] in words.particles and tokens[0].islower():  # van der Berg, with no given name
        return 0
    for i, token in enumerate(tokens[1:-1], 1):
        if (token.islower() and token in words.particles) or token in words.capital_particles:
            return i
    return len(tokens) - 1

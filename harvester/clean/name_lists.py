"""Several persons in one field: lists by commas, ``and`` and ``/``, and what stands among them that is no person.

Where a list could be read in two ways it is left whole: nobody is made up.
"""

from __future__ import annotations

import re

from harvester.clean import roles
from harvester.clean.name_order import titles_before
from harvester.clean.organisations import CAPITAL, CJK, INITIALS, is_organisation, unaccented, words_of_names
from harvester.clean.persons import (
    Name,
    inverted,
    is_capital_suffix,
    is_no_name,
    is_plain_degree,
    natural,
    split_suffix,
)
from harvester.clean.text import placeholder

_AND = re.compile(r"(?<!\b[Vv]on),? (?:and|&|et|und|AND|with|//?|·|•) |\s?& |, And ")
_LETTER = re.compile(r" (?:y|e|i|och|og|en|ja) ")
_AND_INVERTED = re.compile(r"([^,]{2,60}), ([^,]{2,60}?) (?:e|y|och|og|en|i) ([^,]{2,60}), ([^,]{2,60})")
_BETWEEN_WHOLE = re.compile(r" (?:-{1,2}|[–—]) |(?<=[^\W\d_]{2})/(?=[^\W\d_])")
_SLASH = re.compile(r"[^,/]{2,60}, ?[^,/]{1,60}(?:/[^,/]{2,60}, ?[^,/]{1,60})+")
"""``Smith, John/Jones, Mary``"""
DATES = re.compile(
    r"[,;]?\s{0,3}\(?(?:b\.?|d\.?|ca\.?|fl\.?|born|active)?\s{0,3}\(?1[0-9]{3}\??\s{0,3}(?:[-–]\s{0,3}(?:[12][0-9]{3})?\??)?\)?\.?$"
    r"|[,;]?\s{0,3}\(?20[0-9]{2}\s{0,3}[-–]\s{0,3}\)?$"
    r"|(?<=[^\W\d])\s00[0-9]{2}$"
)
"""When somebody lived; or which of those of one name it is (dblp): ``Wei Wei 0001``."""
_TWO_INITIALS = re.compile(rf"{CAPITAL}(?:\.?-?{CAPITAL}){{0,2}}\.?")
_INDONESIAN_DEGREE = re.compile(
    r"[SMA]\. ?(?:Pd|Kom|Kep|Kes|Keb|Si|Sos|Hum|Ag|Psi|Farm|Gz|Ked|Tr|Ak|Ip|Ikom|Stat|Sn|Par|Hut|Fil|Sy|Kn|Epid|Biomed|Ars|Md)"
    r"(?:\.? ?I)?\.?"
)
"""``S.Pd.``, ``M.Kom``: as articles of Indonesian journals sign."""
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
_LIFE = re.compile(r"(?:(?:b|d|fl|ca|c|active|born|died)\.? ?)?[0-9]", re.IGNORECASE)
"""How a part between commas begins that tells of a life, or of a place in a peerage: ``d. 2010``, ``1st Baron``."""


def with_affiliation(name: Name, affiliation: str | None) -> Name:
    return Name(name.kind, name.name, name.family, name.given, name.suffix, affiliation) if affiliation else name


def is_place(text: str) -> bool:
    """``Leeds, UK``: what ends with the name of a country that nobody is called.

    >>> is_place("Leeds, UK"), is_place("UK"), is_place("Smith, John")
    (True, True, False)
    """
    return text.rpartition(",")[2].strip(" .").casefold() in words_of_names().countries


def is_role(text: str) -> bool:
    """``editor``, ``(AUTHOR)``, ``PROJECT_DIRECTOR``, ``Directeur de thèse``"""
    return (
        text.strip(" .").casefold() in words_of_names().roles
        or ("_" in text and re.fullmatch(r"[A-Z]{3,}(?:_[A-Z]{2,})+", text) is not None)
        or (len(text) > 4 and roles.labelled(text) is not None)
    )


def people(text: str) -> list[Name]:
    """The persons in a field that holds no organisation; a list that is not understood is one name of unknown kind."""
    if "/" in text and _SLASH.fullmatch(text):
        return [inverted(*half.split(",", 1)) for half in text.split("/")]
    if (
        text.count(" ") > 3
        and "," not in text
        and len(halves := _LETTER.split(text)) > 1
        and all(map(_is_natural, halves))
    ):
        return [natural(half) for half in halves]  # not Ortega y Gasset
    if (dashed := _BETWEEN_WHOLE.split(text)) and len(dashed) > 1 and all(map(_is_natural, dashed)):
        return [natural(half) for half in dashed]
    if match := _AND_INVERTED.fullmatch(text):  # Rossi, Mario e Bianchi, Luigi
        return [inverted(match[1], match[2]), inverted(match[3], match[4])]
    chunks = [chunk.strip(" ,") for chunk in _AND.split(text)]
    chunks = [chunk for chunk in chunks if chunk and not placeholder(chunk, "person")]
    if not chunks:
        return []
    by_chunk = [parts_of(chunk) for chunk in chunks]
    parts = [part for held in by_chunk for part in held]
    if not parts:
        return []
    if len(chunks) == 1:
        return comma_list(parts, chunks[0])
    if all(len(held) == 2 for held in by_chunk):  # Cooper, C. L. and Rousseau, D. M.
        return [inverted(*held) for held in by_chunk]
    if pairs := _pairs(parts):
        return pairs
    if all(_is_whole(part) for part in parts):
        if _is_given_alone(parts[0]):  # Drs. John and Kate Smith
            return [Name("unknown", text)]
        return [natural(part) for part in parts]
    if len(parts) > 2 and not _is_whole(parts[0]) and all(map(_is_whole, parts[2:])) and is_given(parts[1]):
        return [inverted(*parts[:2]), *map(natural, parts[2:])]  # Smith, J., K. Jones, and L. Brown
    return [Name("unknown", text)]


def comma_list(parts: list[str], text: str) -> list[Name]:
    """What ``parts_of`` has found between the commas of a field: one person, or several in one of the usual orders."""
    if len(parts) > 1 and parts[-1].strip(" .").casefold() in words_of_names().countries:
        return _before_a_country(parts[:-1], text)
    if len(parts) == 1:
        return [natural(parts[0])]
    if len(parts) == 2:
        if _is_whole(parts[0]) and is_given_first(parts[0]) and parts[1] in words_of_names().acronyms:
            return [with_affiliation(natural(parts[0]), parts[1])]
        if CJK.match(parts[0]) and (are_two := _are_two_in_script(*parts)) is not False:
            return [natural(part) for part in parts] if are_two else [Name("unknown", text)]
        if _two_people(*parts):
            return [_either_way(part) for part in parts]
        return [Name("unknown", text) if _may_be_two(*parts) else inverted(*parts)]
    if is_organisation(", ".join(parts[2:])) and not is_organisation(", ".join(parts[:2])):
        return [with_affiliation(inverted(*parts[:2]), ", ".join(parts[2:]))]
    if pairs := _pairs(parts):
        return pairs
    if all(_is_whole(part) for part in parts):
        return [natural(part) for part in parts]
    if len(parts) == 3 and _is_whole(parts[0]) and all(re.fullmatch(r"(?:[A-Z]\.){2}", part) for part in parts[1:]):
        return [natural(parts[0])]  # Budi Santoso, S.H., M.H.
    one_given = all(INITIALS.fullmatch(word) for word in parts[1].split()[1:])
    if len(parts) == 3 and one_given and is_given(parts[1]) and not is_given(parts[2]):  # Smith, John A., London
        return [inverted(*parts[:2])]
    return [Name("unknown", text)]


def _before_a_country(parts: list[str], text: str) -> list[Name]:
    """``Smith, John, UK``, ``Smith, John, Leeds, UK``, ``John Smith, Leeds, UK``; ``Leeds, UK`` is nobody."""
    if _is_whole(parts[0]) and (is_given_first(parts[0]) or INITIALS.fullmatch(parts[0].split()[0])):
        return [natural(parts[0])]
    return [inverted(*parts[:2])] if 2 <= len(parts) <= 3 else [Name("unknown", text)]


def parts_of(chunk: str) -> list[str]:
    """The parts between commas, without roles, degrees and dates; a suffix goes back to the part before it."""
    words = words_of_names()
    parts: list[str] = []
    pieces = [piece.strip() for piece in chunk.split(",")[:400]]
    several_degrees = sum(piece.replace(".", "").casefold() in words.degrees for piece in pieces[1:]) > 1
    for part in pieces:
        key = part.replace(".", "").casefold()
        if (
            not part
            or (parts and (_LIFE.match(part) or _INDONESIAN_DEGREE.fullmatch(part)))
            or DATES.fullmatch(part)
            or (parts and ((is_role(part) and (len(parts) > 1 or len(key) > 3)) or (is_no_name(part) and part != "NA")))
        ):
            continue
        if is_capital_suffix(part) and len(parts) % 2 and " " not in parts[-1]:
            parts.append(part)  # Galante, JR
        elif parts and key in words.suffixes:
            parts[-1] += f" {part}"
        elif (
            parts
            and key in words.degrees
            and (len(parts) > 1 or len(key) > 3 or several_degrees or _is_natural(parts[0]) or is_plain_degree(part))
        ):
            continue
        else:
            parts.append(part)
    return parts


def is_given_first(part: str) -> bool:
    """``Mrs. Jane Smith``: a whole name in natural order, by its given name."""
    words = words_of_names()
    tokens = part.split()
    del tokens[: titles_before(tokens, words)]
    return len(tokens) > 1 and unaccented(tokens[0]) in words.given


def _is_natural(part: str) -> bool:
    """Whether titles, initials or a given name stand before a surname: ``Dr. J. Smith``."""
    words = words_of_names()
    tokens = part.split()
    titles = titles_before(tokens, words)
    initials = INITIALS.fullmatch(tokens[0]) is not None and tokens[0].strip(".").casefold() not in words.particles
    return len(tokens) > 1 and (titles > 0 or initials or is_given_first(part))


def _is_given_alone(part: str) -> bool:
    """A title and a given name: the surname stands elsewhere."""
    words = words_of_names()
    *titles, last = part.split()
    return unaccented(last) in words.given and all(t.strip(".").casefold() in words.titles for t in titles)


def is_given(part: str) -> bool:
    """Initials, or what begins with a given name."""
    return INITIALS.fullmatch(part) is not None or unaccented(part.split()[0]) in words_of_names().given


def _is_vancouver(part: str) -> bool:
    """``Smith JA``"""
    family, _, last = part.rpartition(" ")
    return len(family) > 2 and family.lower() not in words_of_names().particles and bool(_TWO_INITIALS.fullmatch(last))


def _pairs(parts: list[str]) -> list[Name]:
    """``Smith, J., Jones, K. A.``: every second part is initials or begins with a given name."""
    if len(parts) < 4 or len(parts) % 2 or any(_is_vancouver(part) for part in parts[::2]):
        return []
    if all(INITIALS.fullmatch(part) for part in parts[1::2]) and not any(
        INITIALS.fullmatch(part) for part in parts[::2]
    ):
        return [inverted(family, given) for family, given in zip(parts[::2], parts[1::2], strict=True)]
    given_names = words_of_names().given
    if all(unaccented(part.split()[0]) in given_names or INITIALS.fullmatch(part) for part in parts[1::2]) and not any(
        INITIALS.fullmatch(part) or unaccented(part.split()[0]) in given_names for part in parts[::2]
    ):
        return [inverted(family, given) for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return []


def _either_way(part: str) -> Name:
    """A whole name of two words, of which a given name tells the order: ``John Smith``, ``Smith John``."""
    first, _, last = part.partition(" ")
    given = words_of_names().given
    if " " not in last and unaccented(last) in given and unaccented(first) not in given:
        return inverted(first, last)
    return natural(part)


def _is_whole(part: str) -> bool:
    """Whether a part between commas can be a whole name: it has a space."""
    return " " in part and len(part) < 100


def _without_titles(part: str) -> list[str]:
    """The words of a name; of one that is all titles the last two."""
    bare = split_suffix(part)[0]
    words, known = (bare if " " in bare else part).split(), words_of_names()
    while len(words) > 2 and words[0].replace(".", "").casefold() in known.titles:
        del words[0]
    while len(words) > 2 and len(words[-1]) > 1 and words[-1].replace(".", "").casefold() in known.degrees:
        if len(words[-1]) == 2 and words[-1] != "MD":
            break  # initials
        del words[-1]
    return words


def _two_people(left: str, right: str) -> bool:
    """``A B, C D``: two persons, or a double surname and two given names? Given names and initials decide."""
    if not (_is_whole(left) and _is_whole(right)):
        return False
    given = words_of_names().given
    (first, *_, last), (first_right, *_, last_right) = _without_titles(left), _without_titles(right)
    vancouver = all(map(_TWO_INITIALS.fullmatch, (last, last_right))) and not INITIALS.fullmatch(first_right)
    initials = INITIALS.fullmatch(first) and (
        ("." in first and not INITIALS.fullmatch(last))  # S. Sudarshan, Krithi Ramamritham: no surname begins so
        or (INITIALS.fullmatch(first_right) and not INITIALS.fullmatch(last_right))
    )
    by_name = (
        unaccented(first) in given
        and unaccented(first_right) in given
        and (not INITIALS.fullmatch(last_right) or (len(last_right) == 3 and right.isupper()))
        and unaccented(last) not in given
        and unaccented(last_right) not in given  # Martín Ruiz, Juan Carlos
    )
    by_degree = all(is_plain_degree(part.rpartition(" ")[2]) and part.count(" ") > 1 for part in (left, right))
    surname_first = (  # Smith John, Jones Mary
        unaccented(last) in given
        and unaccented(last_right) in given
        and unaccented(first) not in given
        and unaccented(first_right) not in given
        and len(left.split()) == len(right.split()) == 2
    )
    return bool(vancouver or initials or by_name or by_degree or surname_first)


def _are_two_in_script(left: str, right: str) -> bool | None:
    """``王小明, 李四`` and ``김철수, 이영희`` are two, ``佐々木, 一郎`` is one; None for ``王明, 李四``."""
    surnames = words_of_names().han_surnames
    if len(left) > 2 and len(right) > 1 and _HANGUL.fullmatch(left):
        return True
    if left[0] in surnames and right[0] in surnames and 1 < len(left) < 4 and 1 < len(right) < 4:
        return True if len(left) == 3 else None
    return False


def _may_be_two(left: str, right: str) -> bool:
    """``Lisa Aufegger, Morolake Alabi``: not a double surname, for nobody has Lisa for one; as Martín Ruiz is."""
    if not (_is_whole(left) and _is_whole(right)):
        return False
    words = words_of_names()
    first, *_, last = left.split()
    return (
        unaccented(first) in words.given
        and unaccented(first) not in words.given_too
        and unaccented(last) not in words.given
        and not any(INITIALS.fullmatch(token) for token in (last, *right.split()))
        and not any(token.islower() for token in (*left.split(), *right.split()))
    )

"""Lists of authors whose separators are lost: reference managers write one name a line, and exports drop the line breaks.

Such lists have the surname first. Only a field that is nothing but names, each of a known form, is taken apart.
"""

from __future__ import annotations

import re
from typing import Final

from harvester.clean.organisations import is_organisation

_UP, _LOW = "[A-ZÀ-ÖØ-ÞČĆĎĐĞĹĽŁŃŇŐŘŚŞŠŤŰŹŻŽİ]", r"[^\W\d_A-ZÀ-ÖØ-Þ]"
_WORD: Final = rf"(?:{_UP}['’])?{_UP}{_LOW}+(?:{_UP}{_LOW}+)?(?:-{_UP}?{_LOW}+(?:{_UP}{_LOW}+)?){{0,2}}"
_PARTICLE: Final = (
    r"(?:[Vv]an|[Vv]on|[Dd]e|[Dd]en|[Dd]er|[Dd]i|[Dd]a|[Dd]o|[Dd]os|[Dd]el|[Dd]ella|[Ll]a|[Ll]e|[Dd]u|[Tt]er|[Tt]en)"
)
_FAMILY: Final = rf"(?:{_PARTICLE} ){{0,3}}{_WORD}"
_DOTTED: Final = r"[A-Z]\.(?:[ -]?[A-Z]\.){0,4}"
_JOINT: Final = re.compile(
    rf"(?<={_LOW}{{2}})(?={_UP}['’]?{_LOW})"  # RuscioMirko
    rf"|(?<=[A-Z]\.)(?={_UP}['’]?{_UP}?{_LOW}|{_PARTICLE} )"  # S.Shiozaki, S.O'Reilly, A.de Vries
    rf"|(?<=[A-Z])(?=(?!{_UP}{_PARTICLE} ){_UP}{_LOW}{{2}}|{_PARTICLE} )"  # PCMWielink, Gvan der Valk
)
_BEFORE_CAPITAL: Final = re.compile(rf"(?:^|[ -])(?:Ma?c|D[eiu]|L[aeo]|V[ao]n|Fitz|[AE]l|San|De[slnr]|Ter|{_UP}['’])$")
"""Beginnings of surnames that have a capital inside: McEvoy, DeWitt."""
_INITIALS: Final = re.compile(rf"({_FAMILY}(?: (?:{_PARTICLE} )?{_WORD}){{0,2}}) ({_DOTTED}|[A-Z]{{1,4}})")
_TIGHT: Final = re.compile(rf"({_FAMILY})({_DOTTED})".replace("[ -]?", "-?"))
_GIVEN: Final = re.compile(
    rf"({_FAMILY}) ((?:{_WORD}|{_DOTTED}|[A-Z])(?: (?:{_WORD}|{_DOTTED}|{_PARTICLE}|[A-Z])){{0,4}})"
)


def taken_apart(text: str) -> str:
    """With semicolons between the names, and a comma in each; unchanged where it is anything else.

    >>> taken_apart("Saito S.McGill A. B.de Vries M."), taken_apart("PayenJ.-L.IzopetJ.")
    ('Saito, S.; McGill, A. B.; de Vries, M.', 'Payen, J.-L.; Izopet, J.')
    >>> taken_apart("Di Ruscio MirkoStefanelli Gianpiero"), taken_apart("de Jong PCMWielink G")
    ('Di Ruscio, Mirko; Stefanelli, Gianpiero', 'de Jong, PCM; Wielink, G')
    >>> taken_apart("Peter DeWitt"), taken_apart("J.Smith"), taken_apart("OpenAIRE")
    ('Peter DeWitt', 'J.Smith', 'OpenAIRE')
    """
    if "," in text or ";" in text or (not _JOINT.search(text) and not _TIGHT.fullmatch(text)):
        return text
    pieces = _pieces(text)
    names = _inverted(pieces)
    if not names or (len(names) == 1 and not _TIGHT.fullmatch(text)) or is_organisation(text):
        return text
    return "; ".join(names)


def _pieces(text: str) -> list[str]:
    found = [""]
    for piece in _JOINT.split(text):
        if _BEFORE_CAPITAL.search(found[-1]):
            found[-1] += piece
        else:
            found.append(piece)
    return [piece for piece in found if piece]


def _inverted(pieces: list[str]) -> list[str]:
    """Each with a comma; empty where one is no name. Initials alone stand behind a surname of any length."""
    in_full = not all(_TIGHT.fullmatch(piece) or _INITIALS.fullmatch(piece) for piece in pieces) or all(
        (match := _GIVEN.fullmatch(piece)) and " " in match[2].replace(". ", ".") for piece in pieces
    )
    forms = (_TIGHT, _GIVEN) if in_full else (_TIGHT, _INITIALS)
    found = [next((match for form in forms if (match := form.fullmatch(piece))), None) for piece in pieces]
    return [f"{match[1]}, {match[2]}" for match in found if match] if all(found) else []

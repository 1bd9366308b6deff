"""LaTeX as it stands in BibTeX to plain text, and back. The commands: ``schemas/latex.toml``.

One pass from left to right, without a grammar: braces only group, so they are dropped where nothing needs them, and what is no
LaTeX (a lone ``$``, a ``%``) is the sign itself. An unknown command stays as it is written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from harvester import schemas

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]+)\*?(?P<after>[ \t\n]*)|\\(?P<sign>.)|(?P<dashes>-{2,3})|(?P<quotes>``|''|[?!]`|`)"
    r"|(?P<brace>[{}])|(?P<tie>~)|(?P<code>\[U\+[0-9A-F]{4,6}\])|(?P<math>\$)",
    re.DOTALL,
)
_DEGREE = re.compile(r"\^\s?(?:\{\s?\\circ\s?\}|\\circ(?![A-Za-z]))")
_FRACTION = re.compile(r"\\[dt]?frac\s?\{([^{}]{1,60})\}\s?\{([^{}]{1,60})\}")
_QUOTED = re.compile(r"\\(?:enquote|mkbibquote|textquote)\*?\{([^{}]{1,500})\}")
_LIGATURES = {"--": "–", "---": "—", "``": "“", "''": "”", "`": "‘", "?`": "¿", "!`": "¡"}
_SPACES = {" ": " ", ",": " ", ";": " ", ":": " ", "\n": " ", "\t": " ", "\\": "\n"}
_NOTHING = frozenset("!/-@<>")
_LOOKS = re.compile(r"[\\{}$~`]|--|''|\[U\+")
_DOTLESS = {"ı": "i", "ȷ": "j"}
_SPACING = {"\u0302": "^", "\u0303": "~", "\u0301": "'", "\u0300": "`", "\u0308": '"'}


@cache
def _commands() -> dict[str, str]:
    table = schemas.table("latex")
    parts = ("read", "mathematics", "ascii", "symbols", "letters")
    return {name: sign for part in parts for name, sign in table[part].items()}


@cache
def _accents() -> dict[str, str]:
    return dict(schemas.table("latex")["accents"])


@cache
def _dropped() -> tuple[frozenset[str], frozenset[str]]:
    table = schemas.table("latex")["drop"]
    return frozenset(table["names"]), frozenset(table["with_argument"])


def text(tex: str) -> str:
    """Plain text; line breaks stay as they are.

    >>> text(r"Erd{\\H o}s -- the {NHS}'s R\\&D"), text(r"$\\beta$-blockers at $5")
    ("Erdős – the NHS's R&D", 'β-blockers at $5')
    """
    if "\\" in tex:
        tex = _QUOTED.sub(r"``\1''", _FRACTION.sub(r"\1/\2", _DEGREE.sub("°", tex)))
    return _Reading(tex).text() if _LOOKS.search(tex) else tex


def _groups(tex: str) -> dict[int, int]:
    opened: list[int] = []
    found: dict[int, int] = {}
    for brace in re.finditer(r"(?<!\\)[{}]", tex):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            found[opened.pop()] = brace.end()
    return found


class _Reading:
    """One text on its way: what was read, and an accent that waits for its letter."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.parts: list[str] = []
        self.accent = ""
        self.opened = False
        """Whether a brace stands between the accent and its letter."""
        self.formula_end = -1
        self.ends: dict[int, int] | None = None
        """Place of each opening brace -> that after the one that closes it; found when it is first asked for."""

    def text(self) -> str:
        place = 0
        tex = self.tex
        while match := _TOKEN.search(tex, place):
            self._say(tex[place : match.start()])
            place = self._token(match)
        self._say(tex[place:])
        self._settle()
        return unicodedata.normalize("NFC", "".join(self.parts))

    def _say(self, said: str, formula: bool = False) -> None:
        if self.formula_end >= 0 and not formula:
            said = said.replace("_", "").replace("^", "")
        if self.accent:
            bare = said.lstrip(" ")
            if not bare:
                return
            said = _DOTLESS.get(bare[0], bare[0]) + self.accent + bare[1:]
            self.accent = ""
        self.parts.append(said)

    def _accent(self, mark: str) -> None:
        """Of two the inner one is nearer to the letter: ``\\~{\\^e}``, as in the names of Vietnam."""
        self.accent = (mark + self.accent)[:2]

    def _settle(self) -> None:
        """An accent on nothing is the sign by itself: ``\\~{}`` in an address."""
        if self.accent:
            self.parts += [_SPACING.get(mark, "") for mark in reversed(self.accent)]
            self.accent = ""

    def _token(self, match: re.Match[str]) -> int:
        word, sign = match["word"], match["sign"]
        if word is not None:
            return self._command(match, word)
        if sign is not None:
            if sign in _accents():
                self._accent(_accents()[sign])
            elif sign not in _NOTHING:
                self._say(_SPACES.get(sign, sign), formula=True)
        elif match["brace"] == "}":
            self._settle()
        elif match["tie"]:
            self._say(" ")
        elif match["math"]:
            self._dollar(match.start())
        elif match["code"]:
            point = int(match["code"][3:-1], 16)
            self._say(chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else match["code"])
        elif not match["brace"]:
            self._say(_LIGATURES[match[0]])
        return match.end()

    def _command(self, match: re.Match[str], word: str) -> int:
        names, with_argument = _dropped()
        argued = self.tex[match.end() : match.end() + 1] == "{"
        if word in _accents() and (argued or match["after"] or len(word) > 1 or not word.isalpha()):
            self._accent(_accents()[word])
        elif (sign := _commands().get(word)) is not None:
            self._say(sign, formula=True)
        elif word in with_argument and argued:
            return self._past_group(match.end())
        elif word not in names and not argued:
            self._say(match[0], formula=True)
        if word == "url" and argued:
            end = self._past_group(match.end())
            self._say(self.tex[match.end() + 1 : max(end - 1, match.end() + 1)], formula=True)
            return max(end, match.end() + 1)
        return match.end()

    def _past_group(self, start: int) -> int:
        """The place after the group that begins here, or of its beginning where it has no end."""
        if self.ends is None:
            self.ends = _groups(self.tex)
        return self.ends.get(start, start)

    def _dollar(self, at: int) -> None:
        """A formula where a second one follows and what stands between looks like one; else money."""
        if self.formula_end >= 0:
            if at == self.formula_end:
                self.formula_end = -1
                return
            self._say("$", formula=True)
            return
        end = self.tex.find("$", at + 1, at + 500)
        inner = self.tex[at + 1 : end] if end > 0 else ""
        if inner and (re.search(r"[\\_^=<>+]", inner) or re.fullmatch(r"\S{1,12}", inner)) and "\n\n" not in inner:
            self.formula_end = end
        else:
            self._say("$", formula=True)


# --- back ------------------------------------------------------------------------------------------------------------


@cache
def _written() -> dict[str, str]:
    """Character -> how it is written."""
    table = schemas.table("latex")
    found = {sign: rf"\ensuremath{{\{name}}}" for name, sign in table["mathematics"].items()}
    found |= {sign: rf"{{\{name}}}" for part in ("symbols", "letters") for name, sign in table[part].items()}
    names = {mark: name for name, mark in table["accents"].items()}
    for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        parts = unicodedata.normalize("NFD", chr(point))
        if chr(point) not in found and 2 <= len(parts) <= 3 and all(mark in names for mark in parts[1:]):
            base, name = found.get(parts[0], parts[0]), names[parts[1]]
            if not base.isascii():
                continue  # an ezh with a caron
            letter = rf"\{base}" if base in "ij" and name not in "ckdb" else base
            for mark in parts[1:]:  # two of them in the names of Vietnam
                name = names[mark]
                letter = rf"{{\{name}{{{letter}}}}}" if name.isalpha() else rf"{{\{name}{letter}}}"
            found[chr(point)] = letter
    return found | {"\u00a0": "~"}


def ascii_text(escaped: str) -> str:
    """Text whose ASCII is escaped already, in ASCII alone. What LaTeX has no sign for in its first fonts is its number.

    >>> ascii_text("Ødegård – α"), ascii_text("领")
    ('{\\\\O}deg{\\\\aa}rd {\\\\textendash} \\\\ensuremath{\\\\alpha}', '{[U+9886]}')
    """
    if escaped.isascii():
        return escaped
    known = _written()
    composed = unicodedata.normalize("NFC", escaped)
    return "".join([c if c.isascii() else known.get(c) or f"{{[U+{ord(c):04X}]}}" for c in composed])

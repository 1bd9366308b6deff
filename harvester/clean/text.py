"""Text as people and machines leave it, to plain text: entities, tags, mojibake, invisible characters, whitespace.

Clean text is told from dirty text by a few fast looks and passes untouched; only the rest pays for cleaning.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from harvester.clean.characters import replacing
from harvester.clean.markup import BLOCK_EDGE, HEADING_END, has_markup, holds_markup, strip_tags, unescape, unindented
from harvester.clean.placeholders import is_stub_title, is_term, placeholder, placeholder_starts, terms
from harvester.clean.updates import notice, strip_update_prefix, update_prefix

__all__ = [
    "abstract", "has_markup", "has_replacement", "is_stub_title", "notice", "placeholder", "placeholder_starts", "plain",
    "strip_update_prefix", "terms", "title", "title_key", "unescape", "update_prefix",
]  # fmt: skip

# --- characters ------------------------------------------------------------------------------------------------------

_HARMLESS = bytes(c for c in range(0x20, 0x7F) if c not in b"&<")
_HARMLESS_IN_LINES = _HARMLESS + b"\t\n\r"
_HARMLESS_AS_RUNNING_TEXT = _HARMLESS_IN_LINES + b"&<"
# What plain text has no use for.
_ODD = re.compile(
    "[&<\x00-\x1f\x7f-\xa0\xad\u0300-\u036f\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
)
# One character at least of everything that mojibake is made of.
_OF_MOJIBAKE = re.compile(
    "[\xa1-\xbf\xc2\xc3\u0152\u0153\u0178\u0192\u02c6\u02dc\u201a\u201e\u2020-\u2022\u2030\u2039\u203a\u20ac\u2122\u221a]"
)
_MAYBE_MARKUP = re.compile(r"<[A-Za-z/!?]|&[#A-Za-z]|\]\]>")
_SCRUB: dict[int, int | None] = {c: None for c in range(0x20) if chr(c) not in "\t\n\x0b\x0c\r"}
_SCRUB |= {c: None for c in range(0x7F, 0xA0) if c != 0x85}
_SCRUB |= dict.fromkeys(
    [0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x180E, 0xFEFF], None
)
_SCRUB |= {0xA0: 0x20, 0x202F: 0x20, 0x2007: 0x20, 0x3000: 0x20}
_CONTROLS = bytes(c for c in (*range(0x20), 0x7F) if c not in b"\t\n\x0b\x0c\r")
_C1 = {c: bytes([c]).decode("cp1252", "ignore") or None for c in range(0x80, 0xA0) if c not in (0x85, 0x98, 0x9C)}
"""Bytes of Windows-1252 that were taken for Latin-1: real text has no C1 controls, but for the line end 0x85 and the signs
that MARC 21 and PICA set around an article that is not sorted (0x98, 0x9C)."""
_scrubbed = replacing({**_SCRUB, **_C1})
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Joiners mean something in Arabic, Indic scripts and emoji only.
_JOINER = re.compile(r"(?<![\u0600-\u10ff\u1780-\u18af\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])[\u200c\u200d]")
_QUESTION_MARKS = re.compile(r"\?{6,}")
# UTF-8 read as Latin-1 or as a Windows or Macintosh code page always leaves one of these pairs.
_MAYBE_MOJIBAKE = re.compile(
    "[\xc2-\xf4\u201a\u221a][\x80-\xff\u0131\u0152-\u0178\u017d\u017e\u0192\u02c6-\u02dd\u03a9\u03c0\u2013-\u2265]"
)
_MOJIBAKE = re.compile(
    r"[\xc2-\xf4][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    r"|[\u201a\u221a][\xa0-\xff\u0131\u0152\u0153\u0178\u0192\u02c6-\u02dd\u03a9\u03c0\u2013-\u2044\u20ac\u2122-\u2265]"
)


def has_replacement(text: str) -> bool:
    """Whether characters were lost before the text came to us: U+FFFD, or a run of question marks.

    >>> has_replacement("Caf\\ufffd"), has_replacement("Why?")
    (True, False)
    """
    return "\ufffd" in text or "???" in text


def _is_clean(text: str) -> bool:
    """Whether ``plain`` would change nothing but blanks at the ends: the fast look that most text passes."""
    return "  " not in text and _is_harmless(text, _HARMLESS)


def _is_harmless(text: str, harmless: bytes) -> bool:
    """Whether nothing is odd in a text but for its blanks.

    The letters of ASCII that fill most texts are dropped at once, so that only what is left is looked at one by one. No letter
    of ASCII makes a difference to what stands beside it: the marks that would combine with one are odd themselves.
    """
    if "??????" in text:
        return False
    rest = text.encode("utf-8", "surrogatepass").translate(None, harmless)
    if not rest:
        return True
    if text.isascii():
        return False
    left = rest.decode("utf-8", "surrogatepass")
    if _ODD.search(left) or not unicodedata.is_normalized("NFC", left):
        return False
    return _OF_MOJIBAKE.search(left) is None or _MAYBE_MOJIBAKE.search(text) is None


def _characters(text: str) -> str:
    """Mojibake mended, invisible and control characters gone, NFC. Line breaks stay."""
    if _is_harmless(text, _HARMLESS_AS_RUNNING_TEXT):
        return text
    if text.isascii():
        text = text.encode().translate(None, _CONTROLS).decode()
    else:
        odd = not text.replace("\n", " ").isprintable()
        if odd:
            text = _SURROGATE.sub("\ufffd", text)
        if _MAYBE_MOJIBAKE.search(text) and _MOJIBAKE.search(text):
            text = _mended(text)
        if odd:
            text = _scrubbed(text)
            if "\u200c" in text or "\u200d" in text:
                text = _JOINER.sub("", text)
        text = unicodedata.normalize("NFC", text)
    return _QUESTION_MARKS.sub(" ", text) if "??????" in text else text


def _mended(text: str) -> str:
    import ftfy  # 0.1 s and 2 MB: for the few texts that need it
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text
    config = ftfy.TextFixerConfig(
        uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, unescape_html=False, explain=False
    )
    return ftfy.fix_text(text, config)


def _is_settled(text: str) -> bool:
    """Clean, or with no more than the ``&`` and ``<`` of running text."""
    if _is_clean(text):
        return True
    return not holds_markup(text) and _is_clean(text.replace("&", "+").replace("<", "+"))


def plain(text: str) -> str:
    """Any text on one line: entities resolved, known tags out, mojibake mended, NFC, single spaces.

    >>> plain("H<sub>2</sub>O &amp;amp;\\n CO<sub>2</sub>"), plain("UK\u00e2\u20ac\u2122s p<0.05 and n>3")
    ('H2O & CO2', 'UK’s p<0.05 and n>3')
    """
    if _is_clean(text):
        return text.strip()
    for _ in range(8):  # taking something out can bring something together: until nothing changes
        before = text
        text = unescape(text)
        text = _characters(text)
        if "<" in text:
            text = strip_tags(unindented(text) if "\n    " in text else text, " ")
        text = " ".join(text.split())
        if text == before or _is_settled(text):
            break
    return text


# --- abstracts -------------------------------------------------------------------------------------------------------

_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_WORD = r"abstract|summary|zusammenfassung|résumé|resumen|resumo|riassunto|samenvatting"
_LEADING = re.compile(
    rf"(?:{_WORD})\s*(?:[:\u2013\u2014]|[.-](?=\s))\s*"
    r"|(?:Abstract|ABSTRACT)\s+(?=(?:Background|Objectives?|Introduction|Purpose|Aims?|Context|Methods?|Importance|Rationale|Motivation|Problem|Design|Setting|Significance|Question|Highlights)\b)"
    r"|ABSTRACT\s+(?=[A-Z][a-z]|[A-Z] )",
)
_LEADING_ANY_CASE = re.compile(_LEADING.pattern.split("|(?:Abstract")[0], re.IGNORECASE)
_HEADING_WORD = re.compile(rf"(?:{_WORD})[\s.:]*", re.IGNORECASE)


def abstract(text: str) -> str | None:
    """An abstract in plain text: paragraphs parted by an empty line, section titles before their text.

    >>> print(abstract("<jats:title>Abstract</jats:title><jats:title>Aim</jats:title><jats:p>To see.</jats:p><p>Then</p>"))
    Aim: To see.
    <BLANKLINE>
    Then
    """
    marked = ("<" in text or "&" in text) and _MAYBE_MARKUP.search(text)
    sound = not marked and _is_harmless(text, _HARMLESS_AS_RUNNING_TEXT)
    paragraphs = _lines(text) if sound else _paragraphs(text)
    first = place = 0
    while first < len(paragraphs):  # "Abstract", in a line of its own or before the text, perhaps twice
        line = paragraphs[first]
        match = line[place : place + 1] in "AaSsZzRr" and (
            _LEADING_ANY_CASE.match(line, place) or _LEADING.match(line, place)
        )
        if _HEADING_WORD.fullmatch(line, place) or (match and match.end() == len(line)):
            first, place = first + 1, 0
        elif match:
            place = match.end()
        else:
            paragraphs[first] = line[place:]
            break
    paragraphs = paragraphs[first:]
    joined = "\n\n".join(paragraphs)
    return None if len(joined) < 120 and is_term(joined, "abstract") else joined


def _lines(text: str) -> list[str]:
    """Paragraphs of text that needs no cleaning but of its blanks: lines up to an empty one."""
    lines = [line.strip() for line in text.split("\n")] if "\n" in text else [text.strip()]
    if "  " in text or "\t" in text or "\r" in text:
        lines = [" ".join(line.split()) for line in lines]
    if len(lines) == 1:
        return lines
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [" ".join(parts) for parts in paragraphs if parts]


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    for _ in range(8):
        before = text
        text = _characters(unescape(text))
        if "<" in text:
            text = strip_tags(unindented(text) if "\n    " in text else text, BLOCK_EDGE, HEADING_END + BLOCK_EDGE)
        found = []
        heading = ""
        one_line = text.isascii() and not (
            "\n" in text or "\t" in text or "\r" in text or "\x0b" in text or "\x0c" in text
        )
        if "\n" in text:
            text = _EMPTY_LINE.sub(BLOCK_EDGE, text)
        if not one_line:
            text = text.replace("\u2029", BLOCK_EDGE)
        for part in text.split(BLOCK_EDGE):
            if not part:
                continue
            is_heading = HEADING_END in part
            line = part.replace(HEADING_END, " ") if is_heading else part
            line = line.strip() if "  " not in line and (one_line or line.isprintable()) else " ".join(line.split())
            if not line:
                continue
            if is_heading:
                if not (not found and not heading and _HEADING_WORD.fullmatch(line)):
                    heading += f"{line} " if line[-1] in ":.?!" else f"{line}: "
            else:
                found.append(heading + line)
                heading = ""
        if heading:
            found.append(heading.rstrip().removesuffix(":"))
        text = "\n\n".join(found)
        if (one_line and "&" not in text and "<" not in text) or text == before:
            break
        if _is_harmless(text, _HARMLESS_IN_LINES):
            break
        if all(map(_is_settled, found)) and not ("<" in text and holds_markup(text)):
            break
    return found


# --- titles ----------------------------------------------------------------------------------------------------------

# Only what is written with its full stop in running text; single letters and "U.S." are told by their shape.
_ABBREVIATIONS = frozenset({
    "al", "etc", "inc", "ltd", "co", "corp", "jr", "sr", "vs", "llc", "plc", "bros", "cf", "sp", "spp", "subsp",
    "var", "approx", "ca", "dept", "univ", "assoc", "govt", "gen", "ave", "blvd", "esq", "ph.d", "m.d", "b.a",
    "m.a", "e.g", "i.e", "viz", "ibid", "op", "ed", "eds", "vol", "vols", "pp", "fig", "figs", "st", "mt", "dr",
    "prof", "mr", "mrs", "rev", "hon", "bt", "nov",
})  # fmt: skip


# German and French catalogues mark the article that is left out in sorting.
_NON_SORTING = re.compile(r"(?:¬\s?([^\W\d_]{1,6}['’]?)\s?¬|<<\s?([^\W\d_]{1,6}['’]?)\s?>>)\s?(?=\S)")
_AFTER_SPACE = (" =", " -", " \u2013", " \u2014")


def title(text: str) -> str | None:
    """A title as published, in plain text without ISBD's trailing signs. None for a placeholder; stub titles stay.

    >>> title("Sharing leadership: current\\n attitudes /"), title("Leadership in the U.S."), title("n/a")
    ('Sharing leadership: current attitudes', 'Leadership in the U.S.', None)
    """
    if "sup>" in text or "sup&gt;" in text:
        text = _FOOTNOTE.sub("", unescape(text))
    clean = plain(text)
    if "\\" in clean or "$" in clean:
        clean = _without_tex(clean)
    if clean[:1] in "¬<" and (match := _NON_SORTING.match(clean)):
        article = match[1] or match[2]
        clean = article + ("" if article[-1] in "'’" else " ") + clean[match.end() :]
    while clean and not (last := clean[-1]).isalnum():
        if last == "." and _ends_sentence(clean):
            clean = clean[:-1].rstrip()
        elif last in "/:;,":
            clean = clean.rstrip(" /:;,=")
        elif clean.endswith(_AFTER_SPACE):
            clean = clean.rstrip(" =-\u2013\u2014")
        elif clean.endswith("]]>"):
            clean = clean[:-3].rstrip()
        else:
            break
    return None if placeholder(clean) else clean


_FOOTNOTE = re.compile(
    r"(?<=[^\W\d_]{4})\s?<(?:\w{1,10}:)?sup>(?:[0-9]{1,2}|[*†‡§¶]{1,3})(?:, ?[0-9]{1,2}){0,9}</(?:\w{1,10}:)?sup>[.\s]{0,9}$"
)
"""``ALPHA RAYS<sup>1</sup>``: a raised number at the end of a title, behind a word, is no exponent."""
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}]{1,60})\}\{([^{}]{1,60})\}")
_FORMULA = re.compile(r"\$[^$\n]{1,300}\$")
_TEX = re.compile(
    r"\{\\(?:it|em|bf|sc|rm|sl|tt)\s[^{}]{1,300}\}|\\(?:text(?:it|bf|sc|rm|tt|sf|sl)|emph|mathrm)\{[^{}]{1,300}\}|\{\\[^{}\s]{1,3}(?:\{\w\}|\w)?\}"
)


def _without_tex(text: str) -> str:
    """A formula is one where it has a command, an index or an exponent: prices have none.

    >>> _without_tex(r"$\\alpha$-synuclein and \\emph{E. coli}"), _without_tex("From $5 to $10")
    ('α-synuclein and E. coli', 'From $5 to $10')
    """
    from harvester.clean import latex

    def read(match: re.Match[str]) -> str:
        tex = match[0]
        formula = "\\" in tex or "_" in tex or "^" in tex
        return latex.text(_FRACTION.sub(r"\1/\2", tex)) if formula else tex

    return unicodedata.normalize("NFC", " ".join(_TEX.sub(read, _FORMULA.sub(read, text)).split()))


def _ends_sentence(text: str) -> bool:
    """Whether the full stop at the end belongs to nothing: not to an abbreviation, an initial or an ellipsis."""
    word = text[-60:-1].rsplit(None, 1)[-1:]
    last = word[0].lstrip("([\"'\u2018\u201c") if word else ""
    if last.endswith((".", ".)")) or (len(last) == 1 and last.isalpha()):
        return False
    return ("." not in last[:-1] and last.lower() not in _ABBREVIATIONS) or last[-1:].isdigit()


# --- keys ----------------------------------------------------------------------------------------------------------

_NOT_KEY = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def title_key(text: str) -> str:
    """Letters and digits of any script, folded, without spaces; update marks taken off. '' where there are none.

    >>> title_key("COVID-19: <i>Phase</i> 2"), title_key("Café"), title_key("领导力研究")
    ('covid19phase2', 'cafe', '领导力研究')
    """
    text = strip_update_prefix(plain(text))
    if text.isascii():
        return _NOT_KEY.sub("", text.lower())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (c for c in folded if c.isalnum() or (c > "\u036f" and unicodedata.category(c)[0] == "M"))
    return unicodedata.normalize("NFC", "".join(kept))

"""Character references and tags, out of text that was never meant to hold them.

A tag is one only where its name is known and its attributes look like attributes: "p<0.05 and n>3" has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape as _html_unescape
from html.entities import html5

# --- entities --------------------------------------------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_AMPERSANDS = re.compile(r"&(?:amp;|AMP;|#0{0,5}38;|#[xX]0{0,4}26;)+")


def unescape(text: str) -> str:
    """Character references resolved until none is left: feeds are often escaped twice and thrice.

    Only references with their semicolon count; HTML's own tolerance would read ``&copy=1`` in a URL as a sign.

    >>> unescape("Health &amp;amp; Social Care"), unescape("a?x=1&copy=2")
    ('Health & Social Care', 'a?x=1&copy=2')
    """
    for _ in range(12):  # one pass suffices but for references inside references
        if "&" not in text:
            break
        before = text
        text = _ENTITY.sub(_character, _AMPERSANDS.sub("&", text))
        if text == before:
            break
    return text


def _character(match: re.Match[str]) -> str:
    return _referred(match[0])


@lru_cache(maxsize=2048)
def _referred(reference: str) -> str:
    """``&notanentity;`` is none, though HTML would read its first letters as one."""
    known = reference[1] == "#" or reference[1:] in html5
    return _html_unescape(reference) if known else reference


# --- tags ------------------------------------------------------------------------------------------------------------

# A tag is one only where its name is known and its attributes look like attributes: "p<0.05 and n>3" has no tag.
_TAG = re.compile(
    r"<(?P<end>/?)(?:(?P<prefix>[A-Za-z][\w.-]{0,20}):)?(?P<name>[A-Za-z][\w.-]{0,30})"
    r"(?:\s++[\w:.-]{1,60}+\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'<>=`]++))*\s*+/?>"
    r"|<!--|<!\[CDATA\[|\]\]>|<\?[\w-]{1,30}+[^<>?]*+(?:\?(?!>)[^<>?]*+)*\?>",
    re.DOTALL,
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Vocabularies of publishers' text; whatever has one of these prefixes is markup, known by name or not.
_PREFIXES = _set("jats mml m ns0 ns1 ns2 ns3 ns4 ns5 ns6 ns7 ns8 ns9 html xhtml h ce sb ali xlink oasis tei w3c")
_BLOCKS = _set(
    "abstract p title sec div br break li list-item list ul ol dl dt dd h1 h2 h3 h4 h5 h6 tr td th table tbody thead"
    " table-wrap fig fig-group caption section article header footer blockquote disp-quote pre hr label-p body trans-abstract"
    " simple-para para def-list def-item disp-formula boxed-text center"
)
_HEADINGS = _set("title h1 h2 h3 h4 h5 h6")
_INLINE = _set(
    "i b em strong sub sup u s strike small big tt sc scp span font a inf emph italic bold underline overline monospace roman"
    " sans-serif styled-content named-content ext-link xref fn label inline-formula alternatives inline-graphic graphic"
    " tex-math uri email cite code q abbr acronym mark ins del nobr wbr img sanserif ovl sc2 rb rt ruby bdo bdi kbd var"
    " article-title subtitle year month day named chem-struct inline-supplementary-material private-char glyph-ref target"
    " math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mstyle mfenced mtable"
    " mtr mtd mpadded mphantom menclose mmultiscripts mprescripts semantics annotation annotation-xml none maction merror"
    " script style noscript"
)
_KNOWN = _BLOCKS | _INLINE
_HIDDEN = frozenset(("annotation", "annotation-xml", "script", "style", "tex-math"))
"""Elements whose content is not for readers. TeX goes only where the same formula stands there as MathML."""
HEADING_END = "\x1e"
BLOCK_EDGE = "\x1f"


def has_markup(text: str) -> bool:
    """Whether the text holds tags that ``plain`` would take out, escaped or not.

    >>> has_markup("A &lt;i&gt;randomised&lt;/i&gt; trial"), has_markup("p<0.05 and n>3")
    (True, False)
    """
    if "<" not in text and "&" not in text:
        return False
    if (match := _BARE_TAG.search(text)) and _instead(match[0], "", "") == "":  # most texts with tags begin with one
        return True
    return any(_is_tag(match) for match in _TAG.finditer(unescape(text)))


def holds_markup(text: str) -> bool:
    """Whether a reference or a tag is left in the text, as it stands.

    >>> holds_markup("A &lt; B"), holds_markup("p<0.05 & n>3")
    (True, False)
    """
    return ("&" in text and _ENTITY.search(text) is not None) or ("<" in text and any(True for _ in _tags(text)))


def _is_tag(match: re.Match[str]) -> bool:
    name = match["name"]
    return name is None or name.lower() in _KNOWN or (match["prefix"] or "").lower() in _PREFIXES


# What cannot be taken out tag by tag: comments, formulas, elements with a content that is not for readers.
_INVOLVED = re.compile(
    r"<(?:!--|/?(?:[A-Za-z][\w.-]{0,20}:)?(?:math|annotation|annotation-xml|script|style|tex-math)\b)", re.I
)


def _is_involved(text: str) -> bool:
    lowered = text.lower()
    words = "<!--" in text or "math" in lowered or "annot" in lowered or "script" in lowered or "style" in lowered
    return words and _INVOLVED.search(text) is not None


@lru_cache(maxsize=4096)
def _instead(tag: str, block: str, heading_end: str) -> str:
    """What stands in the place of one tag, in text where no tag depends on another."""
    match = _TAG.fullmatch(tag)
    if match is None or not _is_tag(match):
        return tag
    name = (match["name"] or "").lower()
    if name not in _BLOCKS:
        return ""
    return heading_end if match["end"] and name in _HEADINGS and heading_end else block


def _strip_single_tags(text: str, block: str, heading_end: str) -> str:
    if "<!" in text or "<?" in text or "]]>" in text:
        return _TAG.sub(lambda match: _instead(match[0], block, heading_end), text)
    first, *pieces = text.split("<")
    out = [first]
    for piece in pieces:
        head, closed, tail = piece.partition(">")
        if closed and len(head) < 80 and '"' not in head and "'" not in head:  # no attribute can hide another ">"
            out += (_instead(f"<{head}>", block, heading_end), tail)
        elif match := _TAG.match(f"<{piece}"):
            out += (_instead(match[0], block, heading_end), piece[match.end() - 1 :])
        else:
            out += ("<", piece)
    return "".join(out)


_BARE_TAG = re.compile(r"<(/?[A-Za-z][\w.:-]{0,60})>")
"""A tag without attributes."""


class _Instead(dict[str, str]):
    """What stands in the place of a bare tag, by what is written in it. KeyError where more than the tag has to go."""

    def __init__(self, block: str, heading_end: str) -> None:
        self.block, self.heading_end = block, heading_end

    def __missing__(self, inner: str) -> str:
        if _INVOLVED.match(f"<{inner}>"):
            raise KeyError(inner)
        found = _instead(f"<{inner}>", self.block, self.heading_end)
        if len(self) < 2048:
            self[inner] = found
        return found


_instead_of = cache(_Instead)


def strip_tags(text: str, block: str, heading_end: str = "") -> str:
    """Known tags taken out in one pass; where a block begins or ends stands ``block``."""
    pieces = _BARE_TAG.split(text)
    if len(pieces) // 2 == text.count("<"):  # as nearly always
        instead = _instead_of(block, heading_end)
        try:
            pieces[1::2] = [instead[inner] for inner in pieces[1::2]]
            return "".join(pieces)
        except KeyError:
            pass  # a formula, a script: more than its tags goes
    if not _is_involved(text):
        return _strip_single_tags(text, block, heading_end)
    lowered = text.lower()
    in_math = 0
    out: list[str] = []
    place = 0
    unclosed: set[str] = set()
    for match in _tags(text):
        if match.start() < place:  # inside something hidden
            continue
        between = text[place : match.start()]
        out.append(between if not in_math or between.strip() else "")
        place = match.end()
        if match[0] == "<!--" and "<!--" not in unclosed:
            if (end := text.find("-->", place)) >= 0:
                place = end + 3
            else:
                unclosed.add("<!--")
        name = (match["name"] or "").lower()
        opens = not match["end"] and not match[0].endswith("/>")
        if name == "math":
            in_math = max(0, in_math + (1 if opens else -1))
        elif name in _HIDDEN and opens and name not in unclosed and not (name == "tex-math" and ":math" not in lowered):
            closing = f"</{match['prefix'].lower()}:{name}>" if match["prefix"] else f"</{name}>"
            if (end := lowered.find(closing, place)) >= 0 and len(lowered) == len(text):
                place = end + len(closing)
            else:
                unclosed.add(name)
        elif name in _BLOCKS:
            out.append(heading_end if match["end"] and name in _HEADINGS and heading_end else block)
    out.append(text[place:])
    return "".join(out)


def _tags(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _TAG.finditer(text) if _is_tag(match))


# --- pretty-printed text ---------------------------------------------------------------------------------------------

_ISOTOPE = re.compile(r"<(?:\w{1,10}:)?sup>[0-9]{2,3}m?</(?:\w{1,10}:)?sup>")
_HIGH_OR_LOW = re.compile(r"</?(?:\w{1,10}:)?su[bp]>")
_NO_BLANK_BEFORE = re.compile(r"[.,;:!?)\]}\u2019\u201d]|'s\b|[\u2010\u2011\u2013-]\S|/$")
_NO_BLANK_BEHIND = re.compile(r"[(\[\u201c\u2018]$|(?:^|\w)/$|\w[\u2010\u2011-]$")


def unindented(text: str) -> str:
    """Without the line breaks that a program set between letters and the tags of their indices: Crossref has many of Wiley's.

    >>> unindented("of O\\n        <sub>3</sub>\\n        and\\n        <i>vs</i>\\n        . the")
    'of O<sub>3</sub>\\nand\\n<i>vs</i>. the'
    """
    lines = text.split("\n")
    out = [before := lines[0].rstrip()]
    for at, line in enumerate(lines[1:], 1):
        here = line.strip()
        behind = lines[at + 1].strip() if at + 1 < len(lines) else ""
        glued = here and before and line.startswith("    ") and _is_glued(before, here, behind)
        out += (here,) if glued else ("\n", here)
        before = here
    return "".join(out)


def _is_glued(before: str, here: str, behind: str) -> bool:
    if _HIGH_OR_LOW.match(here):
        is_isotope = _ISOTOPE.fullmatch(here) and behind[:1].isupper() and not before[-1].isdigit()
        return not is_isotope
    if before[-1] == ">":
        if _NO_BLANK_BEFORE.match(here):
            return True
        return here[0].isupper() and _ISOTOPE.fullmatch(before) is not None
    return here[0] == "<" and _NO_BLANK_BEHIND.search(before[-2:]) is not None

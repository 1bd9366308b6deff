"""Text or HTML to the lines that are references; the rest is counted, and what a broken template left is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from urllib.parse import urljoin

from lxml import etree
from msgspec import Struct

from harvester.cite.reference import Reference, reference
from harvester.clean import identifiers
from harvester.formats.web_page.html import text_of_page, tree_of

_DEBRIS = re.compile(
    r"Array\s*\(\s*(?:\[[\w-]{1,40}\]\s*=>\s*[^\[\]()]{0,200}){1,200}\)"
    r"|(?:PHP )?(?:Notice|Warning|Deprecated|Fatal error|Parse error): [^\n]{1,300}? on line \d+\.?"
    r"|<\?php\b[^\n]{0,300}"
)
"""What PHP prints where a template fails: ``Array ( [0] => sitewide ... )``."""
_NUMBER = re.compile(
    r"\s*(?:\[\d{1,3}\]|\(?\d{1,3}[.)](?=\s)|[•●▪◦·*‣–-](?=\s)|\d{1,3}(?=\s[A-Z][^\W\d_]+,? [A-Z]\b))\s*"
)
_START = re.compile(
    r"(?:(?:van|von|de|der|den|la|le|du|del|di|el|ten|ter)\s){0,3}"
    r"[A-ZÀ-ÖØ-Þ][\w'’-]+(?:[ -][A-ZÀ-ÖØ-Þ][\w'’-]+){0,2},?\s+[A-Z]{1,3}\b\.?"
)
_TAIL = re.compile(
    r"(?:\(?\d{4}[a-z]?\)?[.;,:]|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|https?://|www\.|doi\b|DOI\b|10\.\d{4,9}/|Available|Retrieved|\[)"
)
_WHEN = r"(?:\d{1,2} [A-Z][a-z]{2,8},? (?:19|20)\d\d|[A-Z][a-z]{2,8} (?:\d{1,2}, )?(?:19|20)\d\d|\(?(?:19|20)\d\d\)?)"
_DATED = re.compile(rf"{_WHEN}[.,:;]?(?:\s|$)")
_ORPHAN = re.compile(rf"\n\s*\n(?=[^\S\n]*{_WHEN}\.?[^\S\n]*(?:(?:https?://|www\.)\S+)?[^\S\n]*(?:\n|$))")
"""A paragraph that is only a date and an address: the end of what stands before it."""
_ENDED = re.compile(r"(?:https?://|www\.|10\.\d{4,9}/)\S+\s*\.?$")
_BROKEN = re.compile(r"(?:https?://|www\.|\b10\.\d{4,9}/)\S*[-/_=.]$")
"""An address that may go on in the next line ..."""
_REST = re.compile(r"(?=\S*[\d/_.-]\S)(?!\d{4}[-/ ]\d{1,2}[-/ ]|\d{1,3}[.)]\s)[a-z0-9][^\s,;]*")
"""... with something that is no word of a sentence, no date and no number of a list."""
_SPACED_DOI = re.compile(r"(\b10\.\d{4,9}/(?:\S*-)?)\s+(?=[a-z0-9][\w.-]*\d)")
_NEXT = re.compile(
    r"(?:(?:https?://|www\.|\b10\.\d{4,9}/)\S+|[:(]\s?[a-z]?\d+(?:[-–][a-z]?\d+)?\)?)\.?\s+(?=[A-Z]\S+(?: \S+){0,2},? [A-Z])"
)
"""The end of a reference behind which another may begin."""
_LINK = re.compile(r"\[([^\[\]]{3,400})\]\((https?://[^\s()]{1,400})\)")
_STRESS = re.compile(
    r"(?<![\w*])\*{1,3}(?=[^\s*])|(?<=[^\s*])\*{1,3}(?![\w*])|(?<!\w)_{1,2}(?=[^\W_])|(?<=[\w.])_{1,2}(?!\w)"
)
"""Links and emphasis of Markdown."""
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_LONGEST: Final = 1500
"""Characters; longer ones are paragraphs."""
_LARGEST: Final = 4 << 20
_BLOCKS: Final = frozenset(
    {
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "blockquote",
        "table",
        "main",
    }
)
_HIDDEN: Final = frozenset({"script", "style", "noscript", "template", "nav", "head", "title", "form", "button", "svg"})


class Reading(Struct, frozen=True):
    """What a text holds."""

    references: list[Reference]
    dropped: list[str]
    """What a broken template left, by its beginning."""
    others: int
    """Lines that are no references."""


def reading(data: bytes, *, base: str = "", charset: str = "") -> Reading:
    """The references of a text or an HTML page. RecordError for what is neither. ``base``: the page's address, for its links."""
    text = text_of_page(data[:_LARGEST], charset)
    if re.search(
        r"<(?:html|body|p|li|div|br|a|table|td|dl|dt|ol|ul|section|article)\b[^>]{0,300}>",
        text[:200_000],
        re.IGNORECASE,
    ):
        text = "\n".join(_lines_of_page(text, base))
    else:
        text = _STRESS.sub("", _LINK.sub(r"\1 \2 ", text)) if _LINK.search(text[:200_000]) else text
    dropped: list[str] = []

    def drop(match: re.Match[str]) -> str:
        dropped.append(" ".join(match[0].split())[:60])
        return "\n"

    references: list[Reference] = []
    others = 0
    for line in (part for whole in _joined(_DEBRIS.sub(drop, text)) for part in _parted(whole)):
        found = reference(line) if len(line) <= _LONGEST else None
        if found is None:
            others += 1
        elif all(found.raw != known.raw for known in references[-50:]):
            references.append(found)
    return Reading(references, dropped, others)


def _joined(text: str) -> Iterator[str]:
    """References that stand on several lines, joined: what begins like one goes on until it is whole."""
    for block in re.split(r"\n[^\S\n]*\n", _ORPHAN.sub("\n", text.replace("\r\n", "\n").replace("\r", "\n"))):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        numbered = sum(_NUMBER.match(line) is not None for line in lines) > len(lines) / 3
        current = ""
        for line in lines:
            if (broken := _BROKEN.search(current)) and _continues(broken[0], line):
                current = f"{current}{line}"
                continue
            begins = _NUMBER.match(line) is not None or (not numbered and _START.match(line) is not None)
            if current and not begins and _begun(current) and _goes_on(current, line):
                current = f"{current} {line}"
                continue
            if current:
                yield _bare(current)
            current = line
        if current:
            yield _bare(current)


def _continues(address: str, line: str) -> bool:
    """Whether a line begins with the rest of an address: a lone word only where the address cannot have ended."""
    if address.endswith("."):
        return re.search(r"\b10\.\d{4,9}/", address) is not None and _REST.match(line) is not None
    return _REST.match(line) is not None or re.fullmatch(r"[a-z0-9]+\.?", line) is not None


def _parted(line: str) -> list[str]:
    """The references of a line, where two or more stand on it and each can be read by itself."""
    line = _SPACED_DOI.sub(r"\1", line)
    if len(line) > 4 * _LONGEST:
        return [line]
    cuts = [match.end() for match in _NEXT.finditer(line)]
    parts = [line[a:b].strip() for a, b in pairwise([0, *cuts, len(line)])]
    return parts if len(parts) > 1 and all(map(reference, parts)) else [line]


def _goes_on(current: str, line: str) -> bool:
    """Whether a line belongs to the one before it. Behind an address no date comes: it is that of something else."""
    if not _is_whole(current):
        return True
    return _TAIL.match(line) is not None and not (_ENDED.search(current) and _DATED.match(line))


def _begun(line: str) -> bool:
    """Whether a line begins like a reference, so that the next one may belong to it."""
    bare = _bare(line)
    return len(line) < _LONGEST and (bare != line or _START.match(bare) is not None or _YEAR.search(bare) is not None)


def _is_whole(line: str) -> bool:
    """Whether nothing need come after it: it ends in an address, or it has a year and ends like a sentence."""
    return _ENDED.search(line) is not None or (_YEAR.search(line) is not None and line[-1:] in ".)]")


def _bare(line: str) -> str:
    """Without its number or bullet."""
    number = _NUMBER.match(line)
    return " ".join((line[number.end() :] if number else line).split())


# --- HTML ------------------------------------------------------------------------------------------------------------


def _lines_of_page(text: str, base: str) -> Iterator[str]:
    """The lines that a reader sees; behind the words of a link stands its address, unless they are it."""
    root = tree_of(text)
    parts: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        name = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if name in _HIDDEN:
                for child in list(node):
                    node.remove(child)
                node.text = ""
            parts.append("\n\n" if name in _BLOCKS or name == "dt" else "\n" if name in ("br", "dd") else "")
            parts.append(" ".join((node.text or "").split(" ")).replace("\n", " "))
            continue
        if name == "a":
            parts.append(_address(node, base))
        parts.append("\n\n" if name in _BLOCKS else "")
        parts.append((node.tail or "").replace("\n", " "))
    yield from "".join(parts).split("\n")


def _address(link: etree._Element, base: str) -> str:
    words = "".join(map(str, link.itertext())).strip()
    try:
        target = urljoin(base, (link.get("href") or "").strip())
    except ValueError:
        return ""
    if not target.startswith(("http://", "https://")) or not words:
        return ""
    if identifiers.url(words) or identifiers.dois(words):
        return ""
    return f" {target} "

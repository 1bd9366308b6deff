"""A web page: its bytes to text, and what of it can say anything about a work. Nothing is believed here yet."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from typing import Final, cast

from lxml import etree, html
from msgspec import Struct

from harvester.errors import RecordError
from harvester.formats.encodings import decode
from harvester.record import Json

LARGEST: Final = 4 << 20
"""Bytes of a page that are read: what it says of itself stands in its head."""
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{1,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.-]{2,40})[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_TRAILING_COMMA = re.compile(r",(?=\s*[\]}])")
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?://\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|-->)\s*$"
)
_JSON: Final = json.JSONDecoder(strict=False)
_BETWEEN: Final = re.compile(r"[\s,;]*")
_NAMING: Final = frozenset({"a", "span", "p", "div", "address", "cite", "strong", "li"})
_CANDIDATES: Final = 200
"""Elements that may say who wrote a page, when, or under which licence."""
_BESIDE: Final = re.compile(
    r"\b(?:comments?|related|sidebar|widgets?|teasers?|footer)\b|schema\.org/(?:Comment|Review)$", re.IGNORECASE
)
"""Parts of a page that are not its text, by their class, id or microdata."""
_LATIN: Final = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
"""What browsers read as windows-1252 (https://encoding.spec.whatwg.org/)."""
_TELLING: Final = etree.XPath("//*[@itemprop or @rel or self::time]")
"""Elements that say what is in them."""
_FEED = re.compile(r"\s*<(rss|feed|urlset|sitemapindex|rdf:RDF|OAI-PMH)\b")
_FILLED: Final = etree.XPath("boolean(//body/*[not(self::noscript)])")
_WORDS: Final = etree.XPath(
    "boolean(//body//text()[normalize-space()]"
    "[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)])"
)
_OWN: Final = frozenset({"bepress_citation_online_date"})
"""Names that do not mean what they would without the word in front."""
_MOST: Final = 5_000
"""Meta tags of one page."""


class Meta(Struct, frozen=True):
    """One meta tag with a name and something in it."""

    name: str
    """In small letters, ``dc:`` written ``dc.``."""
    content: str
    language: str | None = None
    prefixed: bool = False
    """It had a word of its platform in front, which is taken off."""


class WebPage(Struct, frozen=True):
    """What a page says of itself."""

    metas: list[Meta]
    objects: list[Json]
    """JSON-LD, block by block."""
    title: str = ""
    headings: tuple[str, ...] = ()
    language: str = ""
    canonical: str = ""
    moves_on: bool = False
    """It only sends its reader to another page."""
    shell: bool = False
    """There is no text in it: a program fills it in the reader's browser."""
    unreadable: int = 0
    """Blocks of JSON-LD that are no JSON."""

    def first(self, name: str) -> str:
        return next((m.content for m in self.metas if m.name == name), "")


def page(payload: bytes) -> WebPage:
    """A page from its bytes. RecordError where they are no HTML."""
    text = text_of_page(payload)
    if not text.strip():
        raise RecordError("is empty")
    if feed := _FEED.match(text):
        raise RecordError(f"is <{feed[1]}>, not a web page")
    root = tree_of(text)
    blocks = [
        block
        for script in root.iter("script")
        if (script.get("type") or "").lower().startswith("application/ld+json") and (script.text or "").strip()
        for block in _loaded(script)
    ]
    telling = cast("list[etree._Element]", _TELLING(root))
    return WebPage(
        metas=[*_once(list(_metas(root))), *_times(telling), *_bylines(telling), *_licences(telling)][:_MOST],
        objects=[block for block in blocks if block is not None],
        title=_line(next(root.iter("title"), None)),
        headings=tuple([line for h in root.iter("h1") if (line := _line(h)) and not _is_home(h)][:5]),
        language=(
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or ""
        ).strip(),
        canonical=next(
            (
                link.get("href") or ""
                for link in root.iter("link")
                if "canonical" in (link.get("rel") or "").lower().split()
            ),
            "",
        ).strip(),
        moves_on=any(
            (m.get("http-equiv") or "").lower() == "refresh" and "url" in (m.get("content") or "").lower()
            for m in root.iter("meta")
        ),
        shell=next(root.iter("h1"), None) is None and bool(_FILLED(root)) and not _WORDS(root),
        unreadable=sum(block is None for block in blocks),
    )


def tree_of(text: str) -> etree._Element:
    """The one parser of HTML: what browsers mend is mended, nothing is loaded. RecordError where that is no tree."""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8")
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise RecordError(f"cannot be read as HTML: {error}") from error


def text_of_page(payload: bytes, charset: str = "") -> str:
    """The text of a page, as a browser would read it: byte order mark, then ``charset`` of its header, then what it says itself.

    What is UTF-8 in fact is read as that whatever the page says: no text of another encoding is by chance.

    >>> text_of_page(b"<meta charset=iso-8859-1>caf\\xe9 \\x96 bar")[-10:]
    'café – bar'
    >>> text_of_page(b"<meta charset=iso-8859-1>caf\\xc3\\xa9")[-4:]
    'café'
    """
    payload = payload[:LARGEST]
    head = payload.lstrip()[:300].lower()
    if head.startswith((b"%pdf", b"pk\x03\x04", b"\x89png", b"gif8", b"\xff\xd8\xff", b"{\\rtf")):
        raise RecordError("is a file of another kind (a PDF, a picture, a document), not a web page")
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if payload.startswith(mark):
            return _without_declaration(payload[len(mark) :].decode(codec, "replace"))
    try:
        return _without_declaration(payload.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.start > len(payload) - 4 and len(payload) == LARGEST:  # cut within a character
            return _without_declaration(payload.decode("utf-8", "ignore"))
    found = _META_CHARSET.search(payload[:20_000]) or _XML_ENCODING.match(payload)
    for name in (charset.lower(), found[1].decode("ascii").lower() if found else ""):
        codec = "windows-1252" if name in _LATIN else name
        if codec and codec.replace("-", "") not in ("utf8", "utf16", "utf16le", "utf16be"):
            try:
                return _without_declaration(payload.decode(codec, "replace"))
            except (LookupError, ValueError):  # no encoding that Python knows, or none of text
                continue
    return _without_declaration(decode(payload)[0])


def _without_declaration(text: str) -> str:
    """lxml refuses text that names its encoding."""
    return _DECLARATION.sub("", text).replace("\x00", "")


def _line(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def _once(metas: list[Meta]) -> list[Meta]:
    """Digital Commons says some things twice, ``citation_author`` and ``bepress_citation_author``: once is enough."""
    twice = {meta.name for meta in metas if meta.prefixed}
    return [meta for meta in metas if meta.prefixed or meta.name not in twice]


def _is_home(heading: etree._Element) -> bool:
    """Whether it is the name of the site, which leads home."""
    links = [re.sub(r"^https?://[^/]*", "", a.get("href") or "#") for a in heading.iter("a")]
    return any(link in ("", "/") for link in links)


def _metas(root: etree._Element) -> Iterator[Meta]:
    """``name``, ``property`` and ``itemprop`` are used one for another, and so are ``content``, ``contents`` and ``value``."""
    for tag in root.iter("meta"):
        content = next((c for key in ("content", "contents", "value") if (c := (tag.get(key) or "").strip())), "")
        if not content:
            continue
        names = [n for key in ("name", "property", "http-equiv") for n in (tag.get(key) or "").lower().split()]
        names = names or (tag.get("id") or "").lower().split()  # D-Lib
        language = tag.get("xml:lang") or tag.get("lang")
        for name in dict.fromkeys(names):
            plain = re.sub(r"^(dc|dcterms|eprints|prism)[:_]", r"\1.", name)
            plain = re.sub(r"^wkhealth_", "citation_", plain)  # Wolters Kluwer's journals
            whole = plain
            plain = plain if plain in _OWN else re.sub(r"^[a-z]{2,20}_(?=citation_)", "", plain)
            prefixed = plain != whole
            if plain.startswith(("citation_", "dc.")):
                plain = re.sub(r"\.\d{1,3}$", "", plain)  # citation_author.2
            yield Meta(plain, content, language, prefixed)
        item = (tag.get("itemprop") or "").lower()
        if item in ("datepublished", "datemodified", "datecreated"):
            yield Meta(f"time {item}", content)


def _beside(node: etree._Element) -> bool:
    """Whether it stands in a comment, a teaser or the foot of a page."""
    return any(
        place.tag in ("aside", "footer", "nav")
        or any(_BESIDE.search(place.get(key) or "") for key in ("class", "id", "itemprop", "itemtype"))
        for place in (node, *node.iterancestors())
        if place.tag not in ("html", "body")
    )


def _said(nodes: Iterable[etree._Element], attribute: str, word: str) -> Iterator[etree._Element]:
    """Those of the text that have a word in an attribute; of very many only the first are looked at."""
    found = (node for node in nodes if word in (node.get(attribute) or "").lower().split())
    return (node for node in islice(found, _CANDIDATES) if not _beside(node))


def _licences(telling: list[etree._Element]) -> Iterator[Meta]:
    """The licence that the page has a link to as its own, where there is one; at its foot stands what is true of most pages."""
    links = {
        (link.get("href") or "").strip()
        for link in _said((node for node in telling if node.tag in ("link", "a")), "rel", "license")
    } - {""}
    if len(links) == 1:
        yield Meta("link license", next(iter(links)))


def _times(telling: list[etree._Element]) -> Iterator[Meta]:
    """Dates that are shown and say what they are. One that does not, and one of several, may be that of a comment or a teaser."""
    times = [node for node in telling if node.tag == "time"]
    for item in ("datepublished", "datemodified", "datecreated"):
        shown = [*_said(times, "itemprop", item)]
        if item == "datepublished":
            published = (time for time in times if time.get("pubdate") is not None)
            shown += [time for time in islice(published, _CANDIDATES) if not time.get("itemprop") and not _beside(time)]
        sents = {(time.get("datetime") or time.get("content") or "").strip() for time in shown} - {""}
        if len(sents) == 1:
            yield Meta(f"time {item}", next(iter(sents)))


def _bylines(telling: list[etree._Element]) -> Iterator[Meta]:
    """Who wrote it, where exactly one element says so: ``itemprop="author"``, ``rel="author"``."""
    named: dict[str, None] = {}
    places = [node for node in telling if node.tag in _NAMING]
    for attribute in ("itemprop", "rel"):
        for node in _said(places, attribute, "author"):
            inside = next((part for part in node.iter() if (part.get("itemprop") or "").lower() == "name"), node)
            if line := _line(inside):
                named[line] = None
    if len(named) == 1 and len(next(iter(named))) < 100:
        yield Meta("byline", next(iter(named)))


def _loaded(script: etree._Element) -> list[Json]:
    """A block of JSON-LD, also with what templates leave in it: comments, raw line breaks, a comma too many, entities.

    There may be several roots in it; None for what is no JSON.
    """
    text = (script.text or "").strip()
    for _ in range(2):
        text = _COMMENT.sub("", text).strip()
    for attempt in (text, _TRAILING_COMMA.sub("", text.rstrip(";")), unescape(text) if "&quot;" in text[:20] else ""):
        if (found := _roots(attempt)) is not None:
            return found
    return [None]


def _roots(text: str) -> list[Json] | None:
    found: list[Json] = []
    place = 0
    while place < len(text):
        try:
            root, place = _JSON.raw_decode(text, place)
        except (ValueError, RecursionError):
            return None
        found.append(root)
        between = _BETWEEN.match(text, place)
        place = between.end() if between else place
    return found or None

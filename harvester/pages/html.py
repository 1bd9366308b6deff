"""Pages as HTML 5: no request to anywhere else, readable without style. Everything from outside is escaped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harvester import schemas
from harvester.citation import stopped
from harvester.listing import styling
from harvester.listing.dates import span
from harvester.listing.entries import Entry
from harvester.listing.page import Page, moment
from harvester.listing.prose import paragraphs, pieces, printable
from harvester.pages import Site, citing, tags
from harvester.pages.addresses import Addresses
from harvester.pages.coins import coins
from harvester.pages.downloads import DOWNLOADS, of_many
from harvester.pages.item import Item, words
from harvester.pages.results import SORTS
from harvester.query import MARK_OFF, MARK_ON

_HERE = Path(__file__).parent
STATIC: Final = {"style.css": "text/css; charset=utf-8", "copy.js": "text/javascript; charset=utf-8"}
"""Files beside the pages, and their media types."""
CUT: Final = 1000
"""Characters of one value in a table."""
_HTML_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", re.ASCII)
_ENTRIES: Final = 4096
"""Whose marked-up form is kept: the same few stand on most pages that are asked for."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def render(template: str, site: Site, to: Addresses, **facts: Any) -> str:
    """A page. ``to``: where other pages are, seen from this one; ``here``: which place of the site it is."""
    return _environment().get_template(template).render(site=site, to=to, **{"here": "", **facts})


def listing(page: Page, name: str, site: Site, to: Addresses, *, generated: str = "", has_items: bool = True) -> str:
    files = [(f"listing.{d.ending}", d.label) for d in of_many().values()]
    return render("listing.html", site, to, page=page, name=name, generated=generated, has_items=has_items, files=files)


def fragment(page: Page, site: Site, to: Addresses, *, has_items: bool = True) -> str:
    """The sections of a listing alone, for the page of another site."""
    return render("fragment.html", site, to.absolute(), page=page, has_items=has_items)


def item(found: Item, site: Site, to: Addresses, has_page: Callable[[str], bool] = lambda _: True) -> str:
    """``has_page``: whether the work of a key has a page to link to."""
    own = to.whole(to.work(found.work.key))
    return render(
        "item.html",
        site,
        to,
        item=found,
        own=own,
        words=words(found.abstract),
        highwire=tags.highwire(found, own),
        open_graph=tags.open_graph(found, own),
        signposts=tags.signposts(found, to),
        json_ld=tags.json_ld(found),
        cited=citing.cited(found, site.styles),
        downloads=[(name, d.label, d.media_type) for name, d in DOWNLOADS.items() if d.of_one] if to.alive else [],
        has_page=has_page,
    )


@cache
def static(name: str) -> bytes:
    """A file of ``STATIC``. KeyError where there is no such file."""
    if name not in STATIC:
        raise KeyError(name)
    return (_HERE / "static" / name).read_bytes()


@cache
def version() -> str:
    """Changes whenever this program would make another page of the same work: its code, templates, vocabularies or styles."""
    digest = hashlib.blake2b(schemas.fingerprint().encode(), digest_size=12)
    package = _HERE.parent
    rooms = (_HERE, package / "listing", package / "styles", package / "query", schemas.folder() / "styles")
    files = [p for room in rooms for p in room.rglob("*") if p.suffix in {".py", ".html", ".css", ".csl"}]
    for path in sorted([*files, package / "brief.py", package / "citation.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    filters: dict[str, Callable[..., Any]] = {
        "citation": _citation,
        "coins": _coins,
        "comma": lambda text: f", {text}" if text else "",
        "cut": lambda text: text if len(text) <= CUT else f"{text[:CUT]}…",
        "in_source": lambda text: f" in {text}" if text else "",
        "lang": _lang,
        "linked": _linked,
        "marked": _marked,
        "moment": moment,
        "number": lambda number: f"{number:,}",
        "paragraphs": paragraphs,
        "text_paragraphs": lambda text: paragraphs(text[: 20 * CUT]),
    }
    environment.filters |= filters
    environment.globals |= {
        # Our own style sheet holds no markup: escaping would break its quotation marks.
        "style": Markup(static("style.css").decode()),  # noqa: S704
        "sorts": SORTS,
        "style_version": _version("style.css"),
        "script_version": _version("copy.js"),
    }
    return environment


def _version(name: str) -> str:
    return hashlib.blake2b(static(name), digest_size=5).hexdigest()


def _finalize(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _safe(text: str) -> Markup:
    return escape(printable(text))


def _lang(language: str) -> Markup:
    """`` lang="fr"`` where it is another language than that of the page."""
    wanted = _LANGUAGE.fullmatch(language) and language.lower().partition("-")[0] != "en"
    return Markup(' lang="{}"').format(language) if wanted else Markup("")


@lru_cache(maxsize=_ENTRIES)
def _citation(entry: Entry, address: str = "") -> Markup:
    """``Author. Title. Date. Link`` with each part marked as what it is; the full stops are those of the plain form.

    ``address``: of the work's own page, to which its title leads.
    """
    if entry.styled:
        return _styled(entry, address)
    cited = entry.citation
    parts: list[Markup] = []
    if cited.authors:
        parts.append(Markup('<span dir="auto">{}</span>').format(_safe(stopped(cited.authors))))
    if title := cited.title.rstrip():
        stop = stopped(title)[len(title) :]
        cite = Markup('<cite{} dir="auto">{}</cite>').format(_lang(entry.language), _safe(title))
        parts.append((Markup('<a class="title" href="{}">{}</a>').format(address, cite) if address else cite) + stop)
    if cited.date:
        text, exact = _safe(stopped(cited.date)), _HTML_DATE.fullmatch(entry.issued) and span(entry.issued)
        parts.append(Markup('<time datetime="{}">{}</time>').format(entry.issued, text) if exact else text)
    if cited.link:
        parts.append(Markup('<a href="{0}">{0}</a>').format(_safe(cited.link)))
    return Markup(" ").join(parts)


def _styled(entry: Entry, address: str) -> Markup:
    """An entry in a citation style: its title leads to the work's own page, its DOI and addresses to where they say."""
    found: list[Markup] = []
    title = styling.title_in(entry)
    titled = not address
    for piece, is_tag in styling.parts(entry.styled):
        at = None if titled or is_tag else title.search(piece)
        if is_tag:
            found.append(Markup(piece))  # noqa: S704  one of a few without attributes
        elif at is None:
            found.append(_with_links(piece, entry))
        else:
            titled = True
            leads = Markup('<a class="title" href="{}">{}</a>').format(address, _safe(at[0]))
            found += [_with_links(piece[: at.start()], entry), leads, _with_links(piece[at.end() :], entry)]
    if not styling.says_link(entry):
        found.append(Markup(' <a href="{0}">{0}</a>').format(_safe(entry.citation.link)))
    if not titled:
        named = Markup(' <a class="title" href="{}">Details<span class="hidden"> of {}</span></a>')
        found.append(named.format(address, _safe(entry.citation.title)))
    return Markup('<span dir="auto"{}>{}</span>').format(_lang(entry.language), Markup("").join(found))


def _with_links(text: str, entry: Entry) -> Markup:
    """Text whose web addresses are links; so is the DOI of the work itself, however it is written."""
    doi = entry.place.doi
    own = re.compile(rf"(?:https?://(?:dx\.)?doi\.org/|doi:\s?){re.escape(doi)}", re.IGNORECASE) if doi else None
    found = own.search(text) if own else None
    if found is None:
        return _linked(text)
    link = Markup('<a href="{}">{}</a>').format(_safe(entry.citation.link), _safe(found[0]))
    return _linked(text[: found.start()]) + link + _linked(text[found.end() :])


@lru_cache(maxsize=_ENTRIES)
def _coins(entry: Entry) -> Markup:
    return Markup('<span class="Z3988" title="{}"></span>').format(coins(entry))


def _linked(text: str) -> Markup:
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(_safe(piece)) if is_link else _safe(piece)
        for piece, is_link in pieces(text)
    )


def _marked(snippet: str) -> Markup:
    """A snippet with each word that was found in ``mark``."""
    return Markup("").join(_halves(snippet.split(MARK_ON)))


def _halves(parts: Iterable[str]) -> Iterable[Markup]:
    for number, part in enumerate(parts):
        inside, found, after = part.partition(MARK_OFF)
        if number and found:
            yield Markup("<mark>{}</mark>{}").format(_safe(inside), _safe(after))
        else:
            yield _safe(part)

"""A listing as HTML 5: no script, no request to anywhere, readable without style. Everything from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harvester.citation import stopped
from harvester.listing.dates import span
from harvester.listing.page import Entry, Page, moment
from harvester.listing.prose import paragraphs, pieces, printable

_TEMPLATES = Path(__file__).with_name("templates")
_HTML_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def render(page: Page, generated: str = "") -> str:
    return _environment().get_template("page.html").render(page=page, generated=generated, style=_style())


def overview(pages: Iterable[tuple[str, Page]]) -> str:
    """The page above several listings: (name of its folder, page) of each."""
    return _environment().get_template("site.html").render(pages=list(pages), style=_style())


@cache
def _style() -> Markup:
    """Our own style sheet, which holds no markup: escaping would break its quotation marks."""
    return Markup((_TEMPLATES / "style.css").read_text("utf-8"))  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "citation": _citation,
        "comma": lambda text: f", {text}" if text else "",
        "lang": _lang,
        "linked": _linked,
        "moment": moment,
        "paragraphs": paragraphs,
    }
    return environment


def _finalize(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _safe(text: str) -> Markup:
    return escape(printable(text))


def _lang(language: str) -> Markup:
    """`` lang="fr"`` where it is another language than that of the page."""
    wanted = _LANGUAGE.fullmatch(language) and language.lower().partition("-")[0] != "en"
    return Markup(' lang="{}"').format(language) if wanted else Markup("")


def _citation(entry: Entry) -> Markup:
    """``Author. Title. Date. Link`` with each part marked as what it is; the full stops are those of the plain form."""
    cited = entry.citation
    parts: list[Markup] = []
    if cited.authors:
        parts.append(Markup('<span dir="auto">{}</span>').format(_safe(stopped(cited.authors))))
    if title := cited.title.rstrip():
        stop = stopped(title)[len(title) :]
        parts.append(Markup('<cite{} dir="auto">{}</cite>{}').format(_lang(entry.language), _safe(title), stop))
    if cited.date:
        text, exact = _safe(stopped(cited.date)), _HTML_DATE.fullmatch(entry.issued) and span(entry.issued)
        parts.append(Markup('<time datetime="{}">{}</time>').format(entry.issued, text) if exact else text)
    if cited.link:
        parts.append(Markup('<a href="{0}">{0}</a>').format(_safe(cited.link)))
    return Markup(" ").join(parts)


def _linked(text: str) -> Markup:
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(_safe(piece)) if is_link else _safe(piece)
        for piece, is_link in pieces(text)
    )

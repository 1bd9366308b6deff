"""A listing as Markdown (CommonMark). Everything that comes from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from harvester.citation import stopped
from harvester.listing.entries import Entry, Mark
from harvester.listing.page import Page, moment
from harvester.listing.prose import paragraphs, pieces, printable
from harvester.listing.styling import parts, says_link

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|#$])")
_SPACE = re.compile(r"\s+")
_LINE_START = re.compile(r"^([-+=]|\d+(?=[.)]))")


def render(page: Page, generated: str = "") -> str:
    return "\n".join(_lines(page, generated)) + "\n"


def escaped(text: str) -> str:
    r"""Text that stands for itself, within a line.

    >>> escaped("<b>1.</b> *Stars*")
    '\\<b\\>1.\\</b\\> \\*Stars\\*'
    """
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", printable(text)))


def begun(line: str) -> str:
    r"""A line that begins with such text: it must not be taken for a list or a rule.

    >>> begun("1. Leading"), begun("- me"), begun("2020 was")
    ('1\\. Leading', '\\- me', '2020 was')
    """
    line = line.strip()
    return _LINE_START.sub(lambda m: f"{m[1]}\\" if m[1].isdigit() else f"\\{m[1]}", line)


def _lines(page: Page, generated: str) -> Iterator[str]:
    yield f"# {escaped(page.title).strip()}"
    yield from _prose(page.introduction)
    for section in page.sections:
        yield from ("", f"## {escaped(section.title).strip()}")
        yield from _prose(section.introduction)
        yield ""
        for entry in section.entries:
            yield from _entry(entry)
        if not section.entries:
            yield "No entries at present."
    made = f"{escaped(page.summary)} Built from the index of {escaped(moment(page.built))}."
    yield from ("", "---", "", f"{made} Written {moment(generated)}." if generated else made)
    if page.sources:
        yield ""
    for source in page.sources:
        yield f"- {begun(escaped(source.title))}: {source.records} records, last complete harvest {escaped(source.harvested)}"


def _prose(text: str) -> Iterator[str]:
    for paragraph in paragraphs(text):
        yield from ("", _linked(paragraph))


def _entry(entry: Entry) -> Iterator[str]:
    parts = [_mark(mark) for mark in entry.marks]
    parts.append(_styled(entry) if entry.styled else " ".join(_cited(entry)))
    yield f"- {begun(' '.join(parts))}"
    if entry.about:
        yield f"  - {_linked(entry.about)}"
    for copy in entry.copies:
        condition = f", {escaped(copy.condition)}" if copy.condition else ""
        yield f"  - {copy.label} in {escaped(copy.source)}{condition}: <{copy.link}>"
    if entry.note:
        yield f"  - {_linked(entry.note)}"


def _cited(entry: Entry) -> Iterator[str]:
    cited = entry.citation
    if cited.authors:
        yield escaped(stopped(cited.authors))
    if title := escaped(cited.title).strip():
        yield f"*{title}*" + stopped(cited.title)[len(cited.title.rstrip()) :]
    if cited.date:
        yield escaped(stopped(cited.date))
    if cited.link:
        yield f"<{cited.link}>"


_MARKUP: Final = {"<i>": "*", "</i>": "*", "<b>": "**", "</b>": "**"}


def _styled(entry: Entry) -> str:
    """In a citation style; with its link, where the style has none."""
    text = "".join(
        _MARKUP.get(piece, "") if is_tag else _addressed(piece) for piece, is_tag in parts(entry.styled)
    ).strip()
    return text if says_link(entry) else f"{text} <{entry.citation.link}>"


def _mark(mark: Mark) -> str:
    on = f", {escaped(mark.date)}" if mark.date else ""
    advice = f" {mark.advice}" if mark.advice else ""
    if mark.link:
        return f"**{mark.word}.**{advice} See the {mark.notice}{on}: <{mark.link}>."
    return f"**{mark.word}{on}.**{advice}"


def _addressed(text: str) -> str:
    return "".join(f"<{piece}>" if is_link else escaped(piece) for piece, is_link in pieces(text))


def _linked(text: str) -> str:
    return begun(_addressed(text))

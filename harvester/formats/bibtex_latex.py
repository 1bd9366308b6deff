"""Works as BibTeX in ASCII alone, for pdflatex and the BibTeX of any age: each accent and sign is a command.

What LaTeX has no command for (Chinese, Cyrillic ...) stands as its number, ``{[U+9886]}``, which our reader takes back. Letters
such as ``{\\dh}`` and ``{\\k{a}}`` want ``\\usepackage[T1]{fontenc}``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from harvester.clean.latex import ascii_text
from harvester.formats import bibtex
from harvester.record import Work


def write(works: Iterable[Work]) -> Iterator[str]:
    """One entry a work, with an empty line after it."""
    for work in works:
        yield bibtex.entry(work, encode)


def encode(text: str) -> str:
    return ascii_text(bibtex.escape(unicodedata.normalize("NFC", text)))  # a Greek accent is the backtick of ASCII then

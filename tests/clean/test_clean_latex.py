"""LaTeX to text and back, by the examples of ``schemas/latex.toml`` and over any text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import schemas
from harvester.clean import latex
from harvester.formats.bibtex import escape
from harvester.formats.bibtex_latex import encode


@pytest.mark.parametrize(("sent", "read"), schemas.table("latex")["examples"].items())
def test_examples_read_as_they_say(sent: str, read: str) -> None:
    assert latex.text(sent) == read


def test_every_command_that_is_written_is_read_back() -> None:
    table = schemas.table("latex")
    for part in ("letters", "symbols", "mathematics"):
        for sign in table[part].values():
            assert latex.text(f"x{latex.ascii_text(sign)}y") == f"x{sign}y"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Zs", "Zl", "Zp")), max_size=40))
@settings(deadline=None)
def test_any_text_comes_back_from_ascii(sent: str) -> None:
    """But for combining marks that begin a text, and spaces of their own."""
    written = latex.ascii_text(escape(f"x{sent}"))
    assert written.isascii()
    assert latex.text(written) == unicodedata.normalize("NFC", f"x{sent}")


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(sent: str) -> None:
    latex.text(sent)


@pytest.mark.parametrize("piece", ["\\'", "$a ", "{", "\\url{", "\\href{x", "--", "\\unknown", "[U+FFFFFF]", "\\"])
def test_long_texts_take_time_by_their_length(piece: str) -> None:
    start = time.process_time()
    latex.text(piece * 40_000)
    assert time.process_time() - start < 3


def test_no_letter_is_written_by_another_that_tex_does_not_know() -> None:
    """A letter with two marks, or one whose own letter is no ASCII: ``Ǣ``, ``Ǯ``, ``ǡ``."""
    for point in [p for p in range(0xA0, 0x2500) if not chr(p).isspace()]:
        written = encode(f"x{chr(point)}y")
        assert written.isascii()
        assert latex.text(written).replace("\xa0", " ") == unicodedata.normalize("NFC", f"x{chr(point)}y").replace(
            "\xa0", " "
        )
    assert latex.ascii_text("√") == r"\ensuremath{\surd}"

"""The pages, taken apart: fenced blocks, prose, headings."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "benchmarks" / "README.md"])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COG = re.compile(r"^<!-- \[\[\[cog.*?\]\]\] -->$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    """A page by its path from the top of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def fenced(page: str, language: str) -> list[str]:
    """The blocks of a language."""
    return [block for known, block in _FENCE.findall(page) if known == language]


def prose(page: str) -> str:
    """A page without its fenced blocks and the programs that make parts of it."""
    return _COG.sub("", _FENCE.sub("", page))


def shell_lines() -> list[tuple[str, list[str]]]:
    """(page, words) of each command in the shell blocks of all pages."""
    return [
        (page.name, words)
        for page in PAGES
        for block in fenced(page.read_text(encoding="utf-8"), "sh")
        for line in block.splitlines()
        if (words := shlex.split(line, comments=True))
    ]

"""One XML parser for everything; no other way of reading a document, or of running what a server sends, is in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import harvester

PACKAGE = Path(harvester.__file__).parent
FACTORY = PACKAGE / "formats" / "xml.py"
HTML_FACTORY = PACKAGE / "formats" / "web_page" / "html.py"
"""Web pages are mended, and never held to be XML: they have a parser of their own."""
STYLES = PACKAGE / "styles" / "engine.py"
"""Reads the styles of this installation, which are not of anybody outside, as objects of citeproc-py's classes."""
PARSES = {
    "fromstring",
    "fromstringlist",
    "parse",
    "iterparse",
    "XML",
    "XMLID",
    "HTML",
    "XMLParser",
    "HTMLParser",
    "XMLPullParser",
}
FOREIGN = {"xml.dom", "xml.etree", "xml.sax", "xml.parsers", "defusedxml", "lxml.html", "lxml.objectify", "bs4", "pickle",
           "marshal", "shelve", "dill", "yaml"}  # fmt: skip
HARMLESS = "xml.sax.saxutils"
"""Escapes text; parses none."""


def faults(tree: ast.AST, *, factory: bool = False) -> Iterator[str]:
    """What a module does that only the factory may, or nobody."""
    for node in ast.walk(tree):
        for name in _imported(node):
            if not name.startswith(HARMLESS) and any(name == f or name.startswith(f"{f}.") for f in FOREIGN):
                yield f"line {node.lineno}: imports {name}"  # type: ignore[attr-defined]
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if not factory and called.split(".")[-1] in PARSES and called.split(".")[0] in ("etree", "lxml"):
            yield f"line {node.lineno}: calls {called}"
        if called in ("eval", "exec", "compile", "__import__", "os.system", "os.popen"):
            yield f"line {node.lineno}: calls {called}"
        for keyword in node.keywords:
            on = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            if on and keyword.arg in ("recover", "huge_tree", "resolve_entities", "load_dtd", "shell"):
                yield f"line {node.lineno}: {keyword.arg}=True"
            if keyword.arg == "verify" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False:
                yield f"line {node.lineno}: verify=False"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
    return []


def test_no_module_parses_but_the_factory() -> None:
    modules = sorted(PACKAGE.rglob("*.py"))
    assert FACTORY in modules
    found = {
        str(path.relative_to(PACKAGE)): list(faults(ast.parse(path.read_text("utf-8")), factory=path == FACTORY))
        for path in modules
    }
    pages = [fault.partition(": ")[2] for fault in found.pop(str(HTML_FACTORY.relative_to(PACKAGE)))]
    assert pages == ["imports lxml.html"]
    styles = [fault.partition(": ")[2] for fault in found.pop(str(STYLES.relative_to(PACKAGE)))]
    assert styles == ["calls etree.XMLParser", "calls etree.parse"]
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "line",
    [
        "etree.fromstring(data)",
        "etree.XMLParser(recover=True)",
        "from lxml import html; from lxml.html import fromstring",
        "import xml.etree.ElementTree as ET",
        "from xml.dom import minidom",
        "import pickle",
        "lxml.etree.iterparse(file)",
        "subprocess.run(text, shell=True)",
        "session.get(url, verify=False)",
        "eval(text)",
    ],
)
def test_the_test_sees_them(line: str) -> None:
    assert list(faults(ast.parse(line)))

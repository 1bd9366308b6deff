"""citeproc-py, the only importer of it, with mended what differs from citeproc-js, by which styles are written and tested.

The elements of a style are objects of citeproc-py's classes; those that are wrong in it have a class of ours here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import citeproc
from citeproc import model
from citeproc.formatter import html, plain
from citeproc.source.json import CiteProcJSON
from lxml import etree

_NAMESPACE: Final = "http://purl.org/net/xbiblio/csl"
_CS: Final = {"cs": _NAMESPACE}


class _Remembering:
    """The tree of a style is the same for each item: what it says of itself is looked up once.

    citeproc-py asks it a hundred times an entry, by XPath. The answers belong to the elements, which lxml keeps as long as
    somebody holds them: ``Style`` does.
    """

    def xpath_search(self, expression: str) -> Any:
        return self._once(expression, super().xpath_search, expression)  # type: ignore[misc]

    def get_term(self, *names: Any, **how: Any) -> Any:
        return self._once((names, *how.items()), super().get_term, *names, **how)  # type: ignore[misc]

    def calls_variable(self) -> Any:
        return self._once(None, super().calls_variable)  # type: ignore[misc]

    def format(self, string: Any) -> Any:
        """Few elements have a font."""
        text = str(string) if isinstance(string, int) else string
        return super().format(text) if any(map(self.get, _FONT)) else text  # type: ignore[misc, attr-defined]

    def _once(self, question: object, ask: Callable[..., Any], *named: Any, **how: Any) -> Any:
        known: dict[object, Any] = self.__dict__.setdefault("_known", {})
        if question not in known:
            known[question] = ask(*named, **how)
        return known[question]


_FONT: Final = ("font-style", "font-variant", "font-weight", "text-decoration", "vertical-align")


class Substitute(model.Substitute):
    """What stands where the names should does not stand a second time; citeproc-py knows that of plain variables alone."""

    def render(self, item: Any, context: Any = None, **more: Any) -> Any:
        state = _state(self, context)
        for child in self.getchildren():
            state["rendering"] = rendering = set[str]()
            try:
                if isinstance(child, model.Names) and child.name is None:
                    text = child.render(item, names_context=self.getparent(), context=context, **more)
                else:
                    text = child.render(item, context=context, **more)
            except model.VariableError:
                continue
            finally:
                state.pop("rendering")
            if text:
                state["said"] = state.get("said", set()) | rendering
                return text
        return None


def _state(element: Any, context: Any) -> dict[str, Any]:
    """What is known of the entry that is being written."""
    state: dict[str, Any] = (context if context is not None else element).get_layout().repressed
    return state


def _may_say(element: Any, context: Any, variable: str) -> bool:
    """Whether a variable was not said in the place of names already; where one is said so now, that is noted."""
    state = _state(element, context)
    if variable not in model.Text.generated_variables:
        state["called"] = state.get("called", 0) + 1
    if variable in state.get("said", ()):
        return False
    if "rendering" in state:
        state["rendering"].add(variable)
    return True


def _noted(element: Any, context: Any, text: Any) -> Any:
    """The text of a variable; that there is one is noted for the groups around it."""
    if text:
        state = _state(element, context)
        state["variables"] = state.get("variables", 0) + 1
    return text


_PAGE: Final = re.compile(r"\d+$")


class Text(model.Text):
    def _variable(self, item: Any, context: Any) -> Any:
        if not _may_say(self, context, self.get("variable")):
            return None
        return _noted(self, context, super()._variable(item, context))

    def _format_last_page(self, first: str, last: str) -> str:
        """Only of two like numbers a part can be left out (E913-9); citeproc-py makes ``1-4`` of 1 to 14."""
        if _PAGE.sub("", first) != _PAGE.sub("", last) or len(first) != len(last) or not last[-1:].isdigit():
            return last
        return str(super()._format_last_page(first, last))

    def quote(self, string: Any) -> Any:
        """Quotation marks within quotation marks are the other ones."""
        if self.get("quotes") != "true":
            return string
        for mark, term in zip((*_OUTER, *_INNER), _TERMS[2:] * 2, strict=True):
            string = string.replace(mark, str(self.get_single_term(name=term)))
        return super().quote(string)


class Number(model.Number):
    def process(self, item: Any, context: Any = None, **more: Any) -> Any:
        if not _may_say(self, context, self.get("variable")):
            return None
        return _noted(self, context, super().process(item, context=context, **more))


class Names(model.Names):
    def process(self, item: Any, names_context: Any = None, context: Any = None, **more: Any) -> Any:
        there = [role for role in self.get("variable").split() if role in item.reference]
        if there and sum(_may_say(self, context, role) for role in there) == 0:
            return None
        return _noted(self, context, super().process(item, names_context=names_context, context=context, **more))


class Group(model.Group):
    """A group whose variables are all empty says nothing; citeproc-py takes a fixed word within ``choose`` for a variable."""

    def process(self, item: Any, context: Any = None, **more: Any) -> Any:
        state = _state(self, context)
        called, said = state.get("called", 0), state.get("variables", 0)
        text = super().process(item, context=context, **more)
        if state.get("called", 0) > called and state.get("variables", 0) == said:
            raise model.VariableError
        return text


class Date(model.Date):
    def process(self, item: Any, variable: str | None = None, context: Any = None, **more: Any) -> Any:
        if self.is_locale_date():  # the form of one of the style, which is noted itself
            return super().process(item, variable, context=context, **more)
        if not _may_say(self, context, self.get("variable")):
            return None
        return _noted(self, context, super().process(item, variable, context=context, **more))


class Label(model.Label):
    def _is_plural(self, item: Any) -> Any:
        """Pages may be counted in letters: ``xvii-xviii``."""
        if self.get("variable") == "page":
            return _RANGE.search(str(item.reference.get("page", ""))) is not None
        return super()._is_plural(item)

    def case(self, text: Any, language: str | None = None) -> Any:
        """The words of a style are English, whatever the work is."""
        return super().case(text, language or "en")


_RANGE: Final = re.compile(r"\w\s*[-\u2013,&]\s*\w")


_STOPS: Final = re.compile(r"\.(?!-)")


class Name(model.Name):
    def initialize(self, given: str, mark: str, context: Any) -> str:
        """``Jean-Paul`` -> ``J.-P.``, ``Zhen-rui`` -> ``Z.``: a small letter behind a hyphen is no initial."""
        hyphen = "-" if self.get_option("initialize-with-hyphen", context) else ""
        found = ""
        for word in _STOPS.sub(". ", given).split():
            parts = [part for part in word.replace(".", "").split("-") if part]
            initials = [part[0] for part in parts if part[0].isupper() or not part[0].isascii()]
            if initials and (parts[0][0].isupper() or not parts[0][0].isascii()):
                found += f"{mark.strip()}{hyphen}".join(initials) + mark
            else:
                found = f"{found.rstrip()} {word} "
        return found.strip()


_OUTER: Final = ("\ue000", "\ue001")
_INNER: Final = ("\ue002", "\ue003")
"""Opening and closing quotation marks of a text, until it is known which ones they are."""
_TERMS: Final = ("open-quote", "close-quote", "open-inner-quote", "close-inner-quote")
_OPENING: Final = re.compile(r"(?:(?<=[\s(\[{\u2014\u2013/-])|^)\"(?=\S)")
_CLOSING: Final = re.compile('"')
_EAST_ASIAN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SINGLE: Final = re.compile(r"(?<![^\s(\[{\"])'(\w[^'\"]{0,200})'(?=[\s.,;:!?)\]}\"]|$)")
_APOSTROPHE: Final = re.compile(r"(?<=\w)'|'(?=\d0?s\b)|(?<=[.,!?])'")


def _typographic(value: Any) -> Any:
    """``Barbers' "sinus"`` with the signs of a printer, quotation marks still to be chosen."""
    if isinstance(value, list):
        return [_typographic(part) for part in value]
    if isinstance(value, dict):
        if _EAST_ASIAN.match(value.get("family", "")) and _EAST_ASIAN.match(value.get("given", "")):
            return {"family": value["family"] + value["given"]}
        return {name: _typographic(part) for name, part in value.items()}
    if not isinstance(value, str):
        return value
    text = _SINGLE.sub(rf"{_INNER[0]}\1{_INNER[1]}", value)
    text = _APOSTROPHE.sub("\u2019", text)
    return text if '"' not in text else _CLOSING.sub(_OUTER[1], _OPENING.sub(_OUTER[0], text))


_MENDED: Final = {
    "substitute": Substitute,
    "text": Text,
    "number": Number,
    "names": Names,
    "name": Name,
    "label": Label,
    "group": Group,
    "date": Date,
}


_NAMES: Final = ("chair", "compiler", "contributor", "curator", "director", "executive_producer", "guest", "host", "narrator",
                 "organizer", "performer", "producer", "reviewed_author", "script_writer", "series_creator")  # fmt: skip
citeproc.NAMES.extend(_NAMES)
citeproc.VARIABLES.extend(["available_date", "event_title", "part_number", "part_title", *_NAMES])  # of CSL 1.0.2
_NEVER: Final = frozenset({"abstract", "keyword", "license", "note", "status"})
"""Variables that no entry needs, long ones among them."""
_AS_IT_IS: Final = frozenset({"id", "type", "DOI", "URL", "ISBN", "ISSN", "language"})


class _Item(citeproc.CitationItem):
    @cached_property
    def reference(self) -> Any:
        """citeproc-py looks for it at each step."""
        return super().reference


class Style(citeproc.CitationStylesStyle):
    """A style, for entries that stand alone: without their number."""

    def __init__(self, path: Path, language: str) -> None:
        classes = {c.__name__.replace("_", "-").lower(): c for c in model.CitationStylesElement.__subclasses__()}
        lookup = etree.ElementNamespaceClassLookup()
        namespace = lookup.get_namespace(_NAMESPACE)
        namespace[None] = model.CitationStylesElement
        namespace.update({name: type(c.__name__, (_Remembering, c), {}) for name, c in (classes | _MENDED).items()})
        parser = etree.XMLParser(remove_comments=True, resolve_entities=False, no_network=True)
        parser.set_element_class_lookup(lookup)
        self.xml = etree.parse(path, parser)
        root: Any = self.xml.getroot()
        self.root = root
        for number in root.xpath("cs:bibliography//cs:text[@variable='citation-number']", namespaces=_CS):
            number.getparent().remove(number)
        for date in root.xpath("//cs:date[@delimiter]", namespaces=_CS):
            between = date.attrib.pop("delimiter")
            for part in date.xpath("cs:date-part[position() > 1]", namespaces=_CS):
                part.set("prefix", between + part.get("prefix", ""))
        root.set_locale_list(language, validate=False)
        self._held = list(root.iter())
        bounded = root.xpath("@et-al-min | cs:bibliography/@et-al-min", namespaces=_CS)
        self._named = max(map(int, root.xpath("//@et-al-min"))) if bounded else 0
        """More names than these are never written, but for the last one; 0: there is no bound."""

    def entry(self, item: dict[str, Any], *, markup: bool) -> str:
        """A CSL-JSON item as an entry; as text of HTML with ``markup``, else plain."""
        prepared = {
            name: value if name in _AS_IT_IS else _typographic(self._few(value))
            for name, value in item.items()
            if name not in _NEVER
        }
        source = CiteProcJSON([prepared])
        bibliography = citeproc.CitationStylesBibliography(self, source, html if markup else plain)
        bibliography.register(citeproc.Citation([_Item(item["id"])]))
        text = "".join(map(str, bibliography.bibliography()))  # one entry, or none where an item says nothing
        for mark, term in zip((*_OUTER, *_INNER), _TERMS, strict=True):
            text = text.replace(mark, str(self.root.get_single_term(name=term)))
        return _punctuated(text)

    def _few(self, value: Any) -> Any:
        """Of thousands of authors those that may be written."""
        if not (self._named and isinstance(value, list) and len(value) > self._named + 2):
            return value
        return [*value[: self._named + 1], value[-1]]


_TAGS: Final = r"((?:</?\w+>|[”’])*)"
_TWICE: Final = re.compile(rf"(?<!\.)\.{_TAGS}\.(?!\.)")
_BEHIND: Final = re.compile(rf"([?!]){_TAGS}\.(?!\.)")


def _punctuated(text: str) -> str:
    """One full stop, and none behind a question, whatever stands between."""
    return _BEHIND.sub(r"\1\2", _TWICE.sub(r".\1", text)).strip()

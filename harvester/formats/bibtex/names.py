"""Names as BibTeX divides them: ``and`` between people, commas within, braces around what belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import structs

from harvester.clean import latex, names, text
from harvester.clean.organisations import is_organisation
from harvester.clean.persons import GENERATION, natural, person
from harvester.formats.rules.people import credited
from harvester.record import Contributor

_TOKEN = re.compile(r"\\.|[{}]|,|\s+and\s+|\s+", re.IGNORECASE | re.DOTALL)
_WRONGLY_BRACED = re.compile(r"[^,{}]{1,60},[^,{}]{1,60}(?:\s+and\s+[^,{}]{1,60},[^,{}]{1,60})+", re.IGNORECASE)
_SEVERAL = re.compile(
    r"(?:(?:[^\W\d_]\.[- ]?)+[^\W\d_][\w'’-]+)(?:, (?:[^\W\d_]\.[- ]?)+[^\W\d_][\w'’-]+)+"
    r"|[^\W\d_][\w'’-]+ [^\W\d_a-z]{1,3}(?:, [^\W\d_][\w'’-]+ [^\W\d_a-z]{1,3})+"
)
"""``J. Smith, K. Jones`` and ``Smith J, Jones K``: people, not a family name and a given name."""
_HOMONYM = re.compile(r"(?<=[^\W\d])\s+\d{4}$")
"""dblp numbers people of one name: ``Wei Wei 0001``."""
_PARTS = re.compile(r"\s*(family|given|prefix|suffix|useprefix|given-i)\s*=\s*(.*)", re.IGNORECASE | re.DOTALL)


def contributors(value: str, role: str) -> list[Contributor]:
    """
    >>> [c.name for c in contributors("Bell, Amina and {World Health Organization} and others", "author")]
    ['Bell, Amina', 'World Health Organization']
    >>> contributors("de la Vallée Poussin, Jr, Jean", "author")[0].suffix
    'Jr'
    """
    return [found for part in _split(value, "and") for found in _one(part.strip(), role)]


def _one(sent: str, role: str) -> Iterator[Contributor]:
    if not sent or sent.lower() in ("others", "{others}", "et al.", "{et al.}"):
        return
    sent = _HOMONYM.sub("", sent).rstrip(", ")  # Ruby, Sam, and Thomas, Dave
    plain = text.plain(latex.text(sent))
    if (
        (inner := _braced(sent)) is not None
        and _WRONGLY_BRACED.fullmatch(inner)
        and not is_organisation(latex.text(inner))
    ):
        yield from contributors(inner, role)
        return
    if inner is not None:
        name = text.plain(latex.text(inner))
        if name and not text.placeholder(name, "person"):
            kind = "organisation" if re.search(r"[ \d]", name) or is_organisation(name) else "person"
            yield Contributor(name=name, role=role, kind=kind, family=name if kind == "person" else None)
        return
    parts = [text.plain(latex.text(part)) for part in _split(sent, ",")]
    if ";" in plain or _SEVERAL.fullmatch(plain):  # other marks than `and` between people
        yield from _people(names.names(plain), role, plain)
        return
    if "=" in sent and all(_PARTS.fullmatch(part) for part in parts):
        said = {m[1].lower(): m[2] for part in parts if (m := _PARTS.fullmatch(part))}
        family = " ".join([p for p in (said.get("prefix"), said.get("family", "")) if p])
        yield from _people([person(family, said.get("given"), said.get("suffix"))], role, plain)
    elif 2 <= len(parts) <= 3 and parts[0] and not is_organisation(plain):
        if len(parts) == 3 and GENERATION.fullmatch(parts[2]) and not GENERATION.fullmatch(parts[1]):
            parts[1:] = parts[2], parts[1]  # Jones, B, Jr.
        yield from _people([person(parts[0], parts[-1], parts[1] if len(parts) == 3 else None)], role, plain)
    elif len(parts) == 1 and not is_organisation(plain) and " " in plain:
        bare, comma, suffix = plain.partition(", ")  # Jan van der {Meer, Jr.}
        found = natural(bare) if not comma or GENERATION.fullmatch(suffix) else natural(plain.replace(",", " "))
        if (whole := re.fullmatch(r"(?P<given>[^{}]+)\s(?P<family>\{[^{}\\]+\})", sent)) and not comma:
            found = person(text.plain(latex.text(whole["family"])), text.plain(latex.text(whole["given"])))
        yield from _people([structs.replace(found, suffix=suffix) if comma else found], role, plain)
    else:
        yield from _people(names.names(plain), role, plain)


def _people(found: list[names.Name], role: str, sent: str) -> Iterator[Contributor]:
    for n in found:
        if n.name and not text.placeholder(n.name, "person"):
            as_sent = sent == ", ".join([p for p in (n.family, n.suffix, n.given) if p])
            yield credited(n, role, None if as_sent else sent, ())


def _braced(sent: str) -> str | None:
    """What stands in one pair of braces that is around the whole; an accent is no such pair."""
    sent = sent.strip()
    if not (sent.startswith("{") and sent.endswith("}")) or sent.startswith("{\\"):
        return None
    depth = 0
    for match in re.finditer(r"\\.|[{}]", sent, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match.end() < len(sent):
            return None
    return sent[1:-1].strip()


def _split(value: str, mark: str) -> list[str]:
    """The parts between ``and`` or commas that no brace encloses."""
    parts, depth, start = [], 0, 0
    for match in _TOKEN.finditer(value):
        found = match[0].strip().lower()
        depth += {"{": 1, "}": -1}.get(found, 0)
        if depth == 0 and found == mark:
            parts.append(value[start : match.start()].strip())
            start = match.end()
    return [*parts, value[start:].strip()]

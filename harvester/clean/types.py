"""What kind of work it is: one id of ours for what COAR, info:eu-repo, Crossref, DataCite and people call it.

The vocabulary is ``schemas/vocabularies/types.toml``; a URI says more than a label, so its last part alone is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final

from harvester import schemas
from harvester.clean import vocabulary
from harvester.clean.characters import without_marks
from harvester.clean.vocabulary import BROADER, squeeze

IDS: Final[tuple[str, ...]] = tuple(schemas.table("vocabularies/types"))
"""Every type, in the order of the vocabulary."""

_COAR = re.compile(
    r"(?:https?://)?(?:www\.)?(?:vocabularies\.coar-repositories\.org|purl\.org/coar)/(?:resource_types?)/([\w-]{4,20})/?",
    re.I,
)
_COAR_ID = re.compile(r"c_[0-9a-z]{4,8}|[0-9A-Z]{4}-[0-9A-Z]{4}")
_EU_REPO = re.compile(r"info:eu-repo/semantics/(\w{3,40})", re.IGNORECASE)
_SCHEMA_ORG = re.compile(r"(?:https?://)?schema\.org/(\w{3,60})", re.IGNORECASE)
_DCMI_TYPE = re.compile(r"(?:https?://)?purl\.org/dc/dcmitype/(\w{3,30})", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"(?:application|audio|image|video|text|font|multipart)/[\w.+-]+$")
_CLASS = re.compile(r"(?:publication|image)-(?=[a-z])", re.IGNORECASE)
_NAMESPACE = re.compile(r"(?:doc-type|bibo|fabio|schema|dcmitype|eprint|vivo|datacite|publications):(?=[A-Za-z])")
"""``doc-type:`` is how German repositories write it (DINI), ``publications:`` how HUBzero does; the others are ontologies."""
_LEVELS = re.compile(r"::|[;|/>\u203a\u00bb\u2192]|\s-\s")
_NARROWER = {
    "article": ("review-article", "book-review", "editorial", "commentary", "letter", "correction", "data-paper"),
    "conference-paper": ("poster", "presentation"),
    "book": ("report", "working-paper", "policy-report"),
    "thesis": ("doctoral-thesis", "masters-thesis", "bachelors-thesis"),
}
"""What a word in brackets, or beside it, may make of a broad kind: EPrints writes "Conference or Workshop Item (Poster)"."""


SCHEMES: Final[dict[str, str]] = {
    "coar": "COAR",
    "eu_repo": "info:eu-repo",
    "crossref": "Crossref",
    "datacite": "DataCite",
    "csl": "CSL",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "jats": "JATS",
    "marc": "MARC genre",
    "marc_leader": "MARC leader 06-07",
    "mods": "MODS typeOfResource",
    "dcmi": "DCMI",
    "zotero": "Zotero",
    "schema_org": "schema.org",
}
"""The schemes in which a row may have names: column of the vocabulary -> what people call the scheme."""

_READ_AS_LABELS: Final = ("crossref", "datacite", "eu_repo", "csl", "bibtex", "ris", "zotero", "schema_org")
"""Schemes whose names are met where any text may stand, such as in ``dc:type``."""
_CODES: Final = frozenset(("csl", "bibtex", "ris"))
"""Of these only what is written first: their other names (ART, CASE, set) are words that mean other things elsewhere."""


@cache
def _labels() -> dict[str, str]:
    """Squeezed label in any language -> our id. The first row that claims a label has it, before the names of schemes."""
    labels: dict[str, str] = {}
    rows: dict[str, dict[str, Any]] = schemas.table("vocabularies/types")
    for id_, row in rows.items():
        for name in (id_, row["label"], *row["labels"]):
            labels.setdefault(squeeze(name), id_)
    for scheme in _READ_AS_LABELS:
        for id_, row in rows.items():
            for name in row.get(scheme, ())[: 1 if scheme in _CODES else None]:
                if not name.startswith(BROADER):
                    labels.setdefault(squeeze(name), id_)
    for name, id_ in tuple(labels.items()):
        labels.setdefault(without_marks(name), id_)
    return labels


def named(scheme: str, name: str) -> str | None:
    """Our id for what one scheme calls it; None where the scheme has no such name. KeyError where there is no such scheme.

    >>> named("ris", "CHAP"), named("jats", "research-article"), named("csl", "article"), named("csl", "misc")
    ('chapter', 'article', 'preprint', None)
    """
    if scheme not in SCHEMES:
        raise KeyError(scheme)
    return vocabulary.named("vocabularies/types", scheme, name)


@lru_cache(maxsize=4096)
def resource_type(text: str) -> str | None:
    """Our id for a type as it was sent; None where it is none that we know ("PeerReviewed", "application/pdf").

    >>> resource_type("https://purl.org/coar/resource_type/c_6501"), resource_type("info:eu-repo/semantics/article")
    ('article', 'article')
    >>> resource_type("Thesis or dissertation"), resource_type("JOURNAL-ARTICLE"), resource_type("PeerReviewed")
    ('thesis', 'article', None)
    """
    text = text.strip().removeprefix("@")
    if not text or len(text) > 300 or _MEDIA_TYPE.match(text):
        return None
    labels = _labels()
    if match := _COAR.match(text):
        return named("coar", match[1])
    if match := _EU_REPO.fullmatch(text):
        return named("eu_repo", match[1])
    if match := _SCHEMA_ORG.fullmatch(text):
        return named("schema_org", match[1])
    if match := _DCMI_TYPE.fullmatch(text):
        return named("dcmi", match[1])
    if _COAR_ID.fullmatch(text):
        return named("coar", text)
    if found := labels.get(squeeze(text)):
        return found
    if match := _NAMESPACE.match(text):
        return labels.get(squeeze(text[match.end() :]))
    head, _, rest = text.partition("(")  # "Article (peer reviewed)", "Thesis (Ph.D., Chemistry)"
    if rest and (found := labels.get(squeeze(head))):
        inner = re.split(r"[),]", rest, maxsplit=1)[0]
        narrower = labels.get(squeeze(inner)) or labels.get(squeeze(f"{head}({inner}"))
        return narrower if narrower in _NARROWER.get(found, ()) else found
    if match := _CLASS.match(text):  # "publication-article"
        return labels.get(squeeze(text[match.end() :]))
    pieces = _LEVELS.split(text)[-3:]  # "Text::Journal::Article", "Contribution to journal › Article › peer-review"
    if len(pieces) > 1 and (found := labels.get(squeeze(pieces[-2] + pieces[-1]))):
        return found
    known = [found for piece in pieces if (found := labels.get(squeeze(piece)))]
    if not known:  # "Doctoral thesis, monograph", "Article, PeerReviewed"
        return next((found for piece in text.split(",")[:3] if (found := labels.get(squeeze(piece)))), None)
    if len(known) > 1 and known[-1] == "peer-review":  # said of the work, not the work
        del known[-1]
    return next((kind for kind in reversed(known) if kind != "other"), known[-1])


CERTAIN: Final = 4
"""How sure a type is that nothing beside it can narrow."""


def best(found: Iterable[tuple[int, str]]) -> str:
    """Of (how sure, type) the surest, or a narrower one that something beside it names; a weak word (0) narrows nothing.

    >>> best([(1, "book-review"), (2, "article")]), best([(0, "review-article"), (2, "article")])
    ('book-review', 'article')
    """
    known = list(found)
    most, surest = max(known, key=itemgetter(0))
    narrower = _NARROWER.get(surest, ()) if most < CERTAIN else ()
    return next((kind for sure, kind in known if sure and kind in narrower), surest)


_REVIEWED = {
    **dict.fromkeys(("peerreviewed", "refereed", "peerreview", "ispeerreviewed", "publishedpeerreviewed"), True),
    **dict.fromkeys(
        ("nonpeerreviewed", "notpeerreviewed", "unrefereed", "nonrefereed", "notrefereed", "unreviewed"), False
    ),
}


@lru_cache(maxsize=1024)
def peer_reviewed(text: str) -> bool | None:
    """What repositories say of peer review where a type should be; None where the text says something else.

    >>> peer_reviewed("PeerReviewed"), peer_reviewed("Non Peer Reviewed"), peer_reviewed("Peer review")
    (True, False, None)
    """
    if len(text) > 60 or text.strip().lower() in ("peer review", "peer-review"):
        return None  # a review is a type of its own
    return _REVIEWED.get(squeeze(text.rpartition("/")[2]))


def label(type_: str) -> str:
    """The type for readers, such as ``Journal article``; one that is not in the vocabulary with spaces for its hyphens.

    >>> label("article"), label("data-paper-2")
    ('Journal article', 'Data paper 2')
    """
    row = schemas.table("vocabularies/types").get(type_)
    return str(row["label"]) if row else type_.replace("-", " ").capitalize()


def name_in(scheme: str, type_: str) -> str | None:
    """What another scheme (see ``SCHEMES``) calls the type, or the broader kind that it has there; COAR by its URI.

    >>> name_in("csl", "article"), name_in("coar", "preprint"), name_in("ris", "studentship"), name_in("jats", "patent")
    ('article-journal', 'http://purl.org/coar/resource_type/c_816b', 'ELEC', None)
    """
    name = vocabulary.name_in("vocabularies/types", scheme, type_)
    return f"http://purl.org/coar/resource_type/{name}" if name and scheme == "coar" else name

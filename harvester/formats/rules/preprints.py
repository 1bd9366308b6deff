"""Preprints, whose servers name themselves as the journal: by ``vocabularies/preprints.toml``."""

from __future__ import annotations

from functools import cache
from typing import Final

from harvester import schemas
from harvester.clean import text
from harvester.formats.draft import Draft

_ARTICLES: Final = frozenset({"article", "review-article", "preprint", "other"})


def settle_preprint(draft: Draft) -> None:
    """An article in the "journal" of a server is a preprint there; a correction stays one."""
    if on_server(draft) and (not draft.types or max(draft.types)[1] in _ARTICLES):
        posted(draft)


def on_server(draft: Draft) -> bool:
    title = draft.container.get("title")
    return title is not None and text.title_key(title) in _servers()


def posted(draft: Draft) -> None:
    """The draft is a preprint; what bioRxiv gives for its page is the end of its DOI."""
    draft.types = [(2, "preprint")]
    own = [i.value for i in draft.identifiers.values() if i.scheme == "doi" and i.relation == "self"]
    numbers = [draft.values.get("start_page"), draft.values.get("article_number")]
    if any(number and doi.endswith(f"/{number}") for number in numbers for doi in own):
        for element in ("start_page", "end_page", "pages", "article_number"):
            draft.values.pop(element, None)
    if draft.container.get("title"):
        draft.container["type"] = "repository"


@cache
def _servers() -> frozenset[str]:
    return frozenset(map(text.title_key, schemas.table("vocabularies/preprints")["servers"]))

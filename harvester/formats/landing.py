"""The landing page of a work, from its identifiers."""

from __future__ import annotations

from collections.abc import Collection

from harvester.clean import identifiers
from harvester.record import Identifier

_WITH_PAGES = frozenset({"arxiv", "pmid", "pmcid"})
"""Identifiers that are sent as the address of a page."""


def landing_page(own: Collection[Identifier], header: str) -> str | None:
    """The page of a work where the platform calls none so; ``header`` is the identifier of the record.

    In this order: the handle, a URL of the work itself, its DOI. A handle that only the OAI identifier names may be known to
    no resolver: it comes after a URL.
    """
    fallback: str | None = None
    for found in own:
        if found.relation != "self":
            continue
        if found.scheme == "handle":
            sent = found.raw or ""
            if sent == header and any(i.scheme == "url" and i.relation == "self" for i in own):
                continue
            return sent if sent.startswith("http") and " " not in sent else f"https://hdl.handle.net/{found.value}"
        if found.scheme in _WITH_PAGES and (found.raw or "").startswith("http") and fallback is None:
            fallback = found.raw  # http://arxiv.org/abs/0704.0001
        elif found.scheme == "url" and (fallback is None or fallback.startswith("https://doi.org/")):
            fallback = found.value
        elif found.scheme == "doi" and fallback is None:
            fallback = identifiers.link("doi", found.value)
    return fallback

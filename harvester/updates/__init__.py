"""Corrections and retractions: what records say happened to works, and what of it holds now. Pure.

An update is said from either side. The work names its notice (``updated-by`` at Crossref, ``IsObsoletedBy`` at DataCite), or
the notice names the work; of many an update only one side is ever harvested. Publisher and Retraction Watch, registry and
PubMed report the same one: it counts once, with all that said it. Titles ("RETRACTED: ...") are candidates: they mark a work
only where no registry that knows it stays silent. The rows are those of ``schemas/vocabularies/updates.toml``.
"""

from __future__ import annotations

from harvester.updates.claims import Claim, claims
from harvester.updates.history import Said, history, status
from harvester.updates.shown import applied, elsewhere, is_decided
from harvester.updates.vocabulary import Kind, gravity, vocabulary

__all__ = [
    "Claim",
    "Kind",
    "Said",
    "applied",
    "claims",
    "elsewhere",
    "gravity",
    "history",
    "is_decided",
    "status",
    "vocabulary",
]

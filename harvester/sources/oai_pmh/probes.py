"""Small questions to a repository, by which what it does is told from what it seems to do. A question that fails is a no."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from harvester.errors import SourceError
from harvester.http import masked
from harvester.sources.oai_pmh.client import Busy, Refusal
from harvester.sources.oai_pmh.clocks import utc
from harvester.sources.oai_pmh.listing import listing

if TYPE_CHECKING:
    from harvester.sources.oai_pmh.walk import Walk

log = logging.getLogger(__name__)

_PAGES: Final = 3
"""So many of a list of identifiers are looked at: it begins with records of one day that came already."""


def answers_any_date(walk: Walk, identifiers: tuple[str, ...]) -> bool:
    """Whether what is asked for from ten years ahead is what was asked for from another day."""
    try:
        scale = walk.about.scale
        ahead = scale.stamp(scale.highest + timedelta(days=3650))
        with walk.client.hurried():
            envelope = walk.client.harvest(verb="ListRecords", **walk.select((ahead, ""))).envelope
    except SourceError:
        return False
    return tuple(record.identifier for record in envelope.records) == identifiers


def refuses_dates(walk: Walk) -> bool:
    """Whether a list begins without its dates, and now as before does not with them."""
    if not any(walk.place.span):
        return False
    try:
        with walk.client.hurried():
            walk.client.harvest(verb="ListRecords", **walk.select(("", "")))
    except SourceError:
        return False
    try:
        with walk.client.hurried():
            walk.client.harvest(verb="ListRecords", **walk.selection)
    except Busy:
        return False
    except SourceError:
        return True
    return False


def lists_at_all(walk: Walk) -> bool:
    """Whether the verb works for anything: a list that does not even begin need not be too long."""
    scale = walk.about.scale
    span = scale.stamp(scale.lowest), scale.stamp(scale.lowest + timedelta(days=1))
    try:
        with walk.client.hurried():
            walk.client.harvest(verb="ListRecords", **walk.select(span))
    except Refusal:
        return True
    except SourceError as error:
        log.info("%s: no list at all: %s", masked(walk.client.endpoint), error)
        return False
    return True


def goes_beyond(walk: Walk) -> bool:
    """Whether there are other records after the last day of which something came, or before the first one.

    Where all lists are cut at the same number of pages, that of identifiers too, nothing else gives them away:
    https://github.com/pkp/pkp-lib/issues/7214.
    """
    first, last = (utc(day) for day in walk.dates)
    if first is None or last is None or not (walk.about.reachable and walk.about.keeps_to_dates):
        return False
    since, until = walk.place.span
    stamp = walk.about.scale.stamp
    day = timedelta(days=1)
    for span in ((stamp(last), until), (stamp(last + day), until), (since, stamp(first - day))):
        with walk.client.hurried():
            found = listing(walk.client, walk.select(span), walk.known, _PAGES)
        if found.unknown:
            log.info("%s: its lists end too early", masked(walk.client.endpoint))
            return True
    return False

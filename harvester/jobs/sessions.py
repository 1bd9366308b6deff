"""The HTTP session of a source, as the configuration wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harvester import sources
from harvester.config import Config
from harvester.environment import resolved
from harvester.jobs.book import locks
from harvester.jobs.patience import Patience

if TYPE_CHECKING:
    from harvester.http import Session


def session(config: Config, settings: sources.Settings, patience: Patience | None = None) -> Session:
    """One a source and thread; it stops when the run's patience ends."""
    from harvester.http import Session

    patience = patience or Patience()
    http = config.http
    return Session(
        contact=config.harvester.contact,
        url=getattr(settings, "url", "") or "",
        timeout=(http.connect_timeout, http.read_timeout),
        total_timeout=http.total_timeout,
        retries=http.retries,
        pace=settings.pace if settings.pace is not None else http.pace,
        max_bytes=http.max_bytes,
        headers={name: resolved(value, f"headers.{name}") for name, value in settings.headers.items()},
        hosts=settings.hosts,
        verify=settings.verify,
        pacing=locks(config) if locks(config).is_dir() else None,  # a harvest has made it; who only looks makes nothing
        patience=http.patience,
        sleep=patience.sleep,
        clock=patience.clock,
    )

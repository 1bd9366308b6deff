"""The evidence base over HTTP, read only: pages, search, feeds, exports, a JSON API. An app for any ASGI server.

``routes`` is the table of what there is; each endpoint is a function of a ``Call``, which holds a connection to the index
as it is at that moment, and gives an ``Answer``. ``app`` is all that knows Starlette, ``running`` all that knows uvicorn.
Any input is answered, and everything that a client chooses has a limit.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from harvester import provider
from harvester.pages import Site


class Settings(Struct, frozen=True, kw_only=True):
    index: Path
    site: Site
    store: Path | None = None
    """For records as they were sent, and to tell what is gone from what never was; None: without."""
    provider: provider.Settings | None = None
    """OAI-PMH at ``/oai``; None: without."""
    data: bool = False
    """Datasette at ``/data``, which has to be installed."""
    seconds: float = 20.0
    """For the database work of one answer."""
    export_seconds: float = 1800.0
    """For a whole result, which is read as it is sent: as long it keeps the index as it was."""
    exports: int = 4
    """Whole results that are on their way at a time."""
    patience: float = 30.0
    """Seconds for a client to send its request, or to take a piece of the answer."""

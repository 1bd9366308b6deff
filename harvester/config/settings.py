"""What may stand in config.toml: each table a struct, its docstrings the manual (docs/configuration.md is made from them)."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from harvester import provider as oai
from harvester import sources
from harvester.listing import Listing
from harvester.pages import Web


class Harvester(Struct, frozen=True, kw_only=True):
    """``[harvester]``: where things are, and who asks."""

    contact: str = ""
    """E-mail address that goes into the User-Agent: repositories write to it before they block."""
    store: str = "data/store.db"
    """What sources said, and what people decided: precious. Paths start at the folder of the config file."""
    index: str = "data/index.db"
    """The index to query: made anew from the store by ``harvester reindex``."""
    site: str = "site"
    """The folder into which the listings are published."""
    workers: int = 1
    """Processes of a full reindex."""
    keep_generations: int = 3
    """How many generations of the index stay, for ``harvester index rollback``."""


class Http(Struct, frozen=True, kw_only=True):
    """``[http]``: seconds, but for ``retries`` (times) and ``max_bytes``."""

    connect_timeout: float = 10.0
    """For a connection to be made."""
    read_timeout: float = 120.0
    """For the next bytes of an answer: some repositories think for a minute."""
    total_timeout: float = 600.0
    """For a whole answer."""
    retries: int = 4
    """How often a request is tried again after a failure that may pass."""
    patience: float = 3600.0
    """For all tries in vain and the waiting after them, of one source in one run; the next run goes on where it ended."""
    pace: float = 0.0
    """Pause between two requests to one host."""
    max_bytes: int = 48 * 1024 * 1024
    """Of one answer, unpacked; a larger one is refused."""


class Notify(Struct, frozen=True, kw_only=True):
    """``[notify]``: who is told how a run ended. Where telling fails, that is a warning and nothing more."""

    ping: str = ""
    """Address that is asked for after each run; ``/fail`` is added where it did not end with 0."""
    on_failure: str = ""
    """Command that is run where a run did not end with 0; it reads the report as JSON from its standard input."""
    metrics: str = ""
    """File that is written after each run for Prometheus' textfile collector. Paths start at the folder of the config file."""


class Linking(Struct, frozen=True, kw_only=True):
    """``[linking]``."""

    repository_doi_prefixes: tuple[str, ...] = ()
    """DOI prefixes under which repositories register their own copies: such a DOI names a version, not the work."""


class Config(Struct, frozen=True, kw_only=True):
    """A config file without mistakes."""

    path: Path
    harvester: Harvester
    http: Http
    linking: Linking
    notify: Notify
    provider: oai.Settings = oai.Settings()
    sources: dict[str, sources.Settings]
    listings: dict[str, Listing]
    web: Web = Web()

    @property
    def store(self) -> Path:
        return self.path.parent / self.harvester.store

    @property
    def index(self) -> Path:
        return self.path.parent / self.harvester.index

    @property
    def site(self) -> Path:
        return self.path.parent / self.harvester.site

    def curation(self, listing: str) -> Path:
        """The file of what people say of the works in a listing; it need not be there."""
        return self.path.parent / (self.listings[listing].curation or f"listings/{listing}.toml")

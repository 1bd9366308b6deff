"""A small world on the loopback interface: two OAI-PMH repositories and a Crossref API, with a script.

    with Sandbox() as sandbox:
        print(sandbox.dspace_url, sandbox.eprints_url, sandbox.crossref_url)

The demo, the tests and the benchmarks harvest it over HTTP like any source. Its records are scripted (``bundle``); its
clock can be set; records come, change and go between harvests; answers go wrong on demand.
"""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from harvester import schemas
from harvester.sandbox import bundle, dspace, eprints
from harvester.sandbox.faults import Faulty
from harvester.sandbox.oai import Provider
from harvester.sandbox.server import App, Clock, Logged, Server

if TYPE_CHECKING:
    from harvester.sandbox.crossref import CrossrefApp

__all__ = ["CONFIG_HEAD", "Clock", "Provider", "Sandbox", "config", "write_config"]


class Sandbox:
    """Serves from a thread of its own while the ``with`` block lasts.

    ``dspace``, ``eprints`` and ``crossref`` are what is behind the addresses: change their records between harvests with
    ``put``, ``delete``, ``undelete``, ``forget`` and ``expire_tokens`` (Crossref: ``put``, ``remove``, ``reindex``,
    ``expire_scrolls``), and let their answers go wrong with ``fail``.
    """

    def __init__(
        self, *, port: int = 0, crossref: bool = True, clock: Clock | None = None, page_size: int = 20
    ) -> None:
        works = bundle.load()
        self.clock = clock or Clock()
        self.dspace = Provider(dspace.PLATFORM, works.dspace_records(), self.clock, page_size=page_size)
        self.eprints = Provider(eprints.PLATFORM, works.eprints_records(), self.clock, page_size=page_size)
        self._faulty = {"dspace": Faulty(self.dspace), "eprints": Faulty(self.eprints)}
        mounts: dict[str, App] = {
            "/dspace/oai/request": self._faulty["dspace"],
            "/eprints/cgi/oai2": self._faulty["eprints"],
        }
        if crossref:
            from harvester.sandbox.crossref import CrossrefApp

            self.crossref: CrossrefApp = CrossrefApp(works.crossref_items(), self.clock)
            mounts["/crossref"] = self.crossref
        self._server = Server(mounts, self.clock, port=port)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def dspace_url(self) -> str:
        return f"{self.url}/dspace/oai/request"

    @property
    def eprints_url(self) -> str:
        return f"{self.url}/eprints/cgi/oai2"

    @property
    def crossref_url(self) -> str:
        return f"{self.url}/crossref"

    @property
    def requests(self) -> list[Logged]:
        """Every request so far, in order of its answer."""
        return self._server.requests

    @property
    def lock(self) -> threading.RLock:
        """Hold it to change several things between two answers."""
        return self._server.lock

    def fail(self, source: str, kind: str, *, when: str = "", skip: int = 0, times: int = 1, amount: float = 1) -> None:
        """Script a fault of ``dspace`` or ``eprints`` (kinds: ``faults.KINDS``) or of ``crossref`` (its own kinds).

        Lets ``skip`` requests whose query contains ``when`` pass, then spoils ``times`` of them.
        """
        if source == "crossref":
            self.crossref.fail(kind, when=when, skip=skip, times=times, amount=int(amount))
        else:
            self._faulty[source].fail(kind, when=when, skip=skip, times=times, amount=amount)

    def __enter__(self) -> Sandbox:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def serve_forever(self) -> None:
        """Until interrupted (KeyboardInterrupt is not caught). Inside the ``with`` block or without it."""
        self._server.serve_forever()


CONFIG_HEAD = "# Harvests the sandbox, which answers only while it runs."
"""First line of the config files written here: a folder that begins so was made for a sandbox."""

_CONFIG = f"""\
{CONFIG_HEAD}
"""
_CONFIG += """
[harvester]
contact = "sandbox@example.org"
store = "store.db"
index = "index.db"
site = "site"

[http]
pace = 0 # nobody else needs this server

[source.bmj-leader]
kind = "crossref"
title = "Sandbox Crossref"
url = "{crossref}"
rows = 20
rank = 1
[source.bmj-leader.filter]
issn = ["2398-631X", "9999-9994"]

[source.spiral]
kind = "oai_pmh"
title = "Sandbox repository (DSpace)"
url = "{dspace}"
metadata_prefix = "xoai"
platform = "dspace"
set_names = true
rank = 2

[source.whiterose]
kind = "oai_pmh"
title = "Sandbox repository (EPrints)"
url = "{eprints}"
metadata_prefix = "oai_dc"
platform = "eprints"
rank = 3

[source.fmlm]
kind = "files"
title = "Evidence base, curated"
path = "curated.toml"
rank = 9

[web]
styles = [] # each takes its time, and this is to be a quick look

[listing.evidence-base]
title = "Research and evidence in healthcare leadership"
introduction = "Most of these works are invented: this is the listing of the sandbox."

[[listing.evidence-base.section]]
title = "Leadership and leadership development: the evidence base"

[[listing.evidence-base.section]]
title = "Research opportunities"

[[listing.evidence-base.section]]
title = "Current projects"

[[listing.evidence-base.section]]
title = "Impact and programmes"

[[listing.evidence-base.section]]
title = "Journals, reviews and articles"
source = ["bmj-leader"]
type = ["article", "review-article", "editorial", "commentary", "letter"]

[[listing.evidence-base.section]]
title = "Theses and reports"
type = ["thesis", "doctoral-thesis", "report", "working-paper"]
query = "leadership"
"""


def config(sandbox: Sandbox) -> str:
    """The text of a config.toml whose sources point at this sandbox; it wants ``curated.toml`` beside it."""
    return _CONFIG.format(crossref=sandbox.crossref_url, dspace=sandbox.dspace_url, eprints=sandbox.eprints_url)


def write_config(sandbox: Sandbox, folder: Path) -> list[Path]:
    """Write config.toml for this sandbox and the curated file into ``folder``; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "config.toml", folder / "curated.toml"]
    written[0].write_text(config(sandbox), encoding="utf-8")
    shutil.copyfile(schemas.data_folder() / "curated.toml", written[1])
    return written

"""OAI-PMH repositories, harvested selectively and checked for completeness.

``client``: sickle's knowledge of the protocol over our transport. ``envelope``: one answer, read strictly, mended where it
has to be (``mend``), its records cut out as they were sent (``slices``). ``repository``: lists from their first page to the
verdict. This module is light, because every command reads the settings of every kind of source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

from harvester import schemas
from harvester.sources import Quirks
from harvester.sources import Settings as Common
from harvester.sources.oai_pmh.quirks import faults
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.http import Session
    from harvester.sources.oai_pmh.repository import Repository


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[source.NAME]`` of a repository."""

    url: str
    """The base URL, as ``Identify`` gives it; a query of its own (``?apikey=``) is kept."""
    metadata_prefix: str | tuple[str, ...] = "oai_dc"
    """One format or several: each is a list of its own."""
    set: str | tuple[str, ...] = ()
    """Only these sets; several are lists of their own. Empty: the whole repository."""
    platform: str = ""
    """dspace, eprints, pure, ojs ...: the dialect in which its records are read; empty: as it says of itself, "other": none."""
    overlap_days: float = 1.0
    """How far an incremental harvest goes back behind the start of the last complete one: clocks and indexes lag."""
    granularity: Literal["", "day", "second"] = ""
    """Of ``from`` and ``until``; empty: as the repository says."""
    set_names: bool = False
    """Ask ListSets what the sets are called, so that collections have names; some repositories have tens of thousands."""
    max_pages: int = 200_000
    """A list that is longer ends as incomplete: a bound for servers that never end."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        return (self.metadata_prefix,) if isinstance(self.metadata_prefix, str) else self.metadata_prefix

    @property
    def sets(self) -> tuple[str, ...]:
        return ((self.set,) if self.set else ()) if isinstance(self.set, str) else self.set


def check(settings: Settings) -> Iterator[tuple[str, str]]:
    """What no type can tell is wrong: (key, fault)."""
    try:
        parts = urlsplit(settings.url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(c.isspace() for c in settings.url):
        yield "url", f"{settings.url!r} is not an http or https address"
    elif "verb" in parse_qs(parts.query):
        yield "url", "has a verb in it: the base URL is what stands before ?verb="
    if not settings.prefixes or not all(p and not any(c.isspace() for c in p) for p in settings.prefixes):
        yield "metadata_prefix", "must be a format or several, such as 'oai_dc'"
    if not all(s and not any(c.isspace() for c in s) for s in settings.sets):
        yield "set", "must be setSpecs, such as 'com_1' or ['com_1', 'col_2']"
    if not 0 <= settings.overlap_days <= 36_500:
        yield "overlap_days", "must be 0 or more, and a hundred years (36500) at most"
    if settings.platform and settings.platform not in (known := schemas.table("platforms")):
        yield "platform", f"{settings.platform!r} is no platform that is known{did_you_mean(settings.platform, known)}"
    if settings.max_pages < 1:
        yield "max_pages", "must be 1 or more"
    yield from faults(settings.quirks)


def connect(name: str, settings: Settings, session: Session, quirks: Quirks) -> Repository:
    """The repository of a source; nothing is asked before the first page is wanted."""
    from harvester.sources.oai_pmh.repository import Repository

    return Repository(name, settings, session, quirks)

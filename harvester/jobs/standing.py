"""How each source stands: what is held of it, how its last harvests went, when it is due."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from harvester.clock import duration, iso
from harvester.config import Config
from harvester.jobs.due import due_from
from harvester.store import Health, Store

USUAL = timedelta(hours=18)
"""Between two harvests of a source that has no ``every``: a job that runs once a day, and a half."""


class Standing(Struct, frozen=True, kw_only=True):
    """One source."""

    source: str
    enabled: bool
    """Harvested without being named. False too for a source that is not in the config file any more."""
    records: int
    deleted: int
    vanished: int
    """Of ``records``: its source no longer has them, but they stay."""
    quarantined: int
    last_run: str | None
    last_complete: str | None
    complete_through: str | None
    """The server's time up to which all changes are here."""
    verdict: str | None
    """Of the last harvest; ``running``, or ``killed`` where nobody is at it any more."""
    due: bool
    """A run of what is due would harvest it now."""
    due_from: str | None
    """If not, from when on; null where it is not enabled."""
    failures: int
    """Harvests in a row that did not end complete."""
    reason: str
    """Why the last of them did not."""
    quirks: dict[str, str]
    """What was learned about it, but for what only the source itself can read (``_`` in front)."""


def standing(config: Config, store: Store) -> list[Standing]:
    """The sources that are enabled, in the order of the config file; then others of which there are records."""
    health = {h.source: h for h in store.health()}
    names = [name for name, s in config.sources.items() if s.enabled]
    names += [name for name in health if name not in names]
    return [_of(config, store, name, health.get(name)) for name in names]


def _of(config: Config, store: Store, name: str, health: Health | None) -> Standing:
    settings = config.sources.get(name)
    schedule = store.schedule.of(name)
    enabled = settings is not None and settings.enabled
    later = None
    if settings is not None:
        later = due_from(settings, schedule, unfinished=store.schedule.unfinished(name), now=datetime.now(UTC))
    known = health or Health(name, None, None, None, 0, 0, 0, None)
    return Standing(
        source=name,
        enabled=enabled,
        records=known.records,
        deleted=known.deleted,
        vanished=known.vanished,
        quarantined=known.quarantined,
        last_run=known.last_run,
        last_complete=known.last_complete,
        complete_through=known.complete_through,
        verdict="killed" if known.verdict == "running" and not _being_harvested(store, name) else known.verdict,
        due=enabled and later is None,
        due_from=iso(later) if enabled and later is not None else None,
        failures=schedule.failures if schedule else 0,
        reason=schedule.reason if schedule else "",
        quirks={key: value for key, value in store.quirks(name).items() if not key.startswith("_")},
    )


def stale(config: Config, one: Standing, longest: timedelta | None, now: datetime) -> bool:
    """Whether a source was last complete too long ago; ``longest`` None: for twice the time between two harvests."""
    if longest is None:
        settings = config.sources.get(one.source)
        longest = 2 * (duration(settings.every) or USUAL) if settings else 2 * USUAL
    if one.last_complete is None:
        return True
    # what was complete tomorrow was said by a clock that was wrong
    return not iso(now - longest) < one.last_complete <= iso(now + timedelta(days=1))


def _being_harvested(store: Store, name: str) -> bool:
    row = store.connection.execute(
        "select host, pid, r.started from runs r join run_sources s on s.run_id = r.id where s.source = ?"
        " and s.verdict not glob 'skipped *' order by r.id desc limit 1",
        (name,),
    ).fetchone()
    return row is not None and running(*row)


def running(host: str, pid: int, started: str) -> bool:
    """Whether the process that began a run, and did not end it in the book, is still at work.

    A number of a process is used again: one that began after the run is another. Of other hosts nothing is known.
    """
    if host != socket.gethostname():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and another user's
        pass
    began = _began(pid)
    return began is None or iso(began - timedelta(seconds=2)) <= started


def _began(pid: int) -> datetime | None:
    """When a process began, by Linux' own account (proc(5)); None on other systems."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
        return datetime.fromtimestamp(int(boot.split()[1]) + int(fields[19]) / os.sysconf("SC_CLK_TCK"), UTC)
    except (OSError, StopIteration, IndexError, ValueError):
        return None

"""Several sources at once: those of one host one after the other, in a thread a host."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from harvester.config import Config
from harvester.jobs.patience import Interrupted
from harvester.jobs.report import SourceReport
from harvester.jobs.source import Order, harvest_source
from harvester.store import Store

log = logging.getLogger(__name__)

PATIENCE: Final = 1.0
"""Seconds that threads have to end in good order when the process is asked to end."""

_RUNNING: Final = "select source from run_sources where run_id = ? and ended is null"
_Ended = tuple[str, SourceReport | BaseException | None]


def side_by_side(order: Order, store: Store, names: Sequence[str]) -> Iterator[SourceReport]:
    """Harvest sources in ``plan.jobs`` threads; their reports in the order of ``names``.

    Each has its own connection to the store. A signal is for the main thread, which waits here: it asks the others to end,
    and leaves. They are daemons: one that hangs in a read of its socket ends with the process, its page rolled back.
    """
    waiting: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    ended: queue.SimpleQueue[_Ended] = queue.SimpleQueue()
    hosts = by_host(order.config, names)
    for group in hosts:
        waiting.put(group)
    threads = [
        threading.Thread(target=_work, args=(order, waiting, ended), daemon=True, name=f"harvest-{number}")
        for number in range(min(order.plan.jobs, len(hosts)))
    ]
    reports: dict[str, SourceReport | None] = {}
    try:
        for thread in threads:
            thread.start()
        while len(reports) < len(names):
            reports.update([_taken(ended)])
    except BaseException:
        order.patience.stop()
        end = time.monotonic() + PATIENCE
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, end - time.monotonic()))
        for (name,) in store.connection.execute(_RUNNING, (order.run_id,)).fetchall():
            store.end_source(order.run_id, name, "interrupted", 0)
        raise
    for name in names:
        if (report := reports[name]) is not None:
            yield report


def _taken(ended: queue.SimpleQueue[_Ended]) -> tuple[str, SourceReport | None]:
    """The next source that has ended; what ended a thread is raised here."""
    name, result = ended.get()
    if isinstance(result, BaseException):
        raise result
    return name, result


def by_host(config: Config, names: Sequence[str]) -> list[list[str]]:
    """Sources that must not be asked at once: those of one host and port. Files need no host."""
    groups: dict[str, list[str]] = {}
    for name in names:
        url = getattr(config.sources[name], "url", "")
        groups.setdefault(urlsplit(url).netloc.rpartition("@")[2].lower() if isinstance(url, str) else "", []).append(
            name
        )
    return list(groups.values())


def _work(order: Order, waiting: queue.SimpleQueue[list[str]], ended: queue.SimpleQueue[_Ended]) -> None:
    try:
        with Store.open(order.config.store) as store:
            while True:
                try:
                    group = waiting.get_nowait()
                except queue.Empty:
                    return
                for name in group:
                    ended.put((name, harvest_source(order, store, name)))
    except Interrupted:
        log.debug("ended as asked")
    except BaseException as error:  # noqa: BLE001  the main thread raises it
        ended.put(("", error))

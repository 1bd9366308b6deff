"""How the sources and the last run are doing, for the textfile collector of Prometheus' node_exporter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

from harvester.clock import moment
from harvester.config import Config
from harvester.exposition import Sample, exposition
from harvester.jobs.report import RunReport
from harvester.store import Health, Store
from harvester.store.schedule import Scheduled

_HELP: Final = {
    "harvester_run_exit_code": "Exit code of the last run.",
    "harvester_run_end_timestamp_seconds": "When the last run ended.",
    "harvester_run_duration_seconds": "How long the last run took.",
    "harvester_index_works": "Works in the index.",
    "harvester_source_last_success_timestamp_seconds": "When the source was last harvested to a complete end; 0: never.",
    "harvester_source_records": "Live records that the store holds.",
    "harvester_source_deleted_records": "Records that the source has deleted, or no longer names.",
    "harvester_source_quarantined_records": "Records that cannot be read.",
    "harvester_source_consecutive_failures": "Harvests in a row that did not end complete.",
    "harvester_source_last_run_complete": "Whether its last harvest ended complete: 1 or 0.",
}
"""All are gauges: name -> what it is."""


def write_metrics(config: Config, report: RunReport) -> None:
    """Write the file of ``[notify] metrics``: whole, because the collector may read at any time. OSError where that fails."""
    path = config.path.parent / config.notify.metrics
    samples = list(_of_run(report))
    if config.store.exists():
        with Store.read_only(config.store) as store:
            schedules = {name: store.schedule.of(name) for name in config.sources}
            samples += _of_sources(config, store.health(), schedules)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_text("".join(exposition(samples, _HELP)), encoding="utf-8")
        beside.chmod(0o644)  # its reader is another user
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _of_run(report: RunReport) -> Iterator[Sample]:
    labels = {"command": report.command}
    yield "harvester_run_exit_code", labels, report.exit_code
    yield "harvester_run_end_timestamp_seconds", labels, _seconds(report.ended)
    yield "harvester_run_duration_seconds", labels, report.seconds
    if report.index is not None:
        yield "harvester_index_works", {}, report.index.works


def _of_sources(config: Config, health: Iterable[Health], schedules: dict[str, Scheduled | None]) -> Iterator[Sample]:
    known = {h.source: h for h in health}
    for name, settings in config.sources.items():
        source = known.get(name)
        if source is None and not settings.enabled:
            continue
        labels = {"source": name}
        schedule = schedules[name]
        yield (
            "harvester_source_last_success_timestamp_seconds",
            labels,
            _seconds(source.last_complete if source else None),
        )
        yield "harvester_source_records", labels, source.records if source else 0
        yield "harvester_source_deleted_records", labels, source.deleted if source else 0
        yield "harvester_source_quarantined_records", labels, source.quarantined if source else 0
        yield "harvester_source_consecutive_failures", labels, schedule.failures if schedule else 0
        complete = source is not None and (source.verdict or "").startswith("complete")
        yield "harvester_source_last_run_complete", labels, int(complete)


def _seconds(stamp: str | None) -> float:
    return moment(stamp).timestamp() if stamp else 0

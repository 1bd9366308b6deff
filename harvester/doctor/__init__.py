"""Is a source fit to be harvested, and with which settings? Asks politely, little and in order; writes nothing.

What is found is in words for people: ``ok``, ``note`` (it works, but one should know) or ``problem`` (it will not be
harvested, or not wholly), each problem with a cure. At the end stands a block for config.toml.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from msgspec.structs import replace

from harvester.config import Config
from harvester.doctor.chart import Chart, Diagnosis, Finding
from harvester.errors import HarvesterError
from harvester.masking import hide_in_url, masked
from harvester.sources import Settings

__all__ = ["Diagnosis", "Finding", "examine"]


def examine(config: Config, target: str) -> Diagnosis:
    """``target``: the name of a source in the config file, or a web address."""
    started = time.monotonic()
    chart = Chart()
    settings = config.sources.get(target)
    block = ""
    try:
        block = _source(config, chart, target, settings) if settings else _address(config, chart, target)
    except HarvesterError as error:  # a question that nobody asked with care in the rooms below
        chart.problem("connection", str(error))
    return Diagnosis(
        target=masked(target),
        fit=not chart.problems,
        findings=chart.findings,
        config=block,
        requests=chart.requests,
        seconds=round(time.monotonic() - started, 1),
    )


def _address(config: Config, chart: Chart, url: str) -> str:
    hide_in_url(url)
    if (urlsplit(url).hostname or "").endswith("api.crossref.org"):
        from harvester.doctor import crossref

        return crossref.examine_address(_patient(config), chart, url)
    from harvester.doctor import oai_pmh
    from harvester.sources.oai_pmh import Settings

    return oai_pmh.examine(_patient(config), chart, "", Settings(kind="oai_pmh", url=url))


def _source(config: Config, chart: Chart, name: str, settings: Settings) -> str:
    if settings.kind == "oai_pmh":
        from harvester.doctor import oai_pmh
        from harvester.sources.oai_pmh import Settings as Repository

        assert isinstance(settings, Repository)
        return oai_pmh.examine(_patient(config), chart, name, settings)
    if settings.kind == "crossref":
        from harvester.doctor import crossref

        return crossref.examine(_patient(config), chart, name, settings)
    if settings.kind == "web":
        from harvester.doctor import web
        from harvester.sources.web import Settings as Site

        assert isinstance(settings, Site)
        return web.examine(_patient(config), chart, name, settings)
    from harvester.doctor import files

    return files.examine(chart, name, settings)


def _patient(config: Config) -> Config:
    """The config with less patience than a harvest has: somebody is waiting in front of the screen."""
    http = config.http
    return replace(
        config,
        http=replace(
            http,
            retries=min(http.retries, 1),
            read_timeout=min(http.read_timeout, 60.0),
            total_timeout=min(http.total_timeout, 120.0),
        ),
    )

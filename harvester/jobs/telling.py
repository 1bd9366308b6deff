"""Telling others how a run ended: a ping, a command, a file for Prometheus. Where that fails, it is a warning and no more."""

from __future__ import annotations

import logging
import os
import shlex
import signal
import subprocess
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import msgspec

from harvester import errors
from harvester.config import Config
from harvester.errors import HarvesterError
from harvester.jobs.metrics import write_metrics
from harvester.jobs.report import RunReport
from harvester.masking import hide, masked

log = logging.getLogger(__name__)

COMMAND_SECONDS: Final = 60.0
PING_SECONDS: Final = 10.0
_PLAIN: Final = 12
"""A path that is no longer than this holds no secret, and may be a word that stands elsewhere too."""


def tell(config: Config, report: RunReport) -> None:
    """As ``[notify]`` says: nothing, where it says nothing."""
    notify = config.notify
    if notify.metrics:
        try:
            write_metrics(config, report)
        except (OSError, HarvesterError) as error:
            log.warning("notify.metrics: %s", error)
    if notify.on_failure and report.exit_code != errors.COMPLETE:
        _run(config, report)
    if notify.ping:
        _ping(config, failed=report.exit_code != errors.COMPLETE)


def _ping(config: Config, *, failed: bool) -> None:
    """Ask for the address; with ``/fail`` after its path where the run did not end with 0 (as healthchecks.io has it)."""
    from harvester.environment import resolved_url
    from harvester.http import Session, said

    try:
        url = resolved_url(config.notify.ping, "notify.ping")
        parts = urlsplit(url)
        if len(parts.path) > _PLAIN:  # who knows it can ping too
            hide(parts.path, parts.query)
        if failed:
            url = urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
        with Session(
            config.harvester.contact, timeout=(5.0, 5.0), total_timeout=PING_SECONDS, retries=1, longest_wait=5.0
        ) as session:
            answer = session.get(url)
        if answer.status >= 400:
            log.warning("notify.ping: %s: %s", masked(url), said(answer.status))
    except HarvesterError as error:
        log.warning("notify.ping: %s", error)


def _run(config: Config, report: RunReport) -> None:
    """Run the command, without a shell, with the report on its standard input; what it prints is shown with -v."""
    environment = {**os.environ, "HARVESTER_EXIT_CODE": str(report.exit_code), "HARVESTER_COMMAND": report.command}
    command = shlex.split(config.notify.on_failure)
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=config.path.parent,
            env=environment,
            start_new_session=True,
        ) as process:
            try:
                said, _ = process.communicate(msgspec.json.encode(report) + b"\n", timeout=COMMAND_SECONDS)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)  # what it started too: nothing of it outlives this run
                raise
    except subprocess.TimeoutExpired:
        log.warning("notify.on_failure: %s: was ended after %g seconds", command[0], COMMAND_SECONDS)
    except OSError as error:
        log.warning("notify.on_failure: %s: cannot be run: %s", command[0], error.strerror or error)
    else:
        text = said.decode("utf-8", "replace").strip()
        log.info("notify.on_failure: %s", text)
        if process.returncode:
            last = text.splitlines()[-1] if text else "it said nothing"
            log.warning("notify.on_failure: %s: ended with %d: %s", command[0], process.returncode, last)

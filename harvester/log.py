"""Logging set-up: people read it on stderr, one line an event; programs read the same as JSON lines. Neither shows secrets."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal

from harvester.masking import shown

FORMATS: Final = ("text", "json")
Format = Literal["text", "json"]

_run: ContextVar[int | None] = ContextVar("run", default=None)
_source: ContextVar[str | None] = ContextVar("source", default=None)


@contextmanager
def about(*, run: int | None = None, source: str | None = None) -> Iterator[None]:
    """What is logged meanwhile, in this thread, is about this run or source; JSON lines say so."""
    run_before = _run.set(run if run is not None else _run.get())
    source_before = _source.set(source if source is not None else _source.get())
    try:
        yield
    finally:
        _run.reset(run_before)
        _source.reset(source_before)


class _Stderr(logging.Handler):
    """Writes to what stderr is at the time: a progress display stands in for it while it is shown."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except OSError:  # a full disk behind stderr must not end a harvest
            self.handleError(record)


class _Text(logging.Formatter):
    """For people; also what libraries say, and tracebacks, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return shown(super().format(record))


class _Json(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and where known run, source and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": shown(record.getMessage()),
        }
        if (run := _run.get()) is not None:
            line["run"] = run
        if (source := _source.get()) is not None:
            line["source"] = source
        if record.exc_info:
            line["traceback"] = shown(self.formatException(record.exc_info))
        return json.dumps(line)


def set_up(verbosity: int = 0, form: Format = "text") -> None:
    """-1: errors only, 0: warnings, 1: info, 2: debug. ``form``: for people, or JSON lines for a log collector."""
    level = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    handler = _Stderr()
    handler.setFormatter(_Json() if form == "json" else _Text("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("urllib3", "habanero", "httpx", "httpx2", "httpcore", "httpcore2", "sickle"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("urllib3.connection").setLevel(logging.ERROR)  # a traceback for each odd header
    sys.excepthook = _last_traceback


def _last_traceback(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """What Python would print at the end of a process with a bug, without secrets."""
    sys.stderr.write(shown("".join(traceback.format_exception(kind, error, where))))


def last_word(text: str) -> None:
    """Why a command ended early: plain for people, a line like any other for a log collector."""
    if for_programs():
        logging.getLogger("harvester").error("%s", text)
    else:
        sys.stderr.write(shown(f"harvester: {text}\n"))


def for_programs() -> bool:
    """Whether what is said on stderr is JSON lines: nothing else may stand between them."""
    handlers = logging.root.handlers
    return bool(handlers) and isinstance(handlers[0].formatter, _Json)

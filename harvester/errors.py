"""Everything that can go wrong, on one page.

The class says what the user does about it; ``exit_code`` is what a command ends with.

    HarvesterError
    ├── ConfigError            2   the file is wrong: change it (all mistakes at once)
    ├── SourceError            4   a repository or API misbehaved (3 where other sources went well)
    │   ├── SourceUnavailable      transient: the next run goes on from the same place
    │   └── ProtocolError          terminal for this list: asking again gives the same answer
    ├── ExpectationError       5   the new index breaks an `expect` rule: the old one stays in place
    ├── StoreError             6   missing, locked, full, corrupt, or from a newer version
    │   ├── Damaged                a file is not as it was written: an index is made anew, a store restored
    │   └── Locked            75   somebody else is at it: try later
    └── RecordError                never fatal: goes to quarantine

A message names the place, the fault and the cure.
"""

from __future__ import annotations

from typing import Final

from harvester.masking import shown

COMPLETE: Final = 0
"""Everything complete; also when there was nothing new."""
BUG: Final = 1
USAGE: Final = 2
PARTIAL: Final = 3
"""Something was lost that is new in this run: a source failed, a list is incomplete, records went to quarantine."""
SOURCES_FAILED: Final = 4
EXPECTATION: Final = 5
STORE: Final = 6
STALE: Final = 7
LOCKED: Final = 75
PRECEDENCE: Final = (BUG, USAGE, STORE, EXPECTATION, SOURCES_FAILED, PARTIAL)
"""Where several codes apply, the first of these is the exit code."""


class HarvesterError(Exception):
    """Base of all errors that are meant to be read by people: their text holds no secrets."""

    exit_code: int = BUG

    def __str__(self) -> str:
        return shown(super().__str__())


class ConfigError(HarvesterError):
    """``config.toml`` (or a curated file) is wrong. Carries every mistake, one line each: ``file:line: key: fault; cure``."""

    exit_code = USAGE

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(map(shown, mistakes))


class SourceError(HarvesterError):
    """A repository or an API misbehaved."""

    exit_code = SOURCES_FAILED

    def __init__(self, message: str, *, url: str = "", excerpt: bytes = b"") -> None:
        super().__init__(message)
        self.url = url
        self.excerpt = excerpt[:200]
        """The first bytes of the answer: most misconfigurations can be told from them."""


class SourceUnavailable(SourceError):
    """Transient: unreachable, overloaded, or the answer was cut. The next run goes on from the same place."""

    def __init__(self, message: str, *, url: str = "", excerpt: bytes = b"", retry_after: float | None = None) -> None:
        super().__init__(message, url=url, excerpt=excerpt)
        self.retry_after = retry_after
        """Seconds that the server asked us to wait, where it said so and we would not wait that long."""
        self.this_list_only = False
        """The server answers other requests: its other lists may well be had."""


class ProtocolError(SourceError):
    """Terminal for this list: the server answered, and its answer is a refusal or not of the protocol."""

    def __init__(self, message: str, *, url: str = "", excerpt: bytes = b"", code: str = "", status: int = 0) -> None:
        super().__init__(message, url=url, excerpt=excerpt)
        self.code = code
        """The protocol's own error code (``badArgument``, ``validation-failure``), where there is one."""
        self.status = status
        """HTTP status, 0 where it does not matter."""


class ExpectationError(HarvesterError):
    """The new index breaks a rule that its owner set; the old index stays in place."""

    exit_code = EXPECTATION


class StoreError(HarvesterError):
    """A database is missing, full, corrupt, not ours, or from a newer version of this program."""

    exit_code = STORE


class Damaged(StoreError):
    """A database is not as it was written: a failing disk, or another program."""


class Locked(StoreError):
    """Another process is at the same work; the message says which and since when."""

    exit_code = LOCKED


class RecordError(HarvesterError):
    """One record cannot be read. Never fatal: the record goes to quarantine with this reason and its bytes."""

    def __init__(self, reason: str, *, element: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.element = element
        """Where in the record: a path such as ``metadata`` or ``author[3].ORCID``."""

"""The nightly job as a systemd service and timer, or as a line of a crontab. Text only: nothing is installed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from zlib import crc32

from msgspec import Struct

from harvester.errors import ConfigError

MEMORY: Final = "2G"
"""A harvest takes less than a tenth of it; a rebuild of an index of a million works less than half."""


class Job(Struct, frozen=True, kw_only=True):
    """What is to be run, and where it may write."""

    command: tuple[str, ...]
    """The program and its arguments."""
    folder: Path
    """Where it is started: that of the config file."""
    writes: tuple[Path, ...]
    """Folders of the databases and of the site."""
    reads: tuple[Path, ...] = ()
    """Where the program itself lies."""
    every: timedelta
    name: str = "harvester"
    secrets: bool = False
    """Whether the config file has ``${VARIABLES}``."""


# --- systemd ---------------------------------------------------------------------------------------------------------

_HOMES: Final = ("/home/", "/root/", "/run/user/")
_TEMPORARY: Final = ("/tmp/", "/var/tmp/")  # noqa: S108  # where they are, not files in them


def service(job: Job, *, owner: str) -> str:
    """``owner``: the user whose files the databases are; '' for a unit of one's own (``systemctl --user``)."""
    _check(job)
    lines = [*_about(owner), "", *_started(job, owner), *_sandbox(job), *(_SANDBOX_OF_THE_SYSTEM if owner else ())]
    return "\n".join(lines) + "\n"


def _about(owner: str) -> list[str]:
    # a user's units cannot wait for the network; what fails then is tried again when it is next due
    waits = ["Wants=network-online.target", "After=network-online.target"] if owner else []
    return [
        "[Unit]",
        "Description=Harvest what is due, index it, publish the listings",
        *waits,
        "# To hear of failures, write a unit that sends a message, and name it here:",
        "#OnFailure=tell-me@%n.service",
    ]


def _started(job: Job, owner: str) -> list[str]:
    environment = f"EnvironmentFile={_specifiers(str(job.folder / job.name))}.env"
    return [
        "[Service]",
        "Type=oneshot",
        *([f"User={owner}"] if owner else []),
        f"WorkingDirectory={_specifiers(str(job.folder))}",
        f"ExecStart={' '.join(_argument(word) for word in job.command)}",
        "# 3: a source failed or a list is incomplete; the rest is done, and the next run goes on there. Take 3 out to be told",
        "# of each such night; `harvester status --stale 36h` tells of those that last. 75: another run is at work. 130, 143:",
        "# stopped, nothing is lost. All other codes are failures.",
        "SuccessExitStatus=3 75 130 143",
        "# It leaves at SIGTERM within 2 seconds, with the last page kept.",
        "KillSignal=SIGTERM",
        "TimeoutStopSec=30",
        "# A first harvest may take days. One that failed goes on where it was when it is next due.",
        "TimeoutStartSec=infinity",
        "Restart=no",
        "Nice=10",
        f"MemoryMax={MEMORY}",
        "TasksMax=256",
        *(
            ["# The variables of the config file, NAME=value on a line each; for its owner's eyes only."]
            if job.secrets
            else []
        ),
        *([environment] if job.secrets else []),
    ]


def _sandbox(job: Job) -> list[str]:
    """What it may not. Each path must be there when the service starts."""
    paths = [f"{path}/" for path in (job.folder, *job.writes, *job.reads)]
    at_home, in_tmp = (any(path.startswith(place) for path in paths) for place in (_HOMES, _TEMPORARY))
    return [
        "",
        "# It needs the network, its own folders, and nothing else: systemd.exec(5).",
        "# (A command of [notify] that changes its user, as sendmail does, cannot with NoNewPrivileges.)",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        f"ProtectHome={'read-only' if at_home else 'yes'}",
        f"ReadWritePaths={' '.join(_quoted(str(path)) for path in job.writes)}",
        *([] if in_tmp else ["PrivateTmp=yes"]),
        "# The site is for a web server to read.",
        "UMask=0022",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "RestrictNamespaces=yes",
        "RestrictRealtime=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "MemoryDenyWriteExecute=yes",
        "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged @resources",
        "SystemCallErrorNumber=EPERM",
    ]


_SANDBOX_OF_THE_SYSTEM: Final = (
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "PrivateDevices=yes",
    "DevicePolicy=closed",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "RemoveIPC=yes",
    "# Not ProtectProc=: whether the process that holds a lock or began a run is still there, is asked in /proc.",
    "# No addresses that only this machine's own cloud or network knows.",
    "IPAddressDeny=link-local multicast",
)
"""A user's own manager has not the right to these."""


def timer(job: Job) -> str:
    """Starts at the same minute on this machine, and at another on others: repositories are not asked by all at once."""
    spread = min(job.every / 12, timedelta(minutes=30))
    return f"""\
[Unit]
Description=When to harvest

[Timer]
{_calendar(job)}
# so that not everybody asks at once; at the same moment every time
RandomizedDelaySec={int(spread.total_seconds())}
FixedRandomDelay=yes
# a run that was due while the machine was off is made up for
Persistent=yes

[Install]
WantedBy=timers.target
"""


def _calendar(job: Job) -> str:
    hours, rest = divmod(job.every, timedelta(hours=1))
    minute = _minute(job)
    if rest == timedelta(0) and hours in _HOURLY:
        return f"OnCalendar=*-*-* 00/{hours}:{minute:02}:00" if hours > 1 else f"OnCalendar=*-*-* *:{minute:02}:00"
    if job.every == timedelta(days=1):
        return f"OnCalendar=*-*-* 02:{minute:02}:00"
    if job.every == timedelta(weeks=1):
        return f"OnCalendar=Sun *-*-* 02:{minute:02}:00"
    return f"OnBootSec=15min\nOnUnitActiveSec={int(job.every.total_seconds())}"


def _argument(word: str) -> str:
    """A word of ``ExecStart=``: ``$`` would begin a variable, and ``%`` a specifier (systemd.service(5))."""
    return _quoted(word.replace("$", "$$"))


def _quoted(word: str) -> str:
    """
    >>> _quoted("/srv/a b/50%"), _quoted("/srv/plain")
    ('"/srv/a b/50%%"', '/srv/plain')
    """
    escaped = _specifiers(word.replace("\\", "\\\\").replace('"', '\\"'))
    plain = word and not any(c.isspace() or c in "\"'\\;" for c in word)
    return escaped if plain else f'"{escaped}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


# --- cron ------------------------------------------------------------------------------------------------------------

_HOURLY: Final = (1, 2, 3, 4, 6, 8, 12)
"""Spans of hours that divide a day."""


def cron_line(job: Job) -> str:
    """ConfigError where cron cannot say so."""
    _check(job)
    if any("\\" in word for word in (*job.command, str(job.folder))):  # some crons take it for their own, some do not
        raise ConfigError(f"{str(job.folder)!r}: cron cannot name a path with a backslash; move it to another folder")
    words = ["cd", str(job.folder), "&&", *job.command]
    command = " ".join(word if word == "&&" else shlex.quote(word) for word in words)
    # cron ends the command at a %, also between quotes (crontab(5)); a backslash there is cron's, and taken away
    return f"{_when(job)} {command} >/dev/null".replace("%", "\\%") + "\n"


def _when(job: Job) -> str:
    minute = _minute(job)
    hours, rest = divmod(job.every, timedelta(hours=1))
    if rest == timedelta(0) and hours in _HOURLY:
        return f"{minute} * * * *" if hours == 1 else f"{minute} */{hours} * * *"
    if job.every == timedelta(days=1):
        return f"{minute} 2 * * *"
    if job.every == timedelta(weeks=1):
        return f"{minute} 2 * * 0"
    raise ConfigError(
        "cron cannot say that: give --every as 1h, 2h, 3h, 4h, 6h, 8h, 12h, 1d or 1w; sources that are to be harvested"
        " less often than the job is started have an `every` of their own in the config file"
    )


def _minute(job: Job) -> int:
    return crc32(str(job.folder).encode()) % 60


def _check(job: Job) -> None:
    for text in (*job.command, str(job.folder), *map(str, job.writes)):
        if not text.isprintable():
            raise ConfigError(f"{text!r}: no unit can name a path with such a character; move it to another folder")


def program(started: Sequence[str], interpreter: str) -> tuple[str, ...]:
    """How this program is called, wherever one stands: ``started`` is sys.argv, ``interpreter`` sys.executable."""
    path = Path(started[0]) if started else Path()
    if path.name == "harvester" and path.is_file():
        return (str(path.absolute()),)
    return (interpreter, "-m", "harvester")

"""The commands of whoever runs it: is a source fit, and how is the job started by itself?"""

from __future__ import annotations

import os
import re
import shlex
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli import Context
from harvester.cli.files import whole
from harvester.cli.tables import counted, json_lines, safe
from harvester.cli.working import as_json
from harvester.clock import duration
from harvester.errors import COMPLETE, PARTIAL, SOURCES_FAILED
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.doctor import Diagnosis
    from harvester.units import Job


@click.command()
@click.argument("targets", nargs=-1, metavar="[URL|SOURCE]...")
@as_json
@click.pass_obj
def doctor(context: Context, targets: tuple[str, ...], as_json: bool) -> None:
    """Examine sources, or any address: what is there, what is odd about it, and the block for the config file.

    Asks less than 30 times, and writes nothing. An address may be that of a landing page: the usual endpoints below it are
    tried. Without a name: every source that is enabled, and what is said of works in the listings. Ends with 0 where it is
    fit to be harvested, 4 where not (of several: 3 where some are not).
    """
    from harvester import doctor as room
    from harvester.jobs import curating

    config = _config_or_defaults(context, targets)
    named = targets or tuple(name for name, source in config.sources.items() if source.enabled)
    if not named:
        raise click.UsageError(f"no source is enabled in {context.path}; name a source or an address")
    fit = []
    for target in [_target(config, target) for target in named]:
        diagnosis = room.examine(config, target)
        fit.append(diagnosis.fit)
        if as_json:
            json_lines([diagnosis])
        else:
            _print(diagnosis)
    if not targets:
        for note in curating.notes(config):
            click.echo(safe(f"note: {note}"), err=True)
    sys.exit(COMPLETE if all(fit) else PARTIAL if any(fit) else SOURCES_FAILED)


def _config_or_defaults(context: Context, targets: tuple[str, ...]) -> Config:
    """For an address no config file is needed; one that is there is read."""
    from harvester import config

    if context.path.exists() or not targets or not all(map(_is_address, targets)):
        return context.config
    return config.Config(
        path=context.path.absolute(),
        harvester=config.Harvester(),
        http=config.Http(),
        linking=config.Linking(),
        notify=config.Notify(),
        sources={},
        listings={},
    )


def _is_address(target: str) -> bool:
    return "://" in target or "." in target or target.partition("/")[0].partition(":")[0] == "localhost"


def _target(config: Config, target: str) -> str:
    """The name of a source, or an address with its scheme."""
    if target in config.sources:
        return target
    if not _is_address(target):
        cure = did_you_mean(target, config.sources)
        raise click.UsageError(f"{target!r} is neither a source in {config.path} nor a web address{cure}")
    address = target if "://" in target else f"https://{target}"
    if not address.lower().startswith(("http://", "https://")):
        raise click.UsageError(f"{target!r} is not an http or https address")
    return address


def _print(diagnosis: Diagnosis) -> None:
    click.echo(click.style(safe(diagnosis.target), bold=True))
    colours = {"ok": "green", "note": "yellow", "problem": "red"}
    for finding in diagnosis.findings:
        level = click.style(f"{finding.level:8}", fg=colours[finding.level])
        click.echo(f"  {level}{safe(finding.about)}: {safe(finding.text)}")
        if finding.cure:
            click.echo(f"          {safe(finding.cure)}")
    ending = "fit to be harvested" if diagnosis.fit else "not fit to be harvested"
    click.echo(f"  {ending}; {counted(diagnosis.requests, 'request')} in {diagnosis.seconds:.1f} s")
    if diagnosis.config:
        click.echo(f"\nFor the config file:\n\n{safe(diagnosis.config)}")


# --- by itself -------------------------------------------------------------------------------------------------------


class Span(click.ParamType):  # type: ignore[type-arg]  # not generic in all versions of click
    """A span of time, as in the config file."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> timedelta:
        span = value if isinstance(value, timedelta) else duration(str(value))
        if span is None:
            self.fail(f"{value!r} is no span of time; write 1d, 6h or '2 weeks'", param, context)
        if span < timedelta(minutes=5):
            self.fail("less than 5 minutes is too often to be polite", param, context)
        return span


_every = click.option("--every", type=Span(), default="1d", show_default=True, help="How often it is started.")
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


@click.command()
@click.option("--user", is_flag=True, help="For `systemctl --user`, not for the whole machine.")
@_every
@click.option("--name", default="harvester", show_default=True, help="Of the units.")
@click.option("--write", type=click.Path(path_type=Path, file_okay=False), help="Write the two files into a folder.")
@click.pass_obj
def systemd(context: Context, user: bool, every: timedelta, name: str, write: Path | None) -> None:
    """Print a service and a timer for systemd that harvest what is due, with no more rights than that takes.

    Sources with `every` in the config file are harvested when they are due; those without, each time.
    """
    from harvester import units

    if not re.fullmatch(_NAME, name):
        raise click.BadParameter("letters, digits, - and _ only", param_hint="--name")
    job = _job(context, every, name)
    texts = {
        f"{name}.service": units.service(job, owner="" if user else _owner(job.folder)),
        f"{name}.timer": units.timer(job),
    }
    if write is not None:
        for file, text in texts.items():
            write.mkdir(parents=True, exist_ok=True)
            whole(write / file, [text.encode()])
            click.echo(f"wrote {write / file}")
        return
    folder = "~/.config/systemd/user" if user else "/etc/systemd/system"
    click.echo(f"# Its folders must be there, and its user's: mkdir -p {shlex.join(map(str, job.writes))}")
    for file, text in texts.items():
        click.echo(f"\n# --- {folder}/{file}\n\n{text}", nl=False)
    as_user = " --user" if user else ""
    click.echo(f"\n# Then: systemctl{as_user} daemon-reload && systemctl{as_user} enable --now {name}.timer")
    if user:
        click.echo("# To let it run while you are not logged in: loginctl enable-linger")


@click.command()
@_every
@click.pass_obj
def cron(context: Context, every: timedelta) -> None:
    """Print a line for `crontab -e` that harvests what is due.

    No flock is needed: a run that finds another one at work leaves it alone. What goes wrong is written to standard error,
    which cron sends by mail.
    """
    from harvester import units

    line = units.cron_line(_job(context, every, "harvester"))
    click.echo("# MAILTO=you@example.org   above the line: to whom cron sends what is written to standard error")
    click.echo(line, nl=False)


def _job(context: Context, every: timedelta, name: str) -> Job:
    from harvester import units

    config = context.config
    folders = [config.store.parent, config.index.parent, config.site]
    if config.notify.metrics:
        folders.append((config.path.parent / config.notify.metrics).parent)
    written = dict.fromkeys(Path(os.path.normpath(folder)) for folder in folders)
    texts = [getattr(s, "url", "") + "".join(s.headers.values()) for s in config.sources.values()]
    return units.Job(
        command=(*units.program(sys.argv, sys.executable), "-c", str(config.path), "run", "--due"),
        folder=config.path.parent,
        writes=tuple(written),
        reads=(Path(sys.prefix), Path(sys.base_prefix)),
        every=every,
        name=name,
        secrets=any("${" in text for text in texts)
        or any(getattr(s, "plus_token_env", "") for s in config.sources.values()),
    )


def _owner(folder: Path) -> str:
    """Who owns the config file's folder; that user's job it is."""
    try:
        return folder.owner()
    except (KeyError, OSError):  # a number without a name
        return str(folder.stat().st_uid) if folder.exists() else "harvester"


COMMANDS = (doctor, systemd, cron)

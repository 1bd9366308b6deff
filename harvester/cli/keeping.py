"""The commands of whoever keeps an installation: check, backup, restore, prune, suppress, source."""

from __future__ import annotations

import getpass
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli import Context
from harvester.cli.tables import counted, json_lines, safe, size
from harvester.cli.tables import text as typed
from harvester.cli.working import as_json
from harvester.clock import duration, iso
from harvester.errors import PARTIAL, STORE, HarvesterError

if TYPE_CHECKING:
    from harvester.store.decisions import Suppression
    from harvester.store.soundness import Check

_LONGEST = timedelta(days=36500)
_FILE = click.Path(path_type=Path)


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return "unknown"


by_whom = click.option("--by", default=_me, show_default="who runs it", help="Who decided this.")
sure = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command()
@click.option("--quick", is_flag=True, help="Structure and tallies only: no record is read.")
@click.option("--thorough", is_flag=True, help="Also make the index anew beside, and compare every value.")
@click.option("--repair", is_flag=True, help="First set aside records that are damaged, for `harvester retry`.")
@as_json
@click.pass_obj
def check(context: Context, quick: bool, thorough: bool, repair: bool, as_json: bool) -> None:
    """Whether store and index are as they were written, and agree. Ends with 6 where something is wrong.

    Looks at every page, checksum, tally and key; may run beside anything else.
    """
    from harvester.jobs import checking

    if quick and thorough:
        raise click.UsageError("--quick and --thorough exclude each other")
    aside = checking.repair(context.config) if repair else []
    for source, identifier in aside:
        click.echo(f"set aside: {source} {safe(identifier)}; `harvester retry {source}` fetches it again", err=True)
    wrong = 0
    for found in checking.check(context.config, quick=quick, thorough=thorough):
        wrong += bool(found.fault)
        if as_json:
            json_lines([found])
        else:
            click.echo(_line(found))
    if not as_json:
        click.echo(f"{wrong} of these are wrong" if wrong else "all is sound")
    if wrong:
        sys.exit(STORE)
    if aside:
        sys.exit(PARTIAL)


def _line(found: Check) -> str:
    head = f"{'WRONG' if found.fault else 'ok':5}  {found.place}, {found.what}"
    if found.fault:
        return safe(f"{head}: {found.fault}; {found.cure}")
    return safe(f"{head}: {found.note}" if found.note else head)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace an older backup.")
@click.pass_obj
def backup(context: Context, file: Path, force: bool) -> None:
    """Write a checked copy of the store to FILE, of one moment, also while it is in use; whole or not at all.

    The store is all that is precious: the index is made anew from it.
    """
    from harvester.jobs import keeping

    copied = keeping.backup(context.config, file, replace=force)
    click.echo(f"wrote {file}: {counted(copied.records, 'record')}, {size(copied.size)}")


@click.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def restore(context: Context, file: Path) -> None:
    """Put the backup FILE in the place of the store; the one that was there is kept beside it.

    What people decided since is taken over, and no key of a work is given out a second time.
    """
    from harvester.jobs import keeping

    kept = keeping.restore(context.config, file)
    click.echo(f"{context.config.store} is now a copy of {file}")
    if kept:
        click.echo(f"the store that was there is now {kept}")
    click.echo("next: `harvester index` makes the index anew (so does the next `harvester run`)")


@click.command()
@click.option("--older-than", metavar="90d", default="90d", show_default=True, help="Keep what is younger.")
@click.option("--vacuum", is_flag=True, help="Give the room back to the disk: needs as much again meanwhile.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.pass_obj
def prune(context: Context, older_than: str, vacuum: bool, dry_run: bool) -> None:
    """Let go of superseded versions, of what has left quarantine, and of old runs. Records and decisions always stay."""
    from harvester.jobs import keeping

    span = duration(older_than)
    if span is None or span > _LONGEST:
        raise click.BadParameter(f"{older_than!r} is no span of time; write 90d or 12w", param_hint="--older-than")
    before = iso(datetime.now(UTC) - span)
    pruned, was, now = keeping.prune(context.config, before, vacuum=vacuum, rehearse=dry_run)
    click.echo(
        f"{'would go' if dry_run else 'gone'}: {counted(pruned.versions, 'version')} ({size(pruned.version_bytes)}),"
        f" {counted(pruned.quarantine, 'quarantine entry')}, {counted(pruned.runs, 'run')} of before {before}"
    )
    if not dry_run:
        click.echo(
            f"{context.config.store}: {size(was.file)} before, {size(now.file)} now, {size(now.free)} of it free"
        )


@click.command()
@click.argument("name", type=typed)
@click.option("--reason", required=True, type=typed, help="Why: it is kept with the decision.")
@click.option(
    "--erase", is_flag=True, help="Also wipe the bytes of its records and of their past. There is no way back."
)
@by_whom
@click.pass_obj
def suppress(context: Context, name: str, reason: str, erase: bool, by: str) -> None:
    """Take the work NAME out of index, listings and exports for good, whoever sends it again.

    NAME is a DOI, a handle, a key of a work, or an identifier of a record. Backups are not touched.
    """
    from harvester.jobs import keeping

    if not reason.strip():
        raise click.BadParameter("say why", param_hint="--reason")
    what = keeping.meant(context.config, name)
    if what is None:
        raise click.UsageError(
            f"nothing here is called {name[:100]!r}; a DOI, a handle or an OAI identifier may also be suppressed ahead"
        )
    keeping.suppress(context.config, what, reason=reason, by=by, erase=erase)
    click.echo(f"suppressed {safe(what.name)}  {safe(what.label)}")
    for source, identifier in what.records:
        click.echo(f"  {source} {safe(identifier)}" + ("  (its bytes are wiped)" if erase else ""))
    for label in what.also:
        click.echo(f"  also {safe(label)}, which claims the same identifier")
    click.echo("it is kept out by: " + ", ".join(safe(s.replace("\t", " ")) for s in what.subjects))
    try:
        report = keeping.take_out(context.config, erase=erase)
    except HarvesterError:
        click.echo("that is decided and stays; the next `harvester index` takes it out of index and listings", err=True)
        raise
    if report.index is None:
        click.echo(f"it is still in {context.config.index}, which is held; `harvester reindex` takes it out", err=True)
    sys.exit(report.exit_code)


@click.command()
@click.argument("name", type=typed)
@click.option("--reason", default="", type=typed, help="Why.")
@by_whom
@click.pass_obj
def unsuppress(context: Context, name: str, reason: str, by: str) -> None:
    """Undo the suppression of NAME, as `harvester suppressed` lists it. The decision and its end both stay on record."""
    from harvester.jobs import keeping

    undone = keeping.unsuppress(context.config, name, reason=reason, by=by)
    if not undone:
        raise click.UsageError(f"{name[:100]!r} is not suppressed; `harvester suppressed` lists what is")
    for suppression in undone:
        click.echo(f"no longer suppressed: {safe(suppression.name)}")
        if suppression.erased:
            sources = {subject.partition("\t")[0] for subject in suppression.subjects if "\t" in subject}
            click.echo(
                f"its bytes were wiped: `harvester harvest --full {' '.join(sorted(sources))}` fetches them again"
            )
    click.echo("next: `harvester index` brings it back")


@click.command()
@as_json
@click.pass_obj
def suppressed(context: Context, as_json: bool) -> None:
    """What is suppressed: since when, by whom, and why."""
    from harvester.store import Store

    with Store.read_only(context.config.store) as store:
        found = store.suppressed()
    if as_json:
        json_lines(found)
        return
    for one in found:
        click.echo(safe(_suppression(one)))
    if not found:
        click.echo("nothing is suppressed")


def _suppression(one: Suppression) -> str:
    subjects = ", ".join(subject.replace("\t", " ") for subject in one.subjects)
    how = "suppressed and erased" if one.erased else "suppressed"
    return f"{one.name}  {how} {one.decided} by {one.decided_by}: {one.reason}\n    kept out by: {subjects}"


@click.group()
def source() -> None:
    """Sources that go, or are called otherwise from now on."""


@source.command()
@click.argument("name")
@sure
@by_whom
@click.pass_obj
def remove(context: Context, name: str, yes: bool, by: str) -> None:
    """Forget the source NAME: its records, its cursors, and the works that no other source describes."""
    from harvester.jobs import keeping

    share = keeping.share(context.config, name)
    if share is None:
        raise click.UsageError(f"the store knows no source {name!r}")
    click.echo(
        f"{name}: {counted(share.records, 'record')}; {counted(share.alone, 'work')} that only it describes will vanish,"
        f" {counted(share.works - share.alone, 'work')} will stay with what other sources say. Keys of works are given to no"
        " other."
    )
    _ask(f"Remove {name}?", yes)
    report = keeping.remove_source(context.config, name, by=by)
    click.echo(f"removed {name}")
    if name in context.config.sources:
        click.echo(
            f"it still stands in {context.path}: take [source.{name}] out, else the next run harvests it again",
            err=True,
        )
    sys.exit(report.exit_code)


@source.command()
@click.argument("old")
@click.argument("new")
@sure
@click.pass_obj
def rename(context: Context, old: str, new: str, yes: bool) -> None:
    """Let all that is known of the source OLD stand under the name NEW: records, cursors, runs, what was learned."""
    from harvester.jobs import keeping

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", new):
        raise click.BadParameter(f"{new!r}: a name has small letters, digits, - and _ only", param_hint="NEW")
    share = keeping.share(context.config, old)
    if share is None:
        raise click.UsageError(f"the store knows no source {old!r}")
    click.echo(
        f"{old}: {counted(share.records, 'record')} and {counted(share.works, 'work')} keep their keys and go on as {new}"
    )
    _ask(f"Rename {old} to {new}?", yes)
    keeping.rename_source(context.config, old, new)
    click.echo(f"renamed {old} to {new}")
    if old in context.config.sources:
        click.echo(f"next: rename [source.{old}] to [source.{new}] in {context.path}, then `harvester index`")
    else:
        click.echo("next: `harvester index`")


def _ask(question: str, yes: bool) -> None:
    """Nothing is done unless somebody says so: a script says --yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here, so nothing was done; say --yes")
    click.confirm(question, abort=True)


COMMANDS = (check, backup, restore, prune, suppress, unsuppress, suppressed, source)

"""Commands are explained, and what the pages tell people to type can be typed."""

from __future__ import annotations

import re
import shlex

import click
import pytest
from click.testing import CliRunner
from docs_pages import PAGES, fenced, prose, shell_lines, text

from docs import pages
from harvester.cli import commands, group


def every_command() -> list[tuple[str, click.Command]]:
    commands()
    return [(name, command) for name, command, _ in pages.walk(pages.root())]


def typed() -> list[tuple[str, list[str]]]:
    """(page, arguments) of each ``harvester`` that stands on a page: in shell blocks, timers and running text.

    Running text may name a command without its arguments: its help is asked for, which needs none.
    """
    found = [(page, words[1:]) for page, words in shell_lines() if words[0] == "harvester"]
    for page in PAGES:
        content = page.read_text(encoding="utf-8")
        blocks = "".join(fenced(content, "ini") + fenced(content, "text"))
        found += [(page.name, shlex.split(line)) for line in re.findall(r"/bin/harvester ([^>\n]*)", blocks)]
        spans = re.findall(r"`harvester ([^`\n]+)`", prose(content))
        found += [(page.name, [*shlex.split(span), "--help"]) for span in spans]
    return found


def _nothing(*_: object, **__: object) -> None:
    pass


@pytest.fixture
def only_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are parsed as ever, and then do nothing."""
    for _, command in every_command():
        monkeypatch.setattr(command, "callback", _nothing)


@pytest.mark.parametrize(("name", "command"), every_command())
def test_a_command_and_its_options_are_explained(name: str, command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]}"
    assert f"\n## {name}\n" in text("docs/commands.md")


@pytest.mark.usefixtures("only_parsed")
def test_what_the_pages_tell_people_to_type_is_understood() -> None:
    lines = typed()
    assert len(lines) > 40
    for page, arguments in lines:
        result = CliRunner().invoke(group, arguments)
        assert result.exit_code == 0, f"{page}: harvester {shlex.join(arguments)}: {result.output}"


@pytest.mark.usefixtures("only_parsed")
def test_a_mistyped_option_would_be_found() -> None:
    assert CliRunner().invoke(group, ["reindex", "--worker-count", "2"]).exit_code == 2
    assert CliRunner().invoke(group, ["reindexx"]).exit_code == 2


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = {words[1] for _, words in shell_lines() if words[0] == "make"}
    for page in PAGES:
        named |= set(re.findall(r"`make ([a-z-]+)`", prose(page.read_text(encoding="utf-8"))))
    assert {"demo", "test"} <= named <= targets

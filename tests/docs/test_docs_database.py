"""The databases are explained, and every question on the pages has an answer in the index of the sandbox."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from docs_pages import fenced, shell_lines, text
from sqlite_utils.cli import cli as sqlite_utils

from harvester import jobs
from harvester.config import Config, load
from harvester.jobs import keeping
from harvester.sandbox import Sandbox, write_config
from harvester.store import Store
from harvester.tables import Table, database

QUESTIONS, _, OF_THE_STORE = text("docs/database.md").partition("\n## store.db\n")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The sandbox, harvested and indexed."""
    folder = tmp_path_factory.mktemp("docs")
    with Sandbox() as served:
        write_config(served, folder)
        jobs.run(load(folder / "config.toml"), jobs.Plan())
    return load(folder / "config.toml")


QUIET = ("compared", "coverage_candidates", "review", "related_works", "parted", "decisions")
"""Views that hold nothing of the sandbox: nothing there is in doubt."""


def quiet(sql: str) -> bool:
    return any(f"from {view}" in sql for view in QUIET)


def answers(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def in_short(sql: str) -> str:
    return " ".join(sql.split())[:50]


def of_tool(tool: str) -> list[list[str]]:
    return [words for _, words in shell_lines() if words[0] == tool]


@pytest.mark.parametrize("table", database("index", "table"), ids=lambda t: t.name)
def test_a_table_of_the_index_and_its_columns_have_comments(table: Table) -> None:
    assert table.comment
    assert [c.name for c in table.columns if not c.comment] == []


@pytest.mark.parametrize("view", database("index", "view"), ids=lambda v: v.name)
def test_a_view_of_the_index_has_a_comment(view: Table) -> None:
    assert view.comment
    assert view.columns


def test_a_table_of_the_store_has_a_comment() -> None:
    assert [t.name for t in database("store", "table") if not t.comment] == []


@pytest.mark.parametrize("sql", fenced(QUESTIONS, "sql"), ids=in_short)
def test_a_question_has_an_answer(config: Config, sql: str) -> None:
    for statement in filter(str.strip, sql.split(";")):
        assert answers(config.index, statement) or quiet(statement)


@pytest.mark.parametrize("sql", fenced(OF_THE_STORE, "sql"), ids=in_short)
def test_a_question_to_the_store_has_an_answer(config: Config, sql: str) -> None:
    assert answers(config.store, sql)


def test_every_view_answers(config: Config) -> None:
    for view in database("index", "view"):
        assert answers(config.index, f"select * from {view.name}") or view.name in QUIET, view.name


def test_queries_in_shell_lines_have_answers(config: Config) -> None:
    selects = [words for words in of_tool("sqlite3") if words[2].startswith("select")]
    assert selects
    for _, file, sql in selects:
        assert answers({"data/index.db": config.index, "data/store.db": config.store}[file], sql), sql
    searches = of_tool("sqlite-utils")
    assert searches
    for _, verb, _, *rest in searches:
        result = CliRunner().invoke(sqlite_utils, [verb, str(config.index), *rest])
        assert result.exit_code == 0, result.output
        assert "eadership" in result.output


def test_a_backup_is_a_whole_store(config: Config, tmp_path: Path) -> None:
    name = next(words[2] for _, words in shell_lines() if words[:2] == ["harvester", "backup"])
    keeping.backup(config, tmp_path / name)
    with Store.open(tmp_path / name) as copy, Store.read_only(config.store) as store:
        assert copy.last_change() == store.last_change() > 0
        assert copy.health() == store.health()

"""The item page of a repository, field by field, read back from index.db by SQL after harvesting its xoai."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from harvester import jobs, query
from harvester.config import load
from harvester.jobs import Plan
from harvester.sandbox import Sandbox, write_config

WORK = "(select id from works where handle = '10044/1/85584')"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("item")
    with Sandbox() as served:
        write_config(served, folder)
        config = load(folder / "config.toml")
        jobs.run(config, Plan(sources=("spiral",)))
    with query.open_index(config.index) as db:
        yield db


@pytest.mark.parametrize(
    ("label", "sql", "expected"),
    [
        (
            "Title",
            f"select title from works where id = {WORK}",
            [
                "Sharing leadership: current attitudes, barriers and needs of clinical and non-clinical managers in UK’s"
                " integrated care system"
            ],
        ),
        (
            "Authors",
            f"select name from contributors where work_id = {WORK} and role = 'author' order by position",
            ["Aufegger, L", "Alabi, M", "Darzi, A", "Bicknell, C"],
        ),
        ("Item Type", f"select type from works where id = {WORK}", ["article"]),
        ("Issue Date", f"select value from dates where work_id = {WORK} and type = 'issued'", ["2020-09-28"]),
        ("Date of Acceptance", f"select value from dates where work_id = {WORK} and type = 'accepted'", ["2020-04-28"]),
        ("URI", f"select value from identifiers where work_id = {WORK} and scheme = 'handle'", ["10044/1/85584"]),
        ("DOI", f"select doi from works where id = {WORK}", ["10.1136/leader-2020-000228"]),
        ("ISSN", f"select issn from works where id = {WORK}", ["2398-631X"]),
        ("Publisher", f"select publisher from works where id = {WORK}", ["BMJ Publishing Group"]),
        ("Start Page", f"select value from details where work_id = {WORK} and element = 'start_page'", ["128"]),
        ("End Page", f"select value from details where work_id = {WORK} and element = 'end_page'", ["134"]),
        ("Journal / Book Title", f"select container_title from works where id = {WORK}", ["BMJ Leader"]),
        ("Volume", f"select volume from works where id = {WORK}", ["4"]),
        ("Issue", f"select issue from works where id = {WORK}", ["3"]),
        (
            "Copyright Statement",
            f"select rights from works where id = {WORK}",
            [
                "© Author(s) (or their employer(s)) 2020. No commercial re-use. See rights and permissions. Published by BMJ."
            ],
        ),
        (
            "Sponsor/Funder",
            f"select funder_name from funding where work_id = {WORK} and funder_name is not null order by position",
            [
                "Imperial College Healthcare NHS Trust- BRC Funding",
                "National Institute of Health Research",
                "National Institute for Health Research",
            ],
        ),
        (
            "Funder's Grant Number",
            f"select award_number from funding where work_id = {WORK} and award_number is not null",
            ["RDB04"],
        ),
        (
            "Funder's Grant Number, the placeholder",
            f"select raw from findings where work_id = {WORK} and code = 'award-placeholder'",
            ["n/a"],
        ),
        ("Publication Status", f"select publication_status from works where id = {WORK}", ["published"]),
        (
            "Online Publication Date",
            f"select value from dates where work_id = {WORK} and type = 'online'",
            ["2020-05-13"],
        ),
        (
            "Appears in Collections",
            f"select name from collections where work_id = {WORK} and set_spec like 'col_%' order by position",
            ["Department of Surgery and Cancer", "Institute of Global Health Innovation"],
        ),
        (
            "File",
            f"select name || '|' || description || '|' || version || '|' || size_label || '|' || format_label from files"
            f" where work_id = {WORK}",
            ["SL in ICS_revisions01_ Symplectic.docx|Accepted version|AM|92.9 kB|Microsoft Word"],
        ),
    ],
)
def test_field(index: sqlite3.Connection, label: str, sql: str, expected: list[str]) -> None:
    assert [value for (value,) in index.execute(sql)] == expected


def test_the_abstract_is_whole(index: sqlite3.Connection) -> None:
    ((abstract,),) = index.execute(f"select abstract from works where id = {WORK}").fetchall()
    assert abstract.startswith("Background As systems become more complex, shared leadership (SL) has been suggested")
    assert abstract.endswith("with clear lines of communication.")
    assert len(abstract) > 1500

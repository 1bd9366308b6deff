"""Datasette at ``/data``: at its place, with what the schema says, up to date, and closed to what is nobody's business."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
from starlette.testclient import TestClient

from harvester import jobs
from harvester.config import Config, load
from harvester.serve import data
from harvester.serve.data import describing, mounting, reading
from harvester.serve.data.aside import Aside
from harvester.serve.data.unnamed import PAGELESS
from harvester.tables import database
from tests.serve.conftest import client_of, settings_of

PAGES = ["", "/", "/index", "/index/works", "/index/works/1", "/index/evidence_listing", "/index/new_works",
         "/index/findings?_facet=code", "/index/works?_search=leadership&_facet=type", "/index?sql=select+1"]  # fmt: skip
OF_ALL = [*database("index", "table"), *database("index", "view")]
ASKED = {query.name: query for query in describing.queries()}


@contextmanager
def client_for(config: Config, base_url: str = "", milliseconds: int = 60_000) -> Iterator[TestClient]:
    """Statements may take as long as a busy machine makes them, unless it is said how long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(mounting._SETTINGS, "sql_time_limit_ms", milliseconds)
        with client_of(settings_of(config, base_url, data=True)) as client:
            yield client


@pytest.fixture(scope="module")
def tables(config: Config) -> Iterator[TestClient]:
    with client_for(config) as client:
        yield client


@pytest.fixture(scope="module")
def hasty(config: Config) -> Iterator[TestClient]:
    """With the limit that holds."""
    with client_for(config, milliseconds=reading.STATEMENT_MS) as client:
        yield client


def asked(client: TestClient, sql: str, **parameters: str) -> tuple[int, dict[str, Any]]:
    answer = client.get("/data/index.json", params={"sql": sql, "_shape": "objects", **parameters})
    return answer.status_code, answer.json()


def rows(client: TestClient, sql: str, **parameters: str) -> list[dict[str, Any]]:
    status, found = asked(client, sql, **parameters)
    assert status == 200, found
    return list(found["rows"])


# --- where it is -----------------------------------------------------------------------------------------------------


def test_it_is_off_unless_it_is_asked_for(client: TestClient) -> None:
    assert client.get("/data").status_code == 404
    assert client.get("/data/index/works").status_code == 404


def test_who_asks_for_it_without_datasette_is_told_what_to_install(
    installed: Path,
    command_line: Callable[..., tuple[int, bytes, bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "config.toml"
    text = (installed / "config.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("[web]\n", "[web]\ndata = true\n"), encoding="utf-8")
    monkeypatch.setattr(data, "find_spec", lambda _: None)
    code, _, said = command_line("-c", str(file), "serve", "--port", "0")
    assert code == 2
    assert b"web.data: Datasette is not installed: `pip install 'evidence-harvester[datasette]'`" in said


@pytest.mark.parametrize("base_url", ["", "https://library.example.org", "https://library.example.org/data/evidence"])
@pytest.mark.parametrize("kept", [True, False], ids=["the proxy keeps the prefix", "the proxy takes it away"])
def test_each_link_leads_to_where_it_stands(config: Config, base_url: str, kept: bool) -> None:
    root = re.sub(r"https://[^/]*", "", base_url)
    with client_for(config, base_url) as client:
        for page in PAGES:
            answer = client.get(f"{root if kept else ''}/data{page}")
            assert answer.status_code == 200, page
            links = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
            assert links
            assert [link for link in links if not link.startswith(f"{root}/data")] == []
            assert [link for link in links if link.startswith(f"{root}/data/data")] == []


def test_whole_addresses_are_those_that_the_public_knows(config: Config) -> None:
    with client_for(config, "https://library.example.org/evidence") as client:
        found = client.get("/data/index/works.json?_size=1").json()
    assert found["next_url"].startswith("https://library.example.org/evidence/data/index/works.json?")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/data/index/", "/data/index"),
        ("/data/index/works/", "/data/index/works"),
        ("/data//evil.example.com/", "/data/evil.example.com"),
        ("/data/index/a%2Fb", "/data/index/a~2Fb"),
    ],
)
def test_it_redirects_to_itself(tables: TestClient, path: str, location: str) -> None:
    answer = tables.get(path)
    assert (answer.status_code, answer.headers["location"]) == (302, location)


# --- what it says ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [t for t in OF_ALL if t.name not in PAGELESS], ids=lambda t: t.name)
def test_a_page_of_a_table_or_view_says_what_the_schema_says(tables: TestClient, table: Any) -> None:
    answer = tables.get(f"/data/index/{table.name}?_size=1")
    assert answer.status_code == 200
    plain = answer.text.replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    assert table.comment[1:].rstrip(".") in plain
    for column in table.columns:
        assert column.comment in plain


@pytest.mark.parametrize("query", ASKED.values(), ids=lambda q: q.name)
def test_a_query_at_hand_answers_and_explains_itself(tables: TestClient, query: describing.Query) -> None:
    assert query.title
    assert query.about
    assert [p.name for p in query.parameters if not p.comment] == []
    page = tables.get(f"/data/index/{query.name}")
    assert page.status_code == 200
    assert query.title in page.text
    for parameter in query.parameters:
        assert f'name="{parameter.name}"' in page.text
    assert "Error" not in page.text


@pytest.mark.parametrize(
    ("name", "parameters", "least"),
    [
        ("new_works", {}, 100),
        ("new_works", {"since": "2999-01-01"}, 0),
        ("new_works", {"source": "bmj-leader"}, 1),
        ("new_works", {"source": "nobody"}, 0),
        ("retracted_works", {}, 1),
        ("retracted_works", {"since": "2999-01-01"}, 0),
        ("sources_disagree", {}, 1),
        ("sources_disagree", {"element": "title", "source": "nobody"}, 0),
        ("embargoed_manuscripts", {}, 0),
        ("works_without_doi", {}, 1),
        ("works_without_doi", {"type": "nothing"}, 0),
        ("coverage_of_journal", {"journal": "BMJ Leader"}, 1),
        ("coverage_of_journal", {"state": "nothing"}, 0),
        ("findings_by_source", {}, 1),
        ("findings_by_source", {"level": "error"}, 0),
        ("pairs_to_review", {}, 0),
        ("who_said_it", {"work": "10.1136/leader-2020-000228"}, 5),
        ("who_said_it", {"work": "doi:10.1136/leader-2020-000228"}, 5),
    ],
)
def test_a_query_at_hand_finds_what_it_is_for(
    tables: TestClient, name: str, parameters: dict[str, str], least: int
) -> None:
    found = tables.get(f"/data/index/{name}.json", params={"_shape": "objects", **parameters}).json()
    assert found["ok"], found
    assert len(found["rows"]) >= least
    assert least or not found["rows"]


def test_every_query_at_hand_is_tried() -> None:
    (tried,) = (m for m in test_a_query_at_hand_finds_what_it_is_for.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {name for name, *_ in tried.args[1]} == set(ASKED)


def test_a_table_can_be_had_whole(tables: TestClient, config: Config) -> None:
    with closing(sqlite3.connect(config.index)) as db:
        (works,) = db.execute("select count(*) from works").fetchone()
    lines = tables.get("/data/index/records.csv?_stream=1&_col=source").text.splitlines()
    assert len(lines) > works
    assert (
        rows(tables, "select count(*) as n from works_fts where works_fts match :word", word="leadership")[0]["n"] > 10
    )


# --- up to date ------------------------------------------------------------------------------------------------------


def held(folder: Path) -> set[str]:
    """Files of a folder that this process has open, also such as are deleted."""
    links = []
    for each in Path("/proc/self/fd").iterdir():
        try:
            links.append(os.readlink(each))  # noqa: PTH115 - one of a file that is deleted is no path
        except FileNotFoundError:
            continue  # the one of the listing itself
    return {Path(link.split(" ")[0]).name for link in links if link.startswith(str(folder))}


def test_it_follows_the_index(copied: Path) -> None:
    config = load(copied / "config.toml")
    generation = "select value from meta where name = 'generation'"
    with client_for(config) as client:
        before = rows(client, generation)
        first = config.index.resolve().name
        assert first in held(copied)
        for _ in range(3):
            jobs.reindex(config)
        assert rows(client, generation) != before
        assert client.get("/data/index/works").status_code == 200
        assert config.index.resolve().name != first
        assert first not in held(copied)
        config.index.unlink()
        answer = client.get("/data/index/works.json")
        assert answer.status_code == 503
        assert str(copied) not in answer.text
        jobs.reindex(config)
        assert client.get("/data/index/works.json").status_code == 200


# --- what is nobody's business ---------------------------------------------------------------------------------------

CURATOR = "Zebedee Quux"


@pytest.fixture(scope="module")
def decided(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """An installation in which somebody decided all kinds of things, some against others."""
    import shutil

    from click.testing import CliRunner

    from harvester.cli import commands, group

    folder = tmp_path_factory.mktemp("decided") / "installation"
    shutil.copytree(installed, folder, symlinks=True)
    commands()
    one, two, three, four = (
        f"10.5555/leader-{n}" for n in ("2018-900001", "2018-900002", "2019-900003", "2019-900004")
    )
    by = ("--by", CURATOR, "--reason", f"{CURATOR} knows it")
    for words in (
        ("pin", one, "title=Decided", "volume=", "update_status=retraction", "authors=Darzi, A", "container.title=X"),
        ("pin", "10.1136/leader-2020-000228", "update_status=correction"),
        ("same", one, two),
        ("same", two, three),
        ("different", one, three),
        ("different", three, four),
    ):
        ended = CliRunner().invoke(group, ["-c", str(folder / "config.toml"), "decide", *words, *by])
        assert ended.exit_code == 0, ended.output
    return load(folder / "config.toml")


@pytest.fixture(scope="module")
def of_decided(decided: Config) -> Iterator[TestClient]:
    with client_for(decided) as client:
        yield client


def test_no_name_of_who_decided_something_is_told(decided: Config, of_decided: TestClient) -> None:
    with closing(sqlite3.connect(decided.index)) as db:
        tables = [t.name for t in OF_ALL if t.name not in ("works_fts", "works_words")]
        telling = {t for t in tables if any(CURATOR in str(row) for row in db.execute(f"select * from {t}"))}
    assert telling >= {"decided", "pinned", "value_sources", "work_updates", "reasons", "provenance", "updates"}
    for table in tables:
        for path in (f"/data/index/{table}.json?_shape=array&_size=max", f"/data/index/{table}?_size=max"):
            answer = of_decided.get(path)
            assert CURATOR not in answer.text, path
            assert answer.status_code == (403 if table in PAGELESS else 200)
        status, found = asked(of_decided, f"select * from {table}")
        assert CURATOR not in str(found), table
        assert (status == 400) is (table in ("decided", "pinned", "decisions")), found
    for query in ASKED:
        answer = of_decided.get(f"/data/index/{query}.json?work={quote('10.5555/leader-2018-900001')}")
        assert answer.status_code == 200
        assert CURATOR not in answer.text
    pinned = rows(
        of_decided, "select value, source, rule from provenance where element = 'title' and value = 'Decided'"
    )
    assert pinned == [{"value": "Decided", "source": "curator: not named", "rule": "curator: not named"}]
    assert rows(of_decided, "select distinct source from updates where type = 'retraction' and source like 'curator%'")
    joined = rows(of_decided, "select distinct evidence from joins where joined_by = 'decision'")
    assert joined == [{"evidence": "a person decided it"}]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from decided",
        "select * from decisions",
        "select decided_by from pinned",
        "select max(reason) from pinned",
        "select * from pinned natural join decided",
        "select rule from main.value_sources",
        'select rule from "main".value_sources',
        "select rule from [MAIN] . value_sources",
        "select rule from `Main`/**/./**/value_sources",
        "with provenance as (select rule from main.value_sources) select * from provenance",
        "with value_sources as (select rule from value_sources) select * from value_sources",
        "select rule from value_sources",
        "with provenance as (select rule from value_sources) select * from provenance",
        "select rule from temp.value_sources",
        "select (select group_concat(rule) from value_sources)",
        "select * from sqlite_temp_master",
        "select * from sqlite_stat1",
        "select sources from work_updates union all select evidence from reasons union all select message from findings",
        "explain select decided_by from decided",
    ],
)
def test_no_statement_reaches_a_name(of_decided: TestClient, sql: str) -> None:
    for path in ("/data/index.json", "/data/index.csv", "/data/index"):
        answer = of_decided.get(path, params={"sql": sql})
        assert answer.status_code in (200, 400)
        assert CURATOR not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/-/databases.json",
        "/-/threads",
        "/-/settings",
        "/-/plugins",
        "/-/metadata",
        "/-/versions",
        "/-/auth-token?token=x",
        "/_internal",
        "/_internal/tables",
        "/_memory",
        "/index.db",
        "/index/value_sources/1",
        "/index/decided/1",
        "/index/DECIDED",
    ],
)
def test_nothing_is_told_of_the_machine_and_of_what_is_private(tables: TestClient, config: Config, path: str) -> None:
    answer = tables.get(f"/data{path}")
    assert answer.status_code in (403, 404)
    assert str(config.index.parent) not in answer.text


# --- hostile ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "select load_extension('/usr/lib/x.so')",
        "attach '/etc/passwd' as x",
        "with x as (select 1) select * from x; attach 'a' as b",
        "select * from pragma_database_list",
        "select * from pragma_table_list",
        "select * from pragma_compile_options",
        "pragma writable_schema = 1",
        "delete from works",
        "with x as (select 1) delete from works",
        "with x as (select 1) insert into meta values ('a', 'b')",
        "with x as (select 1) update works set title = ''",
        "explain insert into meta values ('a', 'b')",
        "create temp view value_sources as select 1",
        "vacuum into '/tmp/copy.db'",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select * from n, n, n order by 1",
        "select count(*) from works a, works b, works c, works d, works e",
        "select hex(zeroblob(100000000))",
        "select randomblob(3000000) from works",
        "select printf('%.*c', 3000000, 'x') from works",
        "select group_concat(record) from (select record from records, (select 1 union all select 2), records r2)",
        "select replace(replace(replace(printf('%.*c', 999, 'a'), 'a', 'aaaaaaaaaaaaaaaaa'), 'a', 'aaaaaaaa'), 'a', 'aaaaaaaa')",
        f"select {', '.join(['1'] * 200)}",
        f"select '{'a' * 5000}' like '{'%a' * 1500}b'",
        f"select {'(' * 2000}1{')' * 2000}",
        "select * from works where title match 'x'",
        "select * from works_fts where works_fts match '\"unbalanced'",
        "select \x00",
        "select 'no end",
        "select :a, @b, $c, ?1",
        "select * from no_such_table",
        "",
        "select 1&_timelimit=abc&_size=x",
    ],
)
def test_a_hostile_statement_is_refused_or_ended(hasty: TestClient, sql: str) -> None:
    for path in ("/data/index.json", "/data/index.csv"):
        answer = hasty.get(f"{path}?_shape=array&sql={quote(sql, safe='&=')}")
        assert answer.status_code in (200, 400), answer.text
        assert answer.elapsed.total_seconds() < 20
        assert "Traceback" not in answer.text
    assert rows(hasty, "select 1 as one") == [{"one": 1}]


@pytest.mark.parametrize(
    "path",
    [
        "/index/works?_sort=nope",
        "/index/works.json?_sort_desc=%F0%9F%92%A5",
        "/index/works?_size=-1",
        "/index/works.json?_next=x&_size=99999999999999999999",
        "/index/works.json?_shape=nope",
        "/index/works?_facet=nope",
        "/index/works?_where=main.works.id",
        "/index/works?_through=[]",
        "/index/works?id__in=[",
        "/index/works.xyz",
        "/index/works/x",
        "/index/%ff",
        "/index/new_works.json?_timelimit=abc",
        "/-/static/../../app.py",
        "/-/static/%2e%2e/app.py",
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_an_odd_request_is_not_our_mistake(tables: TestClient, path: str) -> None:
    answer = tables.get(f"/data{path}")
    gc.collect()  # Datasette leaves coroutines behind where it fails
    assert answer.status_code < 500
    assert "import" not in answer.text
    assert "Traceback" not in answer.text


def test_what_is_too_large_is_not_kept(hasty: TestClient) -> None:
    wide = ",".join(["printf('%.*c', 2000000, 'x')"] * 39)
    process = psutil.Process()

    def refused() -> None:
        answer = hasty.get("/data/index.json", params={"sql": f"select {wide} from works"})
        assert answer.status_code == 400, answer.text
        assert "the result is larger than 16 MB" in answer.text or "too long" in answer.text

    refused()
    before = process.memory_info().rss
    for _ in range(4):
        refused()
    assert process.memory_info().rss - before < 150 * 1024 * 1024


def test_a_page_that_takes_long_keeps_nobody_else_waiting() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        time.sleep(0.5)
        await send({"type": "http.response.start", **await receive()})

    async def asked() -> tuple[list[Any], int]:
        said: list[Any] = []

        async def receive() -> Any:
            return {"status": 200}

        async def send(message: Any) -> None:
            said.append(message)

        meanwhile = 0
        page = asyncio.create_task(aside({}, receive, send))
        while not page.done():
            await asyncio.sleep(0.01)
            meanwhile += 1
        await page
        return said, meanwhile

    aside = Aside(slow)
    said, meanwhile = asyncio.run(asked())
    aside.close()
    assert said == [{"type": "http.response.start", "status": 200}]
    assert meanwhile > 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_only_reads(tables: TestClient, method: str) -> None:
    answer = tables.request(method, "/data/index/works")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("page", PAGES)
def test_its_answers_carry_what_all_answers_carry(tables: TestClient, page: str) -> None:
    answer = tables.get(f"/data{page}")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    scripts = policy.partition("script-src ")[2].partition(";")[0]
    assert "unsafe" not in scripts
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in answer.headers


def test_crawlers_are_told_to_stay_out(tables: TestClient) -> None:
    assert "Disallow: /data" in tables.get("/robots.txt").text

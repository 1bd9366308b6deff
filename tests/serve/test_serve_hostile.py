"""Any input is answered in words: no bug, no text of SQLite, nothing of the caller's that is not escaped."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote, urlencode

import lxml.html
import pytest
import small_index
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from small_index import doi, single
from starlette.testclient import TestClient

from harvester import pages
from harvester.config import Config
from harvester.listing import Listing, Section
from harvester.pages.addresses import file_name, quoted
from harvester.record import Contributor, Description, File, Identifier, Record, Relation, Subject
from harvester.serve import Settings
from tests.serve.conftest import client_of, settings_of

QUERIES = (
    '"unbalanced', "bmj-leader", "a AND", "NEAR(", "title:", "*", "^", "-", "--", "'; drop table works; --", "%00", "\0", "a\0b",
    "(((((", ")", "year:9999999999999999999-", "year:x", "doi:", "{}", "a:b:c",
    "\u202eevil", "领导力", "قيادة", "👩‍⚕️", "é" * 3000,
    "a " * 5000, '"' * 999, "OR OR OR", "NOT", "<script>alert(1)</script>", "\\", "\ufffe", "is:retracted is:retracted", "+",
    "a*b*c*",
    "issn:", "rank", "rowid", "works_fts", "\u0130" * 50, "\n\r\t", "http://", "https://doi.org/", "10.", "x" * 10_000,
)  # fmt: skip
PARAMETERS = (
    "type",
    "source",
    "journal",
    "year",
    "language",
    "subject",
    "access",
    "from",
    "to",
    "sort",
    "size",
    "page",
    "after",
)
SAID_BY_SQLITE = re.compile(r"sqlite|fts5|syntax error|no such column|OperationalError|Traceback", re.IGNORECASE)


@pytest.fixture(scope="module")
def asked(config: Config) -> Iterator[TestClient]:
    with client_of(settings_of(config)) as client:
        yield client


def answered(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code in (200, 302, 404, 414), (path, answer.status_code, answer.text[:300])
    assert not SAID_BY_SQLITE.search(answer.text), path
    return str(answer.text)


@pytest.mark.parametrize("text", QUERIES)
def test_any_query_is_answered(asked: TestClient, text: str) -> None:
    query = urlencode({"q": text[:8000]}, errors="replace")
    for path in ("/search", "/api/works", "/search/feed.atom", "/search/report"):
        page = answered(asked, f"{path}?{query}")
        assert "<script>alert" not in page or path.startswith("/api")


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from(("q", *PARAMETERS)), st.text(max_size=60), max_size=5))
def test_any_parameters_are_answered(asked: TestClient, parameters: dict[str, str]) -> None:
    query = urlencode(parameters, errors="replace")
    for path in ("/search", "/api/works", "/api/facets", "/search/feed.json"):
        answered(asked, f"{path}?{query}")


@settings(max_examples=25)
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_any_address_is_answered(asked: TestClient, text: str) -> None:
    for place in ("/", "/work/", "/record/", "/listing/", "/api/works/", "/static/", "/sitemap-"):
        answered(asked, place + quote(text, safe="/:"))


@pytest.mark.parametrize(
    "query",
    [
        "q=%", "q=%zz", "q=%ff%fe", "&&&&", "=", "q", "q=a&q=b", ";" * 500, "size=-1", "size=99999999999999999999", "page=-5",
        "page=1e9", "after=%00%ff", "sort=random()", "from=abc&to=-1", "from=9999&to=1",
        "type=" + "&type=".join(map(str, range(400))),
        "format=../../etc/passwd", "q=" + "a" * 15_000, "after=" + "A" * 5000,
    ],
)  # fmt: skip
def test_raw_queries_are_answered(asked: TestClient, query: str) -> None:
    for path in ("/search", "/api/works", "/api/facets", "/search/works.ris", "/work/doi:10.1136/leader-2020-000228"):
        answered(asked, f"{path}?{query}")


def test_what_is_too_long_is_said_to_be(asked: TestClient) -> None:
    assert asked.get("/search?q=" + "a" * 20_000).status_code == 414
    assert asked.get("/" + "a" * 20_000).status_code == 414


@settings(max_examples=200)
@given(st.text(max_size=300), st.text(max_size=300))
def test_keys_have_addresses_of_their_own(key: str, other: str) -> None:
    clean = key.encode("utf-8", "replace").decode()
    assert re.fullmatch(r"[!-~]*", quoted(key))
    assert not re.search(r'[<>"\s?#]', quoted(key))
    name = file_name(f"doi:{key}")
    assert re.fullmatch(r"doi/[a-z0-9._()/-]+\.html", name), name
    assert ".." not in name.split("/")
    assert max(map(len, name.split("/"))) < 200
    if clean != other.encode("utf-8", "replace").decode():
        assert file_name(f"doi:{clean}") != file_name(f"doi:{other}")


# --- what sources sent -----------------------------------------------------------------------------------------------

EVIL = "</title></script><script>alert('x')</script><img src=x onerror=alert(1)> \" ' & \u202e]]> {{ 7*7 }} {% raw %}"


def _hostile() -> Record:
    return Record(
        title=EVIL,
        contributors=tuple(
            Contributor(name=EVIL, family=EVIL, given=EVIL, orcid="0000-0001-5109-3700") for _ in range(3000)
        ),
        identifiers=(
            doi("10.1/<script>alert(1)</script>"),
            Identifier("url", "javascript:alert(1)"),
            Identifier("odd", EVIL),
        ),
        url="javascript:alert(1)",
        descriptions=(Description(EVIL * 2000), Description(EVIL, "note", 'en" onclick="x')),
        subjects=tuple(Subject(f"{EVIL} {n}") for n in range(500)),
        language=('en" onclick="x',),
        files=(
            File(url="javascript:alert(1)", name=EVIL, mime='a/b"; rel="x'),
            File(url="https://ok.example/a.pdf", name=EVIL),
        ),
        relations=(Relation("is-retracted-by", "url", "data:text/html,x"), Relation(EVIL, "odd", EVIL)),
        issued="2020-99-99",
        type="article",
        volume=EVIL,
        update_status="retraction",
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path = tmp_path_factory.mktemp("hostile") / "index.db"
    works = [
        single(1, _hostile(), key="doi:10.1/<script>alert(1)</script>"),
        single(2, Record(), key=f"local:x:{EVIL}"),
        single(3, Record(title="\x02marks\x03 \x00 \ufffe \U0001f469", identifiers=(doi("10.1/c"),))),
        single(4, Record(title="x" * 50_000, identifiers=(doi("10.1/d%2F..%00?#"),)), key="doi:10.1/d..\0?#"),
    ]
    small_index.create(path, works)
    with closing(sqlite3.connect(path)) as db:
        db.executemany(
            "insert into listing_items values ('l', ?, 1, ?, ?, ?, 'rule')", [(EVIL, n, n, EVIL) for n in (1, 2, 3, 4)]
        )
        db.commit()
    listings = {"l": Listing(EVIL, EVIL, (Section(EVIL, EVIL),))}
    site = pages.site(pages.Web(title=EVIL), listings)  # with all styles
    with client_of(Settings(index=path, site=site)) as client:
        yield client


def test_what_sources_sent_stays_text(hostile: TestClient) -> None:
    with_keys = [f"/work/{quoted(key)}" for key in (
        "doi:10.1/<script>alert(1)</script>", f"local:x:{EVIL}", "doi:10.1/c", "doi:10.1/d..\0?#")]  # fmt: skip
    for path in ("/", "/about", "/search", "/search?q=marks", "/listing/l", "/search/report", "/record/10", *with_keys):
        answer = hostile.get(path)
        assert answer.status_code == 200, (path, answer.text[:200])
        assert len(answer.content) < 2_000_000
        page = lxml.html.document_fromstring(answer.text)
        assert not page.xpath("//img | //@onclick | //@onerror"), path
        scripts = page.xpath("//script[not(@src)]")
        assert all(script.get("type") == "application/ld+json" for script in scripts)
        assert not [link for link in page.xpath("//@href | //@src") if re.match(r"\s*(javascript|data):", link)]
        assert "\u202e" not in answer.text
        assert "49" not in page.xpath("//title")[0].text
        assert answer.headers.get("link", "").isascii()


def test_feeds_and_files_of_them_can_be_parsed(hostile: TestClient) -> None:
    for path in ("/listing/l/feed.atom", "/search/feed.atom", "/sitemap.xml", "/opensearch.xml"):
        assert len(etree.fromstring(hostile.get(path).content))
    for path in ("/listing/l/feed.json", "/api/works", "/api/facets", "/listing/l/listing.csl.json"):
        assert hostile.get(path).json()
    for ending in ("ris", "bib", "csv"):
        assert hostile.get(f"/search/works.{ending}").status_code == 200

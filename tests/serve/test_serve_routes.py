"""Every address with its answer, and what stands around each."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest
import small_index
from lxml import etree
from msgspec.structs import replace
from starlette.testclient import TestClient

from harvester import query
from harvester.config import Config
from harvester.pages import Site
from harvester.record import Record
from harvester.serve import Settings
from harvester.serve.routes import ROUTES
from tests.serve.conftest import client_of, settings_of

MERGED = "doi:10.1136/leader-2020-000228"
PAGES = (
    "/", "/about", "/listing/evidence-base", "/search", "/search?q=leadership&type=article&from=2019", "/search?q=zzzqqq",
    f"/work/{MERGED}", "/record/1", "/search/report?q=leadership",
)  # fmt: skip
"""One of each kind."""
MORE_PAGES = (
    "/search?q=is:retracted", "/search?q=title:%22sharing+leadership%22", "/search?page=2&sort=title", "/search/report?q=zzzqqq",
    "/work/doi:10.5555/leader-2019-900007", "/work/oai:dspace.example.org:123456789/36",
)  # fmt: skip
"""Others of some kinds: one work found, a later page, a report of nothing, a work that was retracted, one without a DOI."""


def document(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("path", [*PAGES, *MORE_PAGES])
def test_a_page_is_whole_and_safe(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"]
    assert "server" not in answer.headers
    page = document(answer.text)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == 1
    assert page.xpath("//title")[0].text
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not page.xpath("//@style | //@onclick | //style")
    for script in page.xpath("//script"):
        assert script.get("src", "").startswith("/static/") or script.get("type") == "application/ld+json"
    for control in page.xpath("//input[not(@type='hidden' or @type='checkbox')] | //select"):
        assert page.xpath(f"//label[@for='{control.get('id')}']"), control.get("name")


@pytest.mark.parametrize("path", PAGES)
def test_all_links_of_a_page_lead_somewhere(client: TestClient, path: str) -> None:
    page = document(client.get(path).text)
    own = [link for link in page.xpath("//@href | //form/@action") if link.startswith("/")]
    for link in dict.fromkeys(own[:80]):
        assert client.get(link).status_code in (200, 302), link
    for link in page.xpath("//a/@href[starts-with(., '#')]"):
        assert page.xpath(f"//*[@id='{link[1:]}']")


def test_head_options_and_other_methods(client: TestClient) -> None:
    whole = client.get("/search?q=leadership")
    head = client.head("/search?q=leadership")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert client.head("/search/works.ris").content == b""
    options = client.options("/search")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert client.options("/api/works").headers["access-control-allow-origin"] == "*"
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        refused = client.request(method, "/search")
        assert refused.status_code == 405
        assert refused.headers["allow"] == "GET, HEAD, OPTIONS"
        assert "nothing can be changed" in refused.text


def test_what_did_not_change_is_not_sent_again(client: TestClient) -> None:
    for path in (
        "/",
        "/search/feed.atom?q=leadership",
        "/listing/evidence-base/feed.json",
        "/api/works",
        f"/work/{MERGED}",
    ):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == first.headers["etag"]
        assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_slash_too_many(client: TestClient) -> None:
    listing = "/listing/evidence-base"
    for path, meant in ((f"{listing}/", listing), ("/search/?q=a%20b", "/search?q=a%20b"), ("/about//", "/about")):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (308, meant)


def test_help_where_there_is_nothing(client: TestClient) -> None:
    missing = client.get("/work/doi:10.9999/nothing")
    assert missing.status_code == 404
    assert document(missing.text).xpath("//input[@name='q']/@value") == ["doi:10.9999/nothing"]
    assert client.get("/nowhere").status_code == 404
    assert client.get("/listing/nowhere").status_code == 404
    assert client.get("/listing/evidence-base/passwd").status_code == 404
    assert client.get("/record/999999999999999999999").status_code == 404
    assert client.get("/static/../app.py").status_code == 404
    problem = client.get("/api/works/doi:10.9999/nothing")
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    assert problem.json()["detail"]
    assert client.get("/api/nowhere").json()["status"] == 404


# --- lists -----------------------------------------------------------------------------------------------------------


def test_lists_carry_coins_and_marks(get: Callable[..., str]) -> None:
    for path in ("/listing/evidence-base", "/search?q=leadership", "/"):
        assert document(get(path)).xpath("//*[@class='Z3988']/@title"), path
    retracted = document(get("/search?q=is:retracted"))
    hits = retracted.xpath("//ol[@class='entries']/li")
    assert hits
    assert all(hit.xpath(".//p[contains(@class, 'grave')]") for hit in hits)
    feed = get("/search/feed.atom?q=is:retracted")
    assert "[Retracted]" in feed


def test_a_snippet_says_more_than_the_title(get: Callable[..., str]) -> None:
    hits = document(get("/search?q=leadership&size=100")).xpath("//ol[@class='entries']/li")
    snippets = [(words(hit.xpath(".//cite")[0]), words(p)) for hit in hits for p in hit.xpath("p[@class='snippet']")]
    assert snippets
    assert not [title for title, snippet in snippets if snippet == title]


def test_feeds(client: TestClient) -> None:
    for place in ("/search", "/listing/evidence-base"):
        atom = etree.fromstring(client.get(f"{place}/feed.atom").content)
        ns = {"a": "http://www.w3.org/2005/Atom"}
        entries = atom.findall("a:entry", ns)
        assert 0 < len(entries) <= 50
        ids = [e.findtext("a:id", namespaces=ns) for e in entries]
        assert len(set(ids)) == len(ids)
        stamps = [e.findtext("a:updated", namespaces=ns) or "" for e in [atom, *entries]]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", s) for s in stamps), stamps
        assert stamps[0] == max(stamps[1:])
        feed = client.get(f"{place}/feed.json").json()
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert [item["id"] for item in feed["items"]] == ids
        assert client.get(feed["items"][0]["url"]).status_code == 200


def test_a_whole_result_can_be_taken_away(client: TestClient) -> None:
    total = client.get("/api/works?q=leadership&type=article").json()["total"]
    ris = client.get("/search/works.ris?q=leadership&type=article")
    assert ris.text.count("\nER  -") == total
    assert ris.headers["content-disposition"] == 'attachment; filename="works.ris"'
    assert len(client.get("/search/works.csl.json?q=leadership&type=article").json()) == total
    assert len(client.get("/search/works.csv?q=leadership&type=article").text.strip().splitlines()) > total
    assert client.get("/search/works.bib?q=leadership&type=article").text.count("\n@") >= total - 1
    assert client.get("/search/works.exe").status_code == 404
    assert client.get("/listing/evidence-base/listing.ris").text.count("\nER  -") > 50


def test_the_report_says_what_was_searched(get: Callable[..., str]) -> None:
    page = document(get("/search/report?q=leadership&type=article&from=2019"))
    said = {words(row[0]): words(row[1]) for row in page.xpath("//header//tr")}
    assert said["Query as typed"] == "leadership"
    assert re.match(r"\d+ \w+ \d{4}, \d\d:\d\d UTC; index of \d", said["On"])
    assert said["Narrowed by"].startswith("Type: ")
    assert int(said["Works found"]) > 10
    assert page.xpath("//ol[@class='entries']/li")
    lines = [
        [words(cell) for cell in row] for row in page.xpath("//h2[text()='Line by line']/following::table[1]/tbody/tr")
    ]
    assert [text for _, text, _ in lines] == [
        "leadership",
        "Type: Journal article",
        "Years: since 2019",
        "All together",
    ]
    assert lines[-1][2] == said["Works found"]
    assert all(int(works.replace(",", "")) >= int(lines[-1][2]) for *_, works in lines)
    assert "Line by line" not in get("/search/report?q=leadership")


def test_years_can_be_chosen_and_are_named(get: Callable[..., str]) -> None:
    page = document(get("/search?q=leadership&sort=newest"))
    links = page.xpath("//fieldset[@class='histogram']//table//a")
    year, works = words(links[0]), words(links[0].xpath("../../td")[0])
    assert links[0].get("href") == f"/search?q=leadership&from={year}&to={year}&sort=newest"
    assert words(document(get(links[0].get("href"))).xpath("//h2[@id='results']")[0]).split()[0] == works
    assert [words(end) for end in page.xpath("//p[@class='axis']/span")] == [words(links[-1]), year]
    assert f"{year}: {works}" in page.xpath("//*[local-name()='rect']/*[local-name()='title']/text()")


def test_a_page_of_results_can_be_narrowed_and_widened(client: TestClient, get: Callable[..., str]) -> None:
    page = document(get("/search?q=leadership"))
    boxes = page.xpath("//input[@type='checkbox'][@name='type']")
    assert boxes
    chosen = boxes[0].get("value")
    narrowed = document(get(f"/search?q=leadership&type={chosen}"))
    assert narrowed.xpath("//input[@type='checkbox'][@name='type'][@checked]/@value") == [chosen]
    (chip,) = narrowed.xpath("//ul[@class='chips']//a")
    assert chip.get("href") == "/search?q=leadership"
    total = client.get("/api/works?q=leadership").json()["total"]
    assert f"{total} works" in words(page.xpath("//h2[@id='results']")[0])
    assert document(get("/search?q=leadership&page=2")).xpath("//span[@aria-current='page']")


# --- programs --------------------------------------------------------------------------------------------------------


def test_a_page_beyond_the_end_leads_to_the_last_one(client: TestClient, get: Callable[..., str]) -> None:
    for beyond in ("page=99", "page=999", "page=9&size=50"):
        asked = client.get(f"/search?type=article&{beyond}")
        assert asked.status_code == 302
        last = document(get(asked.headers["location"]))
        assert last.xpath("//ol[@class='entries']/li")
        assert not last.xpath("//a[@rel='next']")
    assert client.get("/search?q=zzzqqq&page=3").status_code == 200, "where there is nothing, it says so"


def test_the_api_walks_through_everything(client: TestClient, config: Config) -> None:
    with query.open_index(config.index) as db:
        (works,) = db.execute("select count(*) from works").fetchone()
    address, seen = "/api/works?size=40", []
    while address:
        answer = client.get(address).json()
        assert answer["total"] == works
        seen += [work["key"] for work in answer["works"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == works
    one = client.get(f"/api/works/{MERGED}").json()
    assert one["record"]["title"].startswith("Sharing leadership")
    assert "pins" not in one
    facets = client.get("/api/facets?q=leadership").json()
    assert facets["facets"]["type"][0]["count"] > 0
    assert facets["years"]


def test_the_api_is_described_by_its_routes(client: TestClient) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    description = answer.json()
    assert description["openapi"].startswith("3.1")
    assert {"/api/works", "/api/works/{key}", "/api/facets", "/work/{key}"} <= description["paths"].keys()
    names = [p["get"]["operationId"] for p in description["paths"].values()]
    assert len(names) == len(set(names))
    schemas = description["components"]["schemas"]
    named = set(re.findall(r"#/components/schemas/(\w+)", answer.text))
    assert named == schemas.keys()
    for path, example, model in (
        ("/api/works", "/api/works?q=leadership", "WorksFound"),
        ("/api/facets", "/api/facets", "FacetsCounted"),
        ("/api/works/{key}", f"/api/works/{MERGED}", "Work"),
    ):
        content = description["paths"][path]["get"]["responses"]["200"]["content"]
        assert content["application/json"]["schema"] == {"$ref": f"#/components/schemas/{model}"}
        assert client.get(example).json().keys() <= schemas[model]["properties"].keys()
    assert "pins" not in schemas["Work"]["properties"]


def test_a_list_of_works_stays_small_whoever_wrote_them(tmp_path: Path) -> None:
    crowd = tuple(small_index.person(f"Name{n}", "A") for n in range(3000))
    works = [small_index.single(n, Record(title="Crowds", contributors=crowd), key=f"local:x:{n}") for n in range(1, 4)]
    index = small_index.create(tmp_path / "index.db", works)
    with client_of(Settings(index=index, site=Site(title="Our site", listings={}))) as client:
        answer = client.get("/api/works")
        assert [(len(work["authors"]), work["author_count"]) for work in answer.json()["works"]] == [(100, 3000)] * 3
        assert len(answer.content) < 20_000
        assert len(client.get("/api/works/local:x:1").json()["record"]["contributors"]) == 3000


def test_browsers_can_search_from_their_bar(client: TestClient) -> None:
    root = etree.fromstring(client.get("/opensearch.xml").content)
    (url,) = root.iterfind("{*}Url")
    assert client.get(url.get("template", "").replace("{searchTerms}", "leadership")).status_code == 200


def test_style_and_script_may_be_kept(client: TestClient) -> None:
    page = document(client.get("/").text)
    for address in page.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
        answer = client.get(address)
        assert "max-age" in answer.headers["cache-control"]
        assert "?" in address, "so that a new version is another address"
        assert address.startswith("/static/")


def test_health_readiness_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert re.fullmatch(r"ready: \d+ works, generation \d+, built \S+\n", client.get("/readyz").text)
    client.get("/nowhere")
    text = client.get("/metrics").text
    assert 'harvester_http_requests_total{route="/healthz",method="GET",code="200"} 1' in text
    assert 'route="other",method="GET",code="404"' in text
    assert re.search(r"^harvester_index_works \d+$", text, re.MULTILINE)
    assert 'harvester_source_records{source="spiral"}' in text


def test_other_aggregators_may_harvest(client: TestClient, config: Config) -> None:
    answer = client.get("/oai?verb=Identify")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert root.findtext("{*}Identify/{*}baseURL") == "http://evidence.example.org/oai"
    listed = client.post("/oai", data={"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    assert listed.status_code == 200
    assert b"10.1136/leader-2020-000228" in listed.content
    assert b"badVerb" in client.get("/oai?verb=%00%ff").content
    assert b"badVerb" in client.get("/oai").content
    assert etree.fromstring(client.get("/oai/work.xsd").content).tag.endswith("schema")
    assert client.post("/oai", content=b"verb=" + b"a" * 100_000).status_code == 413
    with client_of(replace(settings_of(config), provider=None)) as without:
        assert without.get("/oai?verb=Identify").status_code == 404
        assert "OAI-PMH" not in without.get("/about").text


def test_below_a_path_of_a_proxy(config: Config) -> None:
    base = "https://library.example.org/evidence"
    with client_of(settings_of(config, base)) as client:
        for path in (
            "/",
            "/evidence/",
            "/evidence",
            f"/evidence/work/{MERGED}",
            f"/work/{MERGED}",
            "/evidence/search?q=a",
        ):
            answer = client.get(path, headers={"Host": "evil.example"})
            assert answer.status_code == 200, path
            page = document(answer.text)
            own = [link for link in page.xpath("//@href | //form/@action | //script/@src") if link.startswith("/")]
            assert own
            assert all(link.startswith("/evidence/") for link in own)
            assert "evil.example" not in answer.text
            canonical = page.xpath("//link[@rel='canonical']/@href")
            assert all(link.startswith(base) for link in canonical)
        assert client.get("/work/10.1136/leader-2020-000228").headers["location"] == f"/evidence/work/{MERGED}"
        assert base in client.get("/sitemap.xml").text


def test_a_host_that_is_no_name_is_not_repeated(client: TestClient) -> None:
    for host in ("evil.example/<script>", 'a"b', "x y", "a@b", "a.example:999999999", "[::1"):
        text = client.get("/", headers={"Host": host.encode("utf-8").decode("latin-1")}).text
        assert host not in text


def test_every_route_is_met_by_a_test_of_this_kind() -> None:
    """A new address is added to the pages above, or to the tests of its own."""
    source = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for route in ROUTES:
        beginning = re.split(r"[{(]", route.path)[0].rstrip("-/") or "/"
        assert beginning in source, route.path

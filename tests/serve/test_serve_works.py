"""The page of a work, the same in other formats, and its records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import small_index
from click.testing import CliRunner
from lxml import etree
from msgspec.structs import replace
from starlette.testclient import TestClient

from harvester import query
from harvester.cli import commands, group
from harvester.config import Config, load
from harvester.pages import Site
from harvester.pages.downloads import DOWNLOADS, negotiated
from harvester.record import Container, Description, File, Record, Relation
from harvester.serve import Settings
from tests.serve.conftest import client_of, settings_of
from tests.serve.test_serve_routes import MERGED, document, words


def test_tags_for_reference_managers(get: Callable[..., str]) -> None:
    page = document(get(f"/work/{MERGED}"))
    said = [(m.get("name"), m.get("content")) for m in page.xpath("//meta[starts-with(@name, 'citation_')]")]
    tags = dict(said)
    assert tags["citation_title"].startswith("Sharing leadership")
    assert [content for name, content in said if name == "citation_author"][:2] == ["Aufegger, L", "Alabi, M"]
    expected = {
        "citation_journal_title": "BMJ Leader",
        "citation_volume": "4",
        "citation_issue": "3",
        "citation_firstpage": "128",
        "citation_lastpage": "134",
        "citation_doi": "10.1136/leader-2020-000228",
        "citation_issn": "2398-631X",
        "citation_publication_date": "2020/09/28",
    }
    assert {name: tags[name] for name in expected} == expected
    assert page.xpath("//link[@rel='canonical']/@href") == [f"http://evidence.example.org/work/{MERGED}"]
    thing = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)
    assert thing["@context"] == "https://schema.org"
    assert thing["@type"] == "ScholarlyArticle"
    assert page.xpath("//meta[@property='og:title']/@content")
    assert not page.xpath("//*[@class='Z3988']"), "Zotero would prefer it to the tags"
    assert {words(dt) for dt in page.xpath("//dl[@class='cite']/dt")} == {"Reading list", "BMJ", "APA"}
    assert "Accepted version" in words(page.xpath("//section[h2/@id='copies']")[0])


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("article", {"z:itemType": "journalArticle", "citation_journal_title": "Where it stands"}),
        ("chapter", {"z:itemType": "bookSection", "citation_inbook_title": "Where it stands"}),
        ("conference-paper", {"z:itemType": "conferencePaper", "citation_conference_title": "Where it stands"}),
        ("doctoral-thesis", {"z:itemType": "thesis", "citation_dissertation_institution": "Imperial"}),
        ("report", {"z:itemType": "report", "citation_technical_report_institution": "Imperial"}),
        ("book", {"z:itemType": "book", "citation_publisher": "Imperial"}),
    ],
)
def test_tags_as_zotero_takes_them(tmp_path: Path, type_: str, expected: dict[str, str]) -> None:
    record = Record(
        title="T",
        type=type_,
        contributors=(small_index.person("Di Marco", "Maria Cristina"), small_index.person("Jones", "Ann B")),
        container=Container(title="Where it stands") if type_ != "book" else None,
        publisher="Imperial",
        descriptions=(Description("First. " * 100),),
    )
    index = small_index.create(tmp_path / "index.db", [small_index.single(1, record, key="local:x:1")])
    with client_of(Settings(index=index, site=Site(title="Our site", listings={}))) as client:
        page = document(client.get("/work/local:x:1").text)
    said = [(m.get("name"), m.get("content")) for m in page.xpath("//meta[@name]")]
    assert set(expected.items()) <= set(said)
    # "at least two words on either side of the comma" would be two authors
    assert [v for name, v in said if name == "citation_author"] == ["Di Marco, Maria\xa0Cristina", "Jones, Ann B"]
    assert dict(said)["citation_abstract"] == "First. " * 100
    assert not page.xpath("//meta[@property='og:site_name']"), "that would be the journal"


@pytest.mark.parametrize("access", [None, "open"])
def test_what_is_meant_for_programs_is_no_copy_to_read(tmp_path: Path, access: str | None) -> None:
    pdf = File("https://example.org/1.pdf", description="text mining", version="VoR", mime="application/pdf")
    xml = File("https://api.example.org/1.xml", description="text mining", version="VoR", mime="text/xml")
    copy = File("https://repository.example.org/1", version="AM", mime="text/html")
    record = Record(title="T", type="article", access=access, files=(pdf, xml, copy))
    index = small_index.create(tmp_path / "index.db", [small_index.single(1, record, key="local:x:1")])
    with client_of(Settings(index=index, site=Site(title="Our site", listings={}))) as client:
        page = document(client.get("/work/local:x:1").text)
    shown = [words(li) for li in page.xpath("//section[h2/@id='copies']//li")]
    assert [line.partition(" in ")[0] for line in shown] == ["Accepted version", "Published version"]
    assert shown[1].endswith("(for text mining, Adobe PDF)")
    assert page.xpath("//section[h2/@id='facts']//a/@href").count(xml.url) == 1, "nothing is lost"
    tagged = page.xpath("//meta[@name='citation_pdf_url']/@content")
    assert tagged == ([pdf.url] if access == "open" else []), "Scholar drops what leads to a login"


def test_each_value_says_its_source(get: Callable[..., str]) -> None:
    page = document(get(f"/work/{MERGED}"))
    rows = {words(row[0]): row for row in page.xpath("//table[@class='facts']/tbody/tr")}
    assert {"Title", "Identifiers", "Contributors", "Dates", "Volume"} <= rows.keys()
    assert "Sandbox Crossref" in words(rows["Volume"].xpath(".//details")[0])
    records = page.xpath("//section[h2/@id='records']//tbody/tr")
    assert len(records) >= 2


def test_signposts(client: TestClient) -> None:
    links = client.get(f"/work/{MERGED}").headers["link"]
    assert '<https://doi.org/10.1136/leader-2020-000228>; rel="cite-as"' in links
    assert 'rel="type"' in links
    assert 'type="application/x-bibtex"' in links
    described = re.findall(r'<([^>]+)>; rel="describedby"; type="([^"]+)"', links)
    assert described
    for address, type_ in described:
        assert client.get(address).headers["content-type"] == type_


@pytest.mark.parametrize(("name", "download"), [(n, d) for n, d in DOWNLOADS.items() if d.of_one])
def test_content_negotiation(client: TestClient, name: str, download: object) -> None:
    chosen = DOWNLOADS[name]
    asked = client.get(f"/work/{MERGED}", headers={"Accept": chosen.media_type})
    assert asked.status_code == 200
    assert asked.headers["content-type"] == chosen.media_type
    assert asked.headers["vary"] == "Accept"
    assert client.get(f"/work/{MERGED}?format={name}").content == asked.content
    assert "10.1136/leader-2020-000228" in asked.text


def test_negotiation_answers_everybody(client: TestClient) -> None:
    assert negotiated("") == negotiated("*/*") == negotiated("text/html, */*;q=0.1") == "html"
    assert negotiated("text/html;q=0.1, application/x-bibtex") == "bibtex"
    assert negotiated("application/x-bibtex;q=0, image/png") is None
    assert negotiated("a;q=x,;;,=,," * 1000) is None
    assert client.get(f"/work/{MERGED}", headers={"Accept": "image/png"}).status_code == 406
    assert client.get(f"/work/{MERGED}?format=pdf").status_code == 404


def test_other_names_of_a_work_lead_to_it(client: TestClient) -> None:
    for name in (
        "10.1136/leader-2020-000228",
        "https://doi.org/10.1136/LEADER-2020-000228",
        "https:/doi.org/10.1136/leader-2020-000228",
    ):
        answer = client.get(f"/work/{name}")
        assert (answer.status_code, answer.headers["location"]) == (302, f"/work/{MERGED}")
    assert client.get("/search?q=10.1136/leader-2020-000228").headers["location"] == f"/work/{MERGED}"
    api = client.get("/api/works/10.1136/leader-2020-000228")
    assert api.headers["location"] == f"/api/works/{MERGED}"


def test_every_work_has_a_page_and_is_in_the_sitemap(client: TestClient, config: Config) -> None:
    with query.open_index(config.index) as db:
        keys = [key for (key,) in db.execute("select key from works")]
    tree = etree.fromstring(client.get("/sitemap.xml").content)
    addresses = {e.text for e in tree.iter("{*}loc")}
    works = {a for a in addresses if "/work/" in a}
    assert len(works) == len(keys) > 50
    for address in works:
        assert client.get(address).status_code == 200, address
    assert client.get("/sitemap-1.xml").content == client.get("/sitemap.xml").content
    assert client.get("/sitemap-2.xml").status_code == client.get("/sitemap-x.xml").status_code == 404
    assert "Sitemap: http://evidence.example.org/sitemap.xml" in client.get("/robots.txt").text


def test_a_record_is_shown_as_it_was_sent(client: TestClient, config: Config) -> None:
    with query.open_index(config.index) as db:
        rows = db.execute("select id, format from records group by format").fetchall()
    for id_, format_ in rows:
        page = document(client.get(f"/record/{id_}").text)
        sent, read = (code.text for code in page.xpath("//pre/code"))
        assert json.loads(read)
        if format_ == "crossref":
            assert json.loads(sent)
        elif format_ in ("xoai", "oai_dc"):
            assert etree.fromstring(sent).tag.endswith("record")


def test_without_a_store_there_are_no_raw_records(config: Config) -> None:
    with client_of(replace(settings_of(config), store=None)) as client:
        assert "not at hand" in client.get("/record/1").text
        assert client.get("/work/doi:10.9999/x").status_code == 404


def test_a_work_that_is_suppressed_is_gone(copied: Path) -> None:
    commands()
    config = load(copied / "config.toml")
    with client_of(settings_of(config)) as client:
        assert client.get(f"/work/{MERGED}").status_code == 200
        done = CliRunner().invoke(
            group, ["-c", str(copied / "config.toml"), "suppress", MERGED, "--reason", "asked for"]
        )
        assert done.exit_code == 0, done.output
        gone = client.get(f"/work/{MERGED}")
        assert gone.status_code == 410
        assert "withdrawn" in gone.text
        assert client.get(f"/api/works/{MERGED}").status_code == 410
        assert client.get("/search?q=10.1136/leader-2020-000228").status_code == 200


def test_a_notice_under_the_own_doi_is_no_other_work(tmp_path: Path) -> None:
    record = Record(
        title="RETRACTED: Ward rounds",
        identifiers=(small_index.doi("10.5555/own"),),
        relations=(
            Relation("is-retracted-by", "doi", "10.5555/own", label="Retraction", asserted_by="publisher",
                     date="2022-10-15", update_type="retraction"),
        ),
        language=("en-GB",),
        files=(File(url="https://example.org/a", mime="text/xml", version="VoR"),),
        update_status="retraction",
    )  # fmt: skip
    index = small_index.create(tmp_path / "index.db", [small_index.single(1, record)])
    with client_of(Settings(index=index, site=Site(title="L", listings={}))) as client:
        page = document(client.get("/work/doi:10.5555/own").text)
    assert not page.xpath("//section[h2/@id='related']")
    happened = words(page.xpath("//section[h2/@id='updates']//li")[0])
    assert happened == "Retracted, 15 October 2022: DOI 10.5555/own, says the publisher"
    assert "(XML)" in words(page.xpath("//section[h2/@id='copies']")[0])
    rows = {words(row[0]): words(row.xpath(".//div")[0]) for row in page.xpath("//table[@class='facts']/tbody/tr")}
    assert rows["Language"] == "English (en-GB)"


def test_signposts_fit_into_a_header(tmp_path: Path) -> None:
    """In ASCII, as many as a proxy lets pass, the most wanted first."""
    files = tuple(File(url=f"https://example.org/{'a' * 900}/{n}") for n in range(10))
    record = Record(title="T", identifiers=(small_index.doi("10.5555/é"),), files=files)
    index = small_index.create(tmp_path / "index.db", [small_index.single(1, record)])
    with client_of(Settings(index=index, site=Site(title="L", listings={}))) as client:
        link = client.get("/work/doi:10.5555%2F%C3%A9").headers["link"]
    assert '<https://doi.org/10.5555/%C3%A9>; rel="cite-as"' in link
    assert 4000 < len(link) < 6000
    assert re.fullmatch(r'<[!-~]+>; rel="[a-z-]+"(; \w+="[^"]*")*(, <[!-~]+>; rel="[a-z-]+"(; \w+="[^"]*")*)*', link)

"""The published site: a folder of files in which every link leads somewhere, written again and again."""

from __future__ import annotations

import doctest
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
import pytest
import small_index
from lxml import etree
from small_index import doi, person, single

from harvester.errors import StoreError
from harvester.listing import Listing, Section
from harvester.pages import Site, Web, addresses, check, downloads, publishing, sitemap
from harvester.pages.folder import MANIFEST, Folder
from harvester.pages.publishing import Published, publish
from harvester.record import Description, Record, Relation

KEYS = (
    "doi:10.1136/a-1",
    "url:https://Example.org/?a=b&c",
    "hdl:10044/1/3",
    "local:curated:x",
    "doi:10.1136/a-1.html/b",
    "doi:10.1/..",
)
LISTINGS = {"evidence": Listing("The evidence", "Read.", (Section("Articles"), Section("Others")))}
BASE = "https://library.example.org/evidence"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    works = [
        single(
            number,
            Record(
                title=f"Work {number}",
                contributors=(person("Doe", "Ann"),),
                identifiers=(doi(f"10.1136/a-{number}"),),
                descriptions=(Description("About <b>it</b>."),),
                relations=(Relation("is-part-of", "doi", "10.1136/a-1"), Relation("cites", "doi", "10.1136/a-7")),
                issued="2020-09",
                type="article",
            ),
            key=key,
        )
        for number, key in enumerate(KEYS, 1)
    ]
    works.append(single(7, Record(title="Not listed", identifiers=(doi("10.1136/a-7"),))))
    path = small_index.create(tmp_path_factory.mktemp("site") / "index.db", works)
    with closing(sqlite3.connect(path)) as db:
        rows = [("evidence", "Articles", 1, n, n, f"Note {n}.", "rule") for n in range(1, 7)]
        db.executemany("insert into listing_items values (?, ?, ?, ?, ?, ?, ?)", rows)
        db.commit()
    return path


@pytest.fixture
def db(index: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(index)) as source:
        source.backup(db)
    yield db
    db.close()


def site(db: sqlite3.Connection, folder: Path, **how: object) -> Published:
    return publish(db, Site(**{"title": "Evidence", "listings": LISTINGS, **how}), folder)  # type: ignore[arg-type]


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("how", [{}, {"base_url": BASE}, {"works": "all"}, {"works": "none"},
                                 {"listings": {**LISTINGS, "more": Listing("More")}, "base_url": BASE}])  # fmt: skip
def test_every_link_leads_to_a_file(db: sqlite3.Connection, tmp_path: Path, how: dict[str, object]) -> None:
    site(db, tmp_path, **how)
    names = files(tmp_path)
    pages = [name for name in names if name.endswith(".html") and not name.endswith("fragment.html")]
    assert pages
    for name in pages:
        page = lxml.html.document_fromstring((tmp_path / name).read_text("utf-8"))
        ids = set(page.xpath("//@id"))
        for link in page.xpath("//@href"):
            if link.startswith("#"):
                assert link[1:] in ids
            elif not urlsplit(link).scheme:
                target = unquote(urlsplit(urljoin(name, link)).path)
                assert target in names, (name, link)
        assert not page.xpath("//script[not(@type='application/ld+json')]")


def test_what_is_written(db: sqlite3.Connection, tmp_path: Path) -> None:
    done = site(db, tmp_path, base_url=BASE)
    assert [path.name for path in done.files] == ["index.html", "listing.md"]
    assert (done.works, done.removed) == (6, 0)
    names = files(tmp_path)
    expected = {
        "index.html",
        "listing.md",
        "fragment.html",
        "feed.atom",
        "feed.json",
        "about.html",
        "sitemap.xml",
        "robots.txt",
    }
    assert expected | {f"listing.{d.ending}" for d in downloads.of_many().values()} < names
    assert "work/doi/10.1136/a-1.html" in names
    assert len([name for name in names if name.startswith("work/")]) == 6
    tree = etree.fromstring((tmp_path / "sitemap.xml").read_bytes())
    listed = {e.text.removeprefix(f"{BASE}/") for e in tree.iter("{*}loc")}
    assert listed - {""} == {
        name for name in names if name.startswith("work/") or name in ("index.html", "about.html")
    } - {"index.html"}
    feed = json.loads((tmp_path / "feed.json").read_text("utf-8"))
    assert feed["home_page_url"] == f"{BASE}/index.html"
    assert {item["url"].removeprefix(f"{BASE}/") for item in feed["items"]} <= names
    fragment = (tmp_path / "fragment.html").read_text("utf-8")
    assert "<html" not in fragment
    assert fragment.count("<li") == 6
    assert (tmp_path / "listing.ris").read_text("utf-8").count("ER  -") == 6


def test_pages_of_works_link_to_each_other_where_both_are_there(db: sqlite3.Connection, tmp_path: Path) -> None:
    site(db, tmp_path)
    page = lxml.html.document_fromstring((tmp_path / "work/hdl/10044/1/3.html").read_text("utf-8"))
    related = page.xpath("//section[h2/@id='related']//a/@href")
    assert related == ["../../../../work/doi/10.1136/a-1.html", "https://doi.org/10.1136/a-7"]
    site(db, tmp_path, works="all")
    page = lxml.html.document_fromstring((tmp_path / "work/hdl/10044/1/3.html").read_text("utf-8"))
    assert page.xpath("//section[h2/@id='related']//a/@href")[1] == "../../../../work/doi/10.1136/a-7.html"


def test_nothing_is_left_of_works_that_are_gone(db: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "CNAME").write_text("theirs")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "theirs.html").write_text("theirs")
    site(db, tmp_path)
    assert (tmp_path / "work/hdl/10044/1/3.html").exists()
    db.execute("delete from listing_items where work_id = 3")
    done = site(db, tmp_path)
    assert done.removed == 1
    assert not (tmp_path / "work/hdl").exists(), "nor its folders"
    site(db, tmp_path, works="none")
    assert {name for name in files(tmp_path) if name.startswith("work/")} == {"work/theirs.html"}
    assert (tmp_path / "CNAME").read_text() == "theirs"


def test_the_same_index_touches_nothing(db: sqlite3.Connection, tmp_path: Path) -> None:
    assert site(db, tmp_path, base_url=BASE).changed > 10
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)}
    assert site(db, tmp_path, base_url=BASE).changed == 0
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)} == before


def test_pages_are_made_again_only_where_what_they_say_changed(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site(db, tmp_path, base_url=BASE)
    made: list[str] = []
    item = publishing.html.item
    monkeypatch.setattr(publishing.html, "item", lambda found, *rest: made.append(found.work.key) or item(found, *rest))
    site(db, tmp_path, base_url=BASE)
    assert made == []
    db.execute("update listing_items set section = 'Others' where work_id = 3")
    site(db, tmp_path, base_url=BASE)
    assert made == ["hdl:10044/1/3"], "its page says where it is listed"
    (tmp_path / "work/doi/10.1136/a-1.html").unlink()
    site(db, tmp_path, base_url=BASE)
    assert made[1:] == ["doi:10.1136/a-1"]
    site(db, tmp_path, base_url="https://elsewhere.example.org")
    assert len(made) == 2 + 6
    before = (tmp_path / "work/doi/10.1136/a-1.html").read_text("utf-8")
    monkeypatch.setattr(publishing.html, "version", lambda: "another")
    site(db, tmp_path, base_url="https://elsewhere.example.org")
    assert len(made) == 2 + 12
    assert (tmp_path / "work/doi/10.1136/a-1.html").read_text("utf-8") == before


def test_after_a_kill_the_next_call_knows_what_is_whose(tmp_path: Path) -> None:
    killed = Folder(tmp_path)
    killed.write("work/a.html", b"a")
    killed.write("work/b.html", b"b")
    again = Folder(tmp_path)
    again.write("work/b.html", b"b")
    done = again.finish()
    assert (done.written, done.removed) == (0, 1)
    assert files(tmp_path) == {"work/b.html", MANIFEST}


def test_nothing_outside_of_the_folder_is_ever_removed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.html"
    outside.write_text("theirs")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / MANIFEST).write_bytes(f"../outside.html\n{outside}\n\n.\na/../../outside.html\n\xff\n".encode())
    Folder(folder).finish()
    assert outside.exists()


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").symlink_to(theirs)
    Folder(folder).write("index.html", b"ours")
    assert theirs.read_text() == "theirs"
    assert (folder / "index.html").read_bytes() == b"ours"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written"):
        Folder(tmp_path).write("a", b"")
    tmp_path.chmod(0o700)


# --- parts -----------------------------------------------------------------------------------------------------------


def test_sitemaps_are_split() -> None:
    few = dict(sitemap.sitemaps(["https://a/1?x&y"], "https://a", most=3))
    assert list(few) == ["sitemap.xml"]
    assert "x&amp;y" in few["sitemap.xml"]
    many = dict(sitemap.sitemaps((f"https://a/{n}" for n in range(7)), "https://a", most=3))
    assert list(many) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert [many[f"sitemap-{n}.xml"].count("<loc>") for n in (1, 2, 3)] == [3, 3, 1]
    assert re.findall(r"<loc>([^<]+)", many["sitemap.xml"]) == [f"https://a/sitemap-{n}.xml" for n in (1, 2, 3)]
    assert many["sitemap.xml"].startswith("<?xml")
    exact = dict(sitemap.sitemaps((f"https://a/{n}" for n in range(6)), "https://a", most=3))
    assert list(exact) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("https://library.example.org", True), ("http://localhost:8000/", True), ("https://x.org/a/b-c", True),
     ("http://[::1]:80", True),
     ("library.example.org", False), ("ftp://x.org", False), ("https://x.org/?a", False), ("https://x.org/#a", False),
     ("https://user:pass@x.org", False), ("https://x.org/../a", False), ("https://x.org/a b", False), ("https://", False),
     ("https://x.org:99999999", False), ("https://é.org", False), ("javascript:alert(1)", False)],
)  # fmt: skip
def test_where_a_site_may_stand(text: str, fits: bool) -> None:
    faults = list(check(Web(base_url=text)))
    assert (faults == []) is fits


def test_other_settings_are_checked() -> None:
    assert [key for key, _ in check(Web(works="some", contact="nobody"))] == ["works", "contact"]
    assert list(check(Web())) == []


@pytest.mark.parametrize("module", [addresses, downloads])
def test_doctests(module: object) -> None:
    failed, attempted = doctest.testmod(module)  # type: ignore[arg-type]
    assert attempted
    assert not failed


def test_references() -> None:
    files = addresses.Files(2, BASE)
    assert files.to(files.home()) == "../../index.html"
    assert files.whole(files.work("doi:10.1/a")) == f"{BASE}/work/doi/10.1/a.html"
    app = addresses.Addresses("/evidence/", BASE)
    assert app.to(app.search("q=a", "feed.atom")) == "/evidence/search/feed.atom?q=a"
    assert app.to(app.home()) == "/evidence/"

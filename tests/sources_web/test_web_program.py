"""The whole job over a site: harvested, indexed, the second time unchanged, and what has gone is marked and stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harvester import jobs
from harvester.config import load
from harvester.doctor import examine
from harvester.jobs import Plan

from .sites import Site, html, site

__all__ = ["site"]

OPINION = '<meta property="og:site_name" content="FMLM"><meta name="author" content="Ian Kirkpatrick">'


def test_pages_of_a_site_are_works_and_stay_when_they_go(site: Site, tmp_path: Path) -> None:
    names = ("a", "b", "c", "d")
    site.sitemap("/sitemap.xml", *((f"/opinion/{name}", "") for name in names))
    for name in names:
        site.put(f"/opinion/{name}", html(f"Opinion piece {name} | FMLM", OPINION), ETag=f'"{name}"')
    path = tmp_path / "config.toml"
    settings = f'kind = "web"\npace = 0\nsitemaps = ["{site.url}/sitemap.xml"]\ninclude = ["*/opinion/*"]\n'
    path.write_text(f"[harvester]\n[source.opinion]\n{settings}")
    config = load(path)
    first = jobs.run(config, Plan())
    assert first.exit_code == 0
    assert (first.sources[0].tally.new, first.sources[0].verdict) == (4, "complete")

    second = jobs.run(config, Plan())
    assert second.exit_code == 0
    tally = second.sources[0].tally
    assert (tally.fetched, tally.unchanged, tally.new, tally.changed) == (4, 4, 0, 0)
    assert [status for path_, status in site.asked if path_ == "/opinion/a"] == [200, 304]

    site.sitemap("/sitemap.xml", *((f"/opinion/{name}", "") for name in names[1:]))
    del site.answers["/opinion/a"]
    jobs.run(config, Plan())
    with closing(sqlite3.connect(config.index)) as db:
        titles = [title for (title,) in db.execute("select title from works order by title")]
    assert titles == [f"Opinion piece {name}" for name in names]
    with closing(sqlite3.connect(config.store)) as db:
        (gone,) = db.execute("select identifier from records where vanished is not null").fetchone()
    assert gone == f"{site.url}/opinion/a"


def test_doctor_looks_at_a_few_pages_and_says_what_they_are(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private\n")
    site.sitemap("/sitemap.xml", *((f"/{n}", "") for n in range(20)))
    for n in range(20):
        site.put(f"/{n}", html(f"Opinion piece {n} | FMLM", OPINION))
    path = tmp_path / "config.toml"
    settings = f'kind = "web"\npace = 0\nsitemaps = ["{site.url}/sitemap.xml"]\nurls = ["{site.url}/private"]\n'
    path.write_text(f"[harvester]\n[source.opinion]\n{settings}")
    found = examine(load(path), "opinion")
    assert found.fit
    said = [f.text for f in found.findings]
    assert "21 are listed" in said
    assert any("web-page, Opinion piece 0 (Kirkpatrick, Ian, no date)" in text for text in said)
    assert found.requests == 2 + 5


def test_doctor_says_that_nothing_is_listed(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[harvester]\n[source.opinion]\nkind = "web"\npace = 0\nsitemaps = ["{site.url}/sitemap.xml"]\n')
    found = examine(load(path), "opinion")
    assert not found.fit
    assert {f.about for f in found.findings if f.level == "problem"} == {"lists", "pages"}

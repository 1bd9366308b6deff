"""The bundled works: what is promised of them, and that the platforms' quirks are the real ones."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from lxml import etree

from harvester.sandbox import bundle, dspace, eprints
from harvester.sandbox.facts import Facts
from harvester.sandbox.oai import Item

DC = "{http://purl.org/dc/elements/1.1/}"
SPIRAL = "oai:spiral.imperial.ac.uk:10044/1/85584"
WORKS = bundle.load()


def dspace_item(identifier: str) -> Item:
    return next(i for i in WORKS.dspace_records() if i.identifier == identifier)


def eprint(title: str) -> list[tuple[str, str]]:
    return eprints.statements(next(w for w in WORKS.works if w.eprints and w.title.startswith(title)))


def xoai(identifier: str) -> dict[str, list[str]]:
    """Path of element names without the language -> values."""
    found: dict[str, list[str]] = {}
    for field in etree.fromstring(dspace_item(identifier).metadata("xoai")).iter("{*}field"):
        path = [e.get("name") for e in reversed([field, *field.iterancestors("{*}element")])]
        key = ".".join(p for p in path if p not in ("en_US", "none", "value"))
        found.setdefault(key, []).append(field.text)
    return found


def test_size_and_overlap() -> None:
    where = Counter((bool(w.crossref), bool(w.dspace), bool(w.eprints)) for w in WORKS.works)
    assert 60 <= sum(where.values()) <= 100
    assert where[True, True, True] >= 3
    assert where[True, True, False] >= 10
    assert where[True, False, True] >= 10
    assert where[False, True, True] == 2
    assert min(len(WORKS.crossref_items()), len(WORKS.dspace_records()), len(WORKS.eprints_records())) > 40


def test_nobody_can_take_the_invented_for_real() -> None:
    for work in WORKS.works:
        if work.scripted:
            assert not work.doi or work.doi.startswith("10.5555/")
            assert "BMJ" not in f"{work.publisher} {work.container}"
            assert work.issn in ("", "9999-9994")
            assert all(o.startswith("0000-0000-99") for o in work.orcids.values())
    assert sorted(w.doi for w in WORKS.works if not w.scripted) == [
        "10.1136/leader-2020-000228",
        "10.1136/leader-2022-000655",
    ]


def test_identifiers_are_unique() -> None:
    for names in (
        [i.identifier for i in WORKS.dspace_records()],
        [i.identifier for i in WORKS.eprints_records()],
        [i["DOI"].lower() for i in WORKS.crossref_items()],
    ):
        assert len(names) == len(set(names))


def test_no_list_is_sorted_by_date() -> None:
    for records in (WORKS.dspace_records(), WORKS.eprints_records()):
        stamps = [i.datestamp for i in records]
        assert stamps not in (sorted(stamps), sorted(stamps, reverse=True))


def test_the_spiral_item_in_xoai_has_every_field_of_its_page() -> None:
    said = xoai(SPIRAL)
    assert said["dc.contributor.author"] == ["Aufegger, L", "Alabi, M", "Darzi, A", "Bicknell, C"]
    assert said["dc.date.issued"] == ["2020-09-28"]
    assert said["dcterms.dateAccepted"] == ["2020-04-28"]
    assert said["pubs.online-publication-date"] == ["2020-05-13"]
    assert said["dc.identifier.grantnumber"] == ["RDB04", "n/a"]
    assert len(said["dc.contributor.sponsor"]) == 3
    assert [said[f"pubs.{n}"] for n in ("volume", "issue", "start-page", "end-page")] == [
        ["4"],
        ["3"],
        ["128"],
        ["134"],
    ]
    assert said["bundles.bundle.bitstreams.bitstream.name"] == ["SL in ICS_revisions01_ Symplectic.docx"]
    assert said["bundles.bundle.bitstreams.bitstream.description"] == ["Accepted version"]
    assert round(int(said["bundles.bundle.bitstreams.bitstream.size"][0]) / 1024, 1) == 92.9
    assert said["others.handle"] == ["10044/1/85584"]


def test_the_spiral_item_is_what_its_page_says(shared: Path) -> None:
    """Against the page itself: every labelled value and the file row."""
    page = next((shared / "seeds").glob("004_*.txt")).read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    said = xoai(SPIRAL)
    assert said["dc.title"][0] in page.splitlines()
    assert f"Abstract: {said['dc.description.abstract'][0]}" in page.splitlines()
    for name in ("dc.rights", "dc.identifier.doi", "dc.identifier.issn", "dc.identifier.uri", "dc.publisher"):
        assert f": {said[name][0]}\n" in page, name
    for value in chain(
        said["dc.contributor.author"], said["dc.contributor.sponsor"], said["dc.identifier.grantnumber"]
    ):
        assert value in page


def test_dim_says_what_xoai_says() -> None:
    flat = etree.fromstring(dspace_item(SPIRAL).metadata("dim"))
    fields = [".".join(filter(None, (f.get("mdschema"), f.get("element"), f.get("qualifier")))) for f in flat]
    nested = {k: v for k, v in xoai(SPIRAL).items() if k.split(".")[0] in ("dc", "dcterms", "pubs")}
    assert Counter(fields) == {name: len(values) for name, values in nested.items()}


def test_dspace_oai_dc_loses_meaning_as_the_stock_crosswalk_does() -> None:
    root = etree.fromstring(dspace_item(SPIRAL).metadata("oai_dc"))
    said = {name: [e.text for e in root.iter(DC + name)] for name in ("identifier", "date", "contributor", "format")}
    assert said["identifier"][-1] == "n/a"
    assert len(said["identifier"]) == 6
    assert "2020-04-28" not in said["date"]
    assert "National Institute of Health Research" in said["contributor"]
    assert said["format"][0] == "128 - 134"


@pytest.mark.parametrize("prefix", ["oai_dc", "xoai", "dim"])
def test_one_dspace_record_is_an_error_of_the_platform_in_every_format(prefix: str) -> None:
    broken = []
    for item in WORKS.dspace_records():
        root = etree.fromstring(item.metadata(prefix))
        if root.tag == "error":
            broken.append((item.identifier, root.text))
    assert len(broken) == 1
    assert f"crosswalk failed: {prefix}" in str(broken[0][1])


def test_eprints_is_inside_out() -> None:
    said = eprint("Who chairs the huddle")
    assert said[0] == ("relation", "https://eprints.example.org/id/eprint/4101/")
    assert said[-1] == ("relation", "10.5555/leader-2018-900002")
    assert [v for e, v in said if e == "type"] == ["Article", "PeerReviewed"]
    file, citation = [v for e, v in said if e == "identifier"]
    assert file.endswith("/4101/1/manuscript.pdf")
    assert "Sandbox Journal of Medical Leadership, 3 (1).   pp. 62-71." in citation
    sets = set(chain(*(i.sets for i in WORKS.eprints_records())))
    assert sets <= set(eprints.SETS)
    assert all(re.fullmatch(r"[0-9A-F:]+", s) for s in sets)


def test_oddities_that_are_promised() -> None:
    def of(works: list[Facts]) -> int:
        return len(works)

    all_works = WORKS.works
    assert of([w for w in all_works if w.dspace and w.dspace.deleted]) == 1
    assert of([w for w in all_works if w.eprints and w.eprints.deleted]) == 1
    assert "2020-13-45" in chain(*(w.dspace.instead.get("dc.date.issued", []) for w in all_works if w.dspace))
    assert [w.eprints.date for w in all_works if w.eprints and w.eprints.date] == ["Spring 2022"]
    only_handle = next(w for w in all_works if w.dspace and w.eprints and "hdl.handle.net" in w.url)
    assert only_handle.dspace
    assert not only_handle.doi
    assert only_handle.url.endswith(only_handle.dspace.handle)
    assert of([w for w in all_works if w.pmid and not w.doi and w.dspace and w.eprints]) == 1
    assert {"thesis", "report", "dataset", "chapter"} <= {w.kind for w in all_works}


def test_corrections_and_retractions_are_stated_on_both_sides() -> None:
    items = {i["DOI"]: i for i in WORKS.crossref_items()}
    pairs = set()
    for doi, item in items.items():
        for update in item.get("updated-by", []):
            assert any(u["DOI"] == doi and u["type"] == update["type"] for u in items[update["DOI"]]["update-to"])
            pairs.add((update["type"], update["source"]))
    assert {("correction", "publisher"), ("retraction", "publisher"), ("retraction", "retraction-watch")} <= pairs


def test_crossref_knows_no_more_of_the_real_works_than_is_public() -> None:
    twin, early = (i for i in WORKS.crossref_items() if i["prefix"] == "10.1136")
    if early["DOI"].endswith("000228"):
        twin, early = early, twin
    assert twin["published-online"] == {"date-parts": [[2020, 5, 13]]}
    assert twin["page"] == "128-134"
    assert not {"funder", "license", "accepted"} & twin.keys()
    assert not {"volume", "issue", "page", "published-print", "abstract"} & early.keys()
    assert early["issued"] == {"date-parts": [[2022, 9, 12]]}


def test_every_view_is_well_formed_and_in_a_known_set() -> None:
    for item in WORKS.dspace_records():
        for prefix in ("oai_dc", "xoai", "dim"):
            etree.fromstring(item.metadata(prefix))
        assert set(item.sets) <= set(dspace.SETS)
    for item in WORKS.eprints_records():
        etree.fromstring(item.metadata("oai_dc"))

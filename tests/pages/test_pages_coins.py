"""Entries of lists as reference managers read them."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from harvester.citation import Citation
from harvester.listing.entries import Entry, Place
from harvester.pages.coins import coins
from harvester.record import Contributor

CORPORATE = Contributor("The King's Fund", kind="organisation")
PEOPLE = (Contributor("Di Marco, Ann B", family="Di Marco", given="Ann B"), CORPORATE)


def said(type_: str, authors: tuple[Contributor, ...] = PEOPLE, pages: str = "10-20") -> dict[str, list[str]]:
    place = Place(
        type=type_, container="Where", volume="4", pages=pages, isbn="9780000000002", publisher="Press", authors=authors
    )
    citation = Citation("Di Marco, A.B.", "A title & more", "2020", "https://example.org/1")
    entry = Entry("key", citation, "2020-09-28", "", (), (), "", place=place)
    return parse_qs(coins(entry), strict_parsing=True)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("article", {"rft_val_fmt": "journal", "rft.genre": "article", "rft.atitle": True, "rft.jtitle": "Where"}),
        ("editorial", {"rft_val_fmt": "journal", "rft.genre": "article", "rft.atitle": True, "rft.jtitle": "Where"}),
        ("preprint", {"rft_val_fmt": "journal", "rft.genre": "preprint", "rft.atitle": True, "rft.jtitle": "Where"}),
        ("book", {"rft_val_fmt": "book", "rft.genre": "book", "rft.btitle": True, "rft.pub": "Press"}),
        ("chapter", {"rft_val_fmt": "book", "rft.genre": "bookitem", "rft.atitle": True, "rft.btitle": "Where"}),
        ("conference-paper", {"rft_val_fmt": "book", "rft.genre": "proceeding", "rft.atitle": True, "rft.btitle": "Where"}),
        ("working-paper", {"rft_val_fmt": "book", "rft.genre": "report", "rft.btitle": True, "rft.pub": "Press"}),
        ("doctoral-thesis", {"rft_val_fmt": "dissertation", "rft.title": True, "rft.inst": "Press"}),
        ("web-opinion", {"rft_val_fmt": "dc", "rft.type": "blogPost", "rft.title": True, "rft.source": "Where"}),
        ("studentship", {"rft_val_fmt": "dc", "rft.type": "webpage", "rft.title": True, "rft.publisher": "Press"}),
        ("dataset", {"rft_val_fmt": "dc", "rft.type": "dataset", "rft.title": True, "rft.publisher": "Press"}),
        ("other", {"rft_val_fmt": "dc", "rft.type": "document", "rft.title": True, "rft.publisher": "Press"}),
        ("nobody-knows", {"rft_val_fmt": "dc", "rft.type": "document", "rft.title": True}),
    ],
)  # fmt: skip
def test_each_type_has_its_title_where_zotero_looks_for_it(type_: str, expected: dict[str, str | bool]) -> None:
    found = said(type_)
    wanted = {key: ["A title & more" if value is True else value] for key, value in expected.items()}
    wanted["rft_val_fmt"] = [f"info:ofi/fmt:kev:mtx:{expected['rft_val_fmt']}"]
    assert {key: found.get(key) for key in wanted} == wanted
    assert found["rft.volume"] + found["rft.spage"] + found["rft.epage"] == ["4", "10", "20"]
    assert found["rft_id"] == ["https://example.org/1"]
    titles = [key for key in ("rft.title", "rft.atitle", "rft.btitle") if found.get(key) == ["A title & more"]]
    assert len(titles) == 1


def test_the_name_of_an_organisation_stays_whole_and_in_its_place() -> None:
    assert (said("report")["rft.aulast"], said("report")["rft.aufirst"], said("report")["rft.au"]) == (
        ["Di Marco", "The King's Fund"],
        ["Ann B"],
        ["Di Marco, Ann B"],
    )
    alone = said("report", (CORPORATE,))
    assert alone["rft.aulast"] == ["The King's Fund"]
    assert not {"rft.aufirst", "rft.au"} & alone.keys()


def test_dublin_core_has_creators() -> None:
    assert said("dataset")["rft.creator"] == ["Di Marco, Ann B"]
    assert "rft.au" not in said("dataset")

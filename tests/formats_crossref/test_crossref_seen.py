"""What real items taught: values that were read wrong, or not at all, once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats_crossref.items import read


def item(**fields: Any) -> bytes:
    return json.dumps({"DOI": "10.5555/1", **fields}).encode()


@pytest.mark.parametrize(
    ("page", "sent", "number", "extra"),
    [
        ("ENEURO.0091-15.2015", None, "ENEURO.0091-15.2015", {}),
        ("ENEURO.0091-15.2015", "e17", "e17", {"page": ["ENEURO.0091-15.2015"]}),
        ("i", None, None, {"page": ["i"]}),
        ("see 2015 volume", None, None, {"page": ["see 2015 volume"]}),
    ],
)
def test_the_number_of_an_article_in_place_of_its_pages(
    page: str, sent: str | None, number: str | None, extra: dict[str, list[str]]
) -> None:
    """eNeuro."""
    record = read(item(page=page, **{"article-number": sent} if sent else {}))
    assert (record.article_number, record.pages, record.extra) == (number, None, extra)


def test_only_a_thesis_is_cited_by_its_approval() -> None:
    """Wellington, Santiago: no date of publication, as a thesis has none."""
    approved = {"approved": {"date-parts": [[2021, 3, 15]]}, "issued": {"date-parts": [[None]]}}
    assert read(item(type="dissertation", **approved)).issued == "2021-03-15"
    assert read(item(type="journal-article", **approved)).issued is None
    printed = {"published-print": {"date-parts": [[2022]]}}
    assert read(item(type="dissertation", **approved, **printed)).issued == "2022"

"""Works in the citation styles, as citeproc-js writes them: ``expected.json``, made by ``expected.mjs``."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import small_index

from harvester import styles
from harvester.record import Record

FOLDER = Path(__file__).parent
ITEMS: list[dict[str, Any]] = json.loads((FOLDER / "items.json").read_text(encoding="utf-8"))
EXPECTED: dict[str, dict[str, str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


ROLES = ("author", "chair", "collection-editor", "compiler", "composer", "container-author", "contributor", "curator", "director",
         "editor", "editorial-director", "executive-producer", "guest", "host", "illustrator", "interviewer", "narrator",
         "organizer", "original-author", "performer", "producer", "recipient", "reviewed-author", "script-writer",
         "series-creator", "translator")  # fmt: skip
"""Name variables of CSL 1.0.2."""
ITS_OWN = {
    ("hostile", "*"): "it takes tags in values for markup; here they are text",
    (
        "group and persons",
        "apa",
    ): "it sets organisations apart; APA has a comma before the last author, whoever that is",
    ("curly quotes", "harvard"): "it turns round quotation marks that were typographic already",
}
"""Where citeproc-js is not followed."""


@pytest.mark.parametrize("style", EXPECTED)
@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_as_citeproc_js(item: dict[str, Any], style: str) -> None:
    if (item["id"], style) in ITS_OWN or (item["id"], "*") in ITS_OWN:
        assert styles.entry(item, style, markup=True) != EXPECTED[style][item["id"]]
        return
    assert styles.entry(item, style, markup=True) == EXPECTED[style][item["id"]]


@pytest.mark.parametrize("style", EXPECTED)
def test_what_a_source_says_is_text_not_markup(style: str) -> None:
    (hostile,) = (item for item in ITEMS if item["id"] == "hostile")
    text = styles.entry(hostile, style, markup=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;leaders&lt;/b&gt;" in text
    assert "&lt;i&gt;Evil&lt;/i&gt;" in text
    plain = styles.entry(hostile, style)
    assert "<script>alert(1)</script> & <b>leaders</b> in 1 < 2" in plain


def test_plain_text_has_no_markup() -> None:
    for item in ITEMS:
        if item["id"] != "hostile":
            for style in EXPECTED:
                text = styles.entry(item, style)
                assert "<" not in text
                assert unescape(text) == text


@pytest.mark.parametrize("style", styles.styles())
@pytest.mark.parametrize(
    "type_", ["article-journal", "book", "chapter", "report", "thesis", "motion_picture", "speech", "webpage"]
)
def test_people_of_every_role_are_names(type_: str, style: str) -> None:
    somebody = [{"family": "Darzi", "given": "Ara"}, {"literal": "The King's Fund"}]
    for role in ROLES:
        text = styles.entry({"id": "x", "type": type_, "title": "Leading", role: somebody}, style)
        assert "Leading" in text
        assert "family" not in text, (role, text)


@pytest.mark.parametrize("style", styles.styles())
def test_of_thousands_of_authors_those_that_are_written(style: str) -> None:
    item = {"id": "x", "type": "article-journal", "title": "T", "issued": {"date-parts": [[2012]]}}
    names = [{"family": f"Aad{'abcdefghij'[n % 10] * (n // 10 % 9 + 1)}", "given": "Georges"} for n in range(3000)]
    last = {"family": "Zwalinski", "given": "Lukasz"}
    many, few = ({**item, "author": [*some, last]} for some in (names, names[:60]))
    assert styles.entry(many, style) == styles.entry(few, style)
    assert ("Zwalinski" in styles.entry(many, style)) is (style == "apa")


def test_a_work_that_a_style_cannot_cite_is_cited_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> str:
        raise AttributeError("'String' object has no attribute 'parts'")

    monkeypatch.setattr("harvester.styles.engine.Style.entry", fails)
    work = small_index.single(1, Record(title="Leading wards", identifiers=(small_index.doi("10.5555/1"),)))
    assert styles.cited(work, "apa", otherwise="Leading <wards>.") == "Leading <wards>."
    assert styles.cited(work, "apa", otherwise="Leading <wards>.", markup=True) == "Leading &lt;wards&gt;."
    assert "doi:10.5555/1: cannot be cited in the style apa" in caplog.text
    with pytest.raises(KeyError):
        styles.cited(work, "nature", otherwise="")


@pytest.mark.parametrize("style", styles.styles())
def test_who_handled_an_article_is_not_cited(style: str) -> None:
    item = {"id": "x", "type": "article-journal", "title": "T", "container-title": "PLOS Pathogens",
            "author": [{"family": "Secor", "given": "Patrick"}], "editor": [{"family": "Wolfgang", "given": "M"}]}  # fmt: skip
    assert "Wolfgang" not in styles.entry(item, style)
    assert "Wolfgang" in styles.entry({**item, "type": "chapter"}, style)


def test_several_threads_at_once() -> None:
    once = [styles.entry(item, "bmj") for item in ITEMS]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda item: styles.entry(item, "bmj"), ITEMS)) == once


def test_a_style_that_is_not_there() -> None:
    assert list(styles.styles()) == list(EXPECTED)
    with pytest.raises(KeyError):
        styles.entry({}, "../secrets")

"""Mistakes in the configuration are named before anything is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from habanero.crossref.filters import works_filter_details
from habanero.field_queries import VALID_FIELD_QUERIES

from harvester.errors import ConfigError, ProtocolError
from harvester.http import Session
from harvester.sandbox.crossref import CrossrefApp
from harvester.sources.crossref import Settings, check, connect
from harvester.sources.crossref.filters import FIELD_QUERIES, FILTERS

from .conftest import Harvest


def faults(**settings: Any) -> dict[str, str]:
    table = {"kind": "crossref", "filter": {"issn": "2398-631X"}} | settings
    return dict(check(msgspec.convert(table, Settings)))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {
            "filter": {
                "doi": [
                    "https://doi.org/10.1136/leader-2020-000228",
                    "10.1002/(SICI)1097-4679(199601)52:1<1::AID-X>3.0.CO;2-0",
                ]
            }
        },
        {
            "filter": {
                "prefix": "10.1136",
                "from-pub-date": date(2019, 1, 1),
                "until-created-date": "2020-05",
                "has-abstract": True,
                "member": 239,
            }
        },
        {"filter": {}, "query": "medical leadership"},
        {"filter": {}, "query": {"bibliographic": "medical leadership", "query.author": "Till"}},
        {
            "filter": {
                "orcid": "https://orcid.org/0000-0002-1825-0097",
                "relation.object-type": "doi",
                "license.url": "http://x.org/a:b",
            }
        },
    ],
)
def test_sound(settings: dict[str, Any]) -> None:
    assert faults(**settings) == {}


@pytest.mark.parametrize(
    ("settings", "key", "words"),
    [
        ({"url": "api.crossref.org"}, "url", "http"),
        ({"rows": 5000}, "rows", "between 1 and 1000"),
        ({"rows": 0}, "rows", "between 1 and 1000"),
        ({"overlap_days": -1}, "overlap_days", "negative"),
        ({"mailto": "librarian"}, "mailto", "e-mail"),
        ({"plus_token_env": "Bearer abc.def"}, "plus_token_env", "name of an environment variable"),
        ({"filter": {}}, "filter", "all of Crossref"),
        ({"filter": {"isn": "2398-631X"}}, "filter.isn", "did you mean 'issn'"),
        ({"filter": {"container_title": "BMJ"}}, "filter.container_title", "did you mean 'container-title'"),
        ({"filter": {"issn": "2398-6311"}}, "filter.issn", "check digit"),
        ({"filter": {"issn": ["2398-631X", "x"]}}, "filter.issn", "'x' is not an ISSN"),
        ({"filter": {"issn": []}}, "filter.issn", "is empty"),
        ({"filter": {"issn": ""}}, "filter.issn", "is empty"),
        ({"filter": {"doi": "leader-2020-000228"}}, "filter.doi", "is not a DOI"),
        ({"filter": {"prefix": "1136"}}, "filter.prefix", "DOI prefix"),
        ({"filter": {"orcid": "0000-0002-1825-0098"}}, "filter.orcid", "ORCID"),
        ({"filter": {"from-pub-date": "2020-13"}}, "filter.from-pub-date", "is not a date"),
        ({"filter": {"issn": "2398-631X", "from-index-date": "2020"}}, "filter.from-index-date", "--since"),
        ({"filter": {"from-created-date": ["2020", "2021"]}}, "filter.from-created-date", "one date"),
        ({"filter": {"container-title": "Health, Policy"}}, "filter.container-title", "a comma"),
        ({"filter": {"issn": {"print": "2398-631X"}}}, "filter.issn", "must be text in quotes"),
        ({"filter": {"issn": 1.5}}, "filter.issn", "must be text in quotes"),
        ({"query": {"titel": "x"}}, "query.titel", "did you mean 'query.title'"),
    ],
)
def test_mistakes(settings: dict[str, Any], key: str, words: str) -> None:
    found = faults(**settings)
    assert list(found) == [key]
    assert words in found[key]


def test_every_filter_and_query_that_habanero_knows_is_known() -> None:
    dotted = ("license_", "full_text_", "award_", "relation_")
    spelled = {
        name.replace("_", ".", 1).replace("_", "-") if name.startswith(dotted) else name.replace("_", "-")
        for name in works_filter_details
    }
    spelled = {name.replace("full.text-", "full-text.") for name in spelled}
    assert spelled - FILTERS == {"location", "public-references"}  # of other lists than works
    assert set(VALID_FIELD_QUERIES) == FIELD_QUERIES


def test_token_is_sent_and_never_told(
    harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    app.plus_tokens = {"s3cret-token"}
    monkeypatch.setenv("PLUS", "s3cret-token\n")
    last = harvest.run(plus_token_env="PLUS")
    assert last is not None
    assert app.log[0].headers["crossref-plus-api-token"] == "Bearer s3cret-token"  # type: ignore[attr-defined]
    app.plus_tokens = {"another"}
    with pytest.raises(ProtocolError, match="does not accept the Metadata Plus token") as caught:
        harvest.run(plus_token_env="PLUS")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("value", ["", " ", "two words", "smörgås"])
def test_token_that_is_none(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUS", value)
    with Session() as session, pytest.raises(ConfigError, match=r"source\.leader\.plus_token_env: PLUS") as caught:
        connect("leader", Settings(kind="crossref", filter={"issn": "2398-631X"}, plus_token_env="PLUS"), session, {})
    assert value.strip() == "" or value not in str(caught.value)


def test_first_pace_is_slow_but_for_loopback() -> None:
    for url, pace in (("https://api.crossref.org", 1.0), ("http://127.0.0.1:9", 0.0)):
        with Session() as session:
            connect("leader", Settings(kind="crossref", url=url, filter={"issn": "2398-631X"}), session, {})
            assert session.pace == pace


def test_a_list_is_named_by_what_it_asks_for() -> None:
    def names(**settings: Any) -> list[str]:
        with Session() as session:
            return connect("leader", Settings(kind="crossref", **settings), session, {}).lists

    assert names(filter={"type": "report", "issn": ["2398631x", "2049-3630"]}) == [
        "issn:2398-631X,issn:2049-3630,type:report"
    ]
    assert names(query="leadership") == ["query=leadership"]
    many = [f"10.5555/{n}" for n in range(99)]
    assert len(names(filter={"doi": many})[0]) < 130
    assert names(filter={"doi": many}) != names(filter={"doi": [*many[:-1], "10.5555/x"]})

"""What a librarian runs into while deciding: names in any form, a change of mind, a pinned value beside what records say."""

from __future__ import annotations

import click
import pytest

from harvester.cli import reviewing
from tests.keeping.conftest import Installation


def pins(installation: Installation) -> dict[str, str]:
    return {
        d["decision"]["element"]: d["decision"]["id"]
        for d in installation.json("decisions")
        if d["decision"]["kind"] == "pin"
    }


def test_works_joined_by_mistake_get_their_records_back(installation: Installation) -> None:
    installation("run")
    before = installation.asked(installation.index, "select identifier, work_id from records order by 1")
    installation("decide", "same", "10.1234/one", "10.1234/three")
    said = installation("decide", "different", "https://doi.org/10.1234/ONE", "doi: 10.1234/three")
    assert "different doi:10.1234/one ≠ doi:10.1234/three" in said
    assert "overruled by it" in said
    assert said.endswith(
        "now: doi:10.1234/one (2 records)  Sharing leadership in hospitals\nnow: doi:10.1234/three (1 record)  Annual report\n"
    )
    assert installation.asked(installation.index, "select identifier, work_id from records order by 1") == before
    installation("reindex")
    assert installation.asked(installation.index, "select identifier, work_id from records order by 1") == before


def test_every_command_takes_a_record_as_lists_name_it(installation: Installation) -> None:
    installation("run")
    for name in ("archive a3", "archive: a3"):
        assert "doi:10.1234/three" in installation("show", name)
        assert "doi:10.1234/three" in installation("explain", name)
    installation("suppress", "archive a3", "--reason", "asked")
    assert "doi:10.1234/three" not in installation.works
    assert "no longer suppressed" in installation("unsuppress", "archive a3")


def test_what_cannot_be_undone_says_what_to_do(installation: Installation) -> None:
    installation("run")
    installation("decide", "pin", "10.1234/one", "volume=7")
    ended = installation("decisions", "--undo", pins(installation)["volume"]).split()[0]
    assert "decide that again" in installation("decisions", "--undo", ended, code=2)
    installation("suppress", "10.1234/three", "--reason", "asked")
    suppression = installation.json("decisions")[0]["decision"]["id"]
    assert "`harvester unsuppress`" in installation("decisions", "--undo", suppression, code=2)


def test_a_pin_is_shown_with_who_decided_it_and_all_that_it_stands_in_the_place_of(installation: Installation) -> None:
    installation("run")
    installation(
        "decide", "pin", "10.1234/one", "title=As printed", "volume=", "authors=Darzi, A", "doi=10.1234/other",
        "container.title=The Lancet", "--by", "Ada",
    )  # fmt: skip
    shown = installation("show", "10.1234/one")
    for line in ("volume              (none)", "Darzi, A", "doi 10.1234/other"):
        assert f"{line}  [curator: Ada]" in shown
    explained = installation("explain", "10.1234/one")
    assert "not 'Sharing leadership in hospitals' from library" in explained
    assert "not 'Sharing leadership in hospitals' from archive" in explained
    assert "  pin authors = Darzi, A\n" in explained
    ask = "select element, value, source from provenance where source like 'curator: %' order by 1"
    assert installation.asked(installation.index, ask) == [
        ("container", "The Lancet", "curator: Ada"),
        ("contributors", "Darzi, A", "curator: Ada"),
        ("doi", "10.1234/other", "curator: Ada"),
        ("title", "As printed", "curator: Ada"),
        ("volume", None, "curator: Ada"),
    ]
    told = "select distinct value, source, other_value from disagreements"
    assert installation.asked(installation.index, told) == [
        ("As printed", "curator: Ada", "Sharing leadership in hospitals")
    ]


def test_a_pinned_doi_is_where_the_work_leads_to(installation: Installation) -> None:
    installation("run")
    installation("decide", "pin", "10.1234/one", "doi=10.1234/other")
    ask = "select doi, url from works where key = 'doi:10.1234/one'"
    assert installation.asked(installation.index, ask) == [("10.1234/other", "https://doi.org/10.1234/other")]
    assert "10.1234/one" not in installation("export", "--format", "csl-json", "--query", "10.1234/other").replace(
        '"id":"doi:10.1234/one"', ""
    )


@pytest.mark.parametrize(("happens", "key"), [(EOFError(), "q"), ("", "q"), ("s", "s")])
def test_who_has_gone_decides_nothing(monkeypatch: pytest.MonkeyPatch, happens: Exception | str, key: str) -> None:
    def getchar(echo: bool) -> str:
        if isinstance(happens, Exception):
            raise happens
        return happens

    monkeypatch.setattr(click, "getchar", getchar)
    assert reviewing._pressed() == key


def test_ctrl_c_at_the_question_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def getchar(echo: bool) -> str:
        raise KeyboardInterrupt  # click does, when the terminal gives it as a key

    monkeypatch.setattr(click, "getchar", getchar)
    with pytest.raises(click.Abort):
        reviewing._pressed()


def test_a_pair_that_somebody_else_has_joined_meanwhile_is_left_alone(installation: Installation) -> None:
    from harvester.config import load
    from harvester.jobs import reviewing as pairs

    installation("run")
    one, other = (
        pairs.Side(work=key, records=1, source="", identifier="", link="")
        for key in ("local:library:two", "doi:10.1234/three")
    )
    installation("decide", "same", one.work, other.work)
    pair = pairs.Pair(why="unsure", score=1, evidence=(), one=one, other=other, lines=())
    config = load(installation.folder / "config.toml")
    reviewing.decide_each(config, [pair], 1, reason="", by="Ada", key=lambda: "s")
    assert len(installation.json("decisions")) == 1


def test_a_rehearsal_says_what_was_decided_meanwhile(installation: Installation) -> None:
    installation("run")
    installation("reindex")
    installation("index", "rollback")
    installation("decide", "pin", "10.1234/one", "volume=7", "--by", "Ada")
    assert "why: volume is pinned by Ada\n" in installation("reindex", "--diff")

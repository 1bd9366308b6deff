"""``harvester cite`` against the emulated Crossref: what is certain is matched, what is not is said, and no file is spoilt."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harvester.sandbox import Sandbox

Run = Callable[..., tuple[int, bytes, bytes]]

TITLE = "Role of medical leaders in integrated care systems: what can be learnt from previous research?"
WORK: dict[str, Any] = {
    "DOI": "10.1136/leader-2022-000655",
    "type": "journal-article",
    "title": [TITLE],
    "container-title": ["BMJ Leader"],
    "author": [{"family": "Jones", "given": "Lorelei"}],
    "published-online": {"date-parts": [[2022, 9, 12]]},
    "issued": {"date-parts": [[2022, 9, 12]]},
}
LINE = (
    f"Jones, L. {TITLE} 12 September 2022. https://bmjleader.bmj.com/content/early/2022/09/11/leader-2022-000655.info"
)
OPINION = "Peveler, R. Does research hold back healthcare improvement? 22 January 2021. https://www.fmlm.ac.uk/news-opinion/does-it"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as found:
        yield found


@pytest.fixture
def cite(sandbox: Sandbox, tmp_path: Path, command_line: Run) -> Callable[..., tuple[int, list[dict[str, Any]]]]:
    """Lines -> exit code and rows. The work is there anew each time."""
    config = tmp_path / "config.toml"
    config.write_text(
        f'[source.works]\nkind = "crossref"\nurl = "{sandbox.crossref_url}"\nfilter = {{issn = "2398-631X"}}\n'
    )

    def run(
        *lines: str, options: tuple[str, ...] = (), work: dict[str, Any] = WORK
    ) -> tuple[int, list[dict[str, Any]]]:
        sandbox.crossref.put(work)
        path = tmp_path / "lines.txt"
        path.write_text("\n\n".join(lines))
        code, out, _ = command_line("-c", str(config), "cite", str(path), "--json", *options)
        return code, [json.loads(row) for row in out.splitlines()]

    return run


def verdict(rows: list[dict[str, Any]]) -> tuple[str, str | None]:
    return rows[0]["verdict"], rows[0]["doi"]


def test_doi_that_an_address_implies_counts_when_crossref_confirms_it(cite: Any) -> None:
    code, rows = cite(LINE)
    assert code == 0
    assert verdict(rows) == ("matched", "10.1136/leader-2022-000655")
    assert rows[0]["entry"]["doi"] == "10.1136/leader-2022-000655"


@pytest.mark.parametrize(
    "line",
    [
        f"Jones L. {TITLE} BMJ Leader 2022.",
        f"Jones, L. (2023) {TITLE} BMJ Leader.",
        f"Jones, L. {TITLE.replace('integrated care', 'Integrated-Care')} 2022. https://elsewhere.example/1",
        f"Jones L. {TITLE} BMJ Leader 2022. doi:10.1136/leader-2022-000655",
        "Jones L. Role of medical leaders in integrated care systems. BMJ Leader 2022.",
    ],
    ids=["vancouver", "a year later", "other signs", "doi", "without subtitle"],
)
def test_line_that_agrees_in_title_year_and_author_is_matched(cite: Any, line: str) -> None:
    assert verdict(cite(line)[1]) == ("matched", "10.1136/leader-2022-000655")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"Jones L. {TITLE} BMJ Leader 2017.", "its year is 2022, not 2017"),
        (f"Roe A. {TITLE} BMJ Leader 2022.", "its first author is Jones"),
        (f"Jones L. {TITLE.replace('medical', 'nursing')} BMJ Leader 2022.", "its title differs"),
        (
            "Jones L. Something else entirely, about budgets. BMJ Leader 2022. doi:10.1136/leader-2022-000655",
            "its title differs",
        ),
    ],
)
def test_line_that_does_not_agree_is_not_matched_and_it_is_said_why(cite: Any, line: str, why: str) -> None:
    _, rows = cite(line)
    assert verdict(rows) == ("unsure", None)
    assert why in rows[0]["said"]
    assert "doi" not in rows[0]["entry"]


PLACED = {**WORK, "container-title": ["BMJ Leader"], "volume": "6", "issue": "2", "page": "101-108"}


@pytest.mark.parametrize(
    ("change", "line", "why"),
    [
        ({}, f"Jones L. {TITLE} PLoS Med. 2022;6(2):101-8.", "it is in BMJ Leader"),
        ({}, f"Jones L. {TITLE} BMJ Leader. 2022;5(2):101-8.", "its volume is 6, not 5"),
        ({}, f"Jones L. {TITLE} BMJ Leader. 2022;6(2):33-8.", "its first page is 101, not 33"),
        ({}, f"Jones K. {TITLE} BMJ Leader. 2022;6(2):101-8.", "its first author is Jones, Lorelei"),
        ({}, f"Jones, L. {TITLE} 3 June 2023. https://x.example/1", "its date is 2022-09-12, not 2023-06-03"),
        ({}, f"Jones, L. {TITLE} 3 January 2022. https://x.example/1", "its date is 2022-09-12, not 2022-01-03"),
        ({"type": "posted-content", "subtype": "preprint", "group-title": "medRxiv", "container-title": []},
         f"Jones L. {TITLE} BMJ Leader. 2022;6(2):101-8.", "it is a preprint"),
        ({"type": "posted-content", "subtype": "preprint", "institution": [{"name": "medRxiv"}], "container-title": []},
         f"Jones L. {TITLE} BMJ Leader. 2022;6(2):101-8.", "it is in medRxiv"),
        ({"type": "posted-content", "subtype": "preprint", "institution": [{"name": "medRxiv"}], "container-title": []},
         f"Jones L. {TITLE} BMJ Leader 2022.", "it is a preprint"),
        ({"type": "book-chapter", "container-title": ["Handbook of leading"]},
         f"Jones L. {TITLE} BMJ Leader 2022.", "it is a chapter"),
        ({"type": "dataset"}, f"Jones L. {TITLE} BMJ Leader. 2022;6(2):101-8.", "it is a dataset"),
        ({"title": ["Editorial"]}, "Jones L. Editorial. BMJ Leader 2022.", "its title is short"),
        ({}, f"Jones L. {TITLE} 2022. doi:10.5555/of-another-agency", "which Crossref does not have"),
    ],
)  # fmt: skip
def test_work_that_is_another_is_never_matched(cite: Any, change: dict[str, Any], line: str, why: str) -> None:
    _, rows = cite(line, work={**PLACED, **change})
    assert verdict(rows) == ("unsure", None)
    assert why in rows[0]["said"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, f"Jones L. {TITLE} BMJ Lead. 2022;6(2):101-8."),
        ({"title": ["Editorial"]}, "Jones L. Editorial. BMJ Leader. 2022;6(2):101-8."),
        ({"container-title": ["New England Journal of Medicine"]}, f"Jones L. {TITLE} N Engl J Med. 2022;6(2):101-8."),
        ({"author": [], "editor": WORK["author"], "type": "book"}, f"Jones, L. (Ed.) (2022). {TITLE} Wiley."),
    ],
    ids=["journal, abbreviated", "short title in its place", "journal by its words", "editor of a book"],
)
def test_work_found_in_its_place_is_matched(cite: Any, change: dict[str, Any], line: str) -> None:
    assert verdict(cite(line, work={**PLACED, **change})[1]) == ("matched", "10.1136/leader-2022-000655")


def test_two_works_that_fit_are_not_chosen_between(cite: Any, sandbox: Sandbox) -> None:
    sandbox.crossref.put({**WORK, "DOI": "10.5555/twin"})
    _, rows = cite(f"Jones L. {TITLE} BMJ Leader 2022.")
    sandbox.crossref.remove("10.5555/twin")
    assert verdict(rows) == ("unsure", None)


def test_article_is_chosen_before_its_preprint_and_its_correction_is_none(cite: Any, sandbox: Sandbox) -> None:
    sandbox.crossref.put({**WORK, "DOI": "10.5555/pre", "type": "posted-content", "subtype": "preprint"})
    sandbox.crossref.put({**WORK, "DOI": "10.5555/corr", "update-to": [{"DOI": WORK["DOI"], "type": "correction"}]})
    _, rows = cite(f"Jones L. {TITLE} BMJ Leader 2022.")
    for doi in ("10.5555/pre", "10.5555/corr"):
        sandbox.crossref.remove(doi)
    assert verdict(rows) == ("matched", "10.1136/leader-2022-000655")


def test_what_crossref_does_not_have_is_an_entry_without_doi(cite: Any) -> None:
    code, rows = cite(OPINION, options=("--type", "web-opinion", "--section", "Articles", "--listing", "evidence-base"))
    assert (code, rows[0]["verdict"]) == (0, "none")
    entry = rows[0]["entry"]
    assert (entry["id"], entry["type"], entry["date"]) == (
        "peveler-2021-does-research-hold-back-healthcare",
        "web-opinion",
        "2021-01-22",
    )
    assert (entry["section"], entry["listing"], entry["authors"]) == ("Articles", "evidence-base", ["Peveler, R."])


def test_offline_asks_nobody(cite: Any, sandbox: Sandbox) -> None:
    before = len(sandbox.requests)
    _, rows = cite(LINE, options=("--offline",))
    assert verdict(rows) == ("unasked", None)
    assert len(sandbox.requests) == before


def test_crossref_that_fails_is_a_loss_and_is_said(command_line: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[http]\nretries = 0\n[source.works]\nkind = "crossref"\nurl = "http://127.0.0.1:9"\nfilter = {issn = "2398-631X"}\n'
    )
    lines = tmp_path / "lines.txt"
    lines.write_text(LINE)
    code, out, err = command_line("-c", str(config), "cite", str(lines))
    assert code == 4
    assert b"could not be asked for" in err
    assert tomllib.loads(out.decode())["entry"][0]["title"] == TITLE


def test_entries_are_appended_once_and_nothing_else_is_touched(command_line: Run, tmp_path: Path) -> None:
    lines, curated = tmp_path / "lines.txt", tmp_path / "curated.toml"
    lines.write_text(OPINION + '\n\nRoe, A. On "leading" \\ wards. 3 May 2020. https://x.example/1')
    own = '# mine\nlisting = "evidence-base"\n\n[[entry]]\nid = "mine"\n'
    own += 'title = "Does research hold back healthcare improvement?" # by hand'
    curated.write_text(own)
    for _ in range(2):
        code, out, _ = command_line("cite", "--offline", str(lines), "-o", str(curated))
        assert code == 0
    assert b"is in" in out
    text = curated.read_text()
    assert text.startswith(own)
    entries = tomllib.loads(text)["entry"]
    assert [e["title"] for e in entries] == ["Does research hold back healthcare improvement?", 'On "leading" \\ wards']
    assert "# Roe, A. On " in text


def test_short_titles_are_appended_once_and_one_title_of_two_years_twice(command_line: Run, tmp_path: Path) -> None:
    lines, curated = tmp_path / "lines.txt", tmp_path / "curated.toml"
    lines.write_text(
        "Roe A. Editorial. BMJ Leader 2020.\n\nDoe B. Editorial. BMJ Leader 2020.\n\n"
        "Roe A. Leading the health service. Wiley; 2010.\n\nDoe B. Leading the health service. Sage; 2018.\n"
    )
    for _ in range(2):
        command_line("cite", "--offline", str(lines), "-o", str(curated))
    entries = tomllib.loads(curated.read_text())["entry"]
    assert [(e["authors"][0], e["date"]) for e in entries] == [
        ("Roe, A", "2020"), ("Doe, B", "2020"), ("Roe, A", "2010"), ("Doe, B", "2018"),
    ]  # fmt: skip


def test_curated_file_with_a_mistake_is_left_alone(command_line: Run, tmp_path: Path) -> None:
    lines, curated = tmp_path / "lines.txt", tmp_path / "curated.toml"
    lines.write_text(OPINION)
    curated.write_text("[[entry]\n")
    code, _, err = command_line("cite", "--offline", str(lines), "-o", str(curated))
    assert code == 2
    assert b"curated.toml:1" in err
    assert curated.read_text() == "[[entry]\n"


def test_printed_entries_are_a_file_that_the_harvester_reads(command_line: Run, tmp_path: Path) -> None:
    from harvester.sources import Cursor, Window
    from harvester.sources.files import Settings, connect

    lines, curated = tmp_path / "lines.txt", tmp_path / "curated.toml"
    lines.write_text(f"{LINE}\n\n{OPINION}")
    _, out, err = command_line("cite", "--offline", str(lines), "--type", "web-opinion")
    assert b"2 references: 2 not asked for" in err
    curated.write_bytes(out)
    pages = list(connect("c", Settings(kind="files", path=str(curated)), None, {}).pages("entries", Cursor(), Window()))
    assert [len(page.records) for page in pages] == [2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonesuch.txt",), b"cannot be read"),
        (("--type", "web-opnion", "lines.txt"), b"did you mean 'web-opinion'"),
        (("--offline", "lines.txt"), b"holds no line that can be read as a reference"),
    ],
)
def test_what_cannot_be_done_is_said(
    command_line: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lines.txt").write_text("Nothing here.\n")
    code, _, err = command_line("cite", *arguments)
    assert code == 2
    assert said in err


def test_what_was_retracted_is_said(cite: Callable[..., tuple[int, list[dict[str, Any]]]]) -> None:
    """Whoever cites it should know; the entry is made all the same."""
    update = {"DOI": "10.1136/notice", "type": "retraction", "updated": {"date-parts": [[2024, 1, 5]]}}
    code, rows = cite(LINE, work=WORK | {"updated-by": [update]})
    assert (code, verdict(rows)) == (0, ("matched", WORK["DOI"]))
    assert rows[0]["update"] == "Retracted 2024-01-05: https://doi.org/10.1136/notice"
    assert rows[0]["said"] == f"matched {WORK['DOI']}; {rows[0]['update']}"

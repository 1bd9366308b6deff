"""Citations as a reader sees them."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import citation
from harvester.record import Contributor, Identifier, Record


def person(family: str, given: str | None = None, role: str = "author", suffix: str | None = None) -> Contributor:
    name = f"{family}, {given}" if given else family
    return Contributor(name=name, family=family, given=given, role=role, suffix=suffix)


def test_doctests() -> None:
    failed, attempted = doctest.testmod(citation)
    assert attempted
    assert not failed


def test_form_of_the_reading_list() -> None:
    record = Record(
        title="Role of medical leaders in integrated care systems: what can be learnt from previous research?",
        contributors=(person("Jones", "Lorelei"),),
        issued="2022-09-12",
        identifiers=(Identifier("doi", "10.1136/leader-2022-000655"),),
        url="https://bmjleader.bmj.com/content/early/2022/09/11/leader-2022-000655",
    )
    assert citation.plain(record) == (
        "Jones, L. Role of medical leaders in integrated care systems: what can be learnt from previous research? "
        "12 September 2022. https://doi.org/10.1136/leader-2022-000655"
    )


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Record(), ""),
        (Record(title="Leading"), "Leading."),
        (Record(title="Leading", issued="2020"), "Leading. 2020."),
        (Record(issued="2020", url="https://example.org/a"), "2020. https://example.org/a"),
        (Record(title="Is this\n  so?", url="javascript:alert(1)"), "Is this so?"),
        (Record(title="Who?”", issued="199X"), "Who?” 1990s."),
        (Record(contributors=(Contributor(name="The King's Fund", kind="organisation"),)), "The King's Fund."),
        (Record(title="T", issued="1985?"), "T. 1985?"),
    ],
)
def test_missing_parts_leave_no_trace(record: Record, expected: str) -> None:
    assert citation.plain(record) == expected


def test_label_stands_in_for_a_title() -> None:
    assert citation.plain(Record(issued="2020"), "BMJ Leader 4, p. 128") == "BMJ Leader 4, p. 128. 2020."


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([person("Aufegger", "L"), person("Alabi", "M")], "Aufegger, L., Alabi, M."),
        ([person(f, "A") for f in ("B", "C", "D")], "B, A., C, A., D, A."),
        ([person(f, "A") for f in ("B", "C", "D", "E")], "B, A., C, A., D, A. et al."),
        ([person("Fulop", "Naomi", "editor")], "Fulop, N. (ed.)"),
        ([person("Fulop", "N", "editor"), person("Kirkpatrick", "I", "editor")], "Fulop, N., Kirkpatrick, I. (eds)"),
        ([person("Fulop", "N", "editor"), person("Kirkpatrick", "I")], "Kirkpatrick, I."),
        ([person("King", "Martin Luther", suffix="Jr")], "King, M.L. Jr"),
        ([person("王", "小明")], "王 小明"),
        ([person("Достоевский", "Фёдор")], "Достоевский, Ф."),
        ([person("Darzi")], "Darzi"),
        ([Contributor(name="Cochrane Collaboration", kind="unknown")], "Cochrane Collaboration"),
        ([person("Someone", "A", "sponsor")], ""),
        ([], ""),
    ],
)
def test_authors(people: list[Contributor], expected: str) -> None:
    assert citation.authors_text(people) == expected


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2021-01-29", "29 January 2021"),
        ("2021-01-XX", "January 2021"),
        ("2021-XX-XX", "2021"),
        ("2020-24", "Winter 2020"),
        ("2020-24-01", "2020-24-01"),
        ("2020-09-28T14:03:55Z", "28 September 2020"),
        ("1985%", "circa 1985?"),
        ("19XX", "1900–1999"),
        ("2020-09-28/2020-10-02", "28 September 2020 – 2 October 2020"),
        ("../2020", "until 2020"),
        ("2020/", "since 2020"),
        ("/", "/"),
        ("../..", "../.."),
        ("2020-13", "2020-13"),
        ("-0099", "-0099"),
        ("in press", "in press"),
        ("", ""),
        (None, ""),
    ],
)
def test_dates_keep_their_precision(edtf: str | None, expected: str) -> None:
    assert citation.date_text(edtf) == expected


def test_link_ladder() -> None:
    doi, handle = Identifier("doi", "10.1/a b"), Identifier("handle", "10044/1/85584")
    assert citation.link([handle, doi], "https://example.org") == "https://doi.org/10.1/a%20b"
    assert citation.link([handle], "https://example.org") == "https://example.org"
    assert citation.link([handle], None) == "https://hdl.handle.net/10044/1/85584"
    assert citation.link([Identifier("doi", "10.1/x", "container")], None) is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", 'https://a" onclick=', "//a", "", "http://a b"]
)
def test_only_web_links_are_offered(url: str) -> None:
    assert citation.link([], url) is None


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_gives_one_line(title: str, family: str, given: str, issued: str) -> None:
    record = Record(title=title, contributors=(person(family, given),), issued=issued)
    line = citation.plain(record)
    assert line == str(citation.parts(record))
    assert "\n" not in citation.parts(record).title


@given(st.text(max_size=30))
def test_stops_and_initials_are_idempotent(text: str) -> None:
    assert citation.stopped(citation.stopped(text)) == citation.stopped(text)
    assert citation.initials(citation.initials(text)) == citation.initials(text)

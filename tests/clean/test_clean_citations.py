"""Pages, numbers, citations in words, and what titles say about updates: as repositories and publishers write them."""

from __future__ import annotations

import pytest

from harvester.clean import citations, rights, text


@pytest.mark.parametrize(
    ("sent", "container", "year", "volume", "issue", "pages"),
    [
        ("BMJ Leader, 2020, 4 (3), pp.128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader. 2020;4(3):128-34.", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader 4.3 (2020): 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("PLoS ONE 15(3): e0229574", "PLoS ONE", None, "15", "3", "e0229574"),
        ("BMJ Leader 4 (2020) 128-134", "BMJ Leader", 2020, "4", None, "128-134"),
        ("Journal 4, no. 3 (September 2020): 128-134", "Journal", 2020, "4", "3", "128-134"),
        ("Leadership, 2020, No 3, 1-5", "Leadership", 2020, None, "3", "1-5"),
        ("European Journal, Vol. 04, No. 03, 2020", "European Journal", 2020, "4", "3", None),
        ("Doe J, Roe A. Sharing it out. BMJ Leader 2020;4:128-134.", "BMJ Leader", 2020, "4", None, "128-134"),
        ("J Med Internet Res. 2020 Sep 28;22(9):e12345", "J Med Internet Res", 2020, "22", "9", "e12345"),
        ("Revista; Vol. 4 Núm. 3 (2020): Enero; 128-134", "Revista", 2020, "4", "3", "128-134"),
        ("BMJ Leader 4, no. 3 (2020): 128-34", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader, vol. 4, no. 3, 2020, pp. 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader, Volume 4, Issue 3, September 2020, Pages 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("Вестник; Том 4, № 3 (2020); 128-134", "Вестник", 2020, "4", "3", "128-134"),
        ("In: BMJ Leader, 2020, 4(3), 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("Int. J. Public Health 2020, 17(3), 1234", "Int. J. Public Health", 2020, "17", "3", "1234"),
        ("Dergi; Cilt: 4 Sayı: 3 (2020): Haziran; 128-134", "Dergi", 2020, "4", "3", "128-134"),
        ("Časopis; Ročník 4, Číslo 3 (2020); 128-134", "Časopis", 2020, "4", "3", "128-134"),
        ("Časopis, Roč. 4, č. 3 (2020), s. 128-134", "Časopis", 2020, "4", "3", "128-134"),
        ("Revija; Letnik 4, št. 3 (2020); 128-134", "Revija", 2020, "4", "3", "128-134"),
        ("BMJ Leader, 12(Suppl_2), 123", "BMJ Leader", None, "12", "Suppl_2", "123"),
        ("BMJ Leader (2020) 4(3):128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader, 2020, 4, 3, 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader. 4(3), 128-134", "BMJ Leader", None, "4", "3", "128-134"),
        ("BMJ Leader, 4 (3). pp. 128-134. ISSN 2398-631X", "BMJ Leader", None, "4", "3", "128-134"),
        ("BMJ Leader, vol. 4(3), pp. 128-134", "BMJ Leader", None, "4", "3", "128-134"),
        ("BMJ Leader, Volume 4, 2020, 103456", "BMJ Leader", 2020, "4", None, "103456"),
        ("BMJ Leader, Volume: 4, Issue: 3, Pages: 128-134", "BMJ Leader", None, "4", "3", "128-134"),
        ("BMJ Leader, v. 4, n. 3, p. 128-134, jul./set. 2020", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader 4, no. 3, 128-134 (2020)", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader. - Bd. 4, H. 3 (2020), S. 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader 4 (2020), 3, S. 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader, bind 4, nr. 3, s. 128-134", "BMJ Leader", None, "4", "3", "128-134"),
        ("BMJ Leader vol.4(2020) nr.3 p.128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("Roe, A., Mar 2020, In: BMJ Leader. 4, 3, p. 128-134", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("Führung XII (3), 2020, 128-134", "Führung", 2020, "XII", "3", "128-134"),
        ("BMJ Leader; Vol. 4 No. 3 (2020): Wards; 128-134; 2398-6310", "BMJ Leader", 2020, "4", "3", "128-134"),
        ("BMJ Leader; 2020: Proceedings; 128-134", "BMJ Leader", 2020, None, None, "128-134"),
        ("Handbook of Leading; 113-136", "Handbook of Leading", None, None, None, "113-136"),
        ("In: Handbook of Leading, pp. 113-136", "Handbook of Leading", None, None, None, "113-136"),
        ("Vol. 4 No. 3 (2020): Wards; 128-134", None, 2020, "4", "3", "128-134"),
        ("4(3), 128-134", None, None, "4", "3", "128-134"),
        (
            "Transactions, Series 2, vol. 4, no. 3, 2020, pp. 128-134",
            "Transactions, Series 2",
            2020,
            "4",
            "3",
            "128-134",
        ),
    ],
)
def test_citations(
    sent: str, container: str | None, year: int | None, volume: str | None, issue: str | None, pages: str | None
) -> None:
    found = citations.citation(sent)
    assert found is not None
    assert (found.container, found.year, found.volume, found.issue, found.pages) == (
        container,
        year,
        volume,
        issue,
        pages,
    )


@pytest.mark.parametrize(
    "sent",
    [
        "Leadership in the NHS",
        "2020",
        "BMJ Leader",
        "ISSN: 2398-631X",
        "http://x.org",
        "n/a",
        "Journal, 4, 3 (2020), 128",
        "Folyóirat; Évfolyam 4, Szám 3 (2020); 128-134",
        "Folyóirat, Évf. 4, sz. 3 (2020), s. 128-134",
        "Handbook of Leading. Springer, 2020, pp. 113-136",
        "In: Roe, A. (ed.) Handbook of Leading. Springer. pp. 113-136.",
        "Roe, A; Doe, B; A title; University Press; 2020; 42-62",
        "Leadership in nursing homes; Online First; 12-20",
        "Erasmus MC;Diss. 2003:055",
    ],
)
def test_what_is_no_citation(sent: str) -> None:
    assert citations.citation(sent) is None


@pytest.mark.parametrize(
    ("sent", "volume", "issue", "article"),
    [
        ("BMJ Leader, 4(3), Article e123.", "4", "3", "e123"),
        ("BMJ Leader: Vol. 4: Iss. 3, Article 5.", "4", "3", "5"),
        ("BMJ Leader, Volume: 4, Issue: 3, Article Number: 123", "4", "3", "123"),
    ],
)
def test_the_number_of_an_article_is_no_page(sent: str, volume: str, issue: str, article: str) -> None:
    found = citations.citation(sent)
    assert found is not None
    assert (found.volume, found.issue, found.article_number, found.pages) == (volume, issue, article, None)


@pytest.mark.parametrize(
    ("sent", "pages"),
    [
        ("str. 12-20", "12-20"), ("С. 12–20", "12-20"), ("e128-34", "e128-e134"), ("e2020-123", None), ("240 p.", None),
        ("2020-09-28", None), ("128 ff.", "128 ff"), ("128-134+", "128-134+"), ("1,128-1,134", "1128-1134"),
        ("第128-134页", "128-134"), ("128~134", "128-134"), ("(128-134)", "128-134"), ("0128-0134", "128-134"),
        ("999-04", "999"), ("128-4", "128"), ("198-04", "198"), ("2020-123", None), ("0-10", None), ("S.128-134", "128-134"),
        ("[128]-134", "128-134"), ("12-14; 20-22", "12-14, 20-22"),
    ],
)  # fmt: skip
def test_pages(sent: str, pages: str | None) -> None:
    found = citations.pages(sent)
    assert (found.pages if found else None) == pages


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("№ 3", "3"),
        ("e000228", "e000228"),
        ("ahead-of-print", None),
        ("Suppl 01", "Suppl 1"),
        ("S01", "S01"),
        ("004", "4"),
    ],
)
def test_numbers(sent: str, number: str | None) -> None:
    assert citations.number(sent) == number


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Notice of retraction: A trial", "retraction"), ("Statement of Retraction: A trial", "retraction"),
        ("Retraction—A trial", "retraction"), ("Removal notice: A trial", "removal"), ("Corrections", "correction"),
        ("Correction of myopia", None), ("Retraction in the market", None), ("Withdrawal of care", None),
    ],
)  # fmt: skip
def test_notices(title: str, status: str | None) -> None:
    assert text.notice(title) == status


def test_a_code_of_datacite_is_a_placeholder_whatever_follows() -> None:
    assert text.placeholder("(:unkn) unknown")
    assert text.placeholder("(:unas) unassigned")
    assert not text.placeholder("(:a) list")


def test_a_formula_is_read_and_a_price_is_none() -> None:
    assert text.title(r"$\alpha$-synuclein and \emph{E. coli}") == "α-synuclein and E. coli"
    assert text.title(r"$\frac{1}{2}$ of $H_2O$") == "1/2 of H2O"
    assert text.title("From $5 to $10") == "From $5 to $10"


def test_a_reference_that_is_none_stays() -> None:
    assert text.title("&notanentity; x") == "&notanentity; x"
    assert text.title('<?xml version="1.0"?>Title') == "Title"


def test_licences_by_name_and_identifier_of_spdx() -> None:
    assert rights.licence("LPPL-1.3c") == rights.Licence("LPPL-1.3c", "https://spdx.org/licenses/LPPL-1.3c.html")
    assert rights.licence("GPLv2+").spdx == "GPL-2.0-or-later"  # type: ignore[union-attr]
    assert rights.licence("arXiv.org perpetual, non-exclusive license").spdx is None  # type: ignore[union-attr]

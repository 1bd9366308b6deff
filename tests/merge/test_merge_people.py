"""Authors of one source are completed by those of another where they are the same people, and only there."""

from __future__ import annotations

import time

import pytest

from harvester.merge.namesakes import same_given, same_surname, turned
from harvester.record import Affiliation, Contributor, Record
from tests.merge.witnesses import CROSSREF, CURATED, EPRINTS, SPIRAL, people, person, work

ONE, TWO = "0000-0002-1825-0097", "0000-0001-5109-3700"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller, J", "Mueller, J"),
        ("Müller, J", "Muller, J"),
        ("Mueller, J", "Muller, J"),
        ("Ødegård, K", "Odegaard, K"),
        ("Sørensen, A", "Soerensen, A"),
        ("Łukasiewicz, J", "Lukasiewicz, J"),
        ("Weiß, P", "Weiss, P"),
        ("O'Brien, M", "O’Brien, M"),
        ("O'Brien, M", "OBrien, M"),
        ("van der Berg, P", "Berg, P van der"),
        ("de la Cruz, J", "Cruz, J"),
        ("Al-Ansari, A", "Ansari, A"),
        ("Smith Jr, J", "Smith, J"),
        ("García Márquez, G", "García, G"),
        ("García Márquez, G", "Márquez, G"),
        ("Lloyd-Jones, D", "Lloyd Jones, D"),
        ("Smith-Jones, A", "Smith, A"),
        ("Иванов, И", "Ivanov, I"),
        ("Хрущёв, Н", "Khrushchev, N"),
        ("Цветаева, М", "Tsvetaeva, M"),
        ("Παπαδόπουλος, Γ", "Papadopoulos, G"),
        ("Wei, Zhang", "Zhang, Wei"),
        ("DARZI, A", "Darzi, A"),
        ("Nguyễn, V", "Nguyen, V"),
        ("Plato", "Plato"),
        ("Członkowska, A", "Cz?onkowska, A"),
        ("Grundström, K", "Grundstrm, K"),
        ("Susarla, Anjana", "Susarlia, A"),
    ],
)
def test_one_surname_in_two_spellings(one: str, other: str) -> None:
    assert same_surname(person(one), person(other))
    assert same_surname(person(other), person(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith, J", "Jones, J"),
        ("Li, J", "Liu, J"),
        ("Berg, P", "Bergman, P"),
        ("王, 伟", "Wang, Wei"),
        ("Wu, A", "Yu, A"),
    ],
)
def test_two_surnames(one: str, other: str) -> None:
    assert not same_surname(person(one), person(other))
    assert not same_surname(person(other), person(one))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Darzi, AW", "Darzi, Ara", True),
        ("Darzi, A. W.", "Darzi, Ara Warkes", True),
        ("Hoover, J Edgar", "Hoover, Edgar", True),
        ("Hoover, J", "Hoover, Edgar", False),
        ("Li, Jun", "Li, Jing", False),
        ("Wang, Wei", "Wang, Wen", False),
        ("Pushkin, Aleksandr", "Pushkin, Alexander", True),
        ("Гагарин, Юрий", "Gagarin, Yuri", True),
        ("Smith, Jon", "Smith, John", True),
        ("Smith, Elizabeth", "Smith, Elisabeth", True),
        ("Smith", "Smith, John", True),
        ("Kaye, Jesse T.", "Kaye, J. T.", True),
        ("Horby, Philip", "Horby, P", True),
        ("Li, Seth Siyuan", "Li, Siyuan", True),
        ("Wei, Zhang", "Zhang, Wei", True),
    ],
)
def test_given_names(one: str, other: str, same: bool) -> None:
    assert same_given(person(one), person(other)) is same
    assert same_given(person(other), person(one)) is same


def test_names_that_are_nothing_do_no_harm() -> None:
    odd = [Contributor(""), Contributor("—", family="—", given="—"), Contributor("Jr", family="Jr", given=".")]
    for one in odd:
        for other in odd:
            same_surname(one, other), same_given(one, other), turned(one, other)


def test_an_orcid_of_one_given_names_of_another_and_affiliations_of_a_third() -> None:
    merged = work(
        (CROSSREF, Record(contributors=(person("Müller, J", orcid=ONE), person("van der Berg, P")))),
        (SPIRAL, Record(contributors=people("MULLER, Johannes; Berg, Pieter"))),
        (
            EPRINTS,
            Record(
                contributors=(
                    person("Mueller, J", affiliations=(Affiliation("Imperial"),)),
                    person("van der Berg, P", orcid=TWO),
                )
            ),
        ),
    )
    mueller, berg = merged.record.contributors
    assert (mueller.name, mueller.family, mueller.given, mueller.orcid) == (
        "Müller, Johannes",
        "Müller",
        "Johannes",
        ONE,
    )
    assert mueller.affiliations == (Affiliation("Imperial"),)
    assert (berg.name, berg.given, berg.orcid) == ("van der Berg, Pieter", "Pieter", TWO)
    assert {(c.position, c.part, c.record_id) for c in merged.completions} == {
        (0, "affiliations", 3),
        (0, "given", 2),
        (1, "orcid", 3),
        (1, "given", 2),
    }
    assert merged.origins["contributors"] == (1, 1)
    assert not merged.record.findings


def test_a_list_that_was_cut_is_completed_as_far_as_it_goes() -> None:
    whole, cut = people("Bell, Amina; Ng, L; Roe, P; Ito, K"), people("Bell, A; Ng, Li; Roe, Paul")
    merged = work((CROSSREF, Record(contributors=whole)), (SPIRAL, Record(contributors=cut)))
    assert [c.name for c in merged.record.contributors] == ["Bell, Amina", "Ng, Li", "Roe, Paul", "Ito, K"]
    assert not merged.record.findings
    turned_round = work((SPIRAL, Record(contributors=cut)), (EPRINTS, Record(contributors=whole)))
    assert [c.name for c in turned_round.record.contributors] == ["Bell, Amina", "Ng, Li", "Roe, Paul", "Ito, K"]
    assert turned_round.origins["contributors"] == (2, 2, 2, 2)


def test_a_registry_cuts_no_lists() -> None:
    """It has what the publisher deposited: who else is named elsewhere is a finding, and no author."""
    named, more = people("Bell, A; Ng, L; Roe, P"), people("Bell, Amina; Ng, L; Roe, P; Ito, K")
    merged = work((CROSSREF, Record(contributors=named)), (SPIRAL, Record(contributors=more)))
    assert [c.name for c in merged.record.contributors] == ["Bell, Amina", "Ng, L", "Roe, P"]
    assert [(f.code, f.message) for f in merged.record.findings] == [
        ("authors-differ", "4 authors here, 3 in crossref id1")
    ]


NAMESAKES = [
    # whoever is missing, or changed places, takes nothing from a namesake
    ("Li, Jun; Li, Jian; Roe, P", "Li, Jian", [None, None, None]),
    ("Li, Jun; Li, Jian", "Li, J", [None, None]),
    ("Li, Jun; Li, Jian", "Li, J.; Li, J.", [1, 2]),
    ("Li, J.; Li, J.", "Li, Jun; Li, Jian", [1, 2]),
    ("Smith, Jane; Roe, P; Smith, John A.", "Smith, J. A.; Roe, P; Smith, J.", [None, 2, None]),
    ("Zhang, Xiao Ming; Zhang, Xiaomei; Zhang, Hans", "Zhang, Xiaomei; Zhang, Hans; Zhang, Xiao Ming", [None] * 3),
    ("Kim, Hans; Kim, J; Kim, Jun", "Kim, Hans; Kim, Jun; Kim, J", [1, None, None]),
    ("Liu, Wei; Liu, Jane; Liu, H", "Liu, Anna; Liu, Jane; Liu, H", [None, 2, 3]),
]


@pytest.mark.parametrize(("believed", "other", "given"), NAMESAKES)
def test_among_namesakes_their_place_is_no_proof(believed: str, other: str, given: list[int | None]) -> None:
    numbered = [person(name, orcid=f"0000-0000-0000-000{n}") for n, name in enumerate(other.split("; "), 1)]
    merged = work((CROSSREF, Record(contributors=people(believed))), (SPIRAL, Record(contributors=tuple(numbered))))
    orcids = [f"0000-0000-0000-000{n}" if n else None for n in given]
    assert [c.orcid for c in merged.record.contributors] == orcids


def test_supervisors_do_not_become_authors_of_a_thesis() -> None:
    merged = work(
        (SPIRAL, Record(type="doctoral-thesis", contributors=people("Bell, A"))),
        (EPRINTS, Record(contributors=people("Bell, A; Ng, L"))),
    )
    assert [c.name for c in merged.record.contributors] == ["Bell, A"]


def test_other_authors_are_a_finding_and_complete_nobody() -> None:
    merged = work(
        (CROSSREF, Record(contributors=people("Bell, A; Ng, L"))),
        (SPIRAL, Record(contributors=(person("Bell, Amina", orcid=ONE), person("Roe, Paul")))),
        (CURATED, Record(contributors=(person("Ng, Li", orcid=TWO), person("Bell, Amina")))),
    )
    assert merged.record.contributors == people("Bell, A; Ng, L")
    assert [(f.code, said) for f, said in zip(merged.record.findings, merged.origins["findings"], strict=True)] == [
        ("authors-differ", 2),
        ("authors-differ", 3),
    ]


def test_namesakes_who_changed_places_stay_who_they_are() -> None:
    merged = work(
        (CROSSREF, Record(contributors=people("Wang, X; Wang, Y"))),
        (SPIRAL, Record(contributors=(person("Wang, Yan", orcid=TWO), person("Wang, Xin", orcid=ONE)))),
    )
    assert merged.record.contributors == people("Wang, X; Wang, Y")
    (told,) = merged.record.findings
    assert (told.code, told.message) == (
        "authors-differ",
        "Wang, Yan here, Wang, X in crossref id1; and 1 more",
    )


def test_one_orcid_for_all_authors_is_that_of_who_deposited_the_paper() -> None:
    merged = work(
        (CROSSREF, Record(contributors=people("Bell, A; Ng, L"))),
        (SPIRAL, Record(contributors=people("Bell, Amina; Ng, Li", orcid=ONE))),
    )
    assert [(c.given, c.orcid) for c in merged.record.contributors] == [("Amina", None), ("Li", None)]
    taken = work(
        (CROSSREF, Record(contributors=(person("Bell, A", orcid=ONE), person("Ng, L")))),
        (SPIRAL, Record(contributors=(person("Bell, A"), person("Ng, L", orcid=ONE)))),
    )
    assert [c.orcid for c in taken.record.contributors] == [ONE, None]


def test_two_orcids_for_one_author_are_a_finding() -> None:
    merged = work(
        (CROSSREF, Record(contributors=(person("Bell, A", orcid=ONE),))),
        (SPIRAL, Record(contributors=(person("Bell, Amina", orcid=TWO),))),
    )
    assert [(c.given, c.orcid) for c in merged.record.contributors] == [("Amina", ONE)]
    assert [f.code for f in merged.record.findings] == ["orcid-differs"]


def test_a_finding_says_which_author_differs() -> None:
    merged = work(
        (CROSSREF, Record(contributors=people("Ytterstad, P; Akselsen, S; Watson, R"))),
        (SPIRAL, Record(contributors=people("Ytterstad, Pål; Watson, Richard"))),
    )
    (told,) = merged.record.findings
    assert told.message == "author 2 is Watson, Richard here, Akselsen, S in crossref id1; 2 authors here, 3 there"


def test_groups_among_the_authors_part_no_lists() -> None:
    group = Contributor("RECOVERY Collaborative Group", kind="organisation")
    known = Contributor("Recovery collaborative group", kind="organisation", ror="https://ror.org/x")
    merged = work(
        (CROSSREF, Record(contributors=(group, *people("Horby, P; Lim, W")))),
        (SPIRAL, Record(contributors=people("Horby, Peter; Lim, Wei Shen"))),
        (EPRINTS, Record(contributors=(*people("Horby, P; Lim, WS"), known))),
    )
    assert [c.name for c in merged.record.contributors] == [group.name, "Horby, Peter", "Lim, Wei Shen"]
    assert merged.record.contributors[0].ror == "https://ror.org/x"
    assert not merged.record.findings


def test_names_that_were_turned_round_give_their_orcid_only() -> None:
    merged = work(
        (CROSSREF, Record(contributors=people("Zhang, W; Li, Na"))),
        (SPIRAL, Record(contributors=(person("Zhang, Wei"), person("Na, Li", orcid=ONE)))),
    )
    assert [(c.name, c.orcid) for c in merged.record.contributors] == [("Zhang, Wei", None), ("Li, Na", ONE)]


def test_editors_are_merged_beside_the_authors() -> None:
    merged = work(
        (CROSSREF, Record(contributors=people("Bell, A"))),
        (SPIRAL, Record(contributors=(*people("Bell, Amina"), person("Roe, P", role="editor")))),
    )
    assert [(c.name, c.role) for c in merged.record.contributors] == [("Bell, Amina", "author"), ("Roe, P", "editor")]
    assert merged.origins["contributors"] == (1, 2)


def test_endless_lists_and_names_cost_little() -> None:
    groups = (Contributor("Group", kind="organisation"),) * 3000
    crowd = tuple(person(f"Fam{n}, J") for n in range(3000))
    others = tuple(person(f"Fam{n}, K") for n in range(3000))
    long = [(Contributor(letter * 100_000, family=letter * 100_000, given="A"),) for letter in "xy"]
    begun = time.process_time()
    merged = work((CROSSREF, Record(contributors=groups + crowd)), (SPIRAL, Record(contributors=groups + others)))
    work((CROSSREF, Record(contributors=long[0])), (SPIRAL, Record(contributors=long[1])))
    assert time.process_time() - begun < 5  # measured: a third of a second
    assert [f.message[-14:] for f in merged.record.findings] == ["; and 2999 more"[-14:]]


def test_a_suffix_that_stands_in_the_surname_is_not_said_twice() -> None:
    whole = Contributor("de Castro Filho, J.", family="de Castro Filho", given="J.")
    apart = Contributor("de Castro, José", family="de Castro", given="José", suffix="Filho")
    (found,) = work(
        (CROSSREF, Record(contributors=(whole,))), (SPIRAL, Record(contributors=(apart,)))
    ).record.contributors
    assert (found.family, found.given, found.suffix) == ("de Castro Filho", "José", None)

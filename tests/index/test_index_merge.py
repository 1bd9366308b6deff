"""The best value of each element, and who said it."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.merge import RULES, elements, merge
from harvester.record import (
    Affiliation,
    Container,
    Contributor,
    Date,
    Description,
    File,
    Finding,
    Funding,
    Identifier,
    ListingEntry,
    Member,
    Record,
    Work,
)
from tests.index import histories

CROSSREF, SPIRAL, CURATED = ("crossref", "crossref", 1), ("spiral", "xoai", 2), ("curated", "curated", 9)


def work(*said: tuple[tuple[str, str, int], Record], **more: object) -> Work:
    members = [
        Member(n, source, f"id{n}", format_, rank, record, f"2026-01-0{n}T00:00:00Z")
        for n, ((source, format_, rank), record) in enumerate(said, 1)
    ]
    return merge(1, "doi:10.1136/1", members, **more)  # type: ignore[arg-type]


def test_title_and_core_come_from_the_source_that_is_believed_first() -> None:
    merged = work(
        (SPIRAL, Record(title="Sharing leadership.", volume="4", pages="128", start_page="128", end_page="134")),
        (CROSSREF, Record(title="Sharing leadership", type="article", pages="128-134")),
    )
    assert merged.record.title == "Sharing leadership"
    assert merged.choices["title"] == merged.choices["title"].__class__(2, "precedence", 1)
    assert (merged.record.volume, merged.choices["volume"].rule) == ("4", "only")
    assert merged.record.type == "article"
    # Pages come from one record, with what belongs to them.
    assert (merged.record.pages, merged.record.start_page) == ("128-134", None)


def test_repository_is_asked_first_about_its_own_copies() -> None:
    am, vor = File(name="accepted.docx", version="AM"), File(url="https://x.example/vor.pdf", version="VoR")
    merged = work(
        (CROSSREF, Record(access="restricted", files=(vor,), rights=("© BMJ",), funding=(Funding("NIHR"),))),
        (SPIRAL, Record(access="embargoed", embargo_until="2021-03", files=(am,), rights=("© Author(s) 2020",))),
    )
    assert (merged.record.access, merged.record.embargo_until) == ("embargoed", "2021-03")
    assert (merged.record.files, merged.origins["files"]) == ((am, vor), (2, 1))
    assert merged.record.rights == ("© Author(s) 2020", "© BMJ")


def test_dates_of_all_sources_are_kept_with_who_said_them() -> None:
    accepted, online, issue = Date("accepted", "2020-04-28"), Date("online", "2020-05-13"), Date("issued", "2020-09-28")
    merged = work(
        (CROSSREF, Record(dates=(online, Date("issued", "2020-09")), issued="2020-09")),
        (SPIRAL, Record(dates=(accepted, issue, online), issued="2020-09-28")),
    )
    assert merged.record.dates == (online, Date("issued", "2020-09"), accepted, issue)
    assert merged.origins["dates"] == (1, 1, 2, 2)
    assert (merged.record.issued, merged.choices["issued"].rule) == ("2020-09-28", "refined")


def test_date_is_never_refined_by_one_that_contradicts_it() -> None:
    merged = work((CROSSREF, Record(issued="2020-05")), (SPIRAL, Record(issued="2020-09-28")))
    assert (merged.record.issued, merged.choices["issued"].alternatives) == ("2020-05", 1)


def test_authors_are_completed_where_surnames_agree() -> None:
    short = (
        Contributor("Aufegger, L", family="Aufegger", given="L", orcid="https://orcid.org/0000-0002-1825-0097"),
        Contributor("Darzi, A", family="Darzi", given="A"),
    )
    full = (
        Contributor("Aufegger, Lisa", family="AUFEGGER", given="Lisa"),
        Contributor("Darzi, Ara", family="Darzi", given="Ara", affiliations=(Affiliation("Imperial College"),)),
    )
    merged = work((CROSSREF, Record(contributors=short)), (SPIRAL, Record(contributors=full)))
    assert [(c.given, c.orcid) for c in merged.record.contributors] == [("Lisa", short[0].orcid), ("Ara", None)]
    assert [c.name for c in merged.record.contributors] == ["Aufegger, Lisa", "Darzi, Ara"]  # not AUFEGGER
    assert merged.choices["contributors"].rule == "completed"
    assert merged.origins["contributors"] == (1, 1)
    assert [(c.position, c.part, c.record_id) for c in merged.completions] == [
        (0, "given", 2), (1, "affiliations", 2), (1, "given", 2),
    ]  # fmt: skip
    assert not merged.record.findings


def test_authors_who_differ_are_a_finding_and_the_higher_rank_stays() -> None:
    one = (Contributor("Aufegger, L", family="Aufegger", given="L"),)
    two = (Contributor("Darzi, Ara", family="Darzi", given="Ara"), *one)
    merged = work((CROSSREF, Record(contributors=one)), (SPIRAL, Record(contributors=two)))
    assert merged.record.contributors == one
    assert [(f.code, said) for f, said in zip(merged.record.findings, merged.origins["findings"], strict=True)] == [
        ("authors-differ", 2)
    ]


def test_longest_abstract_that_is_not_cut_short() -> None:
    texts = (
        "Background We asked. And they answered, at some length, but …",
        "Background We asked. And they answered.",
        "We",
    )
    merged = work(
        *((source, Record(descriptions=(Description(t), Description("A note", "note")))) for source, t in
          zip((CROSSREF, SPIRAL, CURATED), texts, strict=True))
    )  # fmt: skip
    assert [d.text for d in merged.record.descriptions] == [texts[1], "A note"]
    assert merged.choices["abstract"].record_id == 2
    assert merged.choices["abstract"].alternatives == 2


def test_retraction_counts_whoever_reports_it() -> None:
    merged = work((CROSSREF, Record(update_status="correction")), (SPIRAL, Record(update_status="retraction")))
    assert (merged.record.update_status, merged.choices["update_status"].record_id) == ("retraction", 2)


def test_journal_is_completed_only_from_the_same_journal() -> None:
    leader = Container(title="BMJ Leader", issn="2398-631X")
    same = work(
        (CROSSREF, Record(container=leader)), (SPIRAL, Record(container=Container(title="BMJ leader", type="journal")))
    )
    assert same.record.container == msgspec.structs.replace(leader, type="journal")
    other = work(
        (CROSSREF, Record(container=leader)), (SPIRAL, Record(container=Container(title="Spiral", type="repository")))
    )
    assert other.record.container == leader


def test_own_identifier_outranks_a_candidate_and_repository_dois_step_back() -> None:
    merged = work(
        (SPIRAL, Record(identifiers=(Identifier("doi", "10.25560/1"), Identifier("doi", "10.1136/1", "candidate")))),
        (CROSSREF, Record(identifiers=(Identifier("doi", "10.1136/1"),))),
        repository_doi_prefixes=("10.25560",),
    )
    assert {(i.value, i.relation) for i in merged.record.identifiers} == {
        ("10.1136/1", "self"),
        ("10.25560/1", "version"),
    }
    thesis = work(
        (SPIRAL, Record(identifiers=(Identifier("doi", "10.25560/1"),))), repository_doi_prefixes=("10.25560",)
    )
    assert thesis.record.identifiers == (Identifier("doi", "10.25560/1"),)


@pytest.mark.parametrize("prefix", ["xoai", "oai_xoai", "oai_mods"])
def test_richer_format_of_one_record_is_believed(prefix: str) -> None:
    """Whatever the repository calls it."""
    members = [
        Member(n, "spiral", "oai:1", format_, 1, Record(title=format_), "2026")
        for n, format_ in ((1, "oai_dc"), (2, prefix))
    ]
    assert merge(1, "k", members).record.title == prefix


def test_curator_decides_where_an_entry_stands() -> None:
    merged = work(
        (SPIRAL, Record(listing=(ListingEntry("evidence-base", "Reports"),))),
        (CURATED, Record(listing=(ListingEntry("evidence-base", "Reports", 1, "read this"),))),
    )
    assert merged.record.listing == (ListingEntry("evidence-base", "Reports", 1, "read this"),)


def test_findings_of_linking_are_kept_with_those_of_the_records() -> None:
    own, conflict = Finding("no-title", "title", "no title"), Finding("identifier-conflict", "identifiers", "doi:1")
    merged = work((SPIRAL, Record(findings=(own,))), conflicts=[(1, conflict)])
    assert merged.record.findings == (own, conflict)
    assert merged.origins["findings"] == (1, 1)


def test_every_element_has_a_rule() -> None:
    singles, lists = elements()
    covered = {*singles, *lists, *itertools.chain(*(rule.together for rule in singles.values())), "findings", "extra"}
    assert covered == set(Record.__struct_fields__)
    assert {rule.rule for rule in (*singles.values(), *lists.values())} == set(RULES)


@settings(deadline=None, max_examples=100)
@given(histories.changes, st.randoms())
def test_order_of_members_never_changes_the_work(changes: list, dice: object) -> None:  # type: ignore[type-arg]
    members = [
        Member(n, c.source, c.identifier, c.format, len(c.source), histories.read(c, ""), "2026")
        for n, c in enumerate({(c.source, c.identifier, c.format): c for c in changes}.values(), 1)
        if not c.deleted and c.payload != histories.BROKEN
    ]
    if not members:
        return
    shuffled = members.copy()
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = merge(1, "k", members), merge(1, "k", shuffled)
    assert first == second
    for element, said in first.origins.items():
        assert len(said) == len(getattr(first.record, element))


@pytest.mark.parametrize("prefixes", [(), ("10.25560",)])
def test_one_record_is_its_work(prefixes: tuple[str, ...]) -> None:
    record = Record(title="Sharing", contributors=(Contributor("Jones, L"),), descriptions=(Description("Text"),))
    alone = work((SPIRAL, record), repository_doi_prefixes=prefixes)
    assert alone.record == record
    said = {name: (choice.record_id, choice.rule) for name, choice in alone.choices.items()}
    assert said == dict.fromkeys(("title", "contributors", "abstract"), (1, "only"))
    assert alone.origins == {"contributors": (1,), "descriptions": (1,)}

"""What happened to works, from either side, in the index: status, history, relations, views."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import query
from harvester.record import Identifier, RawRecord, Record, Relation
from tests.updates.small import crossref, indexed, of, rows, sent, statuses

WORK, NOTICE = "10.5555/work", "10.5555/notice"
TITLE = "Sharing leadership: current attitudes in hospitals"
RETRACTS = Relation("retracts", "doi", WORK, date="2020-03-01", asserted_by="publisher", update_type="retraction")
RETRACTED = Relation(
    "is-retracted-by", "doi", NOTICE, date="2020-03-01", asserted_by="retraction-watch", update_type="retraction"
)


def article(*relations: Relation, title: str = TITLE) -> RawRecord:
    return crossref(of(WORK, title, *relations))


def notice(*relations: Relation, doi: str = NOTICE, kind: str = "retraction-notice") -> RawRecord:
    return crossref(of(doi, f"Retraction: {TITLE}", *relations, type=kind))


BOTH = [article(RETRACTED), notice(RETRACTS)]


@pytest.mark.parametrize(
    "steps",
    [
        [BOTH],
        [[article(RETRACTED)], [notice(RETRACTS)]],
        [[notice(RETRACTS)], [article(RETRACTED)]],
        [[notice(RETRACTS)], [article()]],
        [[article()], [notice(RETRACTS)]],
        [[article(RETRACTED)], [notice()]],
        [[notice()], [article()], [article(RETRACTED)]],
    ],
    ids=[
        "both",
        "work first",
        "notice first",
        "notice alone says so",
        "it comes later",
        "work alone says so",
        "told later",
    ],
)
def test_both_sides_know_whichever_says_so(steps: list[list[RawRecord]], tmp_path: Path) -> None:
    path = indexed(tmp_path, *steps)
    assert statuses(path) == {WORK: "retraction", NOTICE: None}
    found = rows(
        path, "select w.doi, r.type, r.target from relations r join works w on w.id = r.work_id order by w.doi"
    )
    assert found == [(NOTICE, "retracts", WORK), (WORK, "is-retracted-by", NOTICE)]
    assert rows(path, "select doi, type, holds, date, notice_doi, notice_title from updates") == [
        (WORK, "retraction", 1, "2020-03-01", NOTICE, f"Retraction: {TITLE}")
    ]
    assert rows(path, "select doi, update_status, date, notice_doi from retractions") == [
        (WORK, "retraction", "2020-03-01", NOTICE)
    ]
    assert rows(path, "select is_retracted from works where doi = ?", WORK) == [(1,)]


def test_one_update_of_two_sources_counts_once_with_both(tmp_path: Path) -> None:
    path = indexed(tmp_path, BOTH)
    assert rows(path, "select source from updates") == [("publisher; retraction-watch",)]


def test_a_notice_that_goes_takes_what_it_said_with_it(tmp_path: Path) -> None:
    gone = crossref(of(NOTICE, "x"), deleted=True)
    path = indexed(tmp_path, [article(), notice(RETRACTS)], [gone])
    assert statuses(path) == {WORK: None}
    assert rows(path, "select * from work_updates") == rows(path, "select * from relations") == []


def test_a_work_that_is_not_here_is_named_by_its_notice(tmp_path: Path) -> None:
    path = indexed(tmp_path, [notice(RETRACTS)])
    assert statuses(path) == {NOTICE: None}
    assert rows(path, "select type, target from relations") == [("retracts", WORK)]


def test_a_notice_that_is_not_here_is_named_by_its_work(tmp_path: Path) -> None:
    path = indexed(tmp_path, [article(RETRACTED)])
    assert rows(path, "select type, notice_doi, notice_title, source from updates") == [
        ("retraction", NOTICE, None, "retraction-watch")
    ]


def relation(type_: str, target: str, date: str | None = None, **more: str) -> Relation:
    return Relation(type_, "doi", target, date=date, asserted_by="publisher", **more)


@pytest.mark.parametrize(
    ("relations", "status"),
    [
        (
            [relation("is-corrected-by", "10.5555/c", "2019"), relation("is-retracted-by", "10.5555/r", "2020")],
            "retraction",
        ),
        (
            [relation("is-retracted-by", "10.5555/r", "2019-05-02"), relation("is-reinstated-by", "10.5555/i", "2020")],
            None,
        ),
        (
            [relation("is-retracted-by", "10.5555/r", "2021"), relation("is-reinstated-by", "10.5555/i", "2020-05")],
            "retraction",
        ),
        (
            [relation("is-retracted-by", "10.5555/r", "2020-07"), relation("is-reinstated-by", "10.5555/i", "2020")],
            None,
        ),
        ([relation("is-retracted-by", "10.5555/r"), relation("is-reinstated-by", "10.5555/i", "2020")], None),
        (
            [
                relation("is-retracted-by", "10.5555/r", "2018"),
                relation("is-reinstated-by", "10.5555/i", "2019"),
                relation("is-retracted-by", "10.5555/again", "2021"),
            ],
            "retraction",
        ),
        (
            [
                relation("is-corrected-by", "10.5555/c", "2017"),
                relation("is-retracted-by", "10.5555/r", "2018"),
                relation("is-reinstated-by", "10.5555/i", "2019"),
            ],
            "correction",
        ),
        ([relation("is-corrected-by", "10.5555/p", "2018", update_type="partial_retraction")], "partial-retraction"),
        ([relation("is-withdrawn-by", "10.5555/w", "2018", update_type="removal")], "removal"),
        (
            [relation("has-expression-of-concern", "10.5555/e"), relation("is-corrected-by", "10.5555/c")],
            "expression-of-concern",
        ),
        ([relation("is-retracted-by", "10.5555/r"), relation("is-previous-version-of", "10.5555/new")], "retraction"),
        ([relation("is-obsoleted-by", "10.5555/new")], "new-version"),
        ([relation("is-supplemented-by", "10.5555/data")], None),
    ],
)
def test_the_status_is_what_holds_now(relations: list[Relation], status: str | None, tmp_path: Path) -> None:
    path = indexed(tmp_path, [article(*relations)])
    assert statuses(path) == {WORK: status}
    retracted = status in {"retraction", "withdrawal", "removal"}
    assert rows(path, "select is_retracted from works") == [(int(retracted),)]
    assert [r[0] for r in rows(path, "select update_status from retractions where update_status is null")] == []


def test_a_reinstatement_that_only_its_notice_names_clears(tmp_path: Path) -> None:
    back = notice(Relation("reinstates", "doi", WORK, date="2021-01-01"), doi="10.5555/back", kind="article")
    path = indexed(tmp_path, BOTH, [back])
    assert statuses(path)[WORK] is None
    assert rows(path, "select type, holds from updates order by date") == [("retraction", 0), ("reinstatement", 1)]


def test_a_correction_of_a_correction_marks_the_correction(tmp_path: Path) -> None:
    first = notice(Relation("corrects", "doi", WORK), doi="10.5555/c1", kind="correction")
    second = notice(Relation("corrects", "doi", "10.5555/c1"), doi="10.5555/c2", kind="correction")
    path = indexed(tmp_path, [article(), first], [second])
    assert statuses(path) == {WORK: "correction", "10.5555/c1": "correction", "10.5555/c2": None}


def test_a_notice_that_was_itself_retracted_says_so(tmp_path: Path) -> None:
    slip = notice(Relation("retracts", "doi", NOTICE, date="2021-02-01"), doi="10.5555/slip")
    path = indexed(tmp_path, BOTH, [slip])
    assert statuses(path) == {WORK: "retraction", NOTICE: "retraction", "10.5555/slip": None}
    found = "select doi, notice_doi, notice_status from {} order by date"
    for view in ("retractions", "updates"):
        assert rows(path, found.format(view)) == [(WORK, NOTICE, "retraction"), (NOTICE, "10.5555/slip", None)]
    back = notice(Relation("reinstates", "doi", WORK, date="2021-02-01"), doi="10.5555/slip")
    assert statuses(indexed(tmp_path, [back]))[WORK] is None


def test_an_erratum_to_a_retracted_paper_leaves_it_retracted(tmp_path: Path) -> None:
    erratum = notice(Relation("corrects", "doi", WORK, date="2022"), doi="10.5555/e", kind="correction")
    assert statuses(indexed(tmp_path, BOTH, [erratum]))[WORK] == "retraction"


def test_a_notice_may_retract_many(tmp_path: Path) -> None:
    many = [crossref(of(f"10.5555/w{n}", f"Study number {n} of wards at night")) for n in range(40)]
    all_of_them = [Relation("retracts", "doi", f"10.5555/w{n}") for n in range(40)]
    path = indexed(tmp_path, many, [notice(*all_of_them)])
    assert list(statuses(path).values()).count("retraction") == 40
    path = indexed(tmp_path, [notice(*all_of_them[:10])])
    assert list(statuses(path).values()).count("retraction") == 10


def test_pubmed_names_the_notice_by_its_own_number(tmp_path: Path) -> None:
    pmid = Relation("is-retracted-by", "pmid", "20137807")
    pubmed = sent("pubmed", "pmid:9500320", of(WORK, TITLE, pmid, update_status="retraction"))
    path = indexed(tmp_path, [article(RETRACTED), pubmed])
    assert rows(path, "select notice, source from updates") == [(NOTICE, "pubmed; retraction-watch")]
    known = sent(
        "pubmed", "pmid:20137807", of(NOTICE, f"Retraction: {TITLE}", identifiers=(Identifier("pmid", "20137807"),))
    )
    path = indexed(tmp_path, [known])
    assert rows(path, "select notice, source, notice_work_id is not null from updates") == [
        (NOTICE, "pubmed; retraction-watch", 1)
    ]


def test_a_title_is_a_candidate(tmp_path: Path) -> None:
    marked = sent("spiral", "oai:spiral:1", of(WORK, f"RETRACTED: {TITLE}", update_status="retraction"))
    path = indexed(tmp_path, [marked])
    assert statuses(path) == {WORK: "retraction"}
    assert rows(path, "select code from findings") == [("update-in-title",)]
    path = indexed(tmp_path, [article()])  # the registry knows the work, and knows of nothing
    assert statuses(path) == {WORK: None}
    assert rows(path, "select type, holds, basis from updates") == [("retraction", 0, "title")]
    assert rows(path, "select code from findings where code = 'update-in-title'") == [("update-in-title",)]
    path = indexed(tmp_path, [article(RETRACTED)])  # now it does
    assert statuses(path) == {WORK: "retraction"}
    assert rows(path, "select code from findings where code = 'update-in-title'") == []


def test_what_a_repository_says_without_a_notice_counts(tmp_path: Path) -> None:
    said = sent("spiral", "oai:spiral:1", of(WORK, TITLE, update_status="retraction"))
    path = indexed(tmp_path, [article(), said])
    assert rows(path, "select update_status, type, basis, source from updates") == [
        ("retraction", "retraction", "status", "spiral")
    ]


def test_the_work_that_is_rebuilt_from_the_index_says_the_same(tmp_path: Path) -> None:
    path = indexed(tmp_path, [article(), notice(RETRACTS)])
    with query.open_index(path) as db:
        found = {w.key: w for w in query.works(db)}
        work, other = found[f"doi:{WORK}"], found[f"doi:{NOTICE}"]
        assert work.record.update_status == "retraction"
        assert [(r.type, r.target) for r in work.record.relations] == [("is-retracted-by", NOTICE)]
        assert [(u.type, u.notice, u.holds) for u in work.updates] == [("retraction", NOTICE, True)]
        assert list(work.elsewhere.values()) == [f"crossref {NOTICE}"]
        assert [r.type for r in other.record.relations] == ["retracts"]
        explained = query.explain(db, work.id)
    assert [(e.source, e.identifier) for e in explained.elements if e.element == "update_status"] == [
        ("crossref", NOTICE)
    ]


def test_a_notice_under_the_title_of_its_work_is_another_work(tmp_path: Path) -> None:
    """Publishers title notices as they title the work; nothing but the relation tells them apart."""
    same = crossref(of(NOTICE, TITLE, RETRACTS, type="retraction-notice"))
    repository = sent("spiral", "oai:spiral:1", Record(title=TITLE, type="article"))
    path = indexed(tmp_path, [article(), same, repository])
    (one,) = rows(path, "select work_id from records where identifier = ?", WORK)
    (other,) = rows(path, "select work_id from records where identifier = ?", NOTICE)
    assert one != other


def test_what_the_publisher_says_of_the_work_itself_and_others_of_its_notice_is_one(tmp_path: Path) -> None:
    """Elsevier deposits a retraction under the DOI of the work; Retraction Watch may name a notice of the same day."""
    itself = Relation("is-retracted-by", "doi", WORK, date="2020-03-01", asserted_by="publisher")
    path = indexed(tmp_path, [article(itself, RETRACTED)], [notice()])
    assert rows(
        path, "select type, date, source, notice_doi, notice_title is not null from updates where doi = ?", WORK
    ) == [("retraction", "2020-03-01", "publisher; retraction-watch", NOTICE, 1)]


def test_a_new_version_under_the_same_doi_each_day_is_another(tmp_path: Path) -> None:
    days = [Relation("is-previous-version-of", "doi", WORK, date=f"2020-03-0{n}") for n in (1, 2)]
    path = indexed(tmp_path, [article(*days)])
    assert [d for (d,) in rows(path, "select date from updates")] == ["2020-03-01", "2020-03-02"]

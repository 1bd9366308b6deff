"""What titles say of updates, in the languages of publishers: candidates for the work, and notices kept apart from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester.clean.updates import notice, strip_update_prefix, update_prefix
from tests.updates.small import crossref, indexed, of, rows, sent, statuses

WORK = "10.5555/work"
TITLE = "Sharing leadership: current attitudes in hospitals"

MARKS = [
    ("RETRACTED: {}", "retraction"),
    ("[Retracted] {}", "retraction"),
    ("ARTÍCULO RETRACTADO: {}", "retraction"),
    ("ARTICULO RETRACTADO: {}", "retraction"),
    ("[ARTIGO PARCIALMENTE RETRATADO]: {}", "partial-retraction"),
    ("Partially retracted: {}", "partial-retraction"),
    ("Article rétracté : {}", "retraction"),
    ("Zurückgezogen: {}", "retraction"),
    ("【撤稿】{}", "retraction"),
    ("撤稿：{}", "retraction"),
    ("СТАТЬЯ ОТОЗВАНА: {}", "retraction"),
    ("Retirado: {}", "withdrawal"),
    ("{} (Retracted article. See vol. 5, pg. 2, 2021)", "retraction"),
    ("{} [ARTÍCULO RETRACTADO]", "retraction"),
    ("TEMPORARY REMOVAL: {}", "removal"),
]
NOTICES = [
    ("Erratum:", "correction"),
    ("Erratum zu: {}", "correction"),
    ("Berichtigung zu: {}", "correction"),
    ("Korrektur: {}", "correction"),
    ("Corrigendum à : {}", "correction"),
    ("Correction à l’article : {}", "correction"),
    ("Errata corrige: {}", "correction"),
    ("Fe de erratas: {}", "correction"),
    ("CORRECAO: {}", "correction"),
    ("Исправление: {}", "correction"),
    ("勘误：{}", "correction"),
    ("Avis de rétractation : {}", "retraction"),
    ("Nota de retractación: {}", "retraction"),
    ("Partial retraction: {}", "partial-retraction"),
    ("Expresión de preocupación: {}", "expression-of-concern"),
]


@pytest.mark.parametrize(("form", "status"), MARKS)
def test_a_mark_is_a_candidate_and_no_part_of_the_title(form: str, status: str) -> None:
    assert update_prefix(form.format(TITLE)) == status
    assert strip_update_prefix(form.format(TITLE)) == TITLE
    assert notice(form.format(TITLE)) is None


@pytest.mark.parametrize(("form", "status"), NOTICES)
def test_a_notice_is_no_mark(form: str, status: str) -> None:
    assert notice(form.format(TITLE)) == status
    assert update_prefix(form.format(TITLE)) is None


@pytest.mark.parametrize(
    "title",
    [
        "Corrección de la miopía con láser",
        "Correction à long terme de la scoliose",
        "Retiré de la vie politique",
        "Retratado por sus contemporáneos",
        "Rectification of a current",
        "Zurückgezogen und allein: Alter auf dem Land",
        "Retracted nipples in young women",
        "撤回权的法律性质",
        "Withdrawal of care: a study of wards",
        "Addenda and paralipomena of a library",
    ],
)
def test_titles_about_something_else(title: str) -> None:
    assert (update_prefix(title), notice(title)) == (None, None)
    assert strip_update_prefix(title) == title


@pytest.mark.parametrize("form", ["ARTÍCULO RETRACTADO: {}", "[撤稿] {}"])
def test_a_mark_in_any_language_marks_where_no_registry_contradicts(form: str, tmp_path: Path) -> None:
    marked = sent("spiral", "oai:spiral:1", of(WORK, form.format(TITLE), update_status="retraction"))
    path = indexed(tmp_path, [marked])
    assert statuses(path) == {WORK: "retraction"}
    path = indexed(tmp_path, [crossref(of(WORK, TITLE))])
    assert statuses(path) == {WORK: None}
    assert rows(path, "select type, holds, basis from updates") == [("retraction", 0, "title")]


@pytest.mark.parametrize("form", ["Erratum zu: {}", "Fe de erratas: {}", "Retratação: {}", "勘误：{}"])
def test_a_notice_under_the_doi_of_its_work_is_another_work(form: str, tmp_path: Path) -> None:
    copy = sent("spiral", "oai:spiral:1", of(WORK, form.format(TITLE)))
    path = indexed(tmp_path, [crossref(of(WORK, TITLE)), copy])
    assert rows(path, "select count(*) from works") == [(2,)]
    assert set(rows(path, "select update_status from works")) == {(None,)}

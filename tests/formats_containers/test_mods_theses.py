"""MODS: what repositories of several countries say of theses."""

from __future__ import annotations

import pytest

from formats_containers.test_mods_rules import read


@pytest.mark.parametrize(
    ("note", "kind", "degree"),
    [
        ("Självständigt arbete på avancerad nivå (masterexamen)", "masters-thesis", ("masterexamen", "masters")),
        ("Självständigt arbete på grundnivå (kandidatexamen)", "bachelors-thesis", ("kandidatexamen", "bachelors")),
        (
            "Independent thesis Advanced level (professional degree)",
            "masters-thesis",
            ("professional degree", "masters"),
        ),
        ("Studentarbete första termin", "thesis", None),
    ],
)
def test_level_of_a_swedish_student_thesis(note: str, kind: str, degree: tuple[str, str] | None) -> None:
    found = read(
        f'<genre authority="diva" type="publicationTypeCode">studentThesis</genre><note type="level">{note}</note>'
    )
    assert found.type == kind
    assert (found.degree and (found.degree.name, found.degree.level)) == degree
    assert degree or [said.text for said in found.descriptions] == [note]


def test_degree_in_two_languages_is_named_once() -> None:
    found = read(
        '<genre>thesis</genre><note type="degree">Degree of Doctor of Philosophy</note>'
        '<note type="degree">Filosofie doktorsexamen</note>'
    )
    assert found.type == "doctoral-thesis"
    assert found.degree is not None
    assert found.degree.name == "Degree of Doctor of Philosophy"
    assert [said.text for said in found.descriptions] == ["Filosofie doktorsexamen"]


def test_notes_labelled_as_parts_of_the_degree() -> None:
    found = read(
        '<genre>thesis</genre><note type="thesis">Senior Thesis</note>'
        '<note type="thesis" displayLabel="Degree Name">Bachelor of Arts</note>'
        '<note type="thesis" displayLabel="Degree Type">bachelor</note>'
    )
    assert found.type == "bachelors-thesis"
    assert found.degree is not None
    assert (found.degree.name, found.degree.level) == ("Bachelor of Arts", "bachelors")
    assert [said.text for said in found.descriptions] == ["Senior Thesis"]


@pytest.mark.parametrize(
    ("genre", "publisher"), [("Thesis", "University of Hull"), ("Article", "University of Hull;Law")]
)
def test_eprints_sends_the_school_of_a_thesis_as_its_publisher(genre: str, publisher: str) -> None:
    found = read(f"<originInfo><publisher>University of Hull;Law</publisher></originInfo><genre>{genre}</genre>")
    assert found.publisher == publisher
    schools = [(school.name, school.department, school.role) for school in found.institutions]
    assert schools == ([("University of Hull", "Law", "awarding")] if genre == "Thesis" else [])

"""Works as RIS: read back by our own reader, as far as the format can carry a record."""

from __future__ import annotations

import io

import pytest
import rispy
from hypothesis import given, settings
from msgspec import structs

from export.generated import works
from export.works import ALL, CHAPTER, CORRECTED, HOSTILE, RETRACTED, THESIS, UPDATES, number, person, work
from harvester.clean import types
from harvester.formats import exported, ris, writer
from harvester.normalise import normalise
from harvester.record import (
    Affiliation,
    Container,
    Contributor,
    Date,
    Degree,
    Event,
    Identifier,
    Institution,
    RawRecord,
    Record,
    Relation,
    Title,
    Work,
)


def text(found: list[Work]) -> str:
    return "".join(writer("ris")(found))


def read(one: Work) -> Record:
    return normalise(RawRecord(source="t", identifier=one.key, format="ris", payload=text([one]).encode()))


_KEPT = frozenset({"author", "editor", "translator"})


def carried(record: Record) -> Record:
    """A record without what RIS cannot say, and without what only one of the two sides says."""
    thesis = record.type.endswith("thesis")
    people = [c for c in record.contributors if c.role in (("author", "advisor") if thesis else _KEPT)]
    if types.name_in("ris", record.type) not in ("JOUR", "EJOUR", "MGZN", "NEWS", "BOOK", "CHAP"):
        people = [c for c in people if c.role != "translator"]
    people.sort(key=lambda c: ("author", "editor", "advisor", "translator").index(c.role))
    authors = [c for c in people if c.role == "author"]
    container = record.container
    if container is None and record.event is not None:  # then T2 is the conference, or its proceedings
        container = Container(title=record.event.name, type="proceedings")
    if container is not None:
        container = Container(
            title=container.title or (container.short_title), short_title=container.short_title,
            type=container.type, isbn=container.isbn, issn=container.issn or container.eissn,
        )  # fmt: skip
    return Record(
        title=record.title,
        titles=tuple([Title(t.title, t.type) for t in record.titles if t.type in ("short", "translated")]),
        type=record.type,
        identifiers=tuple(sorted({number(i) for i in record.identifiers if i.scheme not in ("local", "url")}, key=str)),
        contributors=tuple(
            [
                structs.replace(c, raw=None, orcid=None, affiliations=_affiliations(c) if authors == [c] else ())
                for c in people
            ]
        ),
        descriptions=tuple(
            sorted(
                [
                    structs.replace(d, text=" ".join(d.text.split()), markup=None)
                    for d in record.descriptions
                    if d.type in ("abstract", "note")
                ],
                key=lambda d: d.type,
            )
        ),
        language=record.language[:1],
        subjects=record.subjects,
        container=container,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        article_number=record.article_number,
        edition=record.edition,
        place=record.place,
        publisher=None if thesis else record.publisher,
        institutions=record.institutions if thesis else (),
        update_status=record.update_status,
        relations=tuple([r for r in record.relations if r.type in UPDATES]) if record.update_status else (),
        issued=record.issued if record.issued and record.issued.replace("-", "").isdigit() else exported.year(record),
    )


def _affiliations(contributor: Contributor) -> tuple[Affiliation, ...]:
    return contributor.affiliations


@settings(max_examples=15, deadline=None)
@given(works())
def test_what_is_written_is_read_back(one: Work) -> None:
    assert carried(read(one)) == carried(one.record)


@settings(max_examples=6, deadline=None)
@given(works())
def test_rispy_sees_every_field(one: Work) -> None:
    (found,) = rispy.load(io.StringIO(text([one])))
    record = one.record
    assert found.get("title") == record.title
    assert len(found.get("authors", [])) == sum(c.role == "author" for c in record.contributors)
    assert found.get("keywords", []) == [s.term for s in record.subjects]
    assert found.get("doi") == next((i.value for i in record.identifiers if i.scheme == "doi"), None)
    assert set(found.get("unknown_tag", ())) <= {"ED"}  # it has A2 alone, which is somebody else in many types


@pytest.mark.parametrize("one", ALL, ids=lambda w: w.key)
def test_every_kind_of_work_is_read_back(one: Work) -> None:
    found = read(one)
    if one is not HOSTILE:
        assert found.type == one.record.type
        assert found.title == one.record.title
    assert found.update_status in (one.record.update_status, None)


def test_every_type_comes_back() -> None:
    for kind in types.IDS:
        assert read(work(1, Record(title="A", type=kind))).type == kind


def test_retraction_is_read_back_with_its_notice() -> None:
    found = read(RETRACTED)
    assert found.update_status == "retraction"
    assert found.relations == (Relation("is-retracted-by", "doi", "10.5555/notice", date="2010-02-06"),)
    assert read(CORRECTED).update_status == "correction"


def test_people_and_institutions_stand_where_reference_managers_look() -> None:
    chapter, thesis = (dict(ris.tags(one)) for one in (CHAPTER, THESIS))
    assert (chapter["T2"], chapter["A2"]) == ("A Handbook of Chairs", "Sofa, E.")
    assert (thesis["PB"], thesis["A3"], thesis["DA"], thesis["M3"]) == (
        "University of Example",
        "Visor, Al",
        "2021///Spring",
        "Doctoral thesis",
    )


def test_a_body_with_a_comma_in_its_name_stays_whole() -> None:
    body = Contributor(name="Marks and Spencer, Ltd", kind="organisation")
    (found,) = read(work(1, Record(title="A", contributors=(body,)))).contributors
    assert (found.name, found.kind) == (body.name, "organisation")


def test_dates_of_an_article_are_those_of_issue_and_online() -> None:
    dates = (Date("online", "2020-05-13"), Date("issued", "2020-09-28"))
    record = Record(title="A", type="article", dates=dates, issued="2020-09-28", volume="4", container=Container("B"))
    assert {structs.replace(d, raw=None) for d in read(work(1, record)).dates} == set(dates)


def test_editors_are_editors_whatever_the_type() -> None:
    """A2 is an editor of few types, and A4 a translator: of the others they are somebody, or a department."""
    someone = (person("Itor", "Ed", "editor"), person("Lator", "T", "translator"))
    for kind in types.IDS:
        found = read(work(1, Record(title="X", type=kind, contributors=someone)))
        assert {c.role for c in found.contributors} <= {"editor", "translator"}
        assert kind.endswith("thesis") or found.contributors[0].role == "editor"
        assert not found.extra


def test_a_conference_has_its_place_beside_that_of_the_publisher() -> None:
    event = Event("Congress", place="Paris")
    held = Container("Proceedings", type="proceedings")
    found = read(work(1, Record(title="X", type="conference-paper", container=held, event=event, place="New York")))
    assert (found.place, found.event and found.event.place) == ("New York", "Paris")


def test_the_place_at_arxiv_is_one_of_the_links() -> None:
    found = read(work(1, Record(title="X", type="preprint", identifiers=(Identifier("arxiv", "2001.00001"),))))
    assert Identifier("arxiv", "2001.00001") in [structs.replace(i, raw=None) for i in found.identifiers]


def test_a_thesis_has_its_degree_and_its_department() -> None:
    school = Institution("University of Example", department="School of Medicine", role="awarding")
    found = read(work(1, Record(title="X", type="doctoral-thesis", institutions=(school,), degree=Degree("PhD"))))
    assert (found.institutions, found.degree, found.volume) == ((school,), Degree("PhD"), None)

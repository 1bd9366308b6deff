"""CSL-JSON there and back: what an item can carry of a work comes back as it was."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from msgspec import structs

from export.generated import works
from export.works import work
from harvester.clean import types
from harvester.formats import csl_json, exported
from harvester.record import (
    Container,
    Contributor,
    Date,
    Description,
    Identifier,
    RawRecord,
    Record,
    Relation,
    Title,
    Work,
)


def back(work: Work) -> Record:
    (item,) = json.loads("".join(csl_json.write([work])))
    return csl_json.read(
        RawRecord(source="t", identifier=work.key, format="csl_json", payload=json.dumps(item).encode()), ""
    )


def carried(record: Record) -> Record:
    """What CSL has no variable for is put out of sight: people's identifiers, funding, files, rights, second languages."""
    kind = types.named("csl", types.name_in("csl", record.type) or "") or "other"
    update = record.update_status
    doi, page = exported.identifier(record, "doi"), record.url or exported.link(record)
    notes = "\n".join([d.text for d in record.descriptions if d.type == "note"])
    container = record.container
    return Record(
        title=record.title,
        titles=tuple([Title(t.title, t.type) for t in record.titles if t.type in ("short", "original")]),
        type=kind,
        identifiers=tuple(
            sorted(
                [
                    Identifier(i.scheme, i.value, i.relation)
                    for i in record.identifiers
                    if i.scheme == "doi" and i.value == doi
                ]
            )
        ),
        url=page,
        contributors=tuple([_name(c) for c in _in_order(record)]),
        descriptions=tuple(
            [d for d in [next((Description(d.text) for d in record.descriptions if d.type == "abstract"), None)] if d]
            + ([Description(notes, "note")] if notes else [])
        ),
        language=record.language[:1],
        subjects=record.subjects,
        dates=tuple([Date(kind, _about(day)) for kind, day in (("issued", record.issued), *_dates(record)) if day]),
        container=Container(container.title, container.short_title, isbn=container.isbn) if container else None,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        article_number=record.article_number,
        edition=record.edition,
        publisher=record.publisher,
        place=record.place,
        licenses=tuple([structs.replace(one, raw=None) for one in record.licenses[:1]]),
        event=record.event,
        update_status=update,
        relations=tuple(sorted(_notices(record), key=str)),
    )


def _notices(record: Record) -> set[Relation]:
    """Of what happened to the work: a note names them, unless they are the work itself."""
    kind = exported.MARKS[record.update_status][1] if record.update_status else ""
    own = exported.identifier(record, "doi")
    return {
        Relation(r.type, r.scheme, r.target, date=r.date)
        for r in record.relations
        if r.type == kind and r.target != own
    }


def _in_order(record: Record) -> list[Contributor]:
    """A variable a role, in the order in which items have them; who advised is a contributor like others."""
    roles = ["author", "editor", "translator", "chair", "compiler", "illustrator", "other"]
    said = [structs.replace(c, role="other") if c.role == "advisor" else c for c in record.contributors]
    return sorted([c for c in said if c.role in roles], key=lambda c: roles.index(c.role))


def _about(day: str) -> str:
    """Dates in doubt and approximate ones are one to CSL."""
    return day.replace("?", "~")


def _name(c: Contributor) -> Contributor:
    return Contributor(c.name, c.role, c.kind, c.family, c.given, c.suffix)


def _dates(record: Record) -> list[tuple[str, str]]:
    return [(d.type, d.value) for d in record.dates if d.type in ("submitted", "available") and d.value]


@given(works())
def test_what_an_item_can_carry_comes_back(work: Work) -> None:
    read = carried(structs.replace(back(work), dates=tuple([structs.replace(d, raw=None) for d in back(work).dates])))
    expected = carried(work.record)
    # a thesis has its university as publisher, where no other is named
    if expected.type == "thesis" and expected.publisher is None:
        read = structs.replace(read, publisher=None)
    assert read == expected


def test_numbers_of_a_journal_are_kept_though_not_which_is_electronic() -> None:
    record = Record(
        title="T", type="article", container=Container(title="J", issn="2398-631X", eissn="1756-1833", type="journal")
    )
    from export.works import work

    read = back(work(1, record))
    assert {i.value for i in read.identifiers if i.scheme == "issn"} == {"2398-631X", "1756-1833"}


def item(**fields: Any) -> Record:
    payload = json.dumps({"type": "article-journal", **{k.replace("_", "-"): v for k, v in fields.items()}}).encode()
    return csl_json.read(RawRecord(source="t", identifier="x", format="csl_json", payload=payload), "")


def test_extra_of_zotero_is_read_line_by_line() -> None:
    read = item(note="DOI: 10.5072/x\nPMID: 25263208\nSee chapter 3: it is short\ntex.ids: a\nPublication: b")
    assert {(i.scheme, i.value) for i in read.identifiers} >= {("doi", "10.5072/x"), ("pmid", "25263208")}
    assert [d.text for d in read.descriptions] == ["See chapter 3: it is short Publication: b"]


def test_literal_names_are_organisations_unless_they_are_inverted_persons() -> None:
    read = item(
        author=[{"literal": "Médecins Sans Frontières"}, {"literal": "Aufegger, Lisa"}, {"literal": "Anonymous"}]
    )
    assert [(c.name, c.kind) for c in read.contributors] == [
        ("Médecins Sans Frontières", "organisation"),
        ("Aufegger, Lisa", "person"),
    ]


def test_article_in_a_volume_is_no_preprint() -> None:
    assert item(type="article", volume="4").type == "article"
    assert item(type="article").type == "preprint"
    assert re.fullmatch("article", item(type="article-journal").type)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"date-parts": [["2020", "9", "28"]]}, "2020-09-28"),
        ({"date-parts": [2020, 9]}, "2020-09"),
        ({"date-parts": [["2020-09-28"]]}, "2020-09-28"),
        ({"date-parts": [[2020, 9, 28], [0]]}, "2020-09-28"),
        ({"date-parts": [[2020, 9], [2020, 11]]}, "2020-09/2020-11"),
        ({"date-parts": [[2020, 13, 45]]}, "2020"),
        ({"date-parts": [[None]]}, None),
        ({"date-parts": [[20]]}, None),
        ({"date-parts": [[2020]], "season": "autumn"}, "2020-23"),
        ({"date-parts": [[1985]], "circa": "1"}, "1985~"),
        ({"year": 2020, "month": 9}, "2020-09"),
        ([{"year": "2020"}], "2020"),
        ({"raw": "28 September 2020"}, "2020-09-28"),
        ({"literal": "n.d."}, None),
        ({"literal": "in press"}, None),
        ("2020-09-28", "2020-09-28"),
        ("2019-11/2024-10", "2019-11/2024-10"),
        (2020, "2020"),
        (True, None),
        ("", None),
    ],
)
def test_dates_in_all_their_forms(sent: Any, expected: str | None) -> None:
    assert item(issued=sent).issued == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"family": "Berg", "given": "Jan", "non-dropping-particle": "van den"}, "van den Berg, Jan"),
        ({"family": "Beethoven", "given": "Ludwig", "dropping-particle": "van"}, "Beethoven, Ludwig van"),
        ({"family": "Arc", "given": "Jeanne", "non-dropping-particle": "d’"}, "d’Arc, Jeanne"),
        ({"family": "World Health Organization"}, "World Health Organization"),
        ({"family": "DARZI", "given": "Ara"}, "Darzi, Ara"),
        ({"given": "Plato"}, "Plato"),
        ({"family": "", "given": ""}, None),
        ({"literal": "[s.n.]"}, None),
        ("Aufegger, L", "Aufegger, L"),
        (None, None),
    ],
)
def test_names_in_all_their_forms(sent: Any, expected: str | None) -> None:
    assert [c.name for c in item(author=[sent]).contributors] == ([expected] if expected else [])


def test_what_word_processors_keep_is_read() -> None:
    payload = json.dumps({"id": 1, "itemData": {"type": "book", "title": "T"}, "uris": ["http://x"]}).encode()
    read = csl_json.read(RawRecord(source="t", identifier="x", format="csl_json", payload=payload), "")
    assert (read.title, read.type) == ("T", "book")


def test_an_item_has_the_page_of_the_work_its_version_and_who_advised() -> None:
    record = Record(
        title="A", type="dataset", edition="v1.2", identifiers=(Identifier("doi", "10.5555/x"),), url="https://example.org/x",
        contributors=(Contributor("Visor, Al", "advisor", family="Visor", given="Al"),),
        descriptions=(Description("Résumé.", language="fr"), Description("Abstract.", language="en")), language=("en",),
    )  # fmt: skip
    found = csl_json.item(work(1, record))
    assert (found["URL"], found["DOI"], found["version"]) == ("https://example.org/x", "10.5555/x", "v1.2")
    assert found["contributor"] == [{"family": "Visor", "given": "Al"}]
    assert found["abstract"] == "Abstract."


def test_a_page_that_is_made_of_a_doi_can_be_opened() -> None:
    item = {"id": "x", "type": "article-journal", "DOI": "10.5555/a(b)#1"}
    found = csl_json.read(
        RawRecord(source="t", identifier="x", format="csl_json", payload=json.dumps(item).encode()), ""
    )
    assert found.url == "https://doi.org/10.5555/a(b)%231"


def test_the_number_in_a_series_is_no_volume_of_the_work() -> None:
    one = work(1, Record(title="A", type="book", container=Container("Series", type="series"), volume="12"))
    item = csl_json.item(one)
    assert ("volume" in item, item["collection-number"]) == (False, "12")
    read = back(one)
    assert (read.volume, read.container) == ("12", one.record.container)

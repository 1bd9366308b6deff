"""Works as BibTeX, in UTF-8 and in ASCII: read back by our own reader, by bibtexparser and by pylatexenc."""

from __future__ import annotations

import re
from collections.abc import Callable

import bibtexparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from pylatexenc.latex2text import LatexNodes2Text

from export.generated import works
from export.works import ALL, ARTICLE, CORRECTED, HOSTILE, RETRACTED, UPDATES, number, work
from harvester.clean import types
from harvester.formats import writer
from harvester.normalise import normalise
from harvester.record import (
    Container,
    Contributor,
    Description,
    Event,
    Identifier,
    License,
    RawRecord,
    Record,
    Relation,
    Subject,
    Title,
    Work,
)

BOTH = pytest.mark.parametrize("name", ["bibtex", "bibtex-latex"])


def text(found: list[Work], name: str = "bibtex") -> str:
    return "".join(writer(name)(found))


def read(one: Work, name: str = "bibtex") -> Record:
    return normalise(RawRecord(source="t", identifier="t", format="bibtex", payload=text([one], name).encode()))


def read_latex(one: Work) -> Record:
    return read(one, "bibtex-latex")


reads: tuple[Callable[[Work], Record], ...] = (read, read_latex)
_ROLES = ("author", "editor", "translator", "advisor", "illustrator")


def carried(record: Record) -> Record:
    """A record without what BibTeX cannot say, and without what only one of the two sides says."""
    thesis = record.type.endswith("thesis")
    people = sorted([c for c in record.contributors if c.role in _ROLES], key=lambda c: _ROLES.index(c.role))
    container = record.container
    if container is not None:
        container = Container(
            title=container.title, short_title=container.short_title if container.type == "journal" else None,
            type=container.type, isbn=container.isbn, issn=container.issn or container.eissn,
        )  # fmt: skip
    notes = " ".join([d.text for d in record.descriptions if d.type == "note"])
    abstract = next((d.text for d in record.descriptions if d.type == "abstract"), "")
    return Record(
        title=record.title,
        titles=tuple([Title(t.title, t.type) for t in record.titles if t.type == "short"]),
        type=record.type,
        identifiers=tuple(sorted({number(i) for i in record.identifiers if i.scheme not in ("local", "url")}, key=str)),
        contributors=tuple([structs.replace(c, raw=None, orcid=None, affiliations=()) for c in people]),
        contact=" ".join(f"{abstract} {notes}".split()),
        language=record.language,
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
        rights=record.rights,
        licenses=tuple([License(spdx=one.spdx) for one in record.licenses[:1]]),
        update_status=record.update_status,
        relations=tuple([r for r in record.relations if r.type in UPDATES]) if record.update_status else (),
        event=record.event,
        issued=record.issued,
    )


@BOTH
@settings(max_examples=12, deadline=None)
@given(one=works())
def test_what_is_written_is_read_back(name: str, one: Work) -> None:
    found = read(one, name)
    assert carried(found) == carried(one.record)
    assert not found.extra


@settings(max_examples=6, deadline=None)
@given(works())
def test_foreign_readers_see_the_same_text(one: Work) -> None:
    (entry,) = bibtexparser.parse_string(text([one], "bibtex-latex")).entries
    latex = LatexNodes2Text()
    title = latex.latex_to_text(entry["title"]) if "title" in entry else ""
    assert _letters(title) == _letters(one.record.title or "") or "[U+" in title
    assert ("author" in entry) == any(c.role == "author" for c in one.record.contributors)
    assert entry.get("doi") is None or entry["doi"] in [i.value for i in one.record.identifiers]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.replace("ˆ", "^")))


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(deadline=None)
def test_the_latex_variant_is_ascii_and_balanced(title: str) -> None:
    person = Contributor(name=title or "x", family=title or None, given="é")
    record = Record(
        title=title or None, contributors=(person,), subjects=(Subject(title),), url=f"https://example.org/{title}"
    )
    written = text([work(1, record)], "bibtex-latex")
    assert written.isascii()
    assert written.count("{") == written.count("}")
    assert not re.search(r"(?<!\\)[%#&$^~]", re.sub(r"  url = .*", "", written))


@pytest.mark.parametrize("one", ALL, ids=lambda w: w.key)
@BOTH
def test_every_kind_of_work_is_read_back(name: str, one: Work) -> None:
    found = read(one, name)
    if one is not HOSTILE:
        assert found.type == one.record.type
        assert found.title == one.record.title
    assert found.update_status in (one.record.update_status, None)


def test_every_type_comes_back() -> None:
    for kind in types.IDS:
        container = Container("B", type="journal") if types.name_in("bibtex", kind) == "article" else None
        assert read(work(1, Record(title="A", type=kind, container=container))).type == kind


def test_retraction_is_read_back_with_its_notice() -> None:
    assert read(RETRACTED).relations == (Relation("is-retracted-by", "doi", "10.5555/notice", date="2010-02-06"),)
    assert read(CORRECTED).update_status == "correction"


def test_accents_are_commands_in_ascii() -> None:
    people = (Contributor("Erdős, Pál", family="Erdős", given="Pál"), Contributor("İnan, Ş", family="İnan", given="Ş"))
    record = Record(title="Führung – 领导力 & naïve “α” 50%", contributors=people, event=Event("Kongreß"))
    written = text([work(1, record)], "bibtex-latex")
    assert r"title = {{F{\"u}hrung {\textendash} {[U+9886]}{[U+5BFC]}{[U+529B]} \& na{\"\i}ve" in written
    assert r"author = {Erd{\H{o}}s, P{\'a}l and {\.I}nan, {\c{S}}}" in written
    assert read(work(1, record), "bibtex-latex").title == record.title


def test_an_article_has_its_day_and_its_links() -> None:
    (entry,) = bibtexparser.parse_string(text([ARTICLE])).entries
    assert (entry["year"], entry["month"], entry["day"]) == ("2020", "sep", "28")
    assert (entry["eprint"], entry["eprinttype"]) == ("10044/1/85584", "hdl")


def test_the_number_of_an_article_in_place_of_pages_is_no_page() -> None:
    found = read(work(1, Record(title="A", type="article", container=Container("B"), article_number="e12")))
    assert (found.article_number, found.pages, found.start_page) == ("e12", None, None)


def test_software_has_a_version_and_each_work_its_licence_and_page() -> None:
    record = Record(
        title="A", type="software", edition="v1.2", identifiers=(Identifier("doi", "10.5555/x"),), url="https://example.org/x",
        licenses=(License(spdx="MIT"),), titles=(Title("Б", "original"),), rights=("© A", "In copyright"),
    )  # fmt: skip
    written = text([work(1, record)])
    for line in ("version = {v1.2}", "license = {MIT}", "origtitle = {Б}", "url = {https://example.org/x}"):
        assert line in written
    assert "copyright = {© A; In copyright}" in written
    assert read(work(1, record)).edition == "v1.2"


@BOTH
def test_terms_stay_whole_whatever_is_in_them(name: str) -> None:
    terms = ("a{b, c", "x,, y\\z; w", "p}, q", "<< plain >>")
    found = read(work(1, Record(title="A ,, << B >> --- ''", subjects=tuple(map(Subject, terms)))), name)
    assert (found.title, tuple([s.term for s in found.subjects])) == ("A ,, << B >> --- ''", terms)


def test_contents_come_back() -> None:
    said = (Description("Ch. 1, Ch. 2", "toc"),)
    assert read(work(1, Record(title="A", type="book", descriptions=said))).descriptions == said


@pytest.mark.parametrize("status", ["submitted", "in-press", "withdrawn"])
def test_what_is_not_published_yet_says_so(status: str) -> None:
    assert read(work(1, Record(title="Wards", publication_status=status))).publication_status == status

"""BITS: books and chapters; what the golden pair of a chapter does not show."""

from __future__ import annotations

import io

import pytest

from harvester import formats
from harvester.errors import RecordError
from harvester.formats import xml
from harvester.formats.slicing.identity import format_of, identify
from harvester.formats.slicing.xml import slices

from .articles import read

TITLE = "<book-title-group><book-title>Leading Wards</book-title></book-title-group>"
NAME = "<name><surname>{}</surname></name>"


def test_a_book_in_a_series() -> None:
    series = (
        '<collection-meta><title-group><title>Studies</title></title-group><issn publication-format="electronic">2398-631X'
        "</issn></collection-meta>"
    )
    part = "<book-part><book-part-meta><title-group><title>One</title></title-group></book-part-meta></book-part>"
    body = f"<book-body>{part}</book-body>"
    meta = f"<book-meta>{TITLE}<isbn>978-3-16-148410-0</isbn><edition>2nd</edition></book-meta>"
    record = read(f'<book xml:lang="de">{series}{meta}{body}</book>'.encode())
    assert (record.title, record.type, record.edition, record.language) == ("Leading Wards", "book", "2nd", ("de",))
    assert record.container is not None
    assert (record.container.title, record.container.type, record.container.eissn) == ("Studies", "series", "2398-631X")
    assert [(i.scheme, i.relation) for i in record.identifiers if i.scheme == "isbn"] == [("isbn", "self")]


def test_authors_of_a_book_wrote_the_chapters_that_name_nobody() -> None:
    people = f'<contrib-group><contrib contrib-type="author">{NAME.format("Roe")}</contrib></contrib-group>'
    own = f"<contrib-group><contrib>{NAME.format('Doe')}</contrib></contrib-group>"
    for chapter, expected in (("", ["Roe"]), (own, ["Doe"])):
        part = f"<book-part><book-part-meta><title-group><title>One</title></title-group>{chapter}</book-part-meta></book-part>"
        record = read(f"<book-part-wrapper><book-meta>{TITLE}{people}</book-meta>{part}</book-part-wrapper>".encode())
        assert [c.name for c in record.contributors] == expected
        assert record.container is not None
        assert (record.type, record.container.title, record.container.type) == ("chapter", "Leading Wards", "book")


def test_a_chapter_of_a_file_goes_by_its_own_doi() -> None:
    number = '<book-part-id book-part-id-type="doi">10.5555/b.1</book-part-id>'
    part = f"<book-part><book-part-meta>{number}</book-part-meta></book-part>"
    book = '<book-meta><book-id book-id-type="doi">10.5555/b</book-id></book-meta>'
    (found,) = slices(io.BytesIO(f"<book-part-wrapper>{book}{part}</book-part-wrapper>".encode()))
    root = xml.wrap(found.payload, found.context)
    assert (format_of(root), identify(root, "jats")) == ("jats", "10.5555/b.1")
    assert [(i.value, i.relation) for i in read(found.payload).identifiers if i.scheme == "doi"] == [
        ("10.5555/b", "container"),
        ("10.5555/b.1", "self"),
    ]


def test_docbook_is_refused() -> None:
    with pytest.raises(RecordError, match="without what BITS says"):
        read(b"<book><bookinfo><title>x</title></bookinfo></book>")
    assert formats.named("nbk_ftext") == "jats"

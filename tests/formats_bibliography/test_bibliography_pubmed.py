"""PubMed's XML: what files of it hold, and what the golden pairs do not show."""

from __future__ import annotations

import io

import pytest

from harvester.errors import RecordError
from harvester.formats import nbib, pubmed, xml
from harvester.formats.slicing.identity import format_of, identify
from harvester.formats.slicing.xml import slices
from harvester.record import RawRecord, Record

HEAD = b'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "p.dtd">\n'


def raw(payload: bytes) -> RawRecord:
    return RawRecord(source="t", identifier="file:a", format="pubmed", payload=payload)


def article(inside: str, more: str = "") -> Record:
    sent = f"<PubmedArticle><MedlineCitation><Article>{inside}</Article>{more}</MedlineCitation></PubmedArticle>"
    return pubmed.read(raw(sent.encode()), "")


def test_a_file_is_cut_into_its_articles() -> None:
    file = HEAD + (
        b"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation><PubmedData><ArticleIdList>"
        b'<ArticleId IdType="doi">10.5555/a</ArticleId></ArticleIdList></PubmedData></PubmedArticle><PubmedArticle>'
        b"<MedlineCitation><PMID>2</PMID></MedlineCitation></PubmedArticle><PubmedBookArticle><BookDocument><PMID>3</PMID>"
        b"</BookDocument></PubmedBookArticle><DeleteCitation><PMID>4</PMID></DeleteCitation></PubmedArticleSet>"
    )
    cut = [xml.wrap(found.payload, found.context) for found in slices(io.BytesIO(file))]
    assert [format_of(root) for root in cut] == ["pubmed"] * 3
    assert [identify(root, "pubmed") for root in cut] == ["10.5555/a", "pmid:2", "pmid:3"]


def test_citations_of_old_files_stand_alone() -> None:
    file = b"<MedlineCitationSet><MedlineCitation><PMID>5</PMID></MedlineCitation></MedlineCitationSet>"
    (found,) = slices(io.BytesIO(file))
    root = xml.wrap(found.payload, found.context)
    assert (format_of(root), identify(root, "pubmed")) == ("pubmed", "pmid:5")
    assert [(i.scheme, i.value) for i in pubmed.read(raw(found.payload), "").identifiers] == [("pmid", "5")]


def test_a_set_is_read_where_it_holds_one_article() -> None:
    one = b"<PubmedArticle><MedlineCitation><PMID>6</PMID></MedlineCitation></PubmedArticle>"
    assert pubmed.read(raw(HEAD + b"<PubmedArticleSet>" + one + b"</PubmedArticleSet>"), "").identifiers
    with pytest.raises(RecordError, match="a set of 2 articles"):
        pubmed.read(raw(b"<PubmedArticleSet>" + one + one + b"</PubmedArticleSet>"), "")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("<Year>2020</Year><Month>Sep</Month><Day>28</Day>", "2020-09-28"),
        ("<Year>2020</Year><Month>9</Month>", "2020-09"),
        ("<Year>2020</Year><Season>Winter</Season>", "2020-24"),
        ("<MedlineDate>2000 Spring-Summer</MedlineDate>", "2000-21/2000-22"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998-12/1999-01"),
        ("<Year>2020</Year><Month>02</Month><Day>31</Day>", "2020-02"),
    ],
)
def test_dates_are_as_exact_as_they_were(sent: str, expected: str) -> None:
    record = article(f"<Journal><JournalIssue><PubDate>{sent}</PubDate></JournalIssue></Journal>")
    assert record.issued == expected


def test_the_same_article_reads_alike_in_both_formats_of_pubmed() -> None:
    lines = b"PMID- 7\nTI  - [Leading].\nTT  - Fuhren.\nPG  - 113-25\nVI  - 17\nDP  - 1990 Spring\nFAU - Bell, Amina\nLA  - ger\n"
    found = nbib.read(RawRecord(source="t", identifier="file:a", format="nbib", payload=lines), "")
    issue = "<Volume>17</Volume><PubDate><Year>1990</Year><Season>Spring</Season></PubDate>"
    sent = (
        f"<Journal><JournalIssue>{issue}</JournalIssue></Journal><ArticleTitle>[Leading].</ArticleTitle>"
        "<Pagination><MedlinePgn>113-25</MedlinePgn></Pagination><Language>ger</Language>"
        "<AuthorList><Author><LastName>Bell</LastName><ForeName>Amina</ForeName></Author></AuthorList>"
        "<VernacularTitle>Fuhren.</VernacularTitle>"
    )
    other = article(sent, "<PMID>7</PMID>")
    for name in ("title", "titles", "pages", "volume", "issued", "language", "identifiers"):
        assert getattr(found, name) == getattr(other, name), name
    assert found.title == "Leading"
    assert [c.name for c in found.contributors] == [c.name for c in other.contributors] == ["Bell, Amina"]

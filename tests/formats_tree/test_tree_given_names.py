"""Initials and short given names which alone would say that nobody is named: K. A. (keine Angabe), S.N. (sine nomine), Na."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord

PARTS = [("Arndt", "K. A."), ("Riley", "S.N."), ("Fan", "Na"), ("Smith", "n/a"), ("Trial Group", "N.A.")]
NAMES = ["Arndt, K. A.", "Riley, S.N.", "Fan, Na", "Smith", "Trial Group"]


def tagged(whole: str, family: str, given: str) -> str:
    return "".join(f"<{whole}><{family}>{f}</{family}><{given}>{g}</{given}></{whole}>" for f, g in PARTS)


def keyed(family: str, given: str, **more: Any) -> list[dict[str, Any]]:
    return [{**more, family: f, given: g} for f, g in PARTS]


JATS = (
    "<article><front><article-meta><article-id pub-id-type='doi'>10.5555/x</article-id><contrib-group>"
    + tagged("contrib contrib-type='author'><name", "surname", "given-names").replace(
        "</contrib contrib-type='author'><name>", "</name></contrib>"
    )
    + "</contrib-group></article-meta></front></article>"
)
PUBMED = (
    "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A</ArticleTitle><AuthorList>"
    + tagged("Author", "LastName", "ForeName")
    + "</AuthorList></Article></MedlineCitation></PubmedArticle>"
)
CSL = [{"id": "x", "DOI": "10.5555/x", "type": "article-journal", "author": keyed("family", "given")}]
DATACITE = {"doi": "10.5555/x", "creators": keyed("familyName", "givenName", nameType="Personal")}
CROSSREF = {"DOI": "10.5555/x", "author": keyed("family", "given")}


@pytest.mark.parametrize(
    ("format", "payload"),
    [
        ("jats", JATS),
        ("pubmed", PUBMED),
        ("csl_json", json.dumps(CSL)),
        ("datacite_json", json.dumps(DATACITE)),
        ("crossref", json.dumps(CROSSREF)),
    ],
)
def test_they_are_names_beside_a_family_name(format: str, payload: str) -> None:
    record = normalise(RawRecord(source="files", identifier="x", format=format, payload=payload.encode()))
    assert [person.name for person in record.contributors] == NAMES

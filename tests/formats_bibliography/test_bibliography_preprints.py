"""A server of preprints that names itself as the journal, in every format that has journals."""

from __future__ import annotations

import json

import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord, Record

DOI = "10.1101/685172"


def read(name: str, payload: str) -> Record:
    return normalise(RawRecord(source="t", identifier="file:x", format=name, payload=payload.encode()))


def jats(kind: str, journal: str = "bioRxiv") -> Record:
    front = (
        f"<journal-meta><journal-title>{journal}</journal-title></journal-meta><article-meta>"
        f'<article-id pub-id-type="doi">{DOI}</article-id><elocation-id>685172</elocation-id></article-meta>'
    )
    return read("jats", f'<article article-type="{kind}"><front>{front}</front></article>')


@pytest.mark.parametrize(
    "record",
    [
        jats("article"),
        read(
            "csl_json",
            json.dumps({"type": "article-journal", "container-title": "bioRxiv", "DOI": DOI, "page": "685172"}),
        ),
        read("ris", f"TY  - JOUR\nJO  - bioRxiv\nSP  - 685172\nDO  - {DOI}\nER  - \n"),
        read("bibtex", f"@article{{a, journal={{bioRxiv}}, pages={{685172}}, doi={{{DOI}}}}}"),
    ],
    ids=["jats", "csl", "ris", "bibtex"],
)
def test_a_server_is_no_journal_and_its_number_no_page(record: Record) -> None:
    assert (record.type, record.container and record.container.type) == ("preprint", "repository")
    assert record.pages is record.start_page is record.article_number is None


def test_what_else_stands_on_a_server_or_in_a_journal_keeps_its_type() -> None:
    assert jats("correction").type == "correction"
    journal = jats("research-article", "Genes")
    assert (journal.type, journal.article_number) == ("article", "685172")

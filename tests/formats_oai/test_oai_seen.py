"""What real records taught: values that were read wrong once, each with the repository that sent them."""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import Date, File, RawRecord, Subject, Title

from .test_oai_rules import dim, dublin_core

DASH = "Mazur, Barry, and Karl Rubin. 2011. Refined class number formulas and Kolyvagin systems. Compositio Mathematica"
PLOS = "Roberts, Drucilla J., and Ellice Lieberman. 2012. Acute histologic chorioamnionitis at term. PLoS ONE 7(3): e31819."
DUTCH = "Steijn, A.J. & Need, A. (2003). Flexibele arbeid. Tijdschrift voor Arbeidsvraagstukken, 19(2) 110-121."
TWICE = "Steijn, B. (1997) Klassen in Nederland. [Classes: a discussion]. Tijdschrift voor Sociologie, 18(1-2), pp. 251-266."


@pytest.mark.parametrize(
    ("title", "sent", "expected"),
    [
        (
            "Refined Class Number Formulas and Kolyvagin Systems",
            f"{DASH} 147(1): 56-74.",
            ("Compositio Mathematica", "147", "1", "56-74"),
        ),
        ("Acute Histologic Chorioamnionitis at Term", PLOS, ("PLoS ONE", "7", "3", "e31819")),
        (
            "Flexibele arbeid",
            DUTCH,
            ("Tijdschrift voor Arbeidsvraagstukken", "19", "2", "110-121"),
        ),
        ("Klassen in Nederland", TWICE, ("Tijdschrift voor Sociologie", "18", "1-2", "251-266")),
    ],
)
def test_a_citation_is_read_by_what_follows_the_title(title: str, sent: str, expected: tuple[str | None, ...]) -> None:
    """Harvard's and Rotterdam's repositories, in dc:identifier; the title may come after it."""
    for fields in ([("title", title), ("identifier", sent)], [("identifier", sent), ("title", title)]):
        record = dublin_core(*fields)
        assert record.container is not None
        assert (record.container.title, record.volume, record.issue, record.pages) == expected
        assert not record.extra
    (record,) = [dim(("dc.identifier.citation", sent), ("dc.title", title))]
    assert (record.volume, record.issue, record.pages) == expected[1:]


def test_a_citation_that_cannot_be_read_is_kept_among_the_unmapped() -> None:
    sent = "Batenburg, R. et al. (2002). Work in the information society, Utrecht: Lemma, also in Dutch."
    assert dublin_core(("title", "Winners"), ("identifier", sent)).extra == {"dc.identifier": [sent]}


def test_authors_and_title_are_no_journal() -> None:
    record = dublin_core(("title", "Quite another title"), ("identifier", PLOS.replace("e31819.", "e31819, 2012.")))
    assert record.container is None
    assert (record.volume, record.pages) == ("7", "e31819")


def test_a_journal_of_the_title_of_its_article_is_a_slip() -> None:
    """Zenodo, 2015."""
    record = dublin_core(
        ("source", "Current Differential Protection: 2 (2015) no. 4, pp. 48-53"),
        ("title", "Current differential protection"),
    )
    assert record.container is None
    assert (record.volume, record.issue, record.pages) == ("2", "4", "48-53")


def test_a_thumbnail_is_no_pdf() -> None:
    """bepress: the PDF in dc:identifier, its thumbnail in dc:description."""
    record = dublin_core(
        ("format", "application/pdf"),
        ("identifier", "http://x.example/cgi/viewcontent.cgi?article=1127"),
        ("description", "http://x.example/studentnewspaper/1127/thumbnail.jpg"),
    )
    assert record.files == (File(url="http://x.example/cgi/viewcontent.cgi?article=1127", mime="application/pdf"),)
    assert record.extra == {"dc.description": ["http://x.example/studentnewspaper/1127/thumbnail.jpg"]}


def test_the_address_of_a_file_may_hold_spaces() -> None:
    """Erasmus Rotterdam, 2004."""
    (file,) = dublin_core(("format", "application/pdf https://ep.x.example/retrieve/2057/ERS 2003 086 LIS.pdf")).files
    assert file == File(url="https://ep.x.example/retrieve/2057/ERS%202003%20086%20LIS.pdf", mime="application/pdf")


def test_the_same_time_twice_is_one_date() -> None:
    record = dublin_core(*[("date", "2003-07-18T12:20:08Z")] * 2, ("date", "2002"))
    assert record.dates == (Date("available", "2003-07-18", "2003-07-18T12:20:08Z"), Date("issued", "2002"))


def test_the_date_of_submission_among_the_rights() -> None:
    """OpenAIRE's vocabulary at SLDR."""
    record = dublin_core(("rights", "info:eu-repo/date/submitted/2011-02-14"), ("date", "2012"))
    assert ("submitted", "2011-02-14") in {(d.type, d.value) for d in record.dates}
    assert record.rights == ()


def test_a_conference_pays_for_nothing() -> None:
    """MOspace."""
    conference = "Archive for Recorded Sound Collections. Conference (49th : 2015 : Pittsburgh, Penn.)"
    record = dublin_core(("contributor", conference), ("contributor", "Health Foundation"), dialect="dspace")
    assert [f.funder_name for f in record.funding] == ["Health Foundation"]
    assert [(c.kind, c.role) for c in record.contributors] == [("organisation", "other")]


@pytest.mark.parametrize(
    ("sent", "name", "role", "kind", "affiliation"),
    [
        ("Bel, Bernard (recorder)", "Bel, Bernard", "other", "person", None),
        ("Bel, Bernard (translator)", "Bel, Bernard", "translator", "person", None),
        ("Faure, Albert (author)", "Faure, Albert", "other", "person", None),  # he stands in dc:creator as well
        (
            "Gasser, Robert E., EDITOR (Soil Systems, Inc.)",
            "Gasser, Robert E.",
            "editor",
            "person",
            "Soil Systems, Inc.",
        ),
        (
            "Masse, W. Bruce, PROJECT_DIRECTOR (Soil Systems, Inc.)",
            "Masse, W. Bruce",
            "leader",
            "person",
            "Soil Systems, Inc.",
        ),
        ("Bureau of Reclamation (SPONSOR)", "Bureau of Reclamation", "sponsor", "organisation", None),
    ],
)
def test_a_role_behind_a_name(sent: str, name: str, role: str, kind: str, affiliation: str | None) -> None:
    """SLDR and tDAR, in dc:contributor; as sent it stays in ``raw``."""
    (found,) = dublin_core(("contributor", sent)).contributors
    assert (found.name, found.role, found.kind, found.raw) == (name, role, kind, sent)
    assert [a.name for a in found.affiliations] == ([affiliation] if affiliation else [])


def test_languages_in_brackets_before_the_values() -> None:
    """Maxwell, of PUC-Rio."""
    long = "[pt] " + "A globalização mudou a forma. " * 10
    record = dublin_core(
        ("title", "[en] Currency risk"),
        ("title", "[pt] Risco cambial"),
        ("subject", "[pt] Risco"),
        ("description", long),
        ("language", "pt"),
    )
    assert record.title == "Risco cambial"
    assert record.titles == (Title("Currency risk", "translated", "en"),)
    assert record.subjects == (Subject("Risco"),)
    assert [(d.type, d.language) for d in record.descriptions] == [("abstract", "pt")]
    assert dublin_core(("title", "[To] be or not")).title == "[To] be or not"
    assert dublin_core(("title", "[xq] be or not")).title == "[xq] be or not"


def test_commas_without_spaces_divide_subjects() -> None:
    """CyberLeninka."""
    subjects = dublin_core(
        ("subject", "TIBIA,OSTEONECROSIS,EARLY NECRECTOMY"), ("subject", "Leadership, Moral, UK")
    ).subjects
    assert [s.term for s in subjects] == ["TIBIA", "OSTEONECROSIS", "EARLY NECRECTOMY", "Leadership, Moral, UK"]
    assert len(dublin_core(("subject", "1,2-Dichloroethane")).subjects) == 1


def test_volume_and_number_beside_the_journal() -> None:
    """ScholarsArchive@OSU: DSpace's ``Journal;Vol. 48 no. 1``, in one value or in two."""
    for sent in (["Environmental Science;Vol. 48 no. 1"], ["Environmental Science", "Vol. 48 no. 1"]):
        record = dublin_core(*[("relation", value) for value in sent], ("type", "Article"), dialect="dspace")
        assert record.container is not None
        assert (record.container.title, record.volume, record.issue) == ("Environmental Science", "48", "1")
        assert record.relations == ()


def test_a_series_without_a_number() -> None:
    record = dublin_core(("relation", "TRAIL proceedings series;"))
    assert record.container is not None
    assert record.container.title == "TRAIL proceedings series"


def test_a_handle_that_only_the_oai_identifier_names_is_not_the_landing_page() -> None:
    """DASH: its handles begin with 1/, which no resolver knows."""
    page = "http://nrs.harvard.edu/urn-3:HUL.InstRepos:10065537"
    record = dublin_core(("identifier", page), identifier="oai:dash.harvard.edu:1/10065537", dialect="dspace")
    assert record.url == page
    alone = dublin_core(("title", "T"), identifier="oai:x.example:1721.1/7", dialect="dspace")
    assert alone.url == "https://hdl.handle.net/1721.1/7"


def test_the_language_of_a_value_in_xoai() -> None:
    """A service provider's example: the language is a field before the value, not a title."""
    payload = (
        b'<record><metadata><metadata><element name="dc"><element name="title">'
        b'<field name="xml:lang">FR</field><field name="value">La formation</field>'
        b'<field name="xml:lang">pt_PT</field><field name="value">A formacao</field>'
        b"</element></element></metadata></metadata></record>"
    )
    record = normalise(RawRecord(source="s", identifier="oai:x:1", format="xoai", payload=payload))
    assert record.title == "La formation"
    assert record.titles == (Title("A formacao", "translated", "pt-PT"),)


def test_a_citation_in_pieces() -> None:
    """CyberLeninka: journal, ISSN, issue with pages, and place, each in a dcterms:bibliographicCitation."""
    pieces = ["Вестник Бурятского университета", "1994-0866", "12 64-66", "Россия, Улан-Удэ"]
    record = dublin_core(*[("bibliographicCitation", piece) for piece in pieces], ("title", "Тактика"))
    assert record.container is not None
    assert (record.container.title, record.container.issn) == (pieces[0], "1994-0866")
    assert record.extra == {"dc.bibliographicCitation": pieces[2:]}


def test_pages_of_a_weekly() -> None:
    """MPRA, which is EPrints: no date before the colon."""
    sent = "Tyabji, N (2002): Has it Come of Age? Published in: Economic Weekly , Vol. 37,  No. 18 : pp. 1705-1706."
    record = dublin_core(("title", "Has it Come of Age?"), ("identifier", sent), dialect="eprints")
    assert record.container is not None
    assert (record.container.title, record.volume, record.issue, record.pages) == (
        "Economic Weekly",
        "37",
        "18",
        "1705-1706",
    )

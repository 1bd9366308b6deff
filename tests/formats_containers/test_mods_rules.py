"""MODS, rule by rule: what an element means in the ways in which it is written."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.formats import mods
from harvester.record import RawRecord, Record

ROOT = '<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">{}</mods>'


def read(inner: str, dialect: str = "") -> Record:
    return mods.read(RawRecord(source="t", identifier="t", format="mods", payload=ROOT.format(inner).encode()), dialect)


@pytest.mark.parametrize(
    ("inner", "dates"),
    [
        ('<dateIssued point="start">1968</dateIssued>', [("issued", "1968/..")]),
        (
            '<dateIssued point="start">1968</dateIssued><dateIssued point="end">9999</dateIssued>',
            [("issued", "1968/..")],
        ),
        ("<dateIssued>[1898-1902].</dateIssued><dateIssued encoding='marc' point='start'>1898</dateIssued>"
         "<dateIssued encoding='marc' point='end'>1902</dateIssued>", [("issued", "1898/1902")]),
        ('<dateIssued keyDate="yes">2001</dateIssued><dateIssued>1999</dateIssued>', [("issued", "2001"), ("unknown", "1999")]),
        ('<dateIssued>2020-09</dateIssued><dateIssued encoding="w3cdtf">2020-09-28</dateIssued>', [("issued", "2020-09-28")]),
        ('<dateIssued qualifier="questionable">1999-05</dateIssued>', [("issued", "1999-05?")]),
        ('<dateIssued qualifier="inferred">1999</dateIssued>', [("issued", "1999")]),
        (
            '<dateCreated point="start" qualifier="approximate">1825</dateCreated><dateCreated point="end">1875</dateCreated>',
            [("created", "1825~/1875")],
        ),
        ('<dateOther type="Date accepted">2020-04-28</dateOther>', [("accepted", "2020-04-28")]),
        ('<dateOther type="dateAccepted">2020-04-28</dateOther>', [("accepted", "2020-04-28")]),
        ('<dateOther type="digitized">2010</dateOther><dateCaptured>2011</dateCaptured>', []),
        ("<dateIssued>n.d.</dateIssued>", []),
        ('<dateOther type="online">2017-09-07T09:18:49</dateOther>', [("available", "2017-09-07")]),
        ('<dateOther type="online">2017-09-07</dateOther>', [("online", "2017-09-07")]),
    ],
)  # fmt: skip
def test_dates(inner: str, dates: list[tuple[str, str]]) -> None:
    assert [(d.type, d.value) for d in read(f"<originInfo>{inner}</originInfo>").dates] == dates


def test_a_date_that_is_read_nowhere_is_kept_as_sent() -> None:
    found = read('<originInfo><dateOther type="digitized">2010</dateOther></originInfo>')
    assert found.extra == {"originInfo/dateOther": ["2010"]}


def test_a_copy_has_another_publisher_place_and_date() -> None:
    found = read(
        "<originInfo><publisher>Old Press</publisher><dateIssued>1890</dateIssued></originInfo>"
        '<originInfo eventType="digitization"><publisher>New Library</publisher><dateIssued>2012</dateIssued></originInfo>'
    )
    assert (found.publisher, found.issued) == ("Old Press", "1890")
    assert found.extra == {"originInfo/dateIssued": ["2012"], "originInfo[@eventType=digitization]": ["New Library"]}


PERSON = '<name type="personal"><namePart>{}</namePart>{}</name>'


@pytest.mark.parametrize(
    ("inner", "names"),
    [
        (PERSON.format("Fleischer, Max,", "") , [("Fleischer, Max", "author", "person")]),
        (PERSON.format("Boston Cooking School", ""), [("Boston Cooking School", "author", "unknown")]),
        ("<name><namePart>Boston Cooking School</namePart></name>", [("Boston Cooking School", "author", "organisation")]),
        (PERSON.format("Roe, Jane", "<role>editor</role>"), [("Roe, Jane", "editor", "person")]),
        (
            PERSON.format("Roe, Jane", "") + PERSON.format("Poe, Ed", "<role><roleTerm>author</roleTerm></role>"),
            [("Roe, Jane", "other", "person"), ("Poe, Ed", "author", "person")],
        ),
        (
            PERSON.format("Roe, Jane", '<role><roleTerm>aut</roleTerm></role><role><roleTerm>illustrator</roleTerm></role>'),
            [("Roe, Jane", "author", "person"), ("Roe, Jane", "illustrator", "person")],
        ),
        (
            PERSON.format("Roe, Jane", '<role><roleTerm valueURI="http://id.loc.gov/vocabulary/relators/ths"/></role>'),
            [("Roe, Jane", "advisor", "person")],
        ),
        ('<name type="corporate"><namePart>Great Britain.</namePart><namePart>Department of Health.</namePart></name>',
         [("Great Britain. Department of Health", "author", "organisation")]),
        ("<name><etal/></name>", []),
        ("<name><namePart>n/a</namePart></name>", []),
    ],
)  # fmt: skip
def test_names(inner: str, names: list[tuple[str, str, str]]) -> None:
    assert [(c.name, c.role, c.kind) for c in read(inner).contributors] == names


def test_a_number_that_is_called_no_isni_is_none() -> None:
    name = '<name type="personal"><namePart>Roe, Jane</namePart><nameIdentifier{}>{}</nameIdentifier></name>'
    (found,) = read(name.format(' type="viaf"', "0000000121438988")).contributors
    assert (found.isni, found.orcid) == (None, None)
    (found,) = read(name.format(' type="isni"', "0000 0001 2143 8988")).contributors
    assert found.isni is None or len(found.isni) == 16
    (found,) = read(name.format("", "https://orcid.org/0000-0002-1825-0097")).contributors
    assert found.orcid == "0000-0002-1825-0097"


def test_who_paid_published_or_granted_the_degree_is_no_contributor() -> None:
    name = '<name type="corporate"><namePart>{}</namePart><role><roleTerm type="code">{}</roleTerm></role></name>'
    found = read(
        name.format("The Health Foundation", "fnd")
        + name.format("Example Press", "pbl")
        + name.format("University of Leeds", "dgg")
    )
    assert found.contributors == ()
    assert [f.funder_name for f in found.funding] == ["The Health Foundation"]
    assert found.publisher == "Example Press"
    assert [(i.name, i.role) for i in found.institutions] == [("University of Leeds", "awarding")]


@pytest.mark.parametrize(
    ("inner", "title"),
    [
        ("<nonSort>The</nonSort><title>ward</title>", "The ward"),
        ("<nonSort>L'</nonSort><title>hôpital</title>", "L'hôpital"),
        ("<title>The ward :</title><subTitle>a history /</subTitle>", "The ward: a history"),
        ("<title>Ward: a history</title><subTitle>a history</subTitle>", "Ward: a history"),
        ("<title>Ward</title><partNumber>2</partNumber><partName>Nights</partName>", "Ward. 2, Nights"),
        ("<title>A <i>randomised</i> trial</title>", "A randomised trial"),
        ("bare", "bare"),
        ("<title>n/a</title>", None),
    ],
)
def test_titles(inner: str, title: str | None) -> None:
    found = read(f"<titleInfo>{inner}</titleInfo>")
    assert (found.title, found.extra) == (title, {})


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (
            '<detail type="volume"><number>12</number></detail><detail type="number"><number>3</number></detail>',
            ("12", "3", None),
        ),
        (
            '<detail type="issue"><title>Nights</title></detail><detail type="no"><number>3</number></detail>',
            (None, "3", None),
        ),
        ('<detail type="volume"><caption>vol. 12</caption></detail>', ("12", None, None)),
        ('<extent unit="pages"><start>637</start><end>41</end></extent>', (None, None, "637-641")),
        ('<extent unit="page"><list>pp. 12-15, 20</list></extent>', (None, None, "12-15, 20")),
        ('<detail type="page"><number>12-15</number></detail>', (None, None, "12-15")),
        ('<extent unit="pages"><total>9</total></extent>', (None, None, None)),
        ('<extent unit="minutes"><start>1</start></extent>', (None, None, None)),
    ],
)
def test_volume_issue_and_pages(inner: str, expected: tuple[Any, ...]) -> None:
    found = read(f'<relatedItem type="host"><titleInfo><title>J</title></titleInfo><part>{inner}</part></relatedItem>')
    assert (found.volume, found.issue, found.pages) == expected
    assert read(f"<part>{inner}</part>").pages == expected[2]


def test_zeros_of_an_article_number_belong_to_it() -> None:
    found = read(
        '<relatedItem type="host"><part><detail type="article-number"><number>e000228</number></detail></part></relatedItem>'
    )
    assert found.article_number == "e000228"


def test_a_chapter_in_a_book_in_a_series() -> None:
    found = read(
        '<genre>book chapter</genre><relatedItem type="host"><titleInfo><title>Handbook</title></titleInfo>'
        "<name><namePart>Roe, Jane</namePart><role><roleTerm>editor</roleTerm></role></name>"
        "<name><namePart>Poe, Ed</namePart><role><roleTerm>author</roleTerm></role></name>"
        "<originInfo><publisher>Press</publisher><place>Leeds</place><dateIssued>2020</dateIssued></originInfo>"
        '<identifier type="isbn">9780521877237</identifier>'
        '<relatedItem type="series"><titleInfo><title>Studies</title><partNumber>7</partNumber></titleInfo></relatedItem>'
        "</relatedItem>"
    )
    assert found.container is not None
    assert (found.container.title, found.container.isbn, found.container.type) == ("Handbook", "9780521877237", "book")
    assert (found.publisher, found.place, found.issued) == ("Press", "Leeds", "2020")
    assert [(c.name, c.role) for c in found.contributors] == [("Roe, Jane", "editor")]
    assert [(r.target, r.label) for r in found.relations] == [("Studies", "Studies, 7")]
    assert found.extra == {"relatedItem/name": ["Poe, Ed author"]}  # who did nothing for the chapter


@pytest.mark.parametrize(
    ("inner", "terms", "coverage"),
    [
        ("<subject><topic>a</topic><topic>b</topic></subject>", ["a", "b"], ()),
        ('<subject authority="lcsh"><topic>a</topic><topic>b</topic></subject>', ["a--b"], ()),
        ("<subject><topic>a</topic><geographic>Leeds</geographic></subject>", ["a--Leeds"], ()),
        ("<subject><geographic>Leeds</geographic></subject>", [], ("Leeds",)),
        ("<subject>bare</subject>", ["bare"], ()),
        ('<classification authority="lcc">Leadership in hospitals</classification>', ["Leadership in hospitals"], ()),
        ('<classification authority="vabb-type">VABB-1</classification>', [], ()),
    ],
)
def test_subjects(inner: str, terms: list[str], coverage: tuple[str, ...]) -> None:
    found = read(inner)
    assert ([s.term for s in found.subjects], found.coverage) == (terms, coverage)


def test_headings_of_a_house_are_no_classes_of_the_library_of_congress() -> None:
    """EPrints sends its subjects as such."""
    assert [s.scheme for s in read('<classification authority="lcc">RA971 .O4</classification>').subjects] == ["lcc"]
    assert [s.scheme for s in read('<classification authority="lcc">Nursing</classification>').subjects] == ["local"]
    assert [s.scheme for s in read('<classification authority="lcc">RA971</classification>', "eprints").subjects] == [
        "local"
    ]


def test_open_access_by_address_is_no_licence() -> None:
    inner = (
        '<accessCondition type="restriction on access" xlink:href="http://purl.org/eprint/accessRights/OpenAccess">'
        "Open Access\n</accessCondition>"
        "<accessCondition>gratis</accessCondition>"
    )
    found = read(inner)
    assert (found.access, found.licenses, found.rights) == ("open", (), ())


def test_a_project_among_the_hosts_is_who_paid() -> None:
    found = read(
        '<relatedItem type="host"><genre>grantAgreement</genre><titleInfo><title>Who leads</title></titleInfo>'
        '<identifier type="swecris">2017-05336</identifier><name type="corporate"><namePart lang="swe">Rådet</namePart>'
        "<namePart>The Council</namePart></name></relatedItem>"
    )
    assert found.container is None
    assert [(f.funder_name, f.award_number, f.award_title) for f in found.funding] == [
        ("Rådet", "2017-05336", "Who leads")
    ]


@pytest.mark.parametrize("sent", ["RDB04n/a", "RDB04n/an/a"])
def test_grants_written_as_one_with_a_placeholder(sent: str) -> None:
    assert [f.award_number for f in read(f'<identifier type="grantnumber">{sent}</identifier>').funding] == ["RDB04"]


def test_the_university_that_holds_the_record_did_not_publish_what_names_its_publisher() -> None:
    """DiVA calls the university ``pbl``, and names the publisher in originInfo."""
    university = (
        '<name type="corporate"><namePart>Uppsala universitet</namePart><role><roleTerm>pbl</roleTerm></role></name>'
    )
    found = read(university + "<originInfo><publisher>Elsevier</publisher></originInfo>")
    assert (found.publisher, found.extra) == ("Elsevier", {"name/namePart": ["Uppsala universitet"]})
    assert read(university).publisher == "Uppsala universitet"


def test_diva_series_article_number_and_day_of_the_file() -> None:
    found = read(
        '<relatedItem type="series"><titleInfo><title>Acta</title></titleInfo><identifier type="issn">0345-0058</identifier>'
        '<identifier type="issue number">17</identifier><identifier type="libris">x1</identifier></relatedItem>'
        '<relatedItem type="host"><part><detail type="artNo"><number>e12</number></detail></part></relatedItem>'
        '<originInfo><dateOther type="availableFrom">2020-05-01T10:00:00</dateOther></originInfo>'
    )
    assert [(r.scheme, r.target, r.label) for r in found.relations] == [("issn", "0345-0058", "Acta, 17")]
    assert (found.article_number, [(d.type, d.value) for d in found.dates]) == ("e12", [("available", "2020-05-01")])
    assert found.extra == {"relatedItem/identifier": ["x1"]}


def test_what_a_related_item_says_beside_its_number_is_kept() -> None:
    found = read(
        '<relatedItem type="preceding"><titleInfo><title>Older</title></titleInfo><identifier type="issn">0000-0019</identifier>'
        '<identifier type="local">(OCoLC)1</identifier><originInfo><publisher>Chilton</publisher></originInfo></relatedItem>'
    )
    assert [(r.type, r.target) for r in found.relations] == [("continues", "0000-0019")]
    assert found.extra == {"relatedItem": ["(OCoLC)1"], "relatedItem/originInfo/publisher": ["Chilton"]}


def test_words_of_the_library_of_congress() -> None:
    found = read(
        '<classification authority="ddc">813/.54</classification><abstract type="Review">Fine.</abstract>'
        '<name type="personal"><namePart>Bell, A</namePart><role><roleTerm>Professor Directing Thesis</roleTerm></role></name>'
    )
    assert [(s.term, s.scheme) for s in found.subjects] == [("813.54", "ddc")]
    assert [(d.type, d.text) for d in found.descriptions] == [("other", "Fine.")]
    assert [c.role for c in found.contributors] == ["advisor"]


def test_a_year_with_unknown_figures_is_not_believed_before_a_day() -> None:
    found = read(
        "<originInfo><dateIssued>2020-03-04</dateIssued><dateIssued encoding='marc'>19uu</dateIssued></originInfo>"
    )
    assert (found.issued, [(d.type, d.value) for d in found.dates]) == (
        "2020-03-04",
        [("issued", "2020-03-04"), ("unknown", "19XX")],
    )
    assert read("<originInfo><dateIssued encoding='marc'>19uu</dateIssued></originInfo>").issued == "19XX"


def test_keywords_in_one_topic_are_several() -> None:
    found = read(
        "<subject><topic>nursing; leadership</topic></subject><subject authority='mesh'><topic>A; B</topic></subject>"
    )
    assert [s.term for s in found.subjects] == ["nursing", "leadership", "A; B"]


def test_swepub_says_in_a_code_that_peers_reviewed_it() -> None:
    assert read('<genre authority="svep" type="contentType">ref</genre>').peer_reviewed is True
    assert read('<genre authority="svep" type="contentType">vet</genre>').peer_reviewed is False


def test_a_collection_that_holds_a_photograph_is_no_journal() -> None:
    found = read(
        '<relatedItem type="host"><titleInfo><title>The X collection</title></titleInfo><typeOfResource collection="yes"/>'
        '<identifier type="local">MSS 1</identifier></relatedItem>'
    )
    assert found.container is None
    assert [(r.type, r.target, r.label) for r in found.relations] == [("is-part-of", "MSS 1", "The X collection")]


def test_an_affiliation_in_two_languages_is_one() -> None:
    found = read(
        '<name type="personal"><namePart>Ek, A</namePart><affiliation lang="swe">KTH</affiliation>'
        '<affiliation lang="eng">Royal Institute</affiliation><affiliation lang="swe">SU</affiliation></name>'
    )
    assert [a.name for a in found.contributors[0].affiliations] == ["KTH", "SU"]
    assert found.extra == {"name/affiliation": ["Royal Institute"]}


def test_a_code_a_shelf_and_a_small_picture_are_no_holder_and_no_file() -> None:
    found = read(
        '<location><physicalLocation authority="marcorg">nn</physicalLocation>'
        "<physicalLocation>Box 1, Folder 3</physicalLocation>"
        '<physicalLocation type="code">PRN</physicalLocation><physicalLocation>Wallach Division</physicalLocation>'
        '<url access="raw object">http://x.example/utils/getthumbnail/id/62</url></location>'
    )
    assert ([i.name for i in found.institutions], found.files) == (["Wallach Division"], ())
    assert found.extra == {"location/physicalLocation": ["Box 1, Folder 3"]}

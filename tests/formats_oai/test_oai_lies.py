"""What the standard crosswalks of platforms write that is not so: each lie by its source, and what is made of it.

DSpace's stylesheets: https://github.com/DSpace/DSpace/tree/main/dspace/config/crosswalks/oai/metadataFormats
"""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import Date, RawRecord, Record

HANDLE = "https://hdl.handle.net/20.500.12345/7"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:rioxxterms="http://docs.rioxx.net/schema/v3.0/rioxxterms/"'
    ' xmlns:uketdterms="http://naca.central.cranfield.ac.uk/ethos-oai/terms/"'
)
ROOTS = {
    "oai_dc": "dc", "qdc": "qualifieddc", "uketd_dc": "uketddc", "etdms": "thesis", "rioxx": "rioxx", "junii2": "junii2",
}  # fmt: skip


def read(name: str, body: str, dialect: str = "dspace", identifier: str = "oai:x.example:20.500.12345/7") -> Record:
    payload = f"<record><metadata><{ROOTS[name]} {NAMESPACES}>{body}</{ROOTS[name]}></metadata></record>".encode()
    raw = RawRecord(source="s", identifier=identifier, format=name, payload=payload, datestamp="2023-01-01T00:00:00Z")
    return normalise(raw, dialect)


def kinds(record: Record) -> set[tuple[str, str | None]]:
    return {(d.type, d.value) for d in record.dates}


# --- dates that are those of the repository ---------------------------------------------------------------------------

WENT_ONLINE = "2020-12-21T14:03:55Z"


@pytest.mark.parametrize("dialect", ["dspace", ""])
def test_qdc_calls_the_day_on_which_an_item_went_online_that_of_its_acceptance_and_creation(dialect: str) -> None:
    """qdc.xsl fills dcterms:dateAccepted and dcterms:created from dc.date.available."""
    body = "".join(
        f"<dcterms:{name}>{WENT_ONLINE}</dcterms:{name}>" for name in ("dateAccepted", "available", "created")
    )
    record = read("qdc", body + "<dcterms:issued>2020-09-28</dcterms:issued>", dialect)
    assert kinds(record) == {("available", "2020-12-21"), ("issued", "2020-09-28")}
    assert [f.code for f in record.findings].count("stock-date") == 2


def test_a_true_date_of_acceptance_in_qdc_is_believed() -> None:
    body = (
        f"<dcterms:dateAccepted>2020-04-28</dcterms:dateAccepted><dcterms:available>{WENT_ONLINE}</dcterms:available>"
    )
    assert ("accepted", "2020-04-28") in kinds(read("qdc", body))
    same_day = (
        "<dcterms:dateAccepted>2020-12-21</dcterms:dateAccepted><dcterms:available>2020-12-21</dcterms:available>"
    )
    assert kinds(read("qdc", same_day)) == {("available", "2020-12-21")}


def test_a_time_of_acceptance_without_its_twin_is_kept_apart() -> None:
    record = read("qdc", f"<dcterms:dateAccepted>{WENT_ONLINE}</dcterms:dateAccepted>")
    assert record.dates == ()
    assert record.issued is None
    assert record.extra == {"dateAccepted": [WENT_ONLINE]}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # accession and availability are one day, which comes twice
        (
            ["2020-12-21", "2020-12-21", "2020-09-28"],
            {("available", "2020-12-21"), ("issued", "2020-09-28")},
        ),
        (
            ["2020-12-21", "2020-12-21", "2021-06-01"],
            {("available", "2020-12-21"), ("issued", "2021-06-01")},
        ),
        # a date that is less than a day was entered by somebody
        (
            ["2020-12-21", "2021-12-21", "2020-09"],
            {("deposited", "2020-12-21"), ("available", "2021-12-21"), ("issued", "2020-09")},
        ),
        (["2020-12-21", "2020-12-21", "2020-12-21"], {("issued", "2020-12-21")}),
        (["2019"], {("issued", "2019")}),
    ],
)
def test_etdms_cuts_the_times_off_the_dates_of_the_repository(
    days: list[str], expected: set[tuple[str, str | None]]
) -> None:
    """etdms.xsl writes substring(., 0, 11) of dc.date.accessioned, .available and .issued alike."""
    for order in (1, -1):
        assert kinds(read("etdms", "".join(f"<date>{day}</date>" for day in days[::order]))) == expected
    others = read("etdms", "".join(f"<date>{day}</date>" for day in days), "other")
    assert {d.type for d in others.dates} <= {"issued", "unknown"}


def test_rioxx_gives_an_item_without_a_date_that_of_its_accession() -> None:
    """rioxx.xsl: <xsl:otherwise> getDateAccessioned, in publication_date and in record_public_release_date."""
    release = f"<rioxxterms:record_public_release_date>{WENT_ONLINE}</rioxxterms:record_public_release_date>"
    false = read("rioxx", f"<rioxxterms:publication_date>2020-12-21</rioxxterms:publication_date>{release}")
    assert kinds(false) == {("available", "2020-12-21")}
    true = read("rioxx", f"<rioxxterms:publication_date>2020-09-28</rioxxterms:publication_date>{release}")
    assert ("issued", "2020-09-28") in kinds(true)


def test_bare_dates_with_a_time_are_events_of_the_repository() -> None:
    """oai_dc.xsl and rdf.xsl send every dc.date.* as dc:date."""
    record = read("oai_dc", f"<dc:date>{WENT_ONLINE}</dc:date><dc:date>2020-09-28</dc:date>")
    assert record.dates == (Date("available", "2020-12-21", WENT_ONLINE), Date("issued", "2020-09-28"))


# --- people and money -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["oai_dc", "qdc", "etdms", "junii2"])
def test_sponsors_are_no_contributors(name: str) -> None:
    """All contributors but authors are sent as dc:contributor."""
    tag = "contributor" if name in ("etdms", "junii2") else "dc:contributor"
    record = read(name, f"<{tag}>Health Foundation</{tag}><{tag}>Hughes, Meredith</{tag}>")
    assert [f.funder_name for f in record.funding] == ["Health Foundation"]
    assert [(c.name, c.role) for c in record.contributors] == [("Hughes, Meredith", "other")]


def test_sponsors_in_rioxx_are_no_contributors() -> None:
    body = "<rioxxterms:contributor><rioxxterms:name>Health Foundation</rioxxterms:name></rioxxterms:contributor>"
    assert [f.funder_name for f in read("rioxx", body).funding] == ["Health Foundation"]
    assert [c.name for c in read("rioxx", body, "other").contributors] == ["Health Foundation"]


def test_the_publisher_of_an_article_awards_no_degree() -> None:
    """uketd_dc.xsl sends dc.publisher as uketdterms:institution."""
    body = "<uketdterms:institution>BMJ Publishing Group</uketdterms:institution><dc:type>{}</dc:type>"
    article = read("uketd_dc", body.format("Journal Article"))
    assert (article.publisher, article.institutions, article.type) == ("BMJ Publishing Group", (), "article")
    thesis = read("uketd_dc", body.format("Thesis"))
    assert [(i.name, i.role) for i in thesis.institutions] == [("BMJ Publishing Group", "awarding")]


def test_the_first_author_is_the_one_that_is_marked() -> None:
    """ItemUtils.java groups values by their language, so that the order of authors is lost."""
    body = "".join(
        f"<rioxxterms:creator{mark}><rioxxterms:name>{name}</rioxxterms:name></rioxxterms:creator>"
        for name, mark in (("Alabi, M", ""), ("Darzi, A", ""), ("Aufegger, L", ' first-named-author="true"'))
    )
    assert [c.name for c in read("rioxx", body).contributors] == ["Aufegger, L", "Alabi, M", "Darzi, A"]


# --- addresses, files, licences ---------------------------------------------------------------------------------------


def test_in_uketd_the_page_is_a_citing_work_and_the_file_an_identifier() -> None:
    """uketd_dc.xsl: dc.identifier.uri as dcterms:isReferencedBy, bitstreams as dc:identifier."""
    record = read(
        "uketd_dc",
        f"<dcterms:isReferencedBy>{HANDLE}</dcterms:isReferencedBy>"
        '<dc:identifier xsi:type="dcterms:URI">https://x.example/bitstreams/1/download</dc:identifier>',
    )
    assert record.url == HANDLE
    assert record.relations == ()
    assert [f.url for f in record.files] == ["https://x.example/bitstreams/1/download"]


def test_the_deposit_licence_and_the_extracted_text_are_neither_licence_nor_file() -> None:
    """uketd_dc.xsl: the bundles LICENSE and TEXT as dcterms:license and dcterms:hasFormat, each with its checksum."""
    record = read(
        "uketd_dc",
        "<dcterms:license>https://x.example/bitstreams/2/download</dcterms:license><uketdterms:checksum>a</uketdterms:checksum>"
        "<dcterms:hasFormat>https://x.example/bitstreams/3/download</dcterms:hasFormat><uketdterms:checksum>b</uketdterms:checksum>",
    )
    assert (record.licenses, record.files, record.relations, record.extra) == ((), (), (), {})


@pytest.mark.parametrize("words", ["forever", "10000-01-01", "until published"])
def test_an_embargo_in_words_is_no_date(words: str) -> None:
    """uketd_dc.xsl sends dc.embargo.terms as uketdterms:embargodate; DSpace writes 10000-01-01 for ever."""
    record = read("uketd_dc", f"<uketdterms:embargodate>{words}</uketdterms:embargodate>")
    assert record.embargo_until is None
    assert record.extra == {"embargodate": [words]}


def test_confidences_of_authorities_are_no_publishers() -> None:
    """junii2.xsl sends every doc:field, and not the values alone."""
    record = read(
        "junii2", "<publisher>Example Press</publisher><publisher>600</publisher><alternative>-1</alternative>"
    )
    assert (record.publisher, record.titles) == ("Example Press", ())
    assert record.extra == {"publisher": ["600"], "alternative": ["-1"]}


def test_the_placeholder_of_a_grant_is_no_grant() -> None:
    record = read(
        "uketd_dc",
        "<uketdterms:grantnumber>RDB04</uketdterms:grantnumber><uketdterms:grantnumber>n/a</uketdterms:grantnumber>",
    )
    assert [f.award_number for f in record.funding] == ["RDB04"]
    assert "award-placeholder" in {f.code for f in record.findings}


# --- EPrints: https://github.com/eprints/eprints3.4/blob/master/perl_lib/EPrints/Plugin/Export/DC.pm -------------------


def test_eprints_puts_the_page_among_the_relations_and_files_among_the_identifiers() -> None:
    record = read(
        "oai_dc",
        "<dc:relation>https://eprints.x.example/7/</dc:relation><dc:identifier>https://eprints.x.example/7/1/a.pdf</dc:identifier>"
        "<dc:type>Article</dc:type><dc:type>PeerReviewed</dc:type>",
        "",
        "oai:eprints.x.example:7",
    )
    assert (record.url, record.relations) == ("https://eprints.x.example/7/", ())
    assert [f.url for f in record.files] == ["https://eprints.x.example/7/1/a.pdf"]
    assert (record.type, record.peer_reviewed, record.type_raw) == ("article", True, ("Article",))


def test_eprints_sends_the_day_of_issue_beside_the_month() -> None:
    """OAI_UKETD_DC: dc:date in full, dcterms:issued cut to its month."""
    record = read("uketd_dc", "<dc:date>2008-10-06</dc:date><dcterms:issued>2008-10</dcterms:issued>", "eprints")
    assert kinds(record) == {("issued", "2008-10-06")}
    other = read("uketd_dc", "<dc:date>2009-01-06</dc:date><dcterms:issued>2008-10</dcterms:issued>", "eprints")
    assert kinds(other) == {("issued", "2008-10"), ("unknown", "2009-01-06")}


def test_the_page_of_an_item_is_not_the_item() -> None:
    """EPrints' RDF describes persons, the journal and the summary page beside the item."""
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    payload = f"""<rdf:RDF {rdf} {NAMESPACES} xmlns:foaf="http://xmlns.com/foaf/0.1/">
      <rdf:Description rdf:about="https://x.example/7/"><dcterms:title>HTML Summary of #7</dcterms:title>
        <dcterms:format>text/html</dcterms:format><foaf:primaryTopic rdf:resource="https://x.example/id/7"/></rdf:Description>
      <rdf:Description rdf:about="https://x.example/id/7"><dcterms:title>Leading</dcterms:title><dcterms:date>2020</dcterms:date>
        <dcterms:creator rdf:resource="https://x.example/id/person/1"/><dcterms:isPartOf rdf:resource="https://x.example/id/j"/>
      </rdf:Description>
      <rdf:Description rdf:about="https://x.example/id/person/1"><foaf:name>Ngozi Okafor</foaf:name>
        <foaf:givenName>Ngozi</foaf:givenName><foaf:familyName>Okafor</foaf:familyName></rdf:Description>
      <rdf:Description rdf:about="https://x.example/id/j"><dcterms:title>BMJ Leader</dcterms:title></rdf:Description>
    </rdf:RDF>"""
    record = normalise(RawRecord(source="s", identifier="oai:x:7", format="rdf", payload=payload.encode()))
    assert (record.title, [c.name for c in record.contributors]) == ("Leading", ["Okafor, Ngozi"])
    assert record.container is not None
    assert record.container.title == "BMJ Leader"


# --- OJS: https://github.com/pkp/ojs/blob/main/plugins/metadata/dc11/filter/Dc11SchemaArticleAdapter.php ---------------


def ojs(body: str) -> Record:
    return read("oai_dc", body, "ojs", "oai:ojs.x.example:article/7")


def test_ojs_names_the_journal_as_its_own_publisher() -> None:
    source = "<dc:source>Journal of Wards; Vol 4, No 3 (2020); 128-134</dc:source>"
    assert ojs(f"<dc:publisher>Journal of Wards</dc:publisher>{source}").publisher is None
    assert ojs(f"<dc:publisher>Ward Society</dc:publisher>{source}").publisher == "Ward Society"


def test_ojs_calls_everything_an_article() -> None:
    driver = "<dc:type>info:eu-repo/semantics/article</dc:type>"
    assert ojs(driver).type == "article"
    assert ojs(f"{driver}<dc:type>Book Review</dc:type>").type == "book-review"
    assert ojs(f"{driver}<dc:type>Peer-reviewed Article</dc:type>").peer_reviewed is True


def test_ojs_sends_the_online_number_before_the_printed_one() -> None:
    record = ojs("<dc:source>2398-631X</dc:source><dc:source>2049-3630</dc:source>")
    assert record.container is not None
    assert (record.container.eissn, record.container.issn) == ("2398-631X", "2049-3630")
    alone = ojs("<dc:source>2398-631X</dc:source>").container
    assert alone is not None
    assert (alone.issn, alone.eissn) == ("2398-631X", None)


def test_sponsors_of_ojs_are_no_contributors() -> None:
    record = ojs("<dc:contributor>University of Leeds</dc:contributor>")
    assert ([f.funder_name for f in record.funding], record.contributors) == (["University of Leeds"], ())


# --- others -----------------------------------------------------------------------------------------------------------


def test_a_series_of_digital_commons_is_no_journal_unless_its_address_says_so() -> None:
    def of(address: str) -> str | None:
        body = f"<dc:source>Faculty Publications</dc:source><dc:identifier>{address}</dc:identifier><dc:type>article</dc:type>"
        container = read("oai_dc", body, "digital_commons", "oai:x:1").container
        return container.type if container else None

    assert of("https://scholarworks.x.example/facpubs/7") == "series"
    assert of("https://scholarworks.x.example/jml/vol4/iss3/5") == "journal"


def test_a_publication_about_a_dataset_is_not_where_it_appeared() -> None:
    body = "<dc:relation>Okafor N. Learning to lead. BMJ Leader, 2020, 4 (4), pp.201-207</dc:relation>"
    record = read("oai_dc", body, "dataverse", "doi:10.7910/DVN/ABCDEF")
    assert (record.container, record.volume, record.type) == (None, None, "dataset")
    assert [(i.scheme, i.value) for i in record.identifiers if i.scheme == "doi"] == [("doi", "10.7910/dvn/abcdef")]


def test_numbers_of_authors_are_no_part_of_their_names() -> None:
    record = read("oai_dc", "<dc:creator>Ngozi Okafor (9876543)</dc:creator>", "figshare", "oai:figshare.com:article/7")
    assert [(c.family, c.given, c.raw) for c in record.contributors] == [("Okafor", "Ngozi", "Ngozi Okafor (9876543)")]


def test_citeseerx_contributes_nothing_to_what_it_finds() -> None:
    body = (
        "<dc:contributor>The Pennsylvania State University CiteSeerX Archives</dc:contributor>"
        "<dc:rights>Metadata may be used without restrictions</dc:rights><dc:source>http://x.example/a.pdf</dc:source>"
    )
    record = read("oai_dc", body, "", "oai:CiteSeerX.psu:10.1.1.1.1")
    assert (record.contributors, record.rights) == ((), ())
    assert [f.url for f in record.files] == ["http://x.example/a.pdf"]

"""What single fields of JATS mean, and what publishers get wrong in them."""

from __future__ import annotations

import pytest

from harvester import formats
from harvester.errors import RecordError
from harvester.record import Record, Relation

from .articles import article, read


@pytest.mark.parametrize("prefix", ["jats", "nlm", "pmc", "pmc_fm", "oai_jats", "PMC"])
def test_prefixes_of_repositories_mean_jats(prefix: str) -> None:
    assert formats.named(prefix) == "jats"


def test_namespaces_of_all_versions_mean_jats() -> None:
    for namespace in ("https://jats.nlm.nih.gov/ns/archiving/1.3/", "http://dtd.nlm.nih.gov/2.0/xsd/archivearticle"):
        assert formats.named("x", namespace) == "jats"


# --- dates -----------------------------------------------------------------------------------------------------------


YEAR = "<year>2014</year>"


def dates(record: Record) -> list[tuple[str, str | None]]:
    return [(d.type, d.value) for d in record.dates]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (
            '<pub-date pub-type="epub"><day>3</day><month>12</month><year>2014</year></pub-date>',
            ("online", "2014-12-03"),
        ),
        ('<pub-date pub-type="ppub"><month>Dec</month><year>2014</year></pub-date>', ("print", "2014-12")),
        (
            '<pub-date pub-type="ppub"><season>Jan-Feb</season><year>2014</year></pub-date>',
            ("print", "2014-01/2014-02"),
        ),
        ('<pub-date pub-type="ppub"><season>Autumn</season><year>2014</year></pub-date>', ("print", "2014-23")),
        ('<pub-date pub-type="epub-ppub"><year>2014</year></pub-date>', ("issued", "2014")),
        ('<pub-date pub-type="ppub"><day>00</day><month>00</month><year>2014</year></pub-date>', ("print", "2014")),
        ('<pub-date pub-type="ppub"><day>5</day><year>2014</year></pub-date>', ("print", "2014")),
        ('<pub-date date-type="pub" publication-format="print"><year>2014</year></pub-date>', ("print", "2014")),
        ('<pub-date date-type="pub" iso-8601-date="2014-05-06"/>', ("issued", "2014-05-06")),
        (f'<pub-date iso-8601-date="2014-05-01"><month>5</month>{YEAR}</pub-date>', ("issued", "2014-05")),
        ("<pub-date><string-date>May 2014</string-date></pub-date>", ("issued", "2014-05")),
        ('<pub-date pub-type="nihms-submitted"><year>2014</year></pub-date>', ("deposited", "2014")),
        ('<pub-date pub-type="brand-new"><year>2014</year></pub-date>', ("unknown", "2014")),
        ('<pub-date calendar="Buddhist" pub-type="ppub"><year>2014</year></pub-date>', None),
        (f'<history><date date-type="accepted"><month>4</month>{YEAR}</date></history>', ("accepted", "2014-04")),
        (
            '<history><event event-type="received"><date><year>2014</year></date></event></history>',
            ("received", "2014"),
        ),
    ],
)
def test_date_is_told_by_its_type_and_keeps_its_precision(sent: str, expected: tuple[str, str] | None) -> None:
    assert dates(article(sent)) == ([expected] if expected else [])


def test_year_of_a_collection_is_not_cited_where_the_day_is_known() -> None:
    record = article(
        '<pub-date pub-type="collection"><year>2014</year></pub-date>'
        '<pub-date pub-type="epub"><day>3</day><month>12</month><year>2014</year></pub-date><volume>9</volume>'
    )
    assert record.issued == "2014-12-03"


def test_year_of_a_collection_stays_where_it_is_another() -> None:
    record = article(
        '<pub-date pub-type="collection"><year>2015</year></pub-date>'
        '<pub-date pub-type="epub"><day>3</day><month>12</month><year>2014</year></pub-date><volume>9</volume>'
    )
    assert record.issued == "2015"


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "pages", "start", "end"),
    [
        ("<fpage>128</fpage><lpage>134</lpage>", "128-134", "128", "134"),
        ("<fpage>637</fpage><lpage>41</lpage>", "637-641", "637", "641"),
        ("<fpage>128</fpage>", "128", "128", None),
        ("<fpage>128-134</fpage>", "128-134", "128", "134"),
        ("<fpage>128</fpage><lpage>130</lpage><page-range>128-130, 134</page-range>", "128-130, 134", "128", "130"),
        ("<page-range>128–134</page-range>", "128-134", "128", "134"),
        ("<fpage>n/a</fpage><lpage>n/a</lpage>", None, None, None),
    ],
)
def test_pages_come_together(sent: str, pages: str | None, start: str | None, end: str | None) -> None:
    record = article(sent)
    assert (record.pages, record.start_page, record.end_page) == (pages, start, end)


# --- types -----------------------------------------------------------------------------------------------------------


def heading_of(said: str) -> str:
    group = f'<subj-group subj-group-type="heading"><subject>{said}</subject></subj-group>'
    return f"<article-categories>{group}</article-categories>"


@pytest.mark.parametrize(
    ("attribute", "heading", "expected"),
    [
        ("research-article", "Original research", "article"),
        ("research-article", "Editorial", "editorial"),
        ("research-article", "Letter", "article"),
        ("research-article", "Reports", "article"),
        ("letter", "Research", "letter"),
        ("other", "Viewpoint", "commentary"),
        ("correction", "", "correction"),
        ("Research Article", "", "article"),
        ("novelty", "", "other"),
    ],
)
def test_type_is_that_of_the_article_unless_a_heading_says_more(attribute: str, heading: str, expected: str) -> None:
    assert article(heading_of(heading), attributes=f'article-type="{attribute}"').type == expected


@pytest.mark.parametrize(
    ("heading", "kind", "expected"),
    [
        ("Short Communications", "article", ()),
        ("Commentaries", "commentary", ()),
        ("New Results", "article", ()),
        ("Instruments", "article", ("Instruments",)),
        ("Genetics", "article", ("Genetics",)),
    ],
)
def test_headings_in_the_plural(heading: str, kind: str, expected: tuple[str, ...]) -> None:
    record = article(heading_of(heading), attributes='article-type="research-article"')
    assert (record.type, tuple(s.term for s in record.subjects)) == (kind, expected)
    assert expected or heading in record.type_raw


def test_heading_that_is_no_type_is_a_subject() -> None:
    assert [s.term for s in article(heading_of("Health economics")).subjects] == ["Health economics"]


# --- people ----------------------------------------------------------------------------------------------------------

_AUTHOR = '<contrib contrib-type="author"><name><surname>{}</surname><given-names>A</given-names></name>{}</contrib>'


def affiliations(record: Record) -> list[list[str | None]]:
    return [[a.name for a in c.affiliations] for c in record.contributors]


def test_the_one_affiliation_of_a_group_is_that_of_all() -> None:
    group = _AUTHOR.format("Roe", "") + _AUTHOR.format("Poe", "") + "<aff>The King's Fund</aff>"
    assert affiliations(article(f"<contrib-group>{group}</contrib-group>")) == [
        ["The King's Fund"],
        ["The King's Fund"],
    ]


def test_several_affiliations_that_nobody_names_are_nobody_s_and_are_kept() -> None:
    group = _AUTHOR.format("Roe", "") + _AUTHOR.format("Poe", "")
    record = article(f"<contrib-group>{group}</contrib-group><aff>The King's Fund</aff><aff>Nuffield Trust</aff>")
    assert affiliations(record) == [[], []]
    assert record.extra == {"article-meta/aff": ["The King's Fund", "Nuffield Trust"]}


def test_one_reference_may_name_several_affiliations() -> None:
    group = _AUTHOR.format("Roe", '<xref ref-type="aff" rid="a1 a2"/>')
    affs = '<aff id="a1"><label>1</label>The King\'s Fund</aff>'
    affs += '<aff id="a2"><label>2</label><institution>Nuffield Trust</institution><country>UK</country></aff>'
    record = article(f"<contrib-group>{group}</contrib-group>{affs}")
    assert affiliations(record) == [["The King's Fund", "Nuffield Trust, UK"]]
    assert record.extra == {}


def test_staff_of_the_journal_is_not_among_the_authors() -> None:
    record = article("", journal=f"<contrib-group>{_AUTHOR.format('Editor', '')}</contrib-group>")
    assert record.contributors == ()


def test_role_in_words_counts_where_the_type_says_nothing() -> None:
    meta = (
        "<contrib-group><contrib><name><surname>Roe</surname></name><role>Guest Editor</role></contrib></contrib-group>"
    )
    assert [c.role for c in article(meta).contributors] == ["editor"]


# --- relations, rights -----------------------------------------------------------------------------------------------


CC = "http://creativecommons.org/licenses"


def related(kind: str, attributes: str = 'ext-link-type="doi" xlink:href="10.5555/other"') -> str:
    return f'<related-article related-article-type="{kind}" {attributes}/>'


def test_work_says_that_it_was_retracted() -> None:
    record = article(related("retraction-forward"))
    assert record.relations == (Relation("is-retracted-by", "doi", "10.5555/other", asserted_by="publisher"),)
    assert record.update_status == "retraction"


def test_notice_is_not_retracted_by_what_it_retracts() -> None:
    record = article(related("retracted-article"), attributes='article-type="retraction"')
    assert record.relations == (Relation("retracts", "doi", "10.5555/other"),)
    assert (record.type, record.update_status) == ("retraction-notice", None)


def test_correction_says_what_it_corrects() -> None:
    record = article(
        related("corrected-article", 'ext-link-type="pmc" xlink:href="4276316"'), attributes='article-type="correction"'
    )
    assert record.relations == (Relation("corrects", "pmcid", "PMC4276316"),)
    assert record.update_status is None


def test_own_identifiers_do_not_come_from_related_works() -> None:
    record = article(related("companion") + "<product><isbn>9780521877237</isbn></product>")
    assert [i for i in record.identifiers if i.scheme != "local"] == []


@pytest.mark.parametrize(
    ("sent", "spdx", "access"),
    [
        ('<license xlink:href="https://creativecommons.org/licenses/by/4.0/"/>', "CC-BY-4.0", None),
        ('<license license-type="open-access"><license-p>Free to read.</license-p></license>', None, "open"),
        (f"<license><ali:license_ref>{CC}/by-nc-nd/4.0/</ali:license_ref></license>", "CC-BY-NC-ND-4.0", None),
        (f'<license><p>See <ext-link xlink:href="{CC}/by/3.0">here</ext-link></p></license>', "CC-BY-3.0", None),
        ('<license license-type="CC BY 4.0"/>', "CC-BY-4.0", None),
        ("<license><license-p>No commercial re-use. See rights and permissions.</license-p></license>", None, None),
        ("<ali:free_to_read/>", None, "open"),
        ('<ali:free_to_read end_date="2021-01-01"/>', None, None),
    ],
)
def test_licence_by_its_address_or_its_words(sent: str, spdx: str | None, access: str | None) -> None:
    record = article(f"<permissions>{sent}</permissions>")
    assert ([x.spdx for x in record.licenses], record.access) == ([spdx] if spdx else [], access)


def test_several_funders_and_several_awards_stay_unpaired() -> None:
    sent = "<funding-source>NIHR</funding-source><funding-source>MRC</funding-source>"
    sent += "<award-id>1A</award-id><award-id>2B</award-id>"
    record = article(f"<funding-group><award-group>{sent}</award-group></funding-group>")
    assert [(f.funder_name, f.award_number) for f in record.funding] == [
        ("NIHR", None),
        ("MRC", None),
        (None, "1A"),
        (None, "2B"),
    ]


def test_doi_of_another_type_of_identifier_is_the_article_s() -> None:
    record = article(
        '<article-id pub-id-type="publisher-id">10.5555/abc</article-id><article-id pub-id-type="pmc">PMC123</article-id>'
    )
    assert [(i.scheme, i.value) for i in record.identifiers][1:] == [("doi", "10.5555/abc"), ("pmcid", "PMC123")]


def test_related_article_may_name_its_target_within() -> None:
    inside = "<article-title>Retracted: a study</article-title><volume>3</volume><pub-id pub-id-type='pmid'>1</pub-id>"
    inside += "<pub-id pub-id-type='doi'>10.5555/x</pub-id>"
    record = article(
        f'<related-article related-article-type="retraction-forward" xlink:href="PMC1">{inside}</related-article>'
    )
    assert record.relations == (
        Relation("is-retracted-by", "doi", "10.5555/x", "Retracted: a study", asserted_by="publisher"),
    )
    sentence = 'This corrects <ext-link ext-link-type="pmcid" xlink:href="PMC4444">A study</ext-link>.'
    record = article(f'<related-article related-article-type="corrected-article">{sentence}</related-article>')
    assert [(r.type, r.scheme, r.target) for r in record.relations] == [("corrects", "pmcid", "PMC4444")]


def test_set_of_one_article_is_that_article() -> None:
    front = b"<front><article-meta><article-id pub-id-type='pmcid'>PMC5555</article-id></article-meta></front>"
    record = read(b"<pmc-articleset><article>" + front + b"</article></pmc-articleset>")
    assert [(i.scheme, i.value) for i in record.identifiers][1:] == [("pmcid", "PMC5555")]
    with pytest.raises(RecordError, match="a set of 2 articles"):
        read(b"<pmc-articleset><article/><article/></pmc-articleset>")


def test_and_between_affiliations_is_part_of_none() -> None:
    group = _AUTHOR.format("Roe", '<xref ref-type="aff" rid="a1"/>')
    record = article(
        f'<contrib-group>{group}<aff id="a1"><sup>a</sup>Department of Surgery, Leeds; and </aff></contrib-group>'
    )
    assert affiliations(record) == [["Department of Surgery, Leeds"]]


@pytest.mark.parametrize(
    ("sent", "name", "department"),
    [
        (
            "<label>1</label>School of Nursing, Leeds; <email>a@b.example</email> (A.B.)",
            "School of Nursing, Leeds",
            None,
        ),
        (
            "<label>1</label><institution-wrap><institution-id institution-id-type='GRID'>grid.9909.9</institution-id>"
            "<institution content-type='org-division'>Business School</institution>"
            "<institution content-type='org-name'>University of Leeds</institution></institution-wrap><city>Leeds</city>",
            "Business School, University of Leeds, Leeds",
            "Business School",
        ),
        ("<bold>a</bold> Nuffield Trust", "Nuffield Trust", None),
        ("n/a", None, None),
    ],
)
def test_affiliation_is_what_is_printed(sent: str, name: str | None, department: str | None) -> None:
    record = article(f"<contrib-group>{_AUTHOR.format('Roe', f'<aff>{sent}</aff>')}</contrib-group>")
    found = record.contributors[0].affiliations
    assert [(a.name, a.department) for a in found] == ([(name, department)] if name else [])


def test_number_of_a_collection_is_no_subject() -> None:
    record = article(heading_of("1506"))
    assert (record.subjects, record.extra) == ((), {"article-meta/article-categories/subj-group": ["1506"]})


def test_funder_s_number_within_its_name_is_its_number() -> None:
    number = '<named-content content-type="funder-id">http://dx.doi.org/10.13039/501100000272</named-content>'
    sent = f"<award-group><funding-source>{number}NIHR</funding-source><award-id>n/a</award-id></award-group>"
    record = article(f"<funding-group>{sent}</funding-group>")
    assert [(f.funder_name, f.funder_id, f.award_number) for f in record.funding] == [
        ("NIHR", "10.13039/501100000272", None)
    ]


def test_book_that_is_reviewed_is_named_in_words() -> None:
    record = article(
        "<product><name><surname>Roe</surname></name><source>Leading</source>. <year>2019</year>.</product>"
    )
    assert [(r.type, r.target) for r in record.relations] == [("reviews", "Roe Leading. 2019.")]


# --- seen in journals: JATS4R's examples, eLife, BioMed Central, SciELO ------------------------------------------------


def person(inside: str, meta: str = "") -> Record:
    name = "<name><surname>Roe</surname><given-names>Jo</given-names></name>"
    return article(f'<contrib-group><contrib contrib-type="author">{name}{inside}</contrib></contrib-group>{meta}')


def test_a_revision_of_the_manuscript_is_not_its_publication() -> None:
    revised = '<history><date date-type="rev-recd"><year>2018</year></date></history>'
    record = article(revised)
    assert (record.dates, record.issued) == ((), None)
    assert record.extra == {"article-meta/history/date[@date-type=rev-recd]": ["2018"]}


def test_dates_by_the_version_that_was_published() -> None:
    """https://github.com/JATS4R/JATS4R-Participant-Hub/tree/master/examples"""
    sent = (("corrected-version-of-record", "online"), ("version-of-record", "print"), ("version-of-record", "online"))
    kinds = [
        dates(article(f'<pub-date date-type="{kind}" publication-format="{form}">{YEAR}</pub-date>'))[0][0]
        for kind, form in (*sent, ("accepted-manuscript", "online"))
    ]
    assert kinds == ["updated", "print", "online", "available"]


def test_the_title_of_a_supplement_is_not_its_number() -> None:
    record = article("<issue>Suppl 1</issue><supplement>32nd Symposium on Intensive Care</supplement>")
    assert record.issue == "Suppl 1"
    assert [r.target for r in record.relations] == ["32nd Symposium on Intensive Care"]
    assert article("<issue>3</issue><supplement>2</supplement>").issue == "3 Suppl 2"


def test_a_trial_is_no_other_work() -> None:
    trial = (
        '<related-object document-id="NCT02836002" document-id-type="clinical-trial-number"'
        ' xlink:href="https://clinicaltrials.gov/show/NCT02836002">NCT02836002</related-object>'
    )
    record = article(trial)
    assert [(i.scheme, i.value, i.relation) for i in record.identifiers if i.scheme == "trial"] == [
        ("trial", "NCT02836002", "related")
    ]
    assert record.relations == ()


def test_the_day_of_a_related_version_is_no_title_of_it() -> None:
    version = '<related-object xlink:href="https://example.org/v1"><date><day>25</day><year>2016</year></date></related-object>'
    assert article(version).relations == (Relation("other", "url", "https://example.org/v1"),)


def test_an_affiliation_may_be_named_within_an_empty_one() -> None:
    aff = (
        '<aff id="a"><institution-wrap><institution-id institution-id-type="ROR">04tfzc498</institution-id>'
        "<institution>Mondino</institution></institution-wrap></aff>"
    )
    record = person('<aff><xref ref-type="aff" rid="a"/></aff>', aff)
    (found,) = record.contributors[0].affiliations
    assert (found.name, found.ror, record.extra) == ("Mondino", "https://ror.org/04tfzc498", {})


def test_words_before_an_address_for_letters_are_no_part_of_an_affiliation() -> None:
    aff = '<aff id="a"><institution content-type="original">. FGV, Brasil. E-mail para contato: c@fgv.br.</institution></aff>'
    (found,) = person('<xref ref-type="aff" rid="a"/>', aff).contributors[0].affiliations
    assert found.name == "FGV, Brasil"


def test_members_who_are_not_in_the_byline_take_part() -> None:
    record = article(
        '<contrib-group><contrib contrib-type="author non-byline"><name><surname>Roe</surname></name></contrib></contrib-group>'
    )
    assert record.contributors[0].role == "participant"


def test_the_doi_of_an_abstract_is_no_part_of_it() -> None:
    sent = "<abstract><p>We found it.</p><p><bold>DOI:</bold> <ext-link>http://dx.doi.org/10.7554/eLife.1.001</ext-link></p></abstract>"
    assert [d.text for d in article(sent).descriptions] == ["We found it."]


def test_a_second_subtitle_of_a_journal_is_kept() -> None:
    group = (
        "<journal-title>A</journal-title><journal-subtitle>B</journal-subtitle><journal-subtitle>C</journal-subtitle>"
    )
    record = article("", f"<journal-title-group>{group}</journal-title-group>")
    assert record.container is not None
    assert (record.container.title, list(record.extra.values())) == ("A: B", [["C"]])


def test_a_translation_within_the_article_with_its_subtitle_and_doi() -> None:
    """SciELO."""
    stub = (
        '<article-id pub-id-type="doi">10.5072/en</article-id>'
        "<title-group><article-title>The Amazon</article-title><subtitle>A word</subtitle></title-group>"
    )
    payload = f"""<article xml:lang="pt"><front><article-meta><article-id pub-id-type="doi">10.5072/pt</article-id>
        </article-meta></front><sub-article article-type="translation" xml:lang="en"><front-stub>{stub}</front-stub></sub-article>
        <sub-article article-type="reviewer-report"><front-stub>{stub}</front-stub></sub-article></article>"""
    record = read(payload.encode())
    assert [(t.title, t.type, t.language) for t in record.titles] == [("The Amazon: A word", "translated", "en")]
    assert record.relations == (Relation("has-translation", "doi", "10.5072/en"),)
    assert [i.value for i in record.identifiers if i.scheme == "doi"] == ["10.5072/pt"]


@pytest.mark.parametrize("kind", ["issued-online", "first-published-online", "online_publication"])
def test_publication_online_in_words_of_the_publisher(kind: str) -> None:
    posted = '<history><date date-type="posted"><year>2013</year></date></history>'
    record = article(f'<pub-date date-type="{kind}">{YEAR}</pub-date>{posted}')
    assert (dates(record)[0], record.issued) == (("online", "2014"), "2014")


def test_an_orcid_is_no_part_of_an_affiliation() -> None:
    sent = "UFAC, Acre, Brasil; http://orcid.org/0000-0002-1825-0097; someone@example.org"
    aff = f'<aff id="a"><institution content-type="original">{sent}</institution></aff>'
    (found,) = person('<xref ref-type="aff" rid="a"/>', aff).contributors[0].affiliations
    assert found.name == "UFAC, Acre, Brasil"


def test_small_things_of_publishers() -> None:
    """A SICI is no PII, the licence for text mining no other one, an ISBN no part of a title, keywords may stand in one text."""
    record = article(
        '<article-id pub-id-type="sici">0002(1999)1:2</article-id>'
        "<product><source>Leading</source> <isbn>9783161484100</isbn></product>"
        '<permissions><license license-type="tdm" xlink:href="https://example.org/tdm"/></permissions>'
        "<unstructured-kwd-group>wards; rotas</unstructured-kwd-group>"
    )
    assert [(i.scheme, i.value, i.relation) for i in record.identifiers] == [
        ("local", "article", "self"),
        ("local", "sici:0002(1999)1:2", "version"),
    ]
    assert record.relations == (Relation("reviews", "isbn", "9783161484100", "Leading"),)
    assert [(licence.url, licence.applies_to) for licence in record.licenses] == [("https://example.org/tdm", "tdm")]
    assert [s.term for s in record.subjects] == ["wards", "rotas"]

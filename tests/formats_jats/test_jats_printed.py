"""JATS: what printed pages say beside the article, and people and bodies in the shapes of publishers."""

from __future__ import annotations

import pytest

from .articles import XLINK, article, read

ROE = "<name><surname>Roe</surname><given-names>Ann</given-names></name>"


def test_a_running_head_is_a_short_title_only_where_it_has_a_word_of_the_title() -> None:
    heads = (
        '<alt-title alt-title-type="left-running">A. T. Neal</alt-title>'
        '<alt-title alt-title-type="running-head">Essay</alt-title>'
        '<alt-title alt-title-type="right-running-head">Fecundity and sex ratio</alt-title>'
        '<alt-title alt-title-type="short">Malaria</alt-title>'
    )
    record = article(f"<title-group><article-title>The fecundity of a parasite</article-title>{heads}</title-group>")
    assert [t.title for t in record.titles if t.type == "short"] == ["Fecundity and sex ratio", "Malaria"]
    assert record.extra == {"article-meta/title-group/alt-title": ["A. T. Neal", "Essay"]}


@pytest.mark.parametrize(
    "sent",
    [
        '<abstract abstract-type="key-points"><fig id="f"><graphic xlink:href="x.jpg"/></fig></abstract>',
        '<abstract abstract-type="graphical"><title>Graphical Abstract</title><p><fig><graphic/></fig></p></abstract>',
    ],
)
def test_a_figure_is_no_text(sent: str) -> None:
    assert article(sent).descriptions == ()


def test_the_group_that_signs_is_an_author_whatever_its_type() -> None:
    member = '<contrib contrib-type="author"><name><surname>Roe</surname></name></contrib>'
    group = f"<collab>Euclid Collaboration<contrib-group>{member}</contrib-group></collab>"
    found = article(f'<contrib-group><contrib contrib-type="collab">{group}</contrib></contrib-group>').contributors
    assert [(c.name, c.role) for c in found] == [("Euclid Collaboration", "author"), ("Roe", "participant")]


def test_a_collaboration_beside_a_name_is_kept() -> None:
    record = article(
        f"<contrib-group><contrib>{ROE}<collab>for the Belle Collaboration</collab></contrib></contrib-group>"
    )
    assert [(c.name, c.role) for c in record.contributors] == [("Roe, Ann", "author"), ("Belle Collaboration", "other")]


def test_affiliations_of_a_group_of_one_are_his_and_of_several_nobodys() -> None:
    affs = "<aff>Acton University</aff><aff>Boston University</aff>"
    (alone,) = article(f"<contrib-group><contrib>{ROE}</contrib>{affs}</contrib-group>").contributors
    assert [a.name for a in alone.affiliations] == ["Acton University", "Boston University"]
    record = article(f"<contrib-group><contrib>{ROE}</contrib><contrib>{ROE}</contrib>{affs}</contrib-group>")
    assert not any(c.affiliations for c in record.contributors)
    assert record.extra == {"article-meta/contrib-group/aff": ["Acton University", "Boston University"]}


def test_what_somebody_did_and_is_is_kept() -> None:
    record = article(
        f"<contrib-group><contrib>{ROE}<degrees>MD</degrees><role>Methodology</role></contrib></contrib-group>"
    )
    assert record.contributors[0].role == "author"
    assert sorted(record.extra.values()) == [["MD"], ["Methodology"]]


def test_the_doi_of_a_version_is_not_the_articles_own() -> None:
    record = article(
        '<article-id pub-id-type="doi">10.7554/eLife.85365</article-id>'
        '<article-id pub-id-type="doi" specific-use="version">10.7554/eLife.85365.3</article-id>'
    )
    assert [(i.value, i.relation) for i in record.identifiers if i.scheme == "doi"] == [
        ("10.7554/elife.85365", "self"),
        ("10.7554/elife.85365.3", "version"),
    ]
    assert not [f for f in record.findings if f.code == "several-dois"]


def test_a_pdf_is_no_related_article() -> None:
    record = article('<related-article related-article-type="pdf" xlink:href="https://example.org/a.pdf"/>')
    assert record.relations == ()
    assert [f.url for f in record.files] == ["https://example.org/a.pdf"]


def test_a_licence_outside_of_the_permissions_is_one() -> None:
    record = article(
        '<license><license-p>Under the <ext-link xlink:href="http://creativecommons.org/licenses/by/2.0/">CC</ext-link>'
        " licence.</license-p></license>"
    )
    assert [x.spdx for x in record.licenses] == ["CC-BY-2.0"]


def test_what_is_reviewed_keeps_a_wrong_number() -> None:
    (found,) = article("<product><source>Leading</source>, <isbn>978-0-19-882763-1</isbn></product>").relations
    assert (found.type, found.scheme, found.target) == ("reviews", "local", "Leading, 978-0-19-882763-1")


def test_headings_of_the_table_of_contents_are_no_subjects() -> None:
    sent = '<subj-group subj-group-type="toc-major"><subject>ARTICLES</subject></subj-group>'
    record = article(f"<article-categories>{sent}</article-categories>")
    assert (record.subjects, record.type_raw) == ((), ("ARTICLES",))


def test_what_kind_of_article_it_is_and_codes_of_collections_are_no_subjects() -> None:
    record = article(
        '<article-categories><subj-group subj-group-type="display-article-type"><subject>paper</subject></subj-group>'
        '<subj-group subj-group-type="category-taxonomy-collection"><subject>AcademicSubjects/SCI00020</subject>'
        "</subj-group></article-categories>"
    )
    assert (record.subjects, record.type_raw) == ((), ("paper",))
    assert record.extra == {"article-meta/article-categories/subj-group": ["AcademicSubjects/SCI00020"]}


def test_the_preprint_and_the_version_in_words_of_a_publishers_own() -> None:
    said = "<custom-meta><meta-name>{}</meta-name><meta-value>{}</meta-value></custom-meta>"
    sent = (
        said.format("arxivppt", "2210.04800")
        + said.format("edited-state", "accepted-manuscript")
        + said.format("x", "1")
    )
    record = article(f"<custom-meta-group>{sent}</custom-meta-group>")
    assert [(r.type, r.scheme, r.target) for r in record.relations] == [("has-preprint", "arxiv", "2210.04800")]
    assert (record.version, record.extra) == ("AM", {})


def test_a_notice_may_name_in_its_text_alone_what_it_is_about() -> None:
    named = '<related-article related-article-type="{}-article" ext-link-type="doi" xlink:href="10.5555/{}"/>'
    text = f"<body><p>This corrects {named.format('corrected', 'own')}.</p></body>"
    cited = f"<back><ref-list><ref><mixed-citation>{named.format('retracted', 'cited')}</mixed-citation></ref></ref-list></back>"
    reply = f'<sub-article article-type="reply"><body><p>{named.format("retracted", "reply")}</p></body></sub-article>'
    record = read(
        f'<article {XLINK} article-type="correction"><front><article-meta/></front>{text}{cited}{reply}</article>'.encode()
    )
    assert [(r.type, r.target) for r in record.relations] == [("corrects", "10.5555/own")]


@pytest.mark.parametrize("within", [True, False])
def test_affiliations_may_be_named_by_the_mark_that_is_printed_before_them(within: bool) -> None:
    """As The BMJ had them until 2003."""
    people = "".join(
        f'<contrib>{ROE}<xref ref-type="aff"><sup><italic>{mark}</italic></sup></xref></contrib>'
        for mark in ("a", "b", "a")
    )
    aff = "<aff><sup><italic>a</italic></sup>Imperial College, London, <sup>b</sup>Royal College, London, <sup>c</sup>Leeds</aff>"
    record = article(
        f"<contrib-group>{people}{aff}</contrib-group>" if within else f"<contrib-group>{people}</contrib-group>{aff}"
    )
    assert [[a.name for a in c.affiliations] for c in record.contributors] == [
        ["Imperial College, London"],
        ["Royal College, London"],
        ["Imperial College, London"],
    ]
    assert list(record.extra.values()) == [["Leeds"]]


def test_an_address_begins_anew_behind_an_institution() -> None:
    aff = "<aff><institution-wrap><institution>Free University , </institution></institution-wrap>10115 Berlin, Germany</aff>"
    (found,) = article(f"<contrib-group><contrib>{ROE}</contrib>{aff}</contrib-group>").contributors[0].affiliations
    assert found.name == "Free University, 10115 Berlin, Germany"


@pytest.mark.parametrize(("issue", "expected"), [("", "2020-08-10"), ("<issue>12</issue>", "2020-12")])
def test_the_december_of_a_volume_without_issues_is_no_date_of_issue(issue: str, expected: str) -> None:
    record = article(
        '<pub-date pub-type="epub"><day>10</day><month>8</month><year>2020</year></pub-date>'
        f'<pub-date pub-type="collection"><month>12</month><year>2020</year></pub-date><volume>7</volume>{issue}'
    )
    assert record.issued == expected


def test_a_heading_in_a_licence_is_no_part_of_its_first_word() -> None:
    record = article(
        "<permissions><license><license-p><bold>Open Access</bold>This is.</license-p></license></permissions>"
    )
    assert record.rights == ("Open Access This is.",)


def test_a_journal_without_a_title_goes_by_its_abbreviation() -> None:
    record = article(journal='<journal-id journal-id-type="pubmed">BMJ</journal-id><issn>0959-8138</issn>')
    assert record.container is not None
    assert (record.container.title, record.container.short_title) == ("BMJ", "BMJ")


def test_of_a_code_and_its_label_the_label_is_the_subject() -> None:
    part = '<compound-subject-part content-type="{}">{}</compound-subject-part>'
    topic = f"<compound-subject>{part.format('code', 'neuro')}{part.format('label', 'Neuroscience')}</compound-subject>"
    badge = f"<compound-subject>{part.format('code', 'x')}{part.format('label', 'Inaugural')}</compound-subject>"
    record = article(
        f'<article-categories><subj-group subj-group-type="topic">{topic}</subj-group>'
        f'<subj-group subj-group-type="badge">{badge}</subj-group></article-categories>'
    )
    assert [s.term for s in record.subjects] == ["Neuroscience"]
    assert record.type_raw == ("Inaugural",)


def test_a_group_in_the_place_of_a_person_is_spoken_for() -> None:
    group = "<name><surname>for the Disease Neuroimaging Initiative</surname></name>"
    record = article(f"<contrib-group><contrib>{ROE}</contrib><x>, and </x><contrib>{group}</contrib></contrib-group>")
    assert [(c.name, c.role) for c in record.contributors] == [
        ("Roe, Ann", "author"),
        ("Disease Neuroimaging Initiative", "other"),
    ]
    assert record.extra == {}


def test_preprints_stand_in_no_journal() -> None:
    journal = "<journal-title-group><journal-title>bioRxiv</journal-title></journal-title-group>"
    record = article(journal=journal, attributes='article-type="preprint"')
    assert record.container is not None
    assert (record.type, record.container.title, record.container.type) == ("preprint", "bioRxiv", "repository")


def test_paths_of_subjects_at_nature_are_kept_aside() -> None:
    record = article(
        '<article-categories><subj-group subj-group-type="SubjectPath"><subject>/692/698/1671</subject></subj-group>'
        '<subj-group subj-group-type="NatureArticleTypeID"><subject>perspectives</subject></subj-group></article-categories>'
    )
    assert record.subjects == ()
    assert record.extra == {"article-meta/article-categories/subj-group": ["/692/698/1671"]}


@pytest.mark.parametrize(
    ("link", "number", "expected"),
    [
        ("http://dx.doi.org/10.13039/100004440", "[098051]", [("10.13039/100004440", "098051", None)]),
        ("https://grants.example/MR-1", "MR/1", [(None, "MR/1", "https://grants.example/MR-1")]),
        ("", "MR/1; MR/2", [(None, "MR/1", None), (None, "MR/2", None)]),
        ("", "Wards; and beds", [(None, "Wards; and beds", None)]),
    ],
)
def test_the_address_of_an_award_is_that_of_its_funder_or_its_own(
    link: str, number: str, expected: list[object]
) -> None:
    parts = f"<funding-source>A Trust</funding-source><award-id>{number}</award-id>"
    sent = f'<funding-group><award-group xlink:href="{link}">{parts}</award-group></funding-group>'
    assert [(f.funder_id, f.award_number, f.award_url) for f in article(sent).funding] == expected


def test_a_version_by_its_code() -> None:
    """https://jats.nlm.nih.gov/archiving/tag-library/1.3/element/article-version.html"""
    record = article('<article-version article-version-type="VoR" vocab="JAV">2.0</article-version>')
    assert (record.version, record.extra) == ("VoR", {"article-meta/article-version": ["2.0"]})
    assert article('<article-version article-version-type="number">2</article-version>').version is None


def test_the_state_of_review_below_a_title_is_kept() -> None:
    note = "[version 2; peer review: 2 approved]"
    record = article(
        "<title-group><article-title>Of wards</article-title>"
        f'<fn-group content-type="pub-status"><fn><p>{note}</p></fn></fn-group></title-group>'
    )
    assert (record.title, record.extra) == ("Of wards", {"article-meta/title-group/fn-group/fn/p": [note]})


def test_where_the_data_are_is_a_note() -> None:
    custom = "<custom-meta><meta-name>{}</meta-name><meta-value>{}</meta-value></custom-meta>"
    sent = custom.format("Data Availability", "All data are at Dryad.") + custom.format("pdf", "S002.pdf")
    record = article(f"<custom-meta-group>{sent}</custom-meta-group>")
    assert [(d.text, d.type) for d in record.descriptions] == [("All data are at Dryad.", "note")]


def test_a_related_object_by_the_type_of_its_link() -> None:
    link = '<related-object link-type="retracted-article" source-id="10.1234/abc" source-id-type="doi"/>'
    assert [(r.type, r.target) for r in article(link).relations] == [("retracts", "10.1234/abc")]


def test_elements_of_another_vocabulary_are_words() -> None:
    """As ZooKeys marks up names of taxa, and addresses: https://github.com/plazi/TaxPub"""
    parts = "<tp:taxon-name-part>Carabus</tp:taxon-name-part><tp:taxon-name-part>auratus</tp:taxon-name-part>"
    taxon = f'<tp:taxon-name xmlns:tp="http://www.plazi.org/taxpub">{parts}</tp:taxon-name>'
    address = '<addr-line content-type="verbatim">University of Y, Leeds</addr-line><institution>University of Y</institution>'
    record = article(
        f"<title-group><article-title>A new <italic>{taxon}</italic> (Asia)</article-title></title-group>"
        f"<contrib-group><contrib>{ROE}</contrib><aff>{address}</aff></contrib-group><abstract><p>Of {taxon}.</p></abstract>"
    )
    assert (record.title, record.descriptions[0].text) == ("A new Carabus auratus (Asia)", "Of Carabus auratus.")
    assert [t.title for t in record.titles] == ["A new <italic>Carabus auratus</italic> (Asia)"]
    assert [a.name for a in record.contributors[0].affiliations] == ["University of Y, Leeds"]


def test_a_heading_of_a_type_and_a_theme() -> None:
    group = '<subj-group subj-group-type="heading"><subject>Original Articles: Pancreas</subject></subj-group>'
    record = article(f"<article-categories>{group}</article-categories>", attributes='article-type="other"')
    assert (record.type, [s.term for s in record.subjects]) == ("article", ["Pancreas"])


def test_a_group_for_which_others_write_is_no_author() -> None:
    sent = f"<contrib>{ROE}</contrib><contrib><collab>for the Ward Study Group</collab></contrib>"
    found = article(f"<contrib-group>{sent}</contrib-group>").contributors
    assert [(c.name, c.role) for c in found] == [("Roe, Ann", "author"), ("Ward Study Group", "other")]


@pytest.mark.parametrize(("said", "access"), [("yes", "open"), ("TRUE", "open"), ("no", None)])
def test_open_access_in_custom_meta(said: str, access: str | None) -> None:
    sent = f"<custom-meta><meta-name>pmc-prop-open-access</meta-name><meta-value>{said}</meta-value></custom-meta>"
    assert article(f"<custom-meta-group>{sent}</custom-meta-group>").access == access

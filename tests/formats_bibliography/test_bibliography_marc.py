"""MARC: what platforms and catalogues write that is not what it seems."""

from __future__ import annotations

from pathlib import Path

import pytest

from formats_bibliography.marc_records import read
from harvester.formats.draft import begin
from harvester.formats.marc.fields import Datafield, bare
from harvester.formats.marc.hosts import host_item
from harvester.normalise import normalise
from harvester.record import RawRecord


def test_dspace_calls_every_item_a_sound_recording() -> None:
    """dspace/config/crosswalks/oai/metadataFormats/marc.xsl: a fixed leader, and each identifier as 024 with 8."""
    found = read(
        "720 __$a Bell, Amina$e author",
        "260 __$c 2020-09-28",
        "024 8_$a BMJ Leader, 2020, 4 (3), pp.128-134",
        "024 8_$a 2398-631X",
        "024 8_$a 10.1136/leader-2020-000228",
        "024 8_$a n/a",
        "245 00$a Sharing leadership",
        leader="00925njm 22002777a 4500",
    )
    assert found.type == "other"
    assert [(i.scheme, i.value) for i in found.identifiers if i.relation == "self"][1:] == [
        ("doi", "10.1136/leader-2020-000228")
    ]
    assert found.container is not None
    assert (found.container.title, found.container.issn, found.volume, found.pages) == (
        "BMJ Leader",
        "2398-631X",
        "4",
        "128-134",
    )
    assert [(c.name, c.role) for c in found.contributors] == [("Bell, Amina", "author")]


def test_spiral_in_marc_says_what_it_can(shared: Path) -> None:
    path = shared / "corpus/spiral-16-formats/spiral.marc.xml"
    found = normalise(RawRecord(source="t", identifier="oai:s:1", format="marc", payload=path.read_bytes()))
    assert (found.issued, found.volume, found.issue, found.pages) == ("2020-09-28", "4", "3", "128-134")
    assert [c.family for c in found.contributors] == ["Aufegger", "Alabi", "Darzi", "Bicknell"]
    assert found.type == "other"
    assert not found.extra


def test_ojs_says_english_in_008_whatever_the_language() -> None:
    """plugins/oaiMetadataFormats/marcxml/templates/record.tpl writes 008 in quotes."""
    fixed = '<controlfield tag="008">"210301 2021                        eng  "</controlfield>'
    found = read("245 00$a Liderazgo", "546 __$a spa", control=fixed, leader="     nmb a2200000Iu 4500")
    assert (found.language, found.type) == (("es",), "article")
    assert read("245 00$a Liderazgo", control=fixed).language == ()


def test_authors_among_added_entries_are_those_whom_the_title_page_names() -> None:
    found = read(
        "100 1_$a Thackray, Richard I.",
        "245 10$a Boredom /$c Richard I. Thackray, J. Powell Bailey ; edited by R. Mark Touchstone.",
        "700 1_$a Bailey, J. Powell.",
        "700 1_$a Touchstone, R. Mark.",
        "710 1_$a United States.$b Office of Aviation Medicine.",
    )
    assert [(c.name, c.role) for c in found.contributors] == [
        ("Thackray, Richard I.", "author"),
        ("Bailey, J. Powell", "author"),
        ("Touchstone, R. Mark", "editor"),
        ("United States. Office of Aviation Medicine", "other"),
    ]


@pytest.mark.parametrize(
    ("part", "volume", "issue", "pages", "year"),
    [
        ("Vol. 4, no. 3 (Sept. 2020), p. 128-34", "4", "3", "128-134", "2020"),
        ("Bd. 4 (2020), H. 3, S. 128-134", "4", "3", "128-134", "2020"),
        ("4(2020), 3, Seite 128-134", "4", "3", "128-134", "2020"),
        ("Jg. 12 (2015), Heft 3/4, S. 1-5", "12", "3/4", "1-5", "2015"),
        ("38(2019):5, p. 12-19", "38", "5", "12-19", "2019"),
        ("2020, nr 3, s. 128-134", None, "3", "128-134", "2020"),
        ("p. 12-15", None, None, "12-15", None),
        ("v. 14, no. 5", "14", "5", None, None),
    ],
)
def test_where_in_its_journal_an_article_stands(
    part: str, volume: str | None, issue: str | None, pages: str | None, year: str | None
) -> None:
    draft = begin(RawRecord(source="t", identifier="t", format="marcxml"), "", None)
    host_item(draft, Datafield("773", "0", " ", (("t", "BMJ Leader"), ("g", part))))
    found = [draft.values.get(name) for name in ("volume", "issue", "pages")]
    assert found == [volume, issue, pages]
    assert [d.value for d in draft.dates] == ([year] if year else [])


def test_008_gives_date_and_language_only_where_no_field_does() -> None:
    fixed = "<controlfield tag='008'>830406s1893    xx            000 0 eng d</controlfield>"
    assert read("245 00$a Fungi", control=fixed).issued == "1893"
    assert read("245 00$a Fungi", control=fixed).language == ("en",)
    assert read("245 00$a Fungi", "260 __$c [1894?]", "041 0_$a ger", control=fixed).issued == "1894?"
    assert read("245 00$a Fungi", "041 0_$a ger", control=fixed).language == ("de",)
    assert read("245 00$a Fungi", control=fixed.replace("1893", "uuuu")).issued is None


@pytest.mark.parametrize(
    ("sent", "clean"),
    [
        ("New York :", "New York"),
        ("[London]", "London"),
        ("[New York],", "New York"),
        ("Smith & Sons,", "Smith & Sons"),
        ("Radar operators.", "Radar operators"),
        ("Bell, A. B.", "Bell, A. B."),
        ("King, Martin Luther, Jr.,", "King, Martin Luther, Jr."),
        ("c1992.", "c1992"),
        ("to be continued...", "to be continued..."),
    ],
)
def test_punctuation_of_isbd_goes_and_that_of_the_words_stays(sent: str, clean: str) -> None:
    assert bare(sent) == clean


def test_a_linked_field_in_its_own_script_is_the_original_title() -> None:
    found = read("245 10$6 880-01$a Gong xiang ling dao /$c Li Ming.", "880 10$6 245-01/$1$a 共享领导力 /$c 李明.")
    assert found.title == "Gong xiang ling dao"
    assert [(t.title, t.type) for t in found.titles] == [("共享领导力", "original")]


def test_marcxml_under_the_name_marc21_is_read_as_what_it_is() -> None:
    assert read("245 00$a Leading", name="marc21").title == "Leading"


def test_what_cataloguers_could_not_find_is_no_value() -> None:
    found = read(
        "245 00$a Leading",
        "264 _1$a [Place of publication not identified] :$b [publisher not identified],$c [date of publication not identified]",
    )
    assert (found.place, found.publisher, found.issued, found.findings) == (None, None, None, ())
    found = read("245 00$a Leading", "260 __$a n.p. :$b n. pub.,$c 1985, ©1984.")
    assert (found.place, found.publisher, found.issued) == (None, None, "1985")
    assert [(d.type, d.value) for d in found.dates] == [("copyrighted", "1984"), ("issued", "1985")]


def test_a_part_of_a_journal_is_an_article_whatever_the_leader() -> None:
    leader = "00000naa a2200000 ca4500"
    assert read("245 00$a A", "773 08$t Pflege$g 12(2010), 3, Seite 12-19$x 2398-631X", leader=leader).type == "article"
    assert read("245 00$a A", "773 08$t Handbuch$g Seite 12-19$z 9780521877237", leader=leader).type == "chapter"


def test_a_name_with_a_title_is_another_work_and_wrote_nothing_here() -> None:
    found = read(
        "245 10$a Great plays",
        "700 12$a Jonson, Ben,$d 1573-1637.$t Volpone.",
        "700 1_$i Translation of (work):$a Ibsen, Henrik.$t Et dukkehjem.",
        "700 1_$a Bell, Amina,$e editor.",
    )
    assert [c.family for c in found.contributors] == ["Bell"]
    assert [(r.type, r.target) for r in found.relations] == [
        ("has-part", "Jonson, Ben. Volpone"),
        ("is-translation-of", "Ibsen, Henrik. Et dukkehjem"),
    ]


def test_who_distributed_or_printed_it_is_no_publisher() -> None:
    found = read(
        "245 00$a Leading",
        "264 _1$a [Place not identified] :$b [publisher not identified],$c [2011]",
        "264 _2$a Oxford :$b Distributor Ltd,$c 2013",
        "264 _3$c 2014",
    )
    assert (found.place, found.publisher, found.issued, len(found.dates)) == (None, None, "2011", 1)
    assert found.extra == {"264$a": ["Oxford :"], "264$b": ["Distributor Ltd,"], "264$c": ["2013", "2014"]}


def test_what_stands_beside_the_chosen_value_is_kept() -> None:
    found = read(
        "245 10$a Leading /$c edited by Amina Bell.",
        "246 1_$i Spine title:$a Lead",
        "242 10$a To lead$y eng",
        "700 1_$a Holm, Eva,$e vastaava tekijä.",
        "780 00$t Old journal$g Vol. 3$x 0000-0019$w (DLC)sn 12345678",
    )
    assert [(d.type, d.text) for d in found.descriptions] == [("note", "edited by Amina Bell.")]
    assert ("To lead", "translated", "en") in [(t.title, t.type, t.language) for t in found.titles]
    assert found.extra == {
        "246$i": ["Spine title:"],
        "700$e": ["vastaava tekijä."],
        "780$g": ["Vol. 3"],
        "780$w": ["(DLC)sn 12345678"],
    }


def test_numbers_of_the_house_are_no_classes_nor_schemes() -> None:
    found = read(
        "010 __$a    68009306 /AC/r83",
        "024 2_$a 10.1136/leader-2020-000228$2 doi",
        "050 00$a MLCS 2009/4",
        "090 __$a (Alma)99164434206249",
        "245 00$a Leading",
    )
    assert [(i.scheme, i.value) for i in found.identifiers if i.value != "t"] == [
        ("local", "lccn:68009306"),
        ("doi", "10.1136/leader-2020-000228"),
    ]
    assert (found.subjects, sorted(found.extra)) == ((), ["050$a", "090$a"])


def test_german_libraries() -> None:
    """Deutsche Nationalbibliothek and K10plus: words of the book trade, chains of headings, places in a journal for machines."""
    found = read(
        "245 00$a Führung",
        "653 __$a (Produktform)Paperback / softback",
        "653 __$a (VLB-WN)1973: Taschenbuch",
        "689 00$0 (DE-588)4114012-3$D s$a Krankenhaus",
        "773 18$g volume:36$g year:2021$g number:2$g pages:393-404",
    )
    assert [(s.term, s.scheme, s.uri) for s in found.subjects] == [
        ("1973: Taschenbuch", "vlb-wn", None),
        ("Krankenhaus", "gnd", "https://d-nb.info/gnd/4114012-3"),
    ]
    assert (found.media_types, found.issued) == (("Paperback / softback",), "2021")
    assert (found.volume, found.issue, found.pages, found.extra) == ("36", "2", "393-404", {})


def test_proceedings_by_008() -> None:
    control = "<controlfield tag='008'>000612s2000    mau           100 0 eng  </controlfield>"
    assert read("245 00$a A", leader="00665nam  22002298a 4500", control=control).type == "proceedings"


def test_unimarc_under_the_name_of_marc_21() -> None:
    """As Sudoc sends a thesis: the tags of UNIMARC, none of which means the same in MARC 21."""
    found = read(
        "010 __$a 88-04-40682-8",
        "100 __$a 19961119d1996    ||||0itac50      ba",
        "200 1_$a Étude du leadership$f Marie Curie$g sous la direction de Jean Petit",
        "214 _1$d 2009",
        "214 _4$d 2008",
        "328 0_$b Thèse de doctorat$c Médecine$e Paris 5$d 2009",
        "463 __$t Revue X$v Vol. 4, no 3, p. 12-19$x 2398-631X",
        "700 _1$a Curie$b , Marie$f 1980-$4 070",
        "701 _1$a Petit$b Jean$4 727",
        "702 _1$a Roux$b Zoé$4 080",
        "711 02$a Université Paris Descartes$4 295",
        "899 __$a TO0",
    )
    assert (found.title, found.type, found.titles) == ("Étude du leadership", "doctoral-thesis", ())
    assert [(c.name, c.role) for c in found.contributors] == [
        ("Curie, Marie", "author"),
        ("Petit, Jean", "advisor"),
        ("Roux, Zoé", "other"),
    ]
    assert found.issued == "2009"
    assert [(d.type, d.value) for d in found.dates] == [
        ("created", "2009"),
        ("copyrighted", "2008"),
        ("issued", "2009"),
    ]
    assert [d.text for d in found.descriptions] == ["Marie Curie", "sous la direction de Jean Petit", "Médecine"]
    assert [i.name for i in found.institutions] == ["Paris 5", "Université Paris Descartes"]
    assert ("isbn", "9788804406822") in [(i.scheme, i.value) for i in found.identifiers]
    assert (found.volume, found.issue, found.pages) == ("4", "3", "12-19")
    assert found.extra == {"700$4": ["080"], "899$a": ["TO0"]}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("36(2021), 2, Artikel-ID 12345, Seite 1-10", ("36", "2", "12345", "1-10", "2021")),
        ("Vol. 12, Issue 3, June 2020, Pages 1-10", ("12", "3", None, "1-10", "2020")),
        ("Årg. 12 (2005), nr 3, s. 5-10", ("12", "3", None, "5-10", "2005")),
        ("Nr. 123 vom 12.3.2020, Seite 5", (None, None, None, "5", None)),
    ],
)
def test_places_in_a_journal(sent: str, expected: tuple[str | None, ...]) -> None:
    found = read("245 00$a A", f"773 08$t Pflege$g {sent}")
    assert (found.volume, found.issue, found.article_number, found.pages, found.issued) == expected


def test_small_things_of_real_catalogues() -> None:
    found = read(
        "245 00$a A",
        "260 __$a [Salem, Or. :$b The Dept.,$c 1989]",
        "502 __$a Tesi di dottorato - Università di Roma, 1989",
        "536 __$a LEAD project$c 123456$f H2020",
        "720 __$a Bell, Amina$u ; University of Leeds",
    )
    assert (found.place, found.institutions[0].name) == ("Salem, Or.", "Università di Roma")
    assert [d.text for d in found.descriptions] == ["Tesi di dottorato - Università di Roma, 1989"]
    assert [(f.funder_name, f.award_title, f.award_number) for f in found.funding] == [(None, "LEAD project", "123456")]
    assert found.contributors[0].affiliations[0].name == "University of Leeds"
    assert found.extra == {"536$f": ["H2020"]}


def test_who_wrote_and_drew_did_both() -> None:
    found = read("245 00$a A", "700 1_$a Holm, Eva$4 aut$e author$4 ill", "700 1_$a Bell, A$e donor$4 edt")
    assert [(c.family, c.role) for c in found.contributors] == [
        ("Holm", "author"),
        ("Holm", "illustrator"),
        ("Bell", "editor"),
    ]


@pytest.mark.parametrize(
    ("dates", "issued"),
    [
        ("m19801989", "1980/1989"),
        ("i19801989", "1980/1989"),
        ("m20199999", "2019/.."),
        ("m1980uuuu", None),
        ("b        ", None),
    ],
)
def test_spans_of_years_by_008(dates: str, issued: str | None) -> None:
    control = f"<controlfield tag='008'>000612{dates}mau           000 0 eng  </controlfield>"
    assert read("245 00$a A", control=control).issued == issued


def test_an_authority_is_no_work() -> None:
    control = "<controlfield tag='008'>850101n| acannaabn          |a aaa      </controlfield>"
    found = read("100 1_$a Fisher, Jude", leader="99999nz  a2299999n  4500", control=control)
    assert (found.contributors, found.type, found.language, found.dates) == ((), "other", (), ())
    assert found.extra == {"100$a": ["Fisher, Jude"]}


def test_a_bare_number_says_less_than_a_title() -> None:
    found = read("245 00$a A", "762 0_$a Subseries$w 12", "762 0_$a Other$w (FI-MELINDA)12", "762 0_$w 13")
    assert [(r.target, r.label) for r in found.relations] == [
        ("Subseries", None),
        ("(FI-MELINDA)12", "Other"),
        ("13", None),
    ]
    assert found.extra == {"762$w": ["12"]}


def test_a_wrong_issn_of_a_series_is_kept_and_a_journal_may_stand_where_its_author_does() -> None:
    found = read(
        "245 00$a A", "490 0_$a System Collection$x 2222-3333", "780 00$a Old Journal", "780 00$a Bell, A$t Ward"
    )
    assert [(r.type, r.target) for r in found.relations] == [
        ("is-part-of", "System Collection"),
        ("continues", "Old Journal"),
        ("continues", "Ward"),
    ]
    assert found.extra == {"490$x": ["2222-3333"], "780$a": ["Bell, A"]}

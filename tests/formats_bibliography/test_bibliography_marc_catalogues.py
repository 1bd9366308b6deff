"""MARC of library systems: what cataloguers of several countries and centuries write in their own way."""

from __future__ import annotations

import pytest

from formats_bibliography.marc_records import read
from harvester.errors import RecordError
from harvester.formats import marc21
from harvester.formats.marc.fields import MarcRecord
from harvester.formats.marc.iso5426 import decode


@pytest.mark.parametrize(
    ("note", "kind", "school", "year"),
    [
        ("Bremen, Univ., Diss., 2010", "doctoral-thesis", "Univ. Bremen", "2010"),
        ("Zugl.: Berlin, Techn. Univ., Diss., 1999", "doctoral-thesis", "Techn. Univ. Berlin", "1999"),
        ("Wien, Univ., Dipl.-Arb., 2004", "masters-thesis", "Univ. Wien", "2004"),
        ("München, Univ., Habil.-Schr., 2001", "thesis", "Univ. München", "2001"),
        ("Masterarbeit, Universität Wien, 2015", "masters-thesis", "Universität Wien", "2015"),
        ("Diss. (sammanfattning) Uppsala : Uppsala univ., 2004", "doctoral-thesis", "Uppsala univ.", "2004"),
        ("Lic.-avh. Göteborg : Chalmers tekniska högsk., 1999", "thesis", "Chalmers tekniska högsk.", "1999"),
        ("Tesis-Universidad Complutense de Madrid, 2018", "thesis", "Universidad Complutense de Madrid", "2018"),
        ("Thesis (M.A.)-University of Hull, 2001", "masters-thesis", "University of Hull", "2001"),
        ("Thesis (M.A.)--University of Leeds, 2001.", "masters-thesis", "University of Leeds", "2001"),
        ("Leeds, Smith, Jones, 2010", "thesis", None, None),
        ("Dipl.-Arb., 2004", "thesis", None, None),
    ],
)
def test_notes_on_theses(note: str, kind: str, school: str | None, year: str | None) -> None:
    found = read("245 00$a A", f"502 __$a {note}")
    assert (found.type, next((i.name for i in found.institutions), None), found.issued) == (kind, school, year)
    assert found.degree or [d.text for d in found.descriptions] == [note]


def test_what_says_nothing_is_no_value() -> None:
    found = read("245 00$a A", "300 __$a p. cm.", "041 __$a engfre", "041 __$a und", "260 __$a London [etc.] :$b Sage")
    assert (found.extent, found.language, found.place) == ((), ("en", "fr"), "London")


def test_a_publisher_among_the_added_entries_did_not_write() -> None:
    found = read("245 00$a A", "264 _1$b E. Elgar", "710 2_$a Edward Elgar Publishing,$e publisher.")
    assert (found.publisher, found.contributors) == ("E. Elgar", ())
    assert found.extra == {"710$a": ["Edward Elgar Publishing,"]}
    assert read("245 00$a A", "710 2_$a Elgar$4 pbl").publisher == "Elgar"


def test_a_meeting_with_a_relator_of_no_meaning_to_us_is_an_event_all_the_same() -> None:
    found = read("245 00$a A", "111 2_$a Kongress für Musik$n 5$d 2008$c Wien$j Veranstalter")
    assert found.event is not None
    assert (found.event.name, found.event.start, found.event.place) == ("Kongress für Musik", "2008", "Wien")
    assert found.extra == {"111$j": ["Veranstalter"]}


def test_unimarc_with_fields_within_fields() -> None:
    """The technique of embedded fields: https://www.ifla.org/wp-content/uploads/2019/05/assets/uca/unimarc_updates/ (4--)."""
    found = read(
        "200 1_$a Seconda fondazione$f Isaac Asimov$g traduzione di Cesare Scaglia",
        "410 _0$1 001CFI0012751$1 2001$a Bestsellers$v 641",
        "454 _0$1 001RAV0005061$1 2001$a Second foundation.$1 700 1$a Asimov$b , Isaac",
        "461 _0$1 011$a 2398-631X$1 2001$a BMJ Leader$v 4",
        "702 _1$a Scaglia$b , Cesare",
    )
    assert [(r.type, r.target) for r in found.relations] == [
        ("is-part-of", "Bestsellers"),
        ("is-translation-of", "Second foundation"),
    ]
    assert found.container is not None
    assert (found.container.title, found.container.issn) == ("BMJ Leader", "2398-631X")
    assert [(c.name, c.role) for c in found.contributors] == [("Scaglia, Cesare", "translator")]
    assert found.extra["454$700a"] == ["Asimov"]


def _iso2709(*fields: tuple[str, bytes]) -> MarcRecord:
    directory, body = b"", b""
    for tag, value in fields:
        directory += f"{tag}{len(value) + 1:04}{len(body):05}".encode()
        body += value + b"\x1e"
    base = 24 + len(directory) + 1
    leader = f"{base + len(body) + 1:05}nam  22{base:05}   450 ".encode()
    return marc21.fields_of(leader + directory + b"\x1e" + body + b"\x1d")


def test_unimarc_before_unicode_is_iso_5426() -> None:
    """In MARC-8 the same bytes are other letters: an acute would be the sign of a sound recording."""
    marc = _iso2709(
        ("101", b"0 \x1fafre"), ("200", b"1 \x1fa\x88L'\x89\xc2evolution cr\xc2eatrice\x1ffHans M\xc8uller")
    )
    assert [field.subfields for field in marc.all("200")] == [
        (("a", "L'évolution créatrice"), ("f", "Hans Müller")),
    ]
    assert decode(b"\xe1sop, \xfauvre, Stra\xfbe, \xd0ca") == "Æsop, œuvre, Straße, ça"


@pytest.mark.parametrize("sent", [b"Th\xe9orie", b"\xe0 la fin", b"\xc2 ", b"fin\xc2"])
def test_what_is_not_iso_5426_is_not_guessed_at(sent: bytes) -> None:
    with pytest.raises(RecordError, match="ISO 5426"):
        _iso2709(("200", b"1 \x1fa" + sent))


def test_articles_between_angles_are_words() -> None:
    """As Austria's libraries and Aleph mark what is not sorted; a tag it is not."""
    found = read(
        "245 10$a &lt;&lt;Das&gt;&gt; angehaltene Leben$b &lt;&lt;ein&gt;&gt; Roman",
        "773 08$t &lt;&lt;Die&gt;&gt; Zeit",
    )
    assert (found.title, found.titles) == ("Das angehaltene Leben: ein Roman", ())
    assert found.container is not None
    assert found.container.title == "Die Zeit"


@pytest.mark.parametrize(
    ("part", "volume", "issue", "pages", "year"),
    [
        ("13, 1992, fasc. 1, p. 52-76", "13", "1", "52-76", "1992"),
        ("Roč. 12, č. 3 (2001), s. 12-15 : obr.", "12", "3", "12-15", "2001"),
        ("T. 12, z. 3 (2001), s. 12-15", "12", "3", "12-15", "2001"),
        ("v. 12, n. 3, p. 45-67, jul./set. 2010", "12", "3", "45-67", "2010"),
        ("17, Heft 1 (2013), 185-193", "17", "1", "185-193", "2013"),
        ("Vol. 5 (2003), núm. 2, p. 3-9", "5", "2", "3-9", "2003"),
        ("4(2020), 3 vom: Sept., Seite 128-134", "4", "3", "128-134", "2020"),
        ("4, 3 (2020), 128", None, None, None, None),
        ("Évf. 12, 3. sz. (2001), 5 oldal", None, None, None, None),
    ],
)
def test_places_in_journals_of_many_lands(
    part: str, volume: str | None, issue: str | None, pages: str | None, year: str | None
) -> None:
    found = read("245 00$a A", f"773 0_$t J$g {part}")
    assert (found.volume, found.issue, found.pages, found.issued) == (volume, issue, pages, year)
    assert volume or found.extra == {"773$g": [part]}


def test_unimarc_has_dates_of_publication_in_its_coded_data() -> None:
    fields = ("100 __$a 20071210d1992    k  y0frey50      ba", "200 1_$a A")
    assert read(*fields, leader="     caa2 22        450 ").issued == "1992"
    assert (
        read("100 __$a 20071210a19909999k  y0frey50", "200 1_$a A", leader="     cas0 22        450 ").issued
        == "1990/.."
    )
    assert read(*fields, "210 __$d DL 1993", leader="     cam0 22        450 ").issued == "1993"
    assert read("100 __$a 20071210|        k  y0frey50", "200 1_$a A").issued is None


def test_the_title_in_its_own_script_has_a_parallel_title_too() -> None:
    found = read("245 10$6 880-01$a Senso =$b War", "880 10$6 245-01/r$a 戦争 =$b War and peace /$c 山田太郎")
    assert [(t.title, t.type) for t in found.titles] == [
        ("War", "translated"),
        ("戦争", "original"),
        ("War and peace", "translated"),
    ]
    assert found.extra["880/245$c"] == ["山田太郎"]


def test_a_relator_with_its_code_behind_it() -> None:
    found = read("245 00$a A", "700 1_$a Bell, Amina$e Creator (cre)", "700 1_$a Poe, Ed$e Donor (dnr)")
    assert [(c.family, c.role) for c in found.contributors] == [("Bell", "author"), ("Poe", "other")]


def test_added_titles_of_parts_are_no_titles_of_the_whole() -> None:
    found = read("245 00$a Plays", "740 02$a Hamlet.", "740 0_$a Dramas.")
    assert [title.title for title in found.titles] == ["Dramas"]
    assert [(part.type, part.target) for part in found.relations] == [("has-part", "Hamlet")]


def test_titles_in_several_languages_within_one_subfield() -> None:
    found = read(
        "245 00$a Hē agora :$b apo tous chronous = The agora : from Homeric times /$c A. B.",
        "246 14$a Forum =$b Platz",
        "740 02$a Markets = Märkte",
    )
    assert found.title == "Hē agora: apo tous chronous"
    assert [(title.title, title.type) for title in found.titles] == [
        ("The agora : from Homeric times", "translated"),
        ("Platz", "translated"),
        ("Forum", "alternative"),
    ]
    assert [part.target for part in found.relations] == ["Markets = Märkte"]
    assert read("245 00$a Where P = NP holds").title == "Where P = NP holds"


@pytest.mark.parametrize(
    "field",
    ["773 0_$t Springer Nature eBook", "773 08$i Title is part of eBook package:$t DG Ebook Package English 2019"],
)
def test_what_publishers_sell_their_books_in_holds_no_work(field: str) -> None:
    """As Springer and De Gruyter send MARC: the series is what the book appears in."""
    found = read("245 00$a A", "490 1_$a SpringerBriefs", "710 2_$a SpringerLink (Online service)$0 x", field)
    assert found.container is not None
    assert (found.container.title, found.container.type) == ("SpringerBriefs", "series")
    assert [part.type for part in found.relations][-1] == "is-part-of"
    assert (found.contributors, found.extra) == ((), {"710$a": ["SpringerLink (Online service)"], "710$0": ["x"]})


def test_relators_and_thesauri_as_brazil_and_spain_write_them() -> None:
    people = ("700 1_$a Pereira, José$e orient", "700 1_$a Gómez, Luisa,$e dir. tes.")
    found = read("245 00$a A", *people, "650 14$a LIDERANÇA$2 larpcal")
    assert [person.role for person in found.contributors] == ["advisor", "advisor"]
    assert [(subject.term, subject.scheme) for subject in found.subjects] == [("LIDERANÇA", "larpcal")]

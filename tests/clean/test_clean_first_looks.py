"""Values are told at a glance before they are looked at: the glance must never miss what the look would see."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import schemas
from harvester.clean import (
    characters,
    citations,
    date_patterns,
    dates,
    identifiers,
    markup,
    names,
    persons,
    updates,
    urls,
)
from harvester.clean.sound_names import sound_person
from harvester.clean.text import is_stub_title, placeholder, placeholder_starts
from harvester.formats.rules.links import form

STARTS = placeholder_starts()


def passes(text: str) -> bool:
    return text[0] in STARTS or text[:3] in STARTS


@pytest.mark.parametrize("around", ["{}", "({})", "[{}].", "{}.", "- {} -", ": {}"])
def test_every_placeholder_passes_the_first_look(around: str) -> None:
    terms = schemas.table("vocabularies/placeholders")["placeholder"]["terms"]
    written = [around.format(case(term)) for term, case in product(terms, (str, str.upper, str.title))]
    assert [text for text in written if placeholder(text) and not passes(text)] == []
    assert sum(map(placeholder, written)) > len(terms)


@given(st.text(alphabet="nNaAuUkKoOdD./ -()\t\u00a0", min_size=1, max_size=8).map(str.strip).filter(bool))
def test_whatever_is_a_placeholder_passes_the_first_look(text: str) -> None:
    assert passes(text) or not placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://doi.org/10.1136/LEADER-2020-000228",
        "http://dx.doi.org/10.1136/leader-2020-000228",
        "https://doi.org/10.1136/leader-2020-000228/",
        "https://doi.org/10.1136/leader-2020-000228.",
        "https://doi.org/10.48550/arXiv.2001.12345",
        "https://doi.org/10.1037//0003-066X.59.1.29",
        "https://doi.org/10.1002/(SICI)1097-4571(199806)49:8%3C693::AID-ASI4%3E3.0.CO;2-O",
        "https://doi.org/10.12/x",
        "http://hdl.handle.net/10044/1/85584",
        "https://www.ncbi.nlm.nih.gov/pubmed/25263208",
        "http://www.ncbi.nlm.nih.gov/pmc/articles/PMC4270220/",
        "https://example.org/item;jsessionid=ABC?id=1",
    ],
)
def test_the_short_way_to_an_identifier_leads_where_the_long_one_does(text: str) -> None:
    assert form(text) == identifiers.classify(text)
    assert form(text) is not None


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("RETRACTED: A trial", "retraction"),
        ("WITHDRAWN: A trial", "withdrawal"),
        ("Temporary Removal: A trial", "removal"),
        ("A trial [Retracted article]", "retraction"),
        ("A trial of leadership", None),
    ],
)
def test_update_marks_are_seen_in_any_case(title: str, status: str | None) -> None:
    assert updates.update_prefix(title) == status


@pytest.mark.parametrize("title", ["\u2003Front Matter ", "[Editorial board]", "COVER", "Issue information: vol 4"])
def test_stub_titles_are_seen_behind_blanks_and_brackets(title: str) -> None:
    assert is_stub_title(title)


@pytest.mark.parametrize(
    ("sent", "read"),
    [("128-134", "128-134"), ("637-41", "637-641"), ("9 \u2013 12", "9-12"), ("012-015", "12-15"), ("7-7", "7")],
)
def test_plain_ranges_of_pages_read_like_all_others(sent: str, read: str) -> None:
    found = citations.pages(sent)
    assert found is not None
    assert found.pages == read
    assert found == citations.pages(f"pp. {sent}")


@pytest.mark.parametrize("scheme", list(schemas.table("identifiers")))
def test_no_address_of_a_scheme_is_taken_for_a_plain_one(scheme: str) -> None:
    examples = [sent for sent, _ in schemas.table("identifiers")[scheme]["examples"]]
    assert [form(sent) for sent in examples] == [identifiers.classify(sent) for sent in examples]


_WORDS = [
    "Smith",
    "John",
    "Mary-Ann",
    "O'Neill",
    "García",
    "van",
    "de",
    "la",
    "J.",
    "J.-P.",
    "AB",
    "Dr",
    "Lord",
    "Jr",
    "PhD",
    "MD",
    "By",
    "The",
    "University",
    "Group",
    "Trust",
    "Leeds",
    "NHS",
    "Unknown",
    "Editor",
    "Anonymous",
    "Team",
    "Al",
    "Others",
    "Na",
    "Royal",
    "UK",
]


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4), st.lists(st.sampled_from(_WORDS), max_size=3))
def test_a_plain_name_is_read_as_any_other(left: list[str], right: list[str]) -> None:
    name = " ".join(left) + (f", {' '.join(right)}" if right else "")
    with pytest.MonkeyPatch.context() as patch:
        found = names.names(name)
        patch.setattr(names, "_PLAIN", re.compile("(?!)"))
        assert found == names.names(name)


_FAMILIES = [*_WORDS, "van der Berg", "MacArthur", "Li", "D'Souza", "Study Group", "Université", "de Barcelona", "Nan"]
_GIVEN_NAMES = [*_WORDS, "K. A.", "N.A.", "JOHN", "A-BC", "B-CD", "J.-P. R.", "Universitat"]


@given(st.sampled_from(_FAMILIES), st.lists(st.sampled_from(_GIVEN_NAMES), min_size=1, max_size=3))
def test_a_sound_person_is_read_as_any_other(family: str, given_names: list[str]) -> None:
    given_name = " ".join(given_names)
    found = sound_person(family, given_name)
    assert found is None or found == persons.person(family, given_name)


@given(st.text(alphabet="<>/abipjts: title-&;mah\n", max_size=60))
def test_bare_tags_go_as_other_tags_do(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        found = markup.strip_tags(text, "|", "#|")
        patch.setattr(markup, "_BARE_TAG", re.compile("(?!)"))
        assert found == markup.strip_tags(text, "|", "#|")


@given(
    st.dates(date(1300, 1, 1), date(2150, 12, 31)),
    st.sampled_from(["", "T19:13:12Z", " 10:00:00", "T23:59:59.999+01:00", "T1"]),
)
def test_a_sound_day_is_read_as_any_other(day: date, time: str) -> None:
    sent = day.isoformat() + time
    with pytest.MonkeyPatch.context() as patch:
        found = dates.date(sent)
        patch.setattr(date_patterns, "SOUND_DAY", re.compile("(?!)"))
        assert found == dates.date(sent)


_OF_URLS = [
    "http:/",
    "https:",
    "//",
    "/",
    ":",
    "?",
    "=",
    "b.org",
    "login?url=",
    ".",
    "~",
    "1",
    "PII:S12",
    "%3a",
    "www.",
    "http://",
]


@given(st.sampled_from(["x.org/", "proxy.a-b.co.uk/", "a.b/"]), st.lists(st.sampled_from(_OF_URLS), max_size=6))
def test_a_sound_address_is_read_as_any_other(host: str, path: list[str]) -> None:
    sent = f"https://{host}{''.join(path)}"
    found = urls.url(sent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "SOUND_URL", re.compile("(?!)"))
        assert found == urls.url(sent)


@given(st.from_regex(r"[0-9]{4}-[0-9]{3}[0-9X]", fullmatch=True))
def test_a_bare_issn_is_read_as_one_with_its_label(sent: str) -> None:
    labelled = identifiers.issns(f"({sent})")
    assert identifiers.issns(sent) == labelled


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x2100), max_size=80))
def test_characters_are_replaced_as_translate_does(text: str) -> None:
    assert characters.replacing(characters.ASCII_FORM)(text) == text.translate(characters.ASCII_FORM)

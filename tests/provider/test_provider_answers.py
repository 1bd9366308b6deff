"""The six verbs and every error condition; ``rules.check`` looks at the form of each answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from harvester import provider, schemas
from harvester.formats import work
from harvester.record import Contributor, Identifier, Record, Title
from tests.index.histories import raw
from tests.provider import rules
from tests.provider.library import OAI, Library, doi, name

DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Four works and one that is gone."""
    made = Library(tmp_path_factory.mktemp("shelf"))
    made.listed = {"base": [1, 2]}
    made.harvest(*(doi(n, f"Work {n}") for n in range(1, 6)), doi(2, "Work 2", "beta"))
    yield made.harvest(doi(5, "Work 5", deleted=True))
    made.store.close()


def test_identify(shelf: Library) -> None:
    answered = shelf.ask("verb=Identify", now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert answered.findtext(f"{OAI}responseDate") == "2026-11-22T12:00:00Z"
    assert answered.findtext(f".//{OAI}repositoryName") == "A library"
    assert answered.findtext(f".//{OAI}adminEmail") == "a@library.example.org"
    assert answered.findtext(f".//{OAI}earliestDatestamp") == min(shelf.datestamps().values())
    assert answered.findtext(".//{*}sampleIdentifier") == name(1)


def test_identify_of_an_empty_index(library: Library) -> None:
    library.harvest()
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert library.ask("verb=Identify", now=now).findtext(f".//{OAI}earliestDatestamp") == "2026-11-22T12:00:00Z"
    assert library.codes("verb=ListRecords&metadataPrefix=oai_dc") == ["noRecordsMatch"]
    assert library.codes("verb=ListSets") == []


def test_sets_have_names_of_their_own(shelf: Library) -> None:
    answered = shelf.ask("verb=ListSets")
    names = {each.findtext(f"{OAI}setSpec"): each.findtext(f"{OAI}setName") for each in answered.iter(f"{OAI}set")}
    assert names == {
        "listing": "Listings", "listing:base": "The base", "source": "Sources", "source:alpha": "Alpha",
        "source:beta": "Beta", "type": "Types of works", "type:article": "Journal article",
    }  # fmt: skip


def test_every_format_of_every_record(shelf: Library) -> None:
    schema = etree.XMLSchema(etree.fromstring(provider.schema()))
    offered = [each.findtext(f"{OAI}metadataPrefix") or "" for each in shelf.ask("verb=ListMetadataFormats")[2]]
    assert offered == ["oai_dc", "marcxml", "mods", "work"]
    for prefix in offered:
        pages = list(shelf.pages(f"verb=ListRecords&metadataPrefix={prefix}"))
        records = [record for page in pages for record in page.iter(f"{OAI}record")]
        assert len(records) == 5
        for record in records:
            identifier = record.findtext(f"{OAI}header/{OAI}identifier")
            alone = shelf.ask(f"verb=GetRecord&metadataPrefix={prefix}&identifier={identifier}")
            assert etree.tostring(alone[2][0], with_tail=False) == etree.tostring(record, with_tail=False)
            if prefix == "work" and (metadata := record.find(f"{OAI}metadata")) is not None:
                schema.assertValid(etree.ElementTree(metadata[0]))
    assert len(shelf.ask(f"verb=ListMetadataFormats&identifier={name(5)}")[2]) == 4


def test_where_a_record_comes_from_is_said_beside_it(library: Library) -> None:
    """beta is a repository, alpha is none."""
    with_repository = raw(
        "beta", "oai:beta.example:9", Record(title="Nine", identifiers=(Identifier("doi", "10.1136/9"),))
    )
    library.harvest(doi(1, "One"), replace(with_repository, format="oai_dc", datestamp="2020-09-28"))
    (about,) = library.ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={name(9)}").iter(f"{OAI}about")
    (origin,) = about[0]
    assert dict(origin.attrib).keys() == {"harvestDate", "altered"}
    assert rules.SECONDS.fullmatch(origin.get("harvestDate", ""))
    assert [child.text for child in origin] == [
        "https://beta.example/oai", "oai:beta.example:9", "2020-09-28", "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ]  # fmt: skip
    assert library.ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={name(1)}").find(f".//{OAI}about") is None


REFUSED = {
    "": ["badVerb"],
    "verb=": ["badVerb"],
    "verb=identify": ["badVerb"],
    "verb=Identify&verb=Identify": ["badVerb"],
    "Verb=Identify": ["badVerb"],
    "verb=Identify&x=1": ["badArgument"],
    "verb=Identify&metadataPrefix=oai_dc": ["badArgument"],
    "verb=ListSets&resumptionToken=x": ["badResumptionToken"],
    "verb=ListSets&set=source": ["badArgument"],
    "verb=ListMetadataFormats&identifier=x": ["idDoesNotExist"],
    "verb=ListMetadataFormats&identifier=": ["badArgument"],
    "verb=GetRecord": ["badArgument", "badArgument"],
    "verb=GetRecord&metadataPrefix=oai_dc": ["badArgument"],
    f"verb=GetRecord&identifier={name(1)}": ["badArgument"],
    f"verb=GetRecord&metadataPrefix=nonesuch&identifier={name(1)}": ["cannotDisseminateFormat"],
    "verb=GetRecord&metadataPrefix=nonesuch&identifier=x": ["cannotDisseminateFormat", "idDoesNotExist"],
    f"verb=GetRecord&metadataPrefix=oai_dc&identifier={name(1)}&identifier={name(1)}": ["badArgument"],
    f"verb=GetRecord&metadataPrefix=oai_dc&identifier={name(1)}%00": ["idDoesNotExist"],
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:library.example.org:doi%3A10.1136%2F1": [],
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:library.example.org:doi%253A10.1136/1": ["idDoesNotExist"],
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere.example.org:doi:10.1136/1": ["idDoesNotExist"],
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=doi:10.1136/1": ["idDoesNotExist"],
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%3C%26%22%01%ED%A0%80%FF": ["idDoesNotExist"],
    "verb=ListRecords": ["badArgument"],
    "verb=ListRecords&metadataPrefix=": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai%20dc": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc": ["badArgument"],
    "verb=ListRecords&metadataPrefix=nonesuch": ["cannotDisseminateFormat"],
    "verb=ListRecords&metadataPrefix=oai_dc&identifier=x": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x": ["badArgument"],
    "verb=ListRecords&resumptionToken=x&resumptionToken=x": ["badArgument"],
    "verb=ListRecords&resumptionToken=": ["badResumptionToken"],
    "verb=ListRecords&resumptionToken=%00": ["badResumptionToken"],
    "verb=ListRecords&resumptionToken=é": ["badResumptionToken"],
    "verb=ListRecords&metadataPrefix=oai_dc&set=": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&set=:": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&set=a%20b": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&set=nonesuch": ["noRecordsMatch"],
    "verb=ListRecords&metadataPrefix=oai_dc&set=type:art": ["noRecordsMatch"],
    "verb=ListRecords&metadataPrefix=oai_dc&set=type:article:more": ["noRecordsMatch"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-02-30": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=0000-01-01": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:00Z": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:00:00": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:00:00.5Z": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:00:00%2B00:00": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=٢٠٢٠-01-01": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=x&until=y": ["badArgument", "badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01&until=2020-01-01T00:00:00Z": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-02&until=2020-01-01": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01": ["noRecordsMatch"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2999-01-01": ["noRecordsMatch"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31&until=9999-12-31": ["noRecordsMatch"],
    "verb=ListRecords&metadataPrefix=oai_dc&from=0001-01-01&until=9999-12-31": [],
    "verb=ListRecords&metadataPrefix=oai_dc&from=2000-01-01T00:00:00Z&until=2999-01-01T00:00:00Z": [],
    "verb=ListRecords&metadataPrefix=oai_dc&until=x&set=%20&y=1": ["badArgument", "badArgument"],
}


@pytest.mark.parametrize(("asked", "codes"), REFUSED.items(), ids=range(len(REFUSED)))
def test_errors_are_all_told(shelf: Library, asked: str, codes: list[str]) -> None:
    assert shelf.codes(asked) == codes


def test_both_granularities_are_inclusive(shelf: Library) -> None:
    stamp = shelf.datestamps()[name(5)]
    assert shelf.deleted(f"&from={stamp}&until={stamp}") == ["5"]
    assert shelf.live(f"&until={stamp}") == ["1", "2", "3", "4"]
    assert shelf.deleted(f"&from={stamp[:10]}&until={stamp[:10]}") == ["5"]
    assert shelf.deleted(f"&from={stamp[:10]}&set=source:alpha") == ["5"]


def test_what_xml_forbids_is_left_out_and_the_rest_escaped(library: Library) -> None:
    odd = Record(
        title='a\x00b\ud7ff <c> & "d" ]]> \ufffe\x1f\x7f',
        titles=(Title("\U0010ffff\x0b", "alternative"),),
        contributors=(Contributor("O'Neill & <Sons>\x02"),),
        identifiers=(Identifier("doi", '10.1136/<a>&"b" é%2F#?'),),
    )
    library.harvest(raw("alpha", "alpha-1", odd))
    for prefix in ("oai_dc", "marcxml", "mods", "work"):
        (page,) = library.pages(f"verb=ListRecords&metadataPrefix={prefix}")
        identifier = page.findtext(f".//{OAI}identifier") or ""
        assert library.codes(f"verb=GetRecord&metadataPrefix={prefix}&identifier={quote(identifier, safe='')}") == []
    assert page.findtext(".//{urn:x-evidence-harvester:work:1}contributors/{*}name") == "O'Neill & <Sons>"


_NAMES = ("verb", "metadataPrefix", "identifier", "from", "until", "set", "resumptionToken")
_VALUES = (*rules.VERBS, "oai_dc", "mods", name(1), "source", "type:article", "2020-01-01", "2020-01-01T00:00:00Z", "")


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(_NAMES) | st.text(), st.lists(st.sampled_from(_VALUES) | st.text(), min_size=1, max_size=2)
    )
)
def test_any_question_is_answered_by_the_rules(shelf: Library, asked: dict[str, list[str]]) -> None:
    shelf.answer(asked)


@settings(max_examples=100)
@given(st.text() | st.text("&=%+;verbListRcod_ \x00é", max_size=60))
def test_any_query_string_can_be_taken_apart(shelf: Library, text: str) -> None:
    shelf.ask(text)


def test_a_page_is_bounded_in_bytes(library: Library) -> None:
    """The record that goes beyond is the last of its page, and no record is left out."""
    long = "x" * (1 << 20)
    library.settings = replace(library.settings, page_size=100)
    library.harvest(*(doi(n, f"{n} {long}") for n in range(1, 8)))
    pages = list(library.pages("verb=ListRecords&metadataPrefix=oai_dc"))
    counts = [len(list(page.iter(f"{OAI}record"))) for page in pages]
    assert len(counts) > 1
    assert sum(counts) == 7
    assert max(counts) <= 5


def test_the_schema_of_works_is_the_one_of_the_records() -> None:
    assert (schemas.folder() / "xsd" / "work.xsd").read_text(encoding="utf-8") == work.schema()

"""What DataCite and OpenAIRE records say that is not so, rule by rule; and what is told from several fields together."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord, Record


def read(**fields: Any) -> Record:
    """A record of DataCite JSON."""
    return normalise(RawRecord(source="t", identifier="x", format="datacite_json", payload=json.dumps(fields).encode()))


def xml(body: str, name: str = "datacite", more: str = "") -> Record:
    payload = (
        '<resource xmlns="http://datacite.org/schema/kernel-4" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:oaire="http://namespace.openaire.eu/schema/oaire/" {more}>{body}</resource>'
    )
    return normalise(RawRecord(source="t", identifier="oai:r.example:10044/1/5", format=name, payload=payload.encode()))


def dois(record: Record) -> dict[str, str]:
    return {i.value: i.relation for i in record.identifiers if i.scheme == "doi"}


DSPACE = 'xmlns:doc="http://www.lyncode.com/xoai"'
PART = '<relatedIdentifier relatedIdentifierType="DOI" relationType="IsPartOf">{}</relatedIdentifier>'
ARTICLE = '<oaire:resourceType uri="http://purl.org/coar/resource_type/c_6501">Article</oaire:resourceType>'
REPORT = '<oaire:resourceType uri="http://purl.org/coar/resource_type/c_93fc">Report</oaire:resourceType>'


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        (ARTICLE + PART.format("10.5072/a.1"), DSPACE, {"10.5072/a.1": "self"}),
        (ARTICLE + PART.format("10.5072/a.1"), "", {"10.5072/a.1": "candidate"}),
        (REPORT + PART.format("10.5072/a.1"), DSPACE, {"10.5072/a.1": "candidate"}),
        (REPORT + PART.format("10.5072/a.1"), "", {}),
        (ARTICLE + PART.format("10.5072/a.1") + PART.format("10.5072/b.1"), DSPACE, {}),
        (ARTICLE + PART.format("10.1007/978-3-319-12345-6"), DSPACE, {}),
        (ARTICLE + PART.format("10.1111/(issn)1365-2648"), DSPACE, {}),
        (
            ARTICLE
            + '<identifier identifierType="DOI">10.5072/own</identifier>'
            + PART.format("10.5072/series")
            + PART.format("10.5072/own"),
            DSPACE,
            {"10.5072/own": "self"},
        ),
    ],
)
def test_doi_of_what_a_work_is_part_of_is_its_own_in_dspace_alone(
    body: str, more: str, expected: dict[str, str]
) -> None:
    """https://github.com/DSpace/DSpace/issues/3099"""
    assert dois(xml(body, "oai_openaire", more)) == expected


def test_work_is_not_part_of_itself() -> None:
    body = (
        '<identifier identifierType="DOI">10.5072/own</identifier>'
        + PART.format("10.5072/own")
        + PART.format("10.5072/book")
    )
    assert [r.target for r in xml(body, "oai_openaire").relations] == ["10.5072/book"]


DATES = '<date dateType="Accepted">2020-01-01</date><date dateType="Available">{}</date>'
RIGHTS = '<rights rightsURI="http://purl.org/coar/access_right/{}"/>'


def test_accepted_is_a_date_of_embargo_or_nothing() -> None:
    """https://github.com/DSpace/DSpace/issues/9715"""
    embargoed = xml(f"<dates>{DATES.format('2021-01-01')}</dates>{RIGHTS.format('c_f1cf')}", "oai_openaire")
    assert {d.type: d.value for d in embargoed.dates} == {"embargo-start": "2020-01-01", "embargo-end": "2021-01-01"}
    assert embargoed.embargo_until == "2021-01-01"
    open_ = xml(f"<dates>{DATES.format('2021-01-01')}</dates>{RIGHTS.format('c_abf2')}", "oai_openaire")
    assert ({d.type: d.value for d in open_.dates}, open_.embargo_until) == ({"available": "2021-01-01"}, None)
    assert open_.extra == {"dates/Accepted": ["2020-01-01"]}
    deposited = xml(f"<dates>{DATES.format('2021-01-01T10:00:00Z')}</dates>{RIGHTS.format('c_f1cf')}", "oai_openaire")
    assert deposited.embargo_until is None


def test_second_doi_is_a_candidate_wherever_it_stands() -> None:
    alternate = [{"alternateIdentifier": "10.5072/other", "alternateIdentifierType": "DOI"}]
    assert dois(read(alternateIdentifiers=alternate, doi="10.5072/own")) == {
        "10.5072/own": "self",
        "10.5072/other": "candidate",
    }
    assert dois(read(alternateIdentifiers=alternate)) == {"10.5072/other": "self"}


@pytest.mark.parametrize(
    ("general", "label", "expected"),
    [
        ("Text", "", "other"),
        ("Text", "Journal article", "article"),
        ("Preprint", "Article", "preprint"),
        ("JournalArticle", "Editorial", "editorial"),
        ("JournalArticle", "Dataset", "article"),
        ("Dissertation", "Doctoral thesis", "doctoral-thesis"),
        ("Dataset", "Journal Article", "dataset"),
        ("Other", "Journal Article", "article"),
        ("Collection", "Fonds", "other"),
        ("ConferencePaper", "Poster", "poster"),
        ("ConferenceProceeding", "", "proceedings"),
        ("", "", "other"),
    ],
)
def test_general_type_and_the_words_beside_it(general: str, label: str, expected: str) -> None:
    assert read(types={"resourceTypeGeneral": general, "resourceType": label}).type == expected


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        (
            {"name": "Encyclopedia of Life", "nameType": "Personal", "familyName": "Encyclopedia of Life"},
            ("organisation", None, None),
        ),
        ({"name": "Anne Thessen", "nameType": "Personal", "familyName": "Anne Thessen"}, ("person", "Thessen", "Anne")),
        ({"name": "Miller, E.", "givenName": "Elizabeth", "familyName": "Miller"}, ("person", "Miller", "Elizabeth")),
        (
            {"name": "King, Martin Luther, Jr", "givenName": "Martin Luther", "familyName": "King"},
            ("person", "King", "Martin Luther"),
        ),
        ({"name": "Leadership Matters", "nameType": "Organizational"}, ("organisation", None, None)),
        ({"name": "Weir, Belinda", "type": "Person"}, ("person", "Weir", "Belinda")),
        ("Weir, Belinda", ("person", "Weir", "Belinda")),
    ],
)
def test_kind_of_a_name(creator: Any, expected: tuple[str, str | None, str | None]) -> None:
    (found,) = read(creators=[creator]).contributors
    assert (found.kind, found.family, found.given) == expected


@pytest.mark.parametrize("name", ["(:unkn) unknown", ":unav", "(:unas) unassigned", "n/a", "Anonymous", "", " "])
def test_nobody_is_made_up(name: str) -> None:
    assert read(creators=[{"name": name}], publisher=name).contributors == ()


def test_date_of_issue_is_never_that_of_another_event() -> None:
    dates = [{"date": "2019", "dateType": kind} for kind in ("Accepted", "Collected", "Updated", "Valid", "Other")]
    assert read(dates=dates).issued is None
    assert read(dates=[*dates, {"date": "2020-05", "dateType": "Issued"}], publicationYear=2020).issued == "2020-05"
    assert read(publicationYear="0000").dates == ()
    assert [d.type for d in read(publicationYear=2021, dates=[{"date": "2020", "dateType": "Issued"}]).dates] == [
        "issued",
        "unknown",
    ]


def test_polygons_of_xml_and_json_are_the_same() -> None:
    corners = [(0, 0), (0, 1), (1, 1), (0, 0)]
    points = [{"polygonPoint": {"pointLongitude": x, "pointLatitude": y}} for x, y in corners]
    expected = ("POLYGON((0 0, 0 1, 1 1, 0 0))",)
    assert read(geoLocations=[{"geoLocationPolygon": points}]).coverage == expected
    assert read(geoLocations=[{"geoLocationPolygon": [points]}]).coverage == expected
    written = "".join(
        f"<polygonPoint><pointLongitude>{x}</pointLongitude><pointLatitude>{y}</pointLatitude></polygonPoint>"
        for x, y in corners
    )
    body = f"<geoLocations><geoLocation><geoLocationPolygon>{written}</geoLocationPolygon></geoLocation></geoLocations>"
    assert xml(body).coverage == expected


def test_envelope_without_a_record_is_refused() -> None:
    from harvester.errors import RecordError

    raw = RawRecord(source="t", identifier="x", format="datacite", payload=b"<oai_datacite><payload/></oai_datacite>")
    with pytest.raises(RecordError, match="without a <resource>"):
        normalise(raw)


def test_several_names_in_one_creator_are_as_many_people() -> None:
    body = (
        "<creators><creator><creatorName>Weir, Belinda</creatorName><affiliation>FMLM</affiliation>"
        "<creatorName>Till, Alex</creatorName><givenName>Alex</givenName><familyName>Till</familyName></creator></creators>"
    )
    assert [(c.name, len(c.affiliations)) for c in xml(body).contributors] == [("Weir, Belinda", 1), ("Till, Alex", 0)]
    assert [c.name for c in read(creators=[{"name": ["Weir, Belinda", "Till, Alex"]}]).contributors] == [
        "Weir, Belinda",
        "Till, Alex",
    ]


def test_records_of_dspace_are_known_by_their_hosts_wherever_they_come_from() -> None:
    hosts = [{"name": "UB", "contributorType": kind} for kind in ("DataManager", "HostingInstitution")]
    dates = [{"date": "2020-04-01", "dateType": kind} for kind in ("Accepted", "Available")]
    found = read(contributors=hosts, dates=dates)
    assert [d.type for d in found.dates] == ["deposited", "available"]
    assert (found.contributors, found.institutions) == ((), ())
    assert [d.type for d in read(contributors=hosts[:1], dates=dates).dates] == ["accepted", "available"]


def test_subtitle_is_that_of_its_language() -> None:
    titles = [
        {"title": "Učinkovitost", "lang": "sl"},
        {"title": "mit ali resnica", "lang": "sl", "titleType": "Subtitle"},
        {"title": "Efficacy", "lang": "en", "titleType": "TranslatedTitle"},
        {"title": "Myth or fact", "lang": "en", "titleType": "Subtitle"},
    ]
    assert read(titles=titles).title == "Učinkovitost: mit ali resnica"
    assert read(titles=titles[1:2]).title is None


def test_series_is_a_container_and_what_it_cannot_be_a_note() -> None:
    said = [{"description": "BMJ Leader, 4(3), 128-134 (2020)", "descriptionType": "SeriesInformation"}]
    found = read(descriptions=said, types={"resourceTypeGeneral": "JournalArticle"})
    assert (found.container and found.container.title, found.volume, found.issue, found.pages) == (
        "BMJ Leader",
        "4",
        "3",
        "128-134",
    )
    said[0]["description"] = "Onkologija, leto XXII, 1, junij 2018"
    assert (read(descriptions=said).container, read(descriptions=said).descriptions[0].type) == (None, "note")
    said[0]["description"] = "ERA Working Papers"
    assert read(descriptions=said).container is not None


@pytest.mark.parametrize(
    ("uri", "word", "expected"),
    [
        ("c_970fb48d4fbd8a85", "VoR", "VoR"),
        ("c_be7fb7dd8ff6fe43", "AM", "AM"),
        ("c_be7fb7dd8ff6fe43", "", "NA"),
        ("c_970fb48d4fbd8a85", "AM", "VoR"),
        ("nonesuch", "AM", "AM"),
    ],
)
def test_version_by_its_address_unless_that_is_the_one_of_the_example(uri: str, word: str, expected: str) -> None:
    body = f'<oaire:version uri="http://purl.org/coar/version/{uri}">{word}</oaire:version>'
    assert xml(body, "oai_openaire").version == expected


def test_words_that_contradict_the_address_of_a_licence_are_kept_as_words() -> None:
    by, by_nc = "https://creativecommons.org/licenses/by/4.0/", "Attribution-NonCommercial 4.0 International"
    found = read(rightsList=[{"rightsUri": by, "rights": by_nc}])
    assert ([one.spdx for one in found.licenses], found.rights) == (["CC-BY-4.0"], (by_nc,))
    found = read(
        rightsList=[{"rightsUri": by, "rights": "Creative Commons Attribution"}, {"rights": "© 2020 The authors"}]
    )
    assert ([one.spdx for one in found.licenses], found.rights) == (["CC-BY-4.0"], ("© 2020 The authors",))


def test_related_address_of_a_doi_is_the_doi() -> None:
    sent = {"relatedIdentifier": "https://doi.org/10.1136/x1", "relatedIdentifierType": "URL", "relationType": "Cites"}
    assert [(r.scheme, r.target) for r in read(relatedIdentifiers=[sent]).relations] == [("doi", "10.1136/x1")]


def test_addresses_of_people_are_kept_nowhere() -> None:
    agent = {
        "name": "Weir, B",
        "nameIdentifiers": [{"nameIdentifier": "b.weir@nhs.example", "nameIdentifierScheme": "e-mail"}],
    }
    found = read(
        creators=[agent, {"name": "b.weir@nhs.example"}],
        publisher="b.weir@nhs.example",
        novelty={"contact": "b.weir@nhs.example"},
    )
    csl = json.dumps(
        {"author": [{"family": "Weir", "email": "b.weir@nhs.example"}], "note": "Mail: b.weir@nhs.example"}
    ).encode()
    other = normalise(RawRecord(source="t", identifier="x", format="csl_json", payload=csl))
    for record in (found, other):
        assert b"@nhs" not in msgspec.json.encode(record)
        assert [c.family for c in record.contributors] == ["Weir"]


def test_members_in_the_wrong_list_are_not_lost() -> None:
    creators = "<creators><publisher>Other</publisher><creator><creatorName>Weir, B</creatorName></creator></creators>"
    found = xml(f"<publisher>BMJ</publisher>{creators}")
    assert (found.publisher, found.extra) == ("BMJ", {"publisher": ["Other"]})


# --- nothing is lost of what is related -------------------------------------------------------------------------------


ITEM = {
    "relatedItemType": "Journal",
    "relatedItemIdentifier": {"relatedItemIdentifier": "2398-631X", "relatedItemIdentifierType": "ISSN"},
    "titles": [{"title": "BMJ Leader"}, {"title": "A journal", "titleType": "Subtitle"}],
    "creators": [{"name": "Royal Faculty"}],
    "volume": "4",
    "firstPage": "1",
    "lastPage": "2",
    "publicationYear": "1999",
}
KEPT = {
    "relatedItems/publicationYear": ["1999"],
    "relatedItems/titles/title": ["A journal"],
    "relatedItems/creators/name": ["Royal Faculty"],
}


def test_what_is_said_of_another_work_is_kept_aside() -> None:
    record = read(doi="10.5072/a", relatedItems=[{**ITEM, "relationType": "IsSourceOf"}])
    assert (record.volume, record.pages) == (None, None)
    numbers = {"relatedItems/volume": ["4"], "relatedItems/firstPage": ["1"], "relatedItems/lastPage": ["2"]}
    assert record.extra == KEPT | numbers


def test_of_two_containers_what_the_second_says_otherwise_is_kept_aside() -> None:
    within = {**ITEM, "relationType": "IsPublishedIn"}
    assert read(doi="10.5072/a", relatedItems=[within]).extra == KEPT
    assert read(doi="10.5072/a", publicationYear=1999, relatedItems=[within]).extra.keys() == KEPT.keys() - {
        "relatedItems/publicationYear"
    }
    again = {"relationType": "IsPublishedIn", "titles": [{"title": "Other"}], "volume": "5", "firstPage": "77"}
    record = read(doi="10.5072/a", relatedItems=[within, again])
    assert record.container is not None
    assert (record.container.title, record.volume, record.pages) == ("BMJ Leader", "4", "1-2")
    second = {"relatedItems/title": ["Other"], "relatedItems/volume": ["5"], "relatedItems/firstPage": ["77"]}
    assert record.extra == KEPT | second


def test_words_about_a_relation_are_kept_where_they_name_none() -> None:
    one = {"relatedIdentifier": "10.5072/b", "relatedIdentifierType": "DOI", "relationType": "Other"}
    twin = read(doi="10.5072/a", relatedIdentifiers=[{**one, "relationTypeInformation": "is a twin of"}])
    assert (twin.relations[0].type, twin.extra) == (
        "other",
        {"relatedIdentifiers/relationTypeInformation": ["is a twin of"]},
    )
    known = read(doi="10.5072/a", relatedIdentifiers=[{**one, "relationTypeInformation": "is-retracted-by"}])
    assert (known.relations[0].type, known.extra) == ("is-retracted-by", {})


def test_where_the_host_belongs_to_is_kept() -> None:
    host = {
        "name": "Law Library",
        "contributorType": "HostingInstitution",
        "affiliation": [{"name": "A University", "affiliationIdentifier": "https://ror.org/05vzafd60"}],
    }
    record = read(doi="10.5072/a", contributors=[host])
    assert record.extra == {"contributors/affiliation": ["A University https://ror.org/05vzafd60"]}


# --- JSON of others ---------------------------------------------------------------------------------------------------


def test_keys_with_underscores_and_hyphens_are_those_of_today() -> None:
    """Crosscite JSON, and DataCite's own first version.  https://github.com/datacite/bolognese"""
    rights = [{"rights_uri": "https://creativecommons.org/licenses/by/4.0/"}]
    record = read(doi="10.5072/a", publication_year="2016", rights_list=rights, **{"resource-type-general": "Software"})
    assert (record.issued, record.type, record.licenses[0].spdx) == ("2016", "software", "CC-BY-4.0")


def test_the_doi_may_stand_in_id_alone() -> None:
    assert dois(read(id="https://doi.org/10.5072/a", titles=[{"title": "T"}])) == {"10.5072/a": "self"}
    assert dois(read(id="https://doi.org/10.5072/a", doi="10.5072/b")) == {"10.5072/b": "self"}
    assert dois(read(id="12", titles=[{"title": "T"}])) == {}


# --- OpenAIRE ---------------------------------------------------------------------------------------------------------


def test_descriptions_in_a_language_each_are_one_abstract() -> None:
    """OpenEdition.  https://metadata.openedition.org/"""
    body = (
        '<dc:description xml:lang="{}">Un archipel</dc:description><dc:description xml:lang="{}">Isles</dc:description>'
    )
    kinds = [[d.type for d in xml(body.format(a, b), "oai_openaire").descriptions] for a, b in (("fr", "en"), ("", ""))]
    assert kinds == [["abstract", "abstract"], ["other", "other"]]


def test_isbn_in_print_is_an_isbn() -> None:
    chapter = '<oaire:resourceType uri="http://purl.org/coar/resource_type/c_3248">book part</oaire:resourceType>'
    isbn = (
        '<relatedIdentifier relatedIdentifierType="PISBN" relationType="IsPartOf">978-2-7535-0687-9</relatedIdentifier>'
    )
    record = xml(chapter + isbn, "oai_openaire")
    assert (record.relations, record.container and record.container.isbn) == ((), "9782753506879")


def test_what_stands_beside_a_project_identifier_is_kept() -> None:
    """https://guidelines.openaire.eu/en/latest/literature/field_projectid.html"""
    agreement = "info:eu-repo/grantAgreement/EC/H2020/123456/EU/Short/ACR"
    reference = {
        "funderName": "European Research Council",
        "funderIdentifier": "https://ror.org/0472cxd90",
        "awardNumber": agreement,
        "awardUri": "https://cordis.europa.eu/project/id/123456",
    }
    (row,) = read(doi="10.5072/a", fundingReferences=[reference]).funding
    assert (row.funder_name, row.funder_id) == ("European Research Council", "https://ror.org/0472cxd90")
    assert (row.award_number, row.award_title, row.stream) == ("123456", "Short", "H2020")
    assert row.award_url == "https://cordis.europa.eu/project/id/123456"
    no_url = read(doi="10.5072/a", fundingReferences=[{"awardNumber": "12", "awardUri": agreement}])
    assert no_url.extra == {"fundingReferences/awardUri": [agreement]}
    (bare,) = read(doi="10.5072/a", fundingReferences=[{"awardNumber": agreement}]).funding
    assert (bare.funder_name, bare.award_number) == ("European Commission", "123456")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("(Harvard University)", "Harvard University"), ("(A) and (B)", "(A) and (B)"), ("A (B)", "A (B)")],
)
def test_brackets_around_an_affiliation_are_the_platforms(sent: str, expected: str) -> None:
    """https://github.com/IQSS/dataverse"""
    record = read(doi="10.5072/a", creators=[{"name": "Doe, Jane", "affiliation": [{"name": sent}]}])
    assert [a.name for a in record.contributors[0].affiliations] == [expected]


# --- what kernels cannot say, and records leave out ---------------------------------------------------------------------


def test_a_group_of_kernel_3_is_no_person() -> None:
    sent = "".join(
        f'<contributor contributorType="{kind}"><contributorName>{name}</contributorName></contributor>'
        for kind, name in (("ResearchGroup", "Group X"), ("Distributor", "ICPSR"), ("ResearchGroup", "Roe, Ann"))
    )
    found = xml(f"<contributors>{sent}</contributors>").contributors
    assert [(c.name, c.kind) for c in found] == [
        ("Group X", "organisation"),
        ("ICPSR", "organisation"),
        ("Roe, Ann", "person"),
    ]


def test_an_identifier_without_a_type_is_no_type_of_relation() -> None:
    record = xml("<relatedIdentifiers><relatedIdentifier>10.1234/untyped</relatedIdentifier></relatedIdentifiers>")
    assert [(r.type, r.scheme, r.target) for r in record.relations] == [("other", "doi", "10.1234/untyped")]


@pytest.mark.parametrize("general", ["Report", "Other"])
def test_the_isbn_of_what_it_is_part_of_is_never_its_own(general: str) -> None:
    record = xml(
        '<relatedIdentifiers><relatedIdentifier relatedIdentifierType="ISBN" relationType="IsPartOf">978-3-16-148410-0'
        f'</relatedIdentifier></relatedIdentifiers><resourceType resourceTypeGeneral="{general}"/>'
    )
    assert [i.relation for i in record.identifiers if i.scheme == "isbn"] == ["container"]


def test_a_container_of_which_only_the_kind_is_known_is_none() -> None:
    record = read(container={"type": "Series", "identifier": "10.1234/whole", "identifierType": "DOI"})
    assert record.container is None
    assert [(r.type, r.target) for r in record.relations] == [("is-part-of", "10.1234/whole")]


def test_an_acronym_is_no_surname() -> None:
    sent = [{"name": "EUMETSAT"}, {"name": "UNESCO"}, {"name": "SMITH", "nameType": "Personal"}]
    found = [(c.name, c.kind, c.family) for c in read(creators=sent).contributors]
    assert found == [("EUMETSAT", "unknown", None), ("UNESCO", "organisation", None), ("Smith", "person", "Smith")]


def test_the_end_of_an_embargo_is_no_date_of_issue() -> None:
    record = xml(
        '<dates><date dateType="Available">2030-01-01</date></dates>'
        '<rightsList><rights rightsURI="info:eu-repo/semantics/embargoedAccess"/></rightsList>'
    )
    assert (record.issued, record.embargo_until) == (None, "2030-01-01")
    assert [(d.type, d.value) for d in record.dates] == [("embargo-end", "2030-01-01")]


def test_a_grant_among_the_relations_of_a_draft_of_the_guidelines() -> None:
    sent = "<dc:relation>info:eu-repo/grantAgreement/FCT/5876/147280/PT</dc:relation>"
    (found,) = xml(sent, "oai_openaire").funding
    assert (found.funder_name, found.award_number) == ("FCT", "147280")

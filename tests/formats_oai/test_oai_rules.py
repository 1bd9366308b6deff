"""What single values become, on each platform."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest

from harvester.normalise import normalise
from harvester.record import Funding, RawRecord, Record, Relation, Step, Subject


def dublin_core(
    *fields: tuple[str, str], dialect: str = "", identifier: str = "oai:x.example:1", **more: Any
) -> Record:
    body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields)
    payload = f"<record><metadata><dc>{body}</dc></metadata></record>".encode()
    raw = RawRecord(source="s", identifier=identifier, format="oai_dc", payload=payload, **more)
    return normalise(raw, dialect)


def dim(*fields: tuple[str, str], languages: tuple[str, ...] = ()) -> Record:
    body = ""
    for number, (path, value) in enumerate(fields):
        schema, element, qualifier = [*path.split("."), ""][:3]
        lang = f' lang="{languages[number]}"' if languages else ""
        body += f'<field mdschema="{schema}" element="{element}" qualifier="{qualifier}"{lang}>{escape(value)}</field>'
    payload = f"<record><metadata><dim>{body}</dim></metadata></record>".encode()
    return normalise(RawRecord(source="s", identifier="oai:x.example:1/2", format="dim", payload=payload))


@pytest.mark.parametrize(
    ("identifier", "sets", "field", "expected"),
    [
        ("oai:x:123", ("col_10044_1_9",), ("title", "T"), "dspace"),
        ("oai:x:123", ("hdl_2062_22",), ("title", "T"), "dspace"),
        ("oai:x:123", ("7374617475733D707562",), ("title", "T"), "eprints"),
        ("oai:x:10044/1/85584", (), ("identifier", "http://hdl.handle.net/10044/1/85584"), "dspace"),
        ("oai:x:10044/1/85584", (), ("identifier", "https://x.example/handle/10044/1/85584"), "dspace"),
        ("oai:x:10044/1/85584", (), ("identifier", "http://hdl.handle.net/10044/1/1"), ""),
        ("oai:x:4711", (), ("relation", "https://x.example/4711/"), "eprints"),
        ("oai:x:4711", (), ("identifier", "https://x.example/4711/"), ""),
        ("oai:journal:article/88", ("jml:ART",), ("title", "T"), ""),
    ],
)
def test_the_platform_is_told_only_where_it_is_certain(
    identifier: str, sets: tuple[str, ...], field: tuple[str, str], expected: str
) -> None:
    told = dublin_core(field, ("contributor", "Health Foundation"), identifier=identifier, sets=sets)
    assert told == dublin_core(
        field, ("contributor", "Health Foundation"), identifier=identifier, sets=sets, dialect=expected
    )
    assert bool(told.funding) == (expected == "dspace")


@pytest.mark.parametrize(
    ("dialect", "dates", "expected"),
    [
        ("dspace", ["2020-12-21T14:03:55Z", "2020-09-28"], {("available", "2020-12-21"), ("issued", "2020-09-28")}),
        (
            "dspace",
            ["2021-01-05T00:00:01Z", "2019", "2020-12-21T14:03:55Z"],
            {("deposited", "2020-12-21"), ("available", "2021-01-05"), ("issued", "2019")},
        ),
        ("dspace", ["2020-12-21T14:03:55Z"], {("available", "2020-12-21")}),
        ("", ["2014-12-01T08:00:00Z"], {("issued", "2014-12-01")}),
        (
            "",
            ["2020-05", "2019-11-02", "2021"],
            {("issued", "2019-11-02"), ("unknown", "2020-05"), ("unknown", "2021")},
        ),
        ("", ["2020", "2020-09-28"], {("issued", "2020-09-28"), ("unknown", "2020")}),
        ("", ["2020", "2020"], {("issued", "2020")}),
        ("", ["2020-12-21", "2020-09-28"], {("issued", "2020-09-28"), ("unknown", "2020-12-21")}),
        ("", ["someday"], {("unknown", None)}),
    ],
)
def test_bare_dates(dialect: str, dates: list[str], expected: set[tuple[str, str | None]]) -> None:
    record = dublin_core(*[("date", value) for value in dates], dialect=dialect)
    assert {(d.type, d.value) for d in record.dates} == expected


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_bare_dates_carries_no_meaning(order: int) -> None:
    dates = ["2020-12-21T14:03:55Z", "2020-12-20T14:03:55Z", "2020-09-28", "2021"][::order]
    record = dublin_core(*[("date", value) for value in dates], dialect="dspace")
    found = {d.type: d.value for d in record.dates}
    assert found == {"deposited": "2020-12-20", "available": "2020-12-21", "issued": "2020-09-28", "unknown": "2021"}


def test_identifiers_in_a_bag() -> None:
    values = ["n/a", "RDB04", "2398-631X", "BMJ Leader, 2020, 4 (3), pp.128-134", "doi:10.1136/LEADER-2020-000228"]
    values += ["http://hdl.handle.net/10044/1/85584", "https://x.example/files/paper.pdf", "https://x.example/item/7"]
    values += ["https://x.example/", "https://bmjleader.bmj.com/content/leader-2022-000655.info"]
    record = dublin_core(*[("identifier", value) for value in values])
    found = {(i.scheme, i.value, i.relation) for i in record.identifiers}
    assert found >= {
        ("local", "RDB04", "self"),
        ("issn", "2398-631X", "container"),
        ("doi", "10.1136/leader-2020-000228", "self"),
        ("handle", "10044/1/85584", "self"),
        ("url", "https://x.example/item/7", "self"),
        ("url", "https://x.example/", "container"),
        ("doi", "10.1136/leader-2022-000655", "candidate"),
    }
    assert not any(i.value == "n/a" or "paper.pdf" in i.value for i in record.identifiers)
    assert [f.url for f in record.files] == ["https://x.example/files/paper.pdf"]
    assert (record.volume, record.issue, record.pages) == ("4", "3", "128-134")


def test_a_doi_in_a_relation_is_own_only_where_the_platform_or_the_value_says_so() -> None:
    def own(record: Record) -> set[str]:
        return {i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"}

    assert own(dublin_core(("relation", "10.5555/a"))) == set()
    assert own(dublin_core(("relation", "10.5555/a"), dialect="dspace")) == set()
    assert own(dublin_core(("relation", "10.5555/a"), dialect="eprints")) == {"10.5555/a"}
    assert own(dublin_core(("relation", "info:eu-repo/semantics/altIdentifier/doi/10.5555/a"))) == {"10.5555/a"}
    assert own(dublin_core(("relation", "/*ref*/10.5555/a"), dialect="eprints")) == set()
    cited = dublin_core(("relation", "info:eu-repo/semantics/reference/doi/10.5555/a")).relations
    assert cited == (Relation("references", "doi", "10.5555/a"),)


def test_types_say_more_than_the_type() -> None:
    record = dublin_core(
        ("type", "Text"),
        ("type", "Journal Article"),
        ("type", "NonPeerReviewed"),
        ("type", "info:eu-repo/semantics/acceptedVersion"),
        ("type", "info:eu-repo/semantics/doctoralThesis"),
    )
    assert (record.type, record.peer_reviewed, record.version) == ("doctoral-thesis", False, "AM")
    assert record.type_raw == ("Text", "Journal Article", "info:eu-repo/semantics/doctoralThesis")


@pytest.mark.parametrize(
    ("fields", "access", "spdx", "embargo", "statements"),
    [
        (
            ["info:eu-repo/semantics/embargoedAccess", "info:eu-repo/date/embargoEnd/2021-01-01"],
            "embargoed",
            [],
            "2021-01-01",
            0,
        ),
        (
            ["info:eu-repo/semantics/embargoedAccess", "info:eu-repo/date/embargoEnd/2099-12-31"],
            "restricted",
            [],
            None,
            0,
        ),
        (["Embargoed until 9999-01-01"], "restricted", [], None, 0),
        (["cc_by_4", "https://creativecommons.org/licenses/by/4.0/deed.fr"], None, ["CC-BY-4.0"], None, 0),
        (["No commercial re-use. See rights and permissions."], None, [], None, 1),
        (["This is not an open access article"], None, [], None, 1),
        (["http://rightsstatements.org/vocab/InC/1.0/"], None, [None], None, 0),
    ],
)
def test_rights(fields: list[str], access: str | None, spdx: list[str], embargo: str | None, statements: int) -> None:
    record = dublin_core(*[("rights", value) for value in fields])
    assert (record.access, record.embargo_until, len(record.rights)) == (access, embargo, statements)
    assert [found.spdx for found in record.licenses] == spdx


def test_subjects_are_split_only_where_no_heading_is_cut() -> None:
    long = "Leadership in organisations that nobody leads, and what becomes of those who try; a study"
    record = dublin_core(
        ("subject", "leadership; integrated care"), ("subject", long), ("subject", "O18 - Urban ; Rural")
    )
    assert record.subjects == (
        Subject("leadership"),
        Subject("integrated care"),
        Subject(long),
        Subject("O18 - Urban ; Rural", "jel"),
    )


def test_descriptions_are_abstracts_by_length_or_by_platform() -> None:
    short, long = "A note.", "Word " * 60
    assert [d.type for d in dublin_core(("description", short), ("description", long)).descriptions] == [
        "other",
        "abstract",
    ]
    assert [d.type for d in dublin_core(("description", short)).descriptions] == ["other"]
    assert [d.type for d in dublin_core(("description", short), dialect="eprints").descriptions] == ["abstract"]
    named = dim(("dc.description", long), ("dc.description.abstract", "The abstract."))
    assert {d.type: d.text for d in named.descriptions}["abstract"] == "The abstract."


def test_sizes_in_bytes_are_no_pages() -> None:
    record = dublin_core(("format", "719162824"), ("format", "128 - 134"), ("format", "application/pdf"))
    assert (record.pages, record.extra) == ("128-134", {"dc.format": ["719162824"]})


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("dc.contributor.funder", "Wellcome", Funding(funder_name="Wellcome")),
        ("dc.identifier.grantnumber", "RDB04", Funding(award_number="RDB04")),
        (
            "dc.description.sponsorship",
            "National Science Foundation (Grant CCF-1217423)",
            Funding(funder_name="National Science Foundation", award_number="CCF-1217423"),
        ),
        (
            "dc.relation.project",
            "info:eu-repo/grantAgreement/EC/FP7/257822",
            Funding(funder_name="European Commission", stream="FP7", award_number="257822"),
        ),
    ],
)
def test_funding(path: str, value: str, expected: Funding) -> None:
    assert dim((path, value)).funding == (expected,)


@pytest.mark.parametrize("value", ["n/a", "N/A", "-", "not applicable", "none"])
def test_a_placeholder_for_a_grant_is_a_finding_and_no_grant(value: str) -> None:
    record = dim(("dc.title", "T"), ("dc.identifier.grantnumber", value))
    assert record.funding == ()
    assert [(f.code, f.raw) for f in record.findings] == [("award-placeholder", value)]


def test_authors_in_several_languages_are_put_in_the_order_of_the_citation() -> None:
    authors = [("dc.contributor.author", name) for name in ("Abbott, Ann", "Costa, Carla", "Braga, Bia")]
    languages = ("en", "en", "pt", "")
    cited = dim(
        *authors, ("dc.identifier.citation", "Braga, B; Costa, C; Abbott, A. Leading. 2020"), languages=languages
    )
    assert [c.family for c in cited.contributors] == ["Braga", "Costa", "Abbott"]
    assert "author-order-unsure" not in {f.code for f in cited.findings}
    unsure = dim(*authors, ("dc.identifier.citation", "Braga et al. Leading. 2020"), languages=languages)
    assert [c.family for c in unsure.contributors] == ["Abbott", "Costa", "Braga"]
    assert "author-order-unsure" in {f.code for f in unsure.findings}


def test_an_isbn_is_the_books_own_or_that_of_the_book_around_a_chapter() -> None:
    for kind, relation in (("Book", "self"), ("Book chapter", "container")):
        record = dim(("dc.type", kind), ("dc.identifier.isbn", "0-521-87723-7"))
        assert [(i.value, i.relation) for i in record.identifiers if i.scheme == "isbn"] == [
            ("9780521877237", relation)
        ]


def test_a_later_different_value_is_not_lost() -> None:
    record = dim(("pubs.volume", "4"), ("oaire.citation.volume", "04"), ("dc.description.volume", "5"))
    assert (record.volume, record.extra) == ("4", {"dc.description.volume": ["5"]})


def test_a_trace_names_path_rule_and_outcome() -> None:
    steps: list[Step] = []
    payload = b"<record><metadata><dc><date>28-Sep-2020</date><odd>x</odd><rights>n/a</rights></dc></metadata></record>"
    normalise(RawRecord(source="s", identifier="oai:x:1", format="oai_dc", payload=payload), "", steps)
    assert [(s.path, s.raw, s.element, s.rule) for s in steps] == [
        ("dc.date", "28-Sep-2020", "dates", "bare-date"),
        ("dc.odd", "x", "extra", "unmapped"),
        ("dc.rights", "n/a", "rights", "rights"),
    ]
    assert steps[0].value["value"] == "2020-09-28"
    assert [s.value for s in steps[1:]] == [None, None]


FILE = """<record><metadata><metadata><element name="bundles"><element name="bundle"><field name="name">ORIGINAL</field>
<element name="bitstreams"><element name="bitstream"><field name="name">a.pdf</field>{policies}</element></element></element>
</element></metadata></metadata></record>"""


@pytest.mark.parametrize(
    ("policies", "access", "until"),
    [
        ([], None, None),
        ([{"group": "Anonymous", "action": "READ"}], "open", None),
        ([{"group": "Anonymous", "action": "READ", "start-date": "2030-01-01"}], "embargoed", "2030-01-01"),
        ([{"group": "Anonymous", "action": "READ", "start-date": "2011-01-01"}], "open", "2011-01-01"),
        ([{"group": "Staff", "action": "READ"}], "restricted", None),
        ([{"group": "Staff", "action": "READ"}, {"group": "Anonymous", "action": "READ"}], "open", None),
        ([{"group": "Anonymous", "action": "WRITE"}], None, None),
        ([{"group": "Anonymous", "action": "READ", "start-date": "soon"}], "open", None),
        ([{"group": "Anonymous", "action": "READ", "start-date": "9999-12-31"}], "restricted", None),
        ([{"group": "Anonymous", "action": "READ", "start-date": "2061-02-14"}], "embargoed", "2061-02-14"),
    ],
)
def test_who_may_read_a_file(policies: list[dict[str, str]], access: str | None, until: str | None) -> None:
    inner = ""
    for policy in policies:
        fields = "".join(f'<field name="{name}">{value}</field>' for name, value in policy.items())
        inner += f'<element name="resourcePolicies"><element name="resourcePolicy">{fields}</element></element>'
    payload = FILE.format(policies=inner).encode()
    raw = RawRecord(source="s", identifier="oai:x:1", format="xoai", payload=payload, datestamp="2021-01-01T00:00:00Z")
    record = normalise(raw)
    assert [(f.access, f.embargo_until) for f in record.files] == [(access, until)]
    assert record.embargo_until == (until if access == "embargoed" else None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("thesis.degree.name", "Doctor of Philosophy"), ("thesis.degree.level", "Doctoral")], "doctoral-thesis"),
        ([("dc.type.qualificationname", "MSc")], "masters-thesis"),
        ([("thesis.degree.level", "Diploma")], "thesis"),
    ],
)
def test_theses_of_dspace_say_what_they_were_accepted_for(fields: list[tuple[str, str]], expected: str) -> None:
    record = dim(
        ("dc.type", "Thesis"), *fields, ("thesis.degree.discipline", "Surgery"), ("dc.format.extent", "176 p.")
    )
    assert record.type == expected
    assert record.degree is not None
    assert record.degree.discipline == "Surgery"
    assert (record.extent, record.extra) == (("176 p.",), {})


def test_a_degree_makes_no_thesis_of_an_article() -> None:
    assert dim(("dc.type", "Journal Article"), ("thesis.degree.level", "Doctoral")).type == "article"


def test_a_relation_may_be_named_before_its_value() -> None:
    record = dublin_core(
        ("relation", "isReplacedBy https://doi.org/10.5555/new"), ("relation", "isReferencedBy: https://example.org/1")
    )
    assert [(r.type, r.target) for r in record.relations] == [
        ("is-obsoleted-by", "10.5555/new"),
        ("is-referenced-by", "https://example.org/1"),
    ]

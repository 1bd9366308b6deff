"""Works of all kinds, to be exported."""

from __future__ import annotations

from harvester.record import (
    Affiliation,
    Choice,
    Container,
    Contributor,
    Date,
    Description,
    File,
    Finding,
    Funding,
    Identifier,
    Institution,
    License,
    Member,
    Record,
    Relation,
    Subject,
    Work,
)


def work(number: int, record: Record, key: str = "") -> Work:
    member = Member(number * 10, "crossref", f"item-{number}", "crossref", 1, record, "2026-11-01T00:00:00Z")
    choices = {"title": Choice(number * 10, "only")}
    return Work(
        id=number,
        key=key or f"local:{number}",
        record=record,
        members=(member,),
        choices=choices,
        origins={"identifiers": tuple([number * 10] * len(record.identifiers))},
    )


def person(family: str, given: str | None = None, role: str = "author", suffix: str | None = None) -> Contributor:
    name = f"{family}, {given}" if given else family
    return Contributor(name=name, role=role, family=family, given=given, suffix=suffix)


def organisation(name: str, role: str = "author") -> Contributor:
    return Contributor(name=name, role=role, kind="organisation")


ARTICLE = work(
    1,
    Record(
        title="Sharing leadership: current attitudes & needs of the NHS",
        type="article",
        type_raw=("journal-article",),
        identifiers=(
            Identifier("doi", "10.1136/leader-2020-000228"),
            Identifier("handle", "10044/1/85584"),
            Identifier("issn", "2398-631X", "container"),
            Identifier("doi", "10.5555/other", "version"),
        ),
        url="http://hdl.handle.net/10044/1/85584",
        contributors=(
            person("Aufegger", "L"),
            Contributor("Alabi, M", family="Alabi", given="M", affiliations=(Affiliation("Imperial"),)),
            person("King", "Martin Luther", suffix="Jr"),
            organisation("Imperial College Healthcare NHS Trust"),
            person("Itor", "Ed", "editor"),
        ),
        descriptions=(Description("Background: Care is complex.\n\nResults: It is."),),
        language=("en",),
        subjects=(Subject("leadership"), Subject("integrated care")),
        dates=(Date("accepted", "2020-04-28"), Date("online", "2020-05-13"), Date("issued", "2020-09-28")),
        issued="2020-09-28",
        container=Container(title="BMJ Leader", short_title="BMJ Lead", type="journal", issn="2398-631X"),
        volume="4",
        issue="3",
        pages="128-134",
        start_page="128",
        end_page="134",
        publisher="BMJ Publishing Group",
        licenses=(License(spdx="CC-BY-NC-4.0"),),
        access="open",
        funding=(Funding("NIHR", award_number="RDB04"),),
        files=(File(name="a.docx", size=95130),),
        findings=(Finding("award-placeholder", "funding", "n/a"),),
    ),
    "doi:10.1136/leader-2020-000228",
)
RETRACTED = work(
    2,
    Record(
        title="RETRACTED: Ward rounds by horoscope",
        type="article",
        identifiers=(Identifier("doi", "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"),),
        contributors=(person("Stargazer", "A"),),
        issued="1998-06",
        container=Container(title="Journal of Stars"),
        update_status="retraction",
        relations=(
            Relation("is-corrected-by", "doi", "10.5555/correction", date="1999"),
            Relation("is-retracted-by", "doi", "10.5555/notice", date="2010-02-06", asserted_by="publisher"),
            Relation("is-retracted-by", "doi", "10.5555/notice", date="2010-02-06", asserted_by="retraction-watch"),
        ),
    ),
)
CORRECTED = work(3, Record(title="Corrected", type="article", update_status="correction", issued="2021"))
CHAPTER = work(
    4,
    Record(
        title="Leading from the second chair",
        type="chapter",
        contributors=(person("Hair", "C."), person("Bench", "D.", "editor"), person("Sofa", "E.", "editor")),
        identifiers=(Identifier("isbn", "9780521877237", "container"),),
        container=Container(title="A Handbook of Chairs", type="book", isbn="9780521877237"),
        issued="2023",
        pages="17",
        start_page="17",
        end_page="17",
        publisher="Example Press",
        place="Cham",
    ),
)
THESIS = work(
    5,
    Record(
        title="Between the wards",
        type="doctoral-thesis",
        type_raw=("Thesis or dissertation",),
        contributors=(person("Example", "Rebecca"), person("Visor", "Al", "advisor")),
        institutions=(Institution(name="University of Example", role="awarding"),),
        issued="2021-21",
        url="https://example.org/thesis",
    ),
)
BARE = work(6, Record(), "oai:example.org:6")
UNTITLED = work(
    7, Record(type="article", container=Container(title="Archives"), volume="127", pages="1397-1398", issued="199X")
)
HOSTILE = work(
    8,
    Record(
        title='=HYPERLINK("http://evil")\nTY  - JOUR\r\nER  - \\emph{x} } { 100% #1 $5 ~^_ "quoted", comma',
        type="web-opinion",
        contributors=(
            person("others"),
            person("Smith and Wesson", "A, B"),
            organisation("Marks and Spencer, Ltd {UK}"),
            person("@SUM(A1)", "-1"),
            person("Ödön von Horváth 李", "Ö."),
        ),
        descriptions=(Description("+1 for\x00 leadership\u2028and\tmore"),),
        subjects=(Subject("a;b"), Subject("-x")),
        identifiers=(Identifier("doi", "10.5555/{brace}%20"), Identifier("url", "https://example.org/a{b}?c=d&e_f#g")),
        url="https://example.org/a{b}?c=d&e_f#g",
        issued="2019-11/2024-10",
        update_status="some-new-status",
    ),
    'local:"8",x',
)
STUDENTSHIP = work(
    9,
    Record(
        title="PhD Studentship: Wards in a Cold Climate",
        type="studentship",
        url="https://www.jobs.ac.uk/job/DGV596/x",
        institutions=(Institution(name="King's College London"),),
    ),
)
ALL = [ARTICLE, RETRACTED, CORRECTED, CHAPTER, THESIS, BARE, UNTITLED, HOSTILE, STUDENTSHIP]


UPDATES = ("is-retracted-by", "has-expression-of-concern", "is-corrected-by")
"""Relations that name a notice."""


def number(found: Identifier) -> Identifier:
    """An identifier as formats have it that do not say which ISSN is electronic."""
    return Identifier("issn" if found.scheme == "eissn" else found.scheme, found.value, found.relation)

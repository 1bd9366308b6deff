"""Generated works for the round trips of the writers: whatever a record may hold, in values that cleaning leaves as they are.

A test of a format says in a function of its own what that format cannot carry, and asks that the rest comes back::

    @given(works())
    def test_round_trip(work: Work) -> None:
        assert carried(read(write(work))) == carried(work.record)

Words are chosen to break escaping (``&``, ``<``, ``{``, ``%``, ``$``, quotes, several scripts), not to be read.
"""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from export.works import work
from harvester.clean import citations, names, text
from harvester.formats.issued import issued
from harvester.record import (
    Affiliation,
    Container,
    Contributor,
    Date,
    Description,
    Event,
    File,
    Funding,
    Identifier,
    Institution,
    License,
    Record,
    Relation,
    Subject,
    Title,
    Work,
)

# fmt: off
WORDS = (
    "Leadership", "leaders", "in", "the", "NHS:", "clinical", "teams", "R&D", "a < b", "50%", "$5", "{braced}",
    "\\emph", "C#", "under_score", "“quoted”", '"straight"', "O'Neill", "naïve", "Führung", "лидерство", "领导力", "--",
    "~", "^", "|", "wards?", "und", "x=1", "AT&T", "tilde~d", "α-blockers", "(2020)", "[sic]", "care,", "semi;colon",
    "1914",
)
# fmt: on
FAMILIES = (
    "Aufegger",
    "van der Berg",
    "O'Neill",
    "Ødegård",
    "García Márquez",
    "Smith-Jones",
    "Lee",
    "Kirkpatrick",
    "Straße",
)
GIVENS = ("Lisa", "L", "A. B.", "José", "Mary Ann", "Anne-Marie", "Peter", "C.")
SUFFIXES = (None, None, None, "Jr", "III")
ORGANISATIONS = (
    "Imperial College Healthcare NHS Trust",
    "The King's Fund",
    "Marks & Spencer Foundation",
    "University of Leeds",
    "World Health Organization",
    "Faculty of Medical Leadership and Management",
)
JOURNALS = ("BMJ Leader", "Journal of Health & Management", "Führung und Pflege", "The Lancet", "领导力研究")
PUBLISHERS = ("BMJ Publishing Group", "Smith & Sons", "Éditions du Seuil")
PLACES = ("London", "Cham", "São Paulo")
ROLES = ("editor", "translator", "advisor", "compiler", "illustrator")
LANGUAGES = ("en", "de", "fr", "pt-BR", "zh")
LICENSES = (
    License("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
    License("https://creativecommons.org/licenses/by-nc-nd/4.0/", "CC-BY-NC-ND-4.0"),
    License("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
)
IN_JOURNALS = ("article", "review-article", "editorial", "commentary", "letter")
ALONE = (
    "book",
    "report",
    "policy-report",
    "working-paper",
    "preprint",
    "dataset",
    "software",
    "web-opinion",
    "studentship",
    "other",
)
THESES = ("thesis", "doctoral-thesis", "masters-thesis")
RELATIONS = (
    "is-version-of",
    "has-version",
    "references",
    "is-preprint-of",
    "is-part-of",
    "is-supplement-to",
    "is-translation-of",
)
UPDATES = {
    "retraction": "is-retracted-by",
    "expression-of-concern": "has-expression-of-concern",
    "correction": "is-corrected-by",
}


def maybe(strategy: SearchStrategy[object]) -> SearchStrategy[object | None]:
    return st.none() | strategy


@composite
def phrases(draw: DrawFn, shortest: int = 2, longest: int = 8) -> str:
    """A line of text that cleaning leaves as it is, whether as a title or as plain text."""
    found = "Notes " + " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=shortest, max_size=longest)))
    found = text.title(found) or "Notes"
    assume(text.title(found) == found and text.plain(found) == found and text.update_prefix(found) is None)
    return found


@composite
def paragraphs(draw: DrawFn) -> str:
    found = "\n\n".join(draw(st.lists(phrases(6, 20), min_size=1, max_size=3)))
    assume(text.abstract(found) == found)
    return found


def dois() -> SearchStrategy[str]:
    tails = (
        "leader-2020-000228",
        "s0140-6736(97)11096-0",
        "(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
        "a_b%c",
        "x#1",
    )
    return st.builds(
        lambda prefix, tail, n: f"10.{prefix}/{n}{tail}",
        st.integers(1000, 99999),
        st.sampled_from(tails),
        st.integers(0, 999),
    )


def urls() -> SearchStrategy[str]:
    return st.builds(
        lambda n, query: f"https://example.org/items/{n}{query}",
        st.integers(1, 99999),
        st.sampled_from(("", "?a=1&b=2", "/a_b~c")),
    )


@composite
def issns(draw: DrawFn) -> str:
    digits = draw(st.integers(1_000_000, 9_999_999))
    total = sum(int(digit) * weight for digit, weight in zip(str(digits), range(8, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    found = f"{str(digits)[:4]}-{str(digits)[4:]}{'X' if check == 10 else check}"
    assume(not (found[:2] in ("19", "20") and found[5:7] in ("19", "20")))  # not a span of years
    return found


@composite
def isbns(draw: DrawFn) -> str:
    digits = f"978{draw(st.integers(0, 999_999_999)):09}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return digits + str(-total % 10)


@composite
def orcids(draw: DrawFn) -> str:
    digits = f"0000000{draw(st.integers(15_000_000, 35_000_000)):08}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[at : at + 4] for at in range(0, 16, 4))


def edtf() -> SearchStrategy[str]:
    """Days, months, seasons, years; years of doubt are a few of many."""
    day = st.dates().filter(lambda d: 1900 <= d.year <= 2024).map(str)
    return st.one_of(
        day,
        day,
        day.map(lambda d: d[:7]),
        day.map(lambda d: d[:4]),
        st.sampled_from(("2020-21", "1985~", "2020?", "199X", "2019-11/2024-10")),
    )


@composite
def persons(draw: DrawFn, role: str = "author") -> Contributor:
    family, given = draw(st.sampled_from(FAMILIES)), draw(st.sampled_from(GIVENS))
    suffix = draw(st.sampled_from(SUFFIXES))
    (found,) = names.names(", ".join([family, given, *([suffix] if suffix else [])]))
    assume((found.family, found.given, found.suffix) == (family, given, suffix))
    return Contributor(
        name=found.name,
        role=role,
        family=family,
        given=given,
        suffix=suffix,
        orcid=draw(maybe(orcids())),  # type: ignore[arg-type]
        affiliations=tuple([Affiliation(name) for name in draw(st.lists(st.sampled_from(ORGANISATIONS), max_size=1))]),
    )


def organisations(role: str = "author") -> SearchStrategy[Contributor]:
    return st.sampled_from(ORGANISATIONS).map(lambda name: Contributor(name=name, role=role, kind="organisation"))


@composite
def contributors(draw: DrawFn, *roles: str) -> tuple[Contributor, ...]:
    """Authors, persons and organisations mixed, each name once; then others."""
    found = draw(st.lists(st.one_of(persons(), persons(), organisations()), max_size=4))
    for role in draw(st.lists(st.sampled_from(roles), max_size=2)) if roles else ():
        found.append(draw(persons(role)))
    return tuple({(c.family, c.given, c.name): c for c in found}.values())


@composite
def records(draw: DrawFn) -> Record:
    """A record of any type whose elements agree with one another as those of a read record do."""
    kind = draw(st.sampled_from(("journal", "journal", "book", "conference", "thesis", "alone")))
    values: dict[str, object] = {}
    identifiers = [Identifier("doi", draw(dois()))] if draw(st.booleans()) else []
    if draw(st.booleans()):
        identifiers.append(Identifier("handle", f"10044/1/{draw(st.integers(1, 99999))}"))
    roles: tuple[str, ...] = ("editor", "translator", "illustrator")
    if kind == "journal":
        values["type"] = draw(st.sampled_from(IN_JOURNALS))
        values |= _in_a_journal(draw, identifiers)
    elif kind == "book":
        values["type"] = "chapter"
        isbn = draw(isbns())
        values["container"] = Container(title=draw(phrases(1, 4)), type="book", isbn=isbn)
        identifiers.append(Identifier("isbn", isbn, "container"))
        values |= _pages(draw)
    elif kind == "conference":
        values["type"] = "conference-paper"
        values["event"] = Event(
            name=draw(phrases(1, 4)),
            place=draw(st.sampled_from((None, *PLACES))),
            start=draw(st.sampled_from((None, "2019-05-01"))),
        )
    elif kind == "thesis":
        values["type"] = draw(st.sampled_from(THESES))
        values["institutions"] = (Institution(name="University of Leeds", role="awarding"),)
        roles = ("advisor",)
    else:
        values["type"] = draw(st.sampled_from(ALONE))
        if values["type"] in ("book", "report"):
            identifiers.append(Identifier("isbn", draw(isbns())))
            values["edition"] = draw(st.sampled_from((None, "2")))
            if values["type"] == "book" and draw(st.booleans()):
                values["container"] = Container(f"{draw(phrases(1, 3))} series", type="series")
                values["volume"] = draw(st.sampled_from((None, "12")))
    values |= _said_of_any(draw, kind, {i.value for i in identifiers})
    dates = draw(_dates())
    title = None if draw(st.integers(0, 9)) == 9 else draw(phrases())
    return Record(
        title=title,
        titles=tuple([Title(f"Other {draw(phrases())}", "alternative")] if title and draw(st.booleans()) else ()),
        identifiers=tuple(identifiers),
        contributors=draw(contributors(*roles)),
        dates=dates,
        issued=issued(dates, bool(values.get("volume") or values.get("issue"))),
        **{name: value for name, value in values.items() if value is not None},  # type: ignore[arg-type]
    )


def _in_a_journal(draw: DrawFn, identifiers: list[Identifier]) -> dict[str, object]:
    issn = draw(maybe(issns()))
    eissn = draw(maybe(issns()))
    assume(issn is None or issn != eissn)
    if issn:
        identifiers.append(Identifier("issn", str(issn), "container"))
    if eissn:
        identifiers.append(Identifier("eissn", str(eissn), "container"))
    short = draw(st.sampled_from((None, "BMJ Lead")))
    title = draw(st.sampled_from(JOURNALS))
    found: dict[str, object] = {
        "container": Container(title=title, short_title=short, type="journal", issn=issn, eissn=eissn),  # type: ignore[arg-type]
        "volume": draw(st.sampled_from((None, "4", "12A", "Suppl 1"))),
    }
    if found["volume"]:
        found["issue"] = draw(st.sampled_from((None, "3", "1-2", "S1")))
    return found | (
        _pages(draw) if draw(st.booleans()) else {"article_number": draw(st.sampled_from((None, "e000228")))}
    )


def _pages(draw: DrawFn) -> dict[str, object]:
    first = draw(st.integers(1, 900))
    last = first + draw(st.integers(1, 90))
    found = citations.pages(f"{first}-{last}")
    assert found is not None
    return {"pages": found.pages, "start_page": found.start, "end_page": found.end}


def _said_of_any(draw: DrawFn, kind: str, own: set[str]) -> dict[str, object]:
    """``own``: nothing is related to itself."""
    others = dois().filter(lambda doi: doi not in own)
    status = draw(st.sampled_from((None, None, None, *UPDATES)))
    relations = [Relation(draw(st.sampled_from(RELATIONS)), "doi", draw(others))] if draw(st.booleans()) else []
    if status and draw(st.booleans()):
        relations.append(Relation(UPDATES[status], "doi", draw(others), date="2022-03-01"))
    funding = [Funding("National Institute for Health Research", award_number="RDB04")] if draw(st.booleans()) else []
    files = (
        [
            File(
                url=f"https://example.org/{draw(st.integers(1, 999))}/a.pdf",
                name="a.pdf",
                mime="application/pdf",
                size=95130,
            )
        ]
        if draw(st.booleans())
        else []
    )
    kinds = draw(st.sampled_from((("abstract",), ("abstract", "note"), ("note",), ("toc",), ())))
    return {
        "url": draw(maybe(urls())),
        "descriptions": tuple([Description(f"{each.title()} {draw(paragraphs())}", each) for each in kinds]),
        "language": (draw(st.sampled_from(LANGUAGES)),) if draw(st.booleans()) else (),
        "subjects": tuple(
            [
                Subject(term)
                for term in draw(
                    st.lists(
                        st.sampled_from(("leadership", "NHS & care", "Führung", "teams < wards")),
                        unique=True,
                        max_size=3,
                    )
                )
            ]
        ),
        "publisher": draw(st.sampled_from((None, *PUBLISHERS))),
        "place": draw(st.sampled_from((None, *PLACES))) if kind in ("book", "alone") else None,
        "rights": ("© The Author(s) 2020",) if draw(st.booleans()) else (),
        "licenses": (draw(st.sampled_from(LICENSES)),) if draw(st.booleans()) else (),
        "access": draw(st.sampled_from((None, "open", "restricted"))),
        "funding": tuple(funding),
        "relations": tuple(relations),
        "update_status": status,
        "files": tuple(files),
    }


@composite
def _dates(draw: DrawFn) -> tuple[Date, ...]:
    kinds = draw(
        st.lists(
            st.sampled_from(("online", "accepted", "submitted", "created", "copyrighted")), unique=True, max_size=2
        )
    )
    return tuple([Date(kind, draw(edtf())) for kind in ["issued"] * draw(st.booleans()) + kinds])


@composite
def works(draw: DrawFn) -> Work:
    return work(draw(st.integers(1, 10**6)), draw(records()))

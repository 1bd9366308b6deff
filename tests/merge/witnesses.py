"""Made-up records of one work, from few values, so that sources agree, complete and contradict each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from harvester.merge import merge
from harvester.record import (
    Affiliation,
    Collection,
    Container,
    Contributor,
    Date,
    Description,
    Event,
    File,
    Finding,
    Funding,
    Identifier,
    License,
    Member,
    Record,
    Relation,
    Subject,
    Title,
    Work,
)

CROSSREF, SPIRAL, EPRINTS, CURATED = (
    ("crossref", "crossref", 1),
    ("spiral", "xoai", 2),
    ("eprints", "oai_dc", 3),
    ("curated", "curated", 9),
)


def work(*said: tuple[tuple[str, str, int], Record], **more: Any) -> Work:
    """One work of what each source says; its records have the numbers 1, 2 ..."""
    members = [
        Member(n, source, f"id{n}", format_, rank, record, f"2026-01-0{n}T00:00:00Z")
        for n, ((source, format_, rank), record) in enumerate(said, 1)
    ]
    return merge(1, "doi:10.1136/1", members, **more)


def person(name: str, **more: Any) -> Contributor:
    """``Aufegger, L`` as a person."""
    family, _, given = name.partition(", ")
    return Contributor(name, family=family, given=given or None, **more)


def people(names: str, **more: Any) -> tuple[Contributor, ...]:
    """``Aufegger, L; Darzi, A`` as authors."""
    return tuple(person(name, **more) for name in names.split("; "))


def _some(values: Iterable[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(list(values)), max_size=most).map(tuple)


def _maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


_ORCIDS = ("0000-0002-1825-0097", "0000-0001-5109-3700")
_persons = st.builds(
    lambda name, orcid, where: person(name, orcid=orcid, affiliations=(Affiliation(where),) if where else ()),
    st.sampled_from(
        ("Müller, J", "Mueller, Johannes", "MULLER, Jo", "García Márquez, G", "Márquez, Gabriel", "Li, Jun", "Li, J")
    ),
    _maybe(*_ORCIDS),
    _maybe("Imperial College", "UCL"),
)
_authors = st.lists(
    st.one_of(
        _persons, st.just(Contributor("RECOVERY Group", kind="organisation")), st.just(person("Roe, Ed", role="editor"))
    ),
    max_size=4,
).map(tuple)
_titles = _maybe("Sharing leadership", "SHARING LEADERSHIP", "Sharing lead…", "Sharing leadership: a review", "Of mice")
records = st.builds(
    Record,
    title=_titles,
    titles=_some([Title("Geteilte Führung", "translated", "de"), Title("Sharing <i>leadership</i>", "markup")]),
    type=st.sampled_from(("other", "article", "preprint")),
    identifiers=_some(
        [Identifier("doi", "10.1136/a"), Identifier("doi", "10.1136/A", "version"), Identifier("handle", "10044/1/1")]
    ),
    contributors=_authors,
    descriptions=_some(
        [
            Description("Background. We asked."),
            Description("Background. We asked, and they answered.", language="en"),
            Description("Hintergrund.", language="de"),
            Description("Ten pages", "note"),
        ]
    ),
    language=_some(["en", "de"]),
    subjects=_some([Subject("Care"), Subject("care "), Subject("Care", "mesh", "http://id/1"), Subject("Care", "mesh")]),
    dates=_some([Date("issued", "2020"), Date("issued", "2020-09"), Date("issued", None, "soon"), Date("issued", None, "later")]),
    issued=_maybe("2020", "2020-09", "2020-09-28", "2019"),
    container=_maybe(
        Container(title="BMJ Leader"), Container(title="BMJ leader", issn="2398-631X"), Container(eissn="2398-631X"),
    ),
    volume=_maybe("4", "Vol. 04", "5"),
    pages=_maybe("128-134", "128"),
    start_page=_maybe("128"),
    end_page=_maybe("134"),
    version=_maybe("AM", "VoR"),
    access=_maybe("open", "embargoed"),
    embargo_until=_maybe("2021-01-01"),
    licenses=_some([License("https://cc.example/by/4.0/", "CC-BY-4.0"), License("http://cc.example/by/4.0", start="2020")]),
    funding=_some(
        [
            Funding("NIHR"), Funding("nihr", "10.13039/501100000272"), Funding("NIHR", None, "MR/K01 417X"),
            Funding(None, "10.13039/501100000272", "MRK01417X"), Funding(None, None, "mr/k01417x"), Funding("EU"),
        ], 3,
    ),
    relations=_some([Relation("is-version-of", "doi", "10.1/b"), Relation("is-version-of", "doi", "10.1/B", date="2020")]),
    update_status=_maybe("retraction", "correction"),
    files=_some(
        [
            File("https://x.example/a.pdf", version="AM", access="open"),
            File("http://x.example/a.pdf", "a.pdf", embargo_until="2021"),
            File(name="a.pdf", checksum="ab", checksum_type="MD5"),
            File("https://y.example/b", checksum="AB", checksum_type="md5"),
            File(name="a.pdf"),
        ], 3,
    ),
    collections=_some([Collection("com_1"), Collection("com_1", "Surgery")]),
    event=_maybe(Event("ICML"), Event("ICML", place="Lille")),
    peer_reviewed=_maybe(True, False),
    extra=st.sampled_from(({}, {"dc.foo": ["bar"]}, {"dc.foo": ["baz"]})),
    findings=_some([Finding("no-title", "title", "no title")], 1),
)  # fmt: skip


@st.composite
def clusters(draw: st.DrawFn) -> list[Member]:
    """Records of one work, each of its own source and number."""
    said = draw(st.lists(records, min_size=1, max_size=4))
    ranks = draw(st.lists(st.integers(1, 3), min_size=len(said), max_size=len(said)))
    return [
        Member(n, f"source-{n % 2}", f"id{n}", draw(st.sampled_from(("crossref", "xoai", "oai_dc", "curated"))), rank, r, "2026")
        for n, (r, rank) in enumerate(zip(said, ranks, strict=True), 1)
    ]  # fmt: skip

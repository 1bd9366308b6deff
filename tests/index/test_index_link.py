"""Identifiers unite what is one work, and nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import link
from harvester.record import Contributor, Identifier, Record, Title
from tests.index import histories

DOI = Identifier("doi", "10.1136/leader-2020-000228")


def keys(*identifiers: Identifier, source: str = "spiral", identifier: str = "1", **more: object) -> tuple[str, ...]:
    options = {"format_": "xoai", "repository_doi_prefixes": ("10.25560", "10.17605/osf.io"), **more}
    return link.match_keys(Record(identifiers=identifiers), source, identifier, **options)  # type: ignore[arg-type]


def works(*records: Record, source: str | None = None) -> list[tuple[int, ...]]:
    """Clusters of records 0, 1, 2 ..., each of a source of its own."""
    found = [
        link.facts(n, source or f"source{n}", str(n), "xoai", link.match_keys(r, f"source{n}", str(n), "xoai"), r)
        for n, r in enumerate(records)
    ]
    return [cluster.members for cluster in link.clusters(found).clusters]


def article(title: str | None, *identifiers: Identifier, authors: str = "", year: str = "2020", page: str | None = None,
            type_: str = "article", **more: object) -> Record:  # fmt: skip
    return Record(
        title=title,
        type=type_,
        issued=year,
        start_page=page,
        identifiers=identifiers or (DOI,),
        contributors=tuple(Contributor(a, family=a) for a in authors.split()),
        **more,  # type: ignore[arg-type]
    )


# --- match keys ------------------------------------------------------------------------------------------------------


def test_identifiers_of_the_record_itself_are_keys() -> None:
    found = keys(
        DOI,
        Identifier("handle", "10044/1/85584"),
        Identifier("pmid", "33024893"),
        Identifier("pmcid", "PMC7654321"),
        Identifier("arxiv", "2001.00001v2"),
        Identifier("oai", "oai:spiral.imperial.ac.uk:10044/1/85584"),
        identifier="oai:spiral.imperial.ac.uk:10044/1/85584",
    )
    assert found == (
        "doi:10.1136/leader-2020-000228",
        "pmid:33024893",
        "pmcid:pmc7654321",
        "arxiv:2001.00001",
        "hdl:10044/1/85584",
        "oai:spiral.imperial.ac.uk:10044/1/85584",
    )


@pytest.mark.parametrize(
    "identifier",
    [
        Identifier("doi", "10.1136/leader", "container"),
        Identifier("doi", "10.1136/leader-2022-000655", "candidate"),
        Identifier("doi", "10.1136/preprint", "version"),
        Identifier("doi", "10.25560/12345"),
        Identifier("doi", "10.17605/osf.io/abcde"),
        Identifier("doi", "10.1111/(issn)1365-2648"),
        Identifier("doi", "10.1136"),
        Identifier("handle", "123456789/12"),
        Identifier("oai", "oai:generic.eprints.org:12"),
        Identifier("issn", "2398-631X"),
        Identifier("isbn", "9780521877237"),
        Identifier("url", "https://example.org/"),
        Identifier("local", "RDB04"),
    ],
)
def test_what_names_no_work_is_no_key(identifier: Identifier) -> None:
    assert keys(identifier) == ("local:spiral:1",)


def test_identifier_of_a_repository_without_a_name_of_its_own_holds_within_its_source() -> None:
    assert keys(identifier="oai:generic.eprints.org:12") == ("local:spiral:oai:generic.eprints.org:12",)
    assert keys(identifier="12", source="other") == ("local:other:12",)


def test_address_of_a_curated_entry_is_a_key() -> None:
    record = Record(url="https://www.fmlm.ac.uk/news/Unfinished/#top")
    assert link.match_keys(record, "curated", "kirkpatrick", "curated")[0] == "url:fmlm.ac.uk/news/Unfinished"
    assert link.match_keys(record, "spiral", "1", "xoai") == ("local:spiral:1",)


def test_doi_of_a_crossref_record_is_its_only_key() -> None:
    assert keys(DOI, source="crossref", identifier="10.1136/LEADER-2020-000228", format_="crossref") == (
        "doi:10.1136/leader-2020-000228",
    )


# --- what is one work ------------------------------------------------------------------------------------------------

SHARING = "Sharing leadership: current attitudes, barriers and needs of clinical and non-clinical managers"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (article(SHARING), article("Sharing Leadership")),
        (article(SHARING, year="2020"), article(SHARING, year="2024")),
        (article(SHARING), article(f"RETRACTED: {SHARING}", year="2023")),
        (article(SHARING), article(None, authors="Aufegger")),
        (article(SHARING, authors="Aufegger Darzi"), article("Führung teilen", authors="Aufegger Darzi", page="128")),
        (article(SHARING, page="128"), article("Führung teilen", page="128")),
        (article("Führung", titles=(Title(SHARING, "translated"),)), article(SHARING, year="2010", authors="X")),
        (article(SHARING), article(SHARING, type_="thesis")),
        (article(SHARING), article("Sharing leadership: current atitudes, barriers and needs of clinical managers")),
        (article("领导力研究"), article("领导力研究")),
        (article("Café culture in hospitals"), article("Cafe culture in hospitals")),
        (article("Leadership in the NHS"), article("Leadership in the NHS 1")),
    ],
)
def test_one_work_under_one_identifier(one: Record, other: Record) -> None:
    assert works(one, other) == [(0, 1)]
    assert works(other, one) == [(0, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # chapters under the DOI of their book, and the book itself
        (
            article("Leading change", authors="Jones", page="1", type_="chapter"),
            article("On followers", authors="Smith", page="20", type_="chapter"),
        ),
        (
            article("Leading change", authors="Jones", page="1", type_="chapter"),
            article("On followers", authors="Jones", page="20", type_="chapter"),
        ),
        (article("Handbook of medical leadership", type_="book"), article("Leadership", type_="chapter")),
        # an erratum under the DOI of its article
        (
            article(SHARING, authors="Aufegger"),
            article(f"Correction: {SHARING}", authors="Aufegger", type_="correction"),
        ),
        (article(SHARING), article(f"Data from: {SHARING}", type_="dataset")),
        # reports of a series under one handle
        (article("Annual report 2019", year="2019"), article("Annual report 2020", year="2020")),
        (article("Clinical leadership, part I"), article("Clinical leadership, part II")),
        (article("Editorial", authors="Jones", year="2012", page="1"), article("Editorial", authors="Li", page="3")),
        (article(SHARING, authors="Aufegger"), article("Cardiac surgery outcomes", authors="Smith")),
        (article(SHARING), article("Cardiac surgery outcomes in Scotland")),
        (article("COVID-19: phase 2"), article("COVID-20: phase 3")),
    ],
)
def test_two_works_under_one_identifier(one: Record, other: Record) -> None:
    assert works(one, other) == [(0,), (1,)]


def test_one_record_in_two_formats_is_one_work_whatever_it_says() -> None:
    found = [
        link.facts(n, "spiral", "oai:x:1", f, ("oai:x:1",), article(t, type_=k))
        for n, (f, t, k) in enumerate((("xoai", "One", "book"), ("oai_dc", "Another thing", "correction")))
    ]
    assert [c.members for c in link.clusters(found).clusters] == [(0, 1)]


def test_no_cluster_bridges_a_conflict() -> None:
    handle = Identifier("handle", "10044/1/1")
    one = article(SHARING, DOI, authors="Aufegger", page="128")
    between = Record(identifiers=(DOI, handle))
    other = article("Cardiac surgery outcomes", handle, authors="Smith", page="3")
    assert works(one, between, other) == [(0, 1), (2,)]
    assert works(other, between, one) == [(0,), (1, 2)]


def test_contested_identifier_still_unites_what_agrees() -> None:
    chapters = [article(t, page=p, type_="chapter") for t, p in (("Leading change", "1"), ("On followers", "20"))]
    assert works(*chapters, *chapters) == [(0, 2), (1, 3)]
    assert works(*chapters, Record(identifiers=(DOI,))) == [(0,), (1,), (2,)]


def test_conflict_is_a_finding_of_each_record() -> None:
    records = [article(SHARING, authors="Aufegger"), article("Cardiac surgery outcomes", authors="Smith")]
    found = [
        link.facts(n, "s", str(n), "xoai", link.match_keys(r, "s", str(n), "xoai"), r) for n, r in enumerate(records)
    ]
    linked = link.clusters(found)
    assert [(id_, f.code, f.raw) for id_, f in linked.conflicts] == [
        (n, "identifier-conflict", "doi:10.1136/leader-2020-000228") for n in (0, 1)
    ]
    assert "s 1 (cardiac surgery outcomes)" in linked.conflicts[0][1].message


def test_each_member_says_what_united_it() -> None:
    pmid = Identifier("pmid", "33024893")
    records = [article(SHARING, DOI), article(SHARING, DOI, pmid), article(SHARING, pmid)]
    found = [
        link.facts(n, f"s{n}", "1", "xoai", link.match_keys(r, f"s{n}", "1", "xoai"), r) for n, r in enumerate(records)
    ]
    (cluster,) = link.clusters(found).clusters
    assert cluster.joined_by == ("first", "doi:10.1136/leader-2020-000228", "pmid:33024893")


@settings(deadline=None, max_examples=100)
@given(histories.changes, st.permutations(range(6)), st.integers(0, 1000))
def test_order_and_numbers_never_change_the_clusters(changes: list, order: list[int], offset: int) -> None:  # type: ignore[type-arg]
    newest = {(c.source, c.identifier, c.format): c for c in changes if not c.deleted and c.payload != histories.BROKEN}
    records = [(name, histories.read(c, "")) for name, c in newest.items()]

    def partition(numbers: list[int]) -> set[frozenset[object]]:
        found = [
            link.facts(id_, *name, link.match_keys(record, *name, ("10.25560",)), record)
            for id_, (name, record) in zip(numbers, records, strict=True)
        ]
        names = {f.id: f.name for f in found}
        return {frozenset(names[m] for m in c.members) for c in link.clusters(found).clusters}

    ascending = list(range(len(records)))
    assert partition([n + offset for n in order if n < len(records)]) == partition(ascending)


def test_identifier_that_everybody_claims_is_not_compared_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """A placeholder DOI on thousands of unlike records: they stay apart, at a cost that grows with their number only."""
    dice = random.Random(1)
    titles = [
        f"{' '.join(dice.choices(['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta'], k=6))} {n}"
        for n in range(3000)
    ]
    compared = []
    monkeypatch.setattr(link.clustering, "likeness", lambda *pair: compared.append(pair))
    assert len(works(*(article(title) for title in titles))) == 3000
    assert len(compared) < 3000

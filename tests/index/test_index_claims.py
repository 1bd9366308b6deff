"""A DOI that a curated entry's address suggests unites it with the registry's record of the same title, and only that."""

from __future__ import annotations

from harvester.link import clusters, facts, match_keys
from harvester.record import Identifier, Record

DOI = "10.1136/leader-2022-000655"
TITLE = "Role of medical leaders in integrated care systems: what can be learnt from previous research?"


def cluster(*records: tuple[str, str, Record]) -> list[tuple[int, ...]]:
    found = [
        facts(n, source, f"{source}-{n}", format_, match_keys(record, source, f"{source}-{n}", format_), record)
        for n, (source, format_, record) in enumerate(records, start=1)
    ]
    linked = clusters(found)
    assert linked.conflicts == []
    return [c.members for c in linked.clusters]


def registered(title: str = TITLE) -> tuple[str, str, Record]:
    return ("crossref", "crossref", Record(title=title, type="article", identifiers=(Identifier("doi", DOI),)))


def entry(title: str | None = TITLE, relation: str = "candidate", format_: str = "curated") -> tuple[str, str, Record]:
    return ("listing", format_, Record(title=title, identifiers=(Identifier("doi", DOI, relation),)))


def test_the_same_title_confirms_it() -> None:
    assert cluster(registered(), entry()) == [(1, 2)]
    assert cluster(entry(), registered()) == [(1, 2)]


def test_another_title_or_none_does_not() -> None:
    assert cluster(registered(), entry("A notice about the role of nurses")) == [(1,), (2,)]
    assert cluster(registered(), entry(None)) == [(1,), (2,)]


def test_two_claims_confirm_nothing() -> None:
    assert cluster(entry(), entry()) == [(1,), (2,)]


def test_candidates_of_harvested_records_never_unite() -> None:
    assert cluster(registered(), entry(format_="oai_dc")) == [(1,), (2,)]

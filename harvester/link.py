"""Which records describe the same work: by shared identifiers, with guards. Pure.

Equal match keys make records candidates for one work. An identifier that is claimed by clearly different works (chapters
under the DOI of their book, an erratum under that of its article) does not unite them: it becomes a finding. The result
depends on the records alone, never on the order in which they arrived, and two records that cannot be one work never meet
in a cluster through a third.

A component is what match keys connect; a cluster is the part of a component that is one work. Other evidence than
identifiers (similar titles, people's decisions) would add edges and conflicts to ``clusters`` and leave the rest alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations, pairwise
from typing import Final

from msgspec import Struct
from rapidfuzz import fuzz

from harvester.formats.findings import finding
from harvester.record import Finding, Identifier, Record

SCHEMES: Final = {"doi": "doi", "handle": "hdl", "pmid": "pmid", "pmcid": "pmcid", "arxiv": "arxiv", "oai": "oai"}
"""Identifier schemes that can unite records -> prefix of their match keys. ISSN and ISBN name containers: they never do."""
STRENGTH: Final = {p: n for n, p in enumerate(("doi", "pmid", "pmcid", "arxiv", "hdl", "oai", "url", "local"))}
"""Which key is tried first, and named first as the reason of a union."""

SHARED_OAI_NAMES: Final = frozenset({"generic.eprints.org", "localhost", "example.org", "dspace.org", "www.dspace.org"})
"""Namespaces of OAI identifiers as software ships them: many repositories never set their own, so they name nothing
beyond their source."""
UNREGISTERED_HANDLE: Final = "123456789/"
"""The handle prefix that DSpace starts with: thousands of repositories number their items under it."""
_CONTAINER_DOI: Final = "/(issn)"
"""Publishers register journals as ``10.1111/(ISSN)1365-2648``."""

GROUP: Final = {
    "correction": "notice", "retraction-notice": "notice", "peer-review": "review", "book": "whole", "journal": "whole",
    "proceedings": "whole", "dataset": "data", "software": "data", "article": "text", "review-article": "text",
    "editorial": "text", "commentary": "text", "letter": "text", "preprint": "text", "chapter": "text",
    "conference-paper": "text", "report": "text", "policy-report": "text", "working-paper": "text", "thesis": "text",
    "doctoral-thesis": "text",
}  # fmt: skip
"""Types that a cataloguer may take for each other share a group; works of two groups share no title but by accident.
What is not listed is compatible with everything."""

EQUAL, ALIKE, UNLIKE = 100.0, 85.0, 60.0
"""Similarity of titles: the same, the same but for spelling or a subtitle, clearly different (below)."""
_MANY: Final = 60
"""Different descriptions under one identifier: above this it names a container, and pairs are no longer all compared."""


class Facts(Struct, frozen=True):
    """What of a record decides whether it can be the same work as another."""

    id: int
    source: str
    identifier: str
    format: str
    keys: tuple[str, ...]
    """Match keys, and claims after them."""
    titles: tuple[str, ...]
    """Title and its variants, folded to words (see ``words``)."""
    type: str
    year: int | None
    surnames: frozenset[str]
    page: str | None
    """Start page or article number."""
    claimed: frozenset[str] = frozenset()
    """Those of ``keys`` that are only claims."""

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same whatever the order of arrival: everything is sorted by it."""
        return (self.source, self.identifier, self.format)


class Cluster(Struct, frozen=True):
    """The records of one work."""

    members: tuple[int, ...]
    """Record ids, ascending."""
    joined_by: tuple[str, ...]
    """For each member why it is here: ``first``, or the key (or ``same record``) that united it with those before."""


class Linked(Struct, frozen=True):
    clusters: list[Cluster]
    """By lowest record id."""
    conflicts: list[tuple[int, Finding]]
    """(record id, finding): identifiers that clearly different works claim."""


# --- match keys ------------------------------------------------------------------------------------------------------


def match_keys(
    record: Record, source: str, identifier: str, format_: str, repository_doi_prefixes: Sequence[str] = ()
) -> tuple[str, ...]:
    """What identifies a record, strongest first: ``doi:10.1136/...``, ``hdl:10044/1/85584``, ``oai:...``; never empty.

    Only identifiers of the record itself count, not those of its container, versions, files or candidates; and no DOI
    under a prefix of ``repository_doi_prefixes``: a repository registered it for its own copy.
    """
    found = {
        i.value if i.scheme == "oai" else f"{SCHEMES[i.scheme]}:{_folded(i)}"
        for i in record.identifiers
        if i.relation == "self" and i.scheme in SCHEMES and _unites(i, repository_doi_prefixes)
    }
    if format_ == "curated" and record.url and (address := url_key(record.url)):
        found.add(f"url:{address}")
    if f"doi:{identifier.lower()}" not in found:
        found.add(_own_key(source, identifier))
    return tuple(sorted(found, key=_by_strength))


def claims(record: Record, format_: str) -> frozenset[str]:
    """DOIs that a curated entry does not state, but that can be told from its address, as match keys.

    They unite it with a record that has the DOI as its own and the same title, and with nothing else: the registry's own
    record is the confirmation.
    """
    if format_ != "curated":
        return frozenset()
    stated = {_folded(i) for i in record.identifiers if i.scheme == "doi" and i.relation == "self"}
    suggested = {_folded(i) for i in record.identifiers if i.scheme == "doi" and i.relation == "candidate"}
    return frozenset(f"doi:{doi}" for doi in suggested - stated)


def repository_doi(identifier: Identifier, repository_doi_prefixes: Sequence[str]) -> bool:
    """Whether a DOI was registered by a repository for its own copy. A prefix may go beyond the slash: ``10.17605/osf.io``."""
    return identifier.scheme == "doi" and any(
        identifier.value.lower().startswith(p if "/" in p else f"{p}/") for p in repository_doi_prefixes
    )


def url_key(url: str) -> str:
    """An address as far as it identifies a page: without scheme, ``www.``, fragment and final slash.

    >>> url_key("https://www.fmlm.ac.uk/news/unfinished-business/#top")
    'fmlm.ac.uk/news/unfinished-business'
    """
    host, slash, path = re.sub(r"^\w+://(www\.)?", "", url.strip()).partition("#")[0].partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")


def _unites(identifier: Identifier, prefixes: Sequence[str]) -> bool:
    value = identifier.value
    if identifier.scheme == "doi":
        return "/" in value and _CONTAINER_DOI not in value.lower() and not repository_doi(identifier, prefixes)
    if identifier.scheme == "handle":
        return not value.startswith(UNREGISTERED_HANDLE)
    if identifier.scheme == "oai":
        return _global_oai(value)
    return bool(value)


def _folded(identifier: Identifier) -> str:
    if identifier.scheme == "arxiv":
        return re.sub(r"v\d+$", "", identifier.value.lower())
    return identifier.value.lower()


def _global_oai(identifier: str) -> bool:
    """Whether an OAI identifier names the item beyond its repository: ``oai:namespace:local``, and the namespace is real."""
    parts = identifier.split(":", 2)
    return len(parts) == 3 and parts[0] == "oai" and parts[1].lower() not in SHARED_OAI_NAMES


def _own_key(source: str, identifier: str) -> str:
    return identifier if _global_oai(identifier) else f"local:{source}:{identifier}"


def _by_strength(key: str) -> tuple[int, str]:
    return STRENGTH[key.partition(":")[0]], key


# --- facts -----------------------------------------------------------------------------------------------------------

_FLAG = re.compile(
    r"^\W*(?:retracted(?: article)?|withdrawn|removed|expression of concern)\s*[:\]\)]+\s*", re.IGNORECASE
)
_NUMBERS = re.compile(r"\b(?:\d+|[ivx]+)\b")


def facts(id_: int, source: str, identifier: str, format_: str, keys: Iterable[str], record: Record) -> Facts:
    """What of a record ``clusters`` looks at."""
    titles = [record.title, *(t.title for t in record.titles if t.type != "subtitle")]
    claimed = claims(record, format_)
    return Facts(
        id_,
        source,
        identifier,
        format_,
        (*keys, *sorted(claimed)),
        tuple(dict.fromkeys(w for t in titles if t and (w := words(_FLAG.sub("", t)))))[:6],
        record.type,
        int(record.issued[:4]) if record.issued and record.issued[:4].isdigit() else None,
        frozenset(s for c in record.contributors if c.role == "author" and (s := words(c.family or c.name))),
        words(record.start_page or record.article_number or "") or None,
        claimed,
    )


@lru_cache(maxsize=8192)
def words(text: str) -> str:
    """Letters and digits of any script, without accents and case, one space between words.

    >>> words("Café-based  LEADERSHIP: 'phase 2'"), words("领导力研究")
    ('cafe based leadership phase 2', '领导力研究')
    """
    text = text.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join([c if c.isalnum() else " " for c in text]).split())


# --- clusters --------------------------------------------------------------------------------------------------------


def components(shared: Iterable[Sequence[int]]) -> list[list[int]]:
    """Groups of ids that share a key, joined where they overlap; each ascending, by lowest id."""
    root: dict[int, int] = {}
    for group in shared:
        first = _find(root, group[0])
        for other in group[1:]:
            other = _find(root, other)
            if other != first:
                first, other = min(first, other), max(first, other)
                root[other] = first
    found: dict[int, list[int]] = {}
    for id_ in sorted(root):
        found.setdefault(_find(root, id_), []).append(id_)
    return list(found.values())


def clusters(records: Sequence[Facts]) -> Linked:
    """The works that records of one component describe (records of several components do no harm)."""
    ordered = sorted(records, key=lambda f: f.name)
    holders: dict[str, list[int]] = {}
    for position, record in enumerate(ordered):
        for key in record.keys:
            holders.setdefault(key, []).append(position)
    holders = {key: found for key, found in holders.items() if len(found) > 1}
    groups = _united(ordered, holders)
    place = {position: number for number, group in enumerate(groups) for position in group}
    return Linked(
        sorted((_cluster(ordered, group) for group in groups), key=lambda c: c.members),
        [
            found
            for key in sorted(holders, key=_by_strength)
            for found in _contested(ordered, key, _owners(ordered, key, holders[key]), place)
        ],
    )


def _united(ordered: Sequence[Facts], holders: Mapping[str, list[int]]) -> list[list[int]]:
    """Positions grouped into works: the best agreeing pairs are united first, and no union may bring a conflict."""
    root = {position: position for position in range(len(ordered))}
    members = {position: [position] for position in root}
    # Records that say the same stand for each other: one of them is compared, whatever their number.
    stand_ins: dict[tuple[object, ...], int] = {}
    said = [stand_ins.setdefault((f.titles, f.type, f.year, f.surnames, f.page), p) for p, f in enumerate(ordered)]
    heads = {position: {said[position]} for position in root}

    @cache
    def conflict(one: int, other: int) -> bool:
        return one != other and in_conflict(ordered[one], ordered[other])

    def unite(one: int, other: int) -> None:
        one, other = sorted((_find(root, one), _find(root, other)))
        if one != other:
            root[other] = one
            members[one] += members.pop(other)
            heads[one] |= heads.pop(other)

    for one, other in pairwise(root):  # sorted by name: one record in several formats stands together
        if ordered[one].name[:2] == ordered[other].name[:2]:
            unite(one, other)
    edges = [
        (-alike, STRENGTH[key.partition(":")[0]], one, other)
        for key, found in holders.items()
        for alike, one, other in (
            *_pairs(ordered, _owners(ordered, key, found), said, conflict),
            *_confirmed(ordered, key, found),
        )
    ]
    for _, _, one, other in sorted(edges):
        left, right = _find(root, one), _find(root, other)
        if left != right and not any(conflict(*sorted((a, b))) for a in heads[left] for b in heads[right]):
            unite(left, right)
    return [sorted(group) for group in members.values()]


def _pairs(
    ordered: Sequence[Facts], holders: Sequence[int], said: Sequence[int], conflict: Callable[[int, int], bool]
) -> Iterable[tuple[float, int, int]]:
    """(likeness, one, other) for the holders of a key that may be united by it.

    Where two of them cannot be one work the key is contested: then it unites only those whose titles agree.
    """
    same: dict[int, list[int]] = {}
    for position in holders:
        same.setdefault(said[position], []).append(position)
    chains = [(EQUAL, a, b) for group in same.values() for a, b in pairwise(group)]
    first = sorted(group[0] for group in same.values())
    if len(first) > _MANY:
        by_title: dict[str, list[int]] = {}
        for position in first:
            if ordered[position].titles:
                by_title.setdefault(ordered[position].titles[0], []).append(position)
        return [*chains, *((EQUAL, a, b) for group in by_title.values() for a, b in pairwise(group))]
    pairs = list(combinations(first, 2))
    contested = any(conflict(*sorted((said[a], said[b]))) for a, b in pairs)
    scored = [(likeness(ordered[a], ordered[b]) or 0.0, a, b) for a, b in pairs]
    return [*chains, *(pair for pair in scored if not contested or pair[0] >= ALIKE)]


def _owners(ordered: Sequence[Facts], key: str, holders: Sequence[int]) -> list[int]:
    """The holders of a key that have it as their own."""
    return [position for position in holders if key not in ordered[position].claimed]


def _confirmed(ordered: Sequence[Facts], key: str, holders: Sequence[int]) -> Iterable[tuple[float, int, int]]:
    """As ``_pairs``, for those that only claim the key, each with an owner of the same title."""
    for claimant in holders:
        if key in ordered[claimant].claimed:
            for owner in _owners(ordered, key, holders):
                alike = likeness(ordered[claimant], ordered[owner]) or 0.0
                if alike >= ALIKE and not in_conflict(ordered[claimant], ordered[owner]):
                    yield alike, claimant, owner


def likeness(one: Facts, other: Facts) -> float | None:
    """How alike the titles are, 0 to 100, the best of all variants; None where one has no title."""
    if not one.titles or not other.titles:
        return None
    if not set(one.titles).isdisjoint(other.titles):
        return EQUAL
    return max(_title_likeness(*sorted((a, b))) for a in one.titles for b in other.titles)


@lru_cache(maxsize=4096)
def _title_likeness(a: str, b: str) -> float:
    short, long = sorted((a, b), key=len)
    if long.startswith(f"{short} ") and len(short) >= 12:
        return 95.0  # a subtitle that one has and the other has not
    # Words that are all in the other title say little: "Leadership" stands in many.
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b), 0.8 * fuzz.token_set_ratio(a, b))


def in_conflict(a: Facts, b: Facts) -> bool:
    """Whether two records that share an identifier are clearly different works all the same."""
    score = likeness(a, b)
    kinds = GROUP.get(a.type), GROUP.get(b.type)
    type_differs = None not in kinds and kinds[0] != kinds[1]
    year_differs = a.year is not None and b.year is not None and abs(a.year - b.year) > 1
    authors_differ = bool(a.surnames) and bool(b.surnames) and a.surnames.isdisjoint(b.surnames)
    page_differs = a.page is not None and b.page is not None and a.page != b.page
    against = year_differs + authors_differ + page_differs
    if score is None:
        return type_differs and year_differs
    if score >= EQUAL:
        return against == 3  # editorials of one name, under the handle of their series
    if type_differs or _numbers_differ(a.titles[0], b.titles[0]):
        return True
    if score >= ALIKE:
        return against == 3
    if score >= UNLIKE:
        return against >= 2
    # Nothing in common but the identifier; a translation has its authors or its page in common too.
    shared = not a.surnames.isdisjoint(b.surnames) or (a.page is not None and a.page == b.page)
    return against > 0 or not shared


def _numbers_differ(a: str, b: str) -> bool:
    """Parts of a series: the same words with other numbers. A number that only one has may be a footnote mark."""
    numbers = _NUMBERS.findall(a), _NUMBERS.findall(b)
    return all(numbers) and numbers[0] != numbers[1] and fuzz.ratio(_NUMBERS.sub("", a), _NUMBERS.sub("", b)) >= ALIKE


def _cluster(ordered: Sequence[Facts], group: Sequence[int]) -> Cluster:
    """Members by id, each with the strongest key that ties it to those that were reached before it."""
    waiting = {ordered[p].id: ordered[p] for p in group}
    ids = tuple(sorted(waiting))
    first = waiting.pop(ids[0])
    reasons = {first.id: "first"}
    reached, items = set(first.keys), {first.name[:2]}
    while waiting:
        ties = [(_by_strength(key), id_, key) for id_, f in waiting.items() for key in f.keys if key in reached] or [
            ((0, ""), id_, "same record") for id_, f in waiting.items() if f.name[:2] in items
        ]
        for _, id_, key in sorted(ties):
            if id_ in waiting:
                record = waiting.pop(id_)
                reasons[id_] = key
                reached.update(record.keys)
                items.add(record.name[:2])
    return Cluster(ids, tuple(reasons[id_] for id_ in ids))


def _contested(
    ordered: Sequence[Facts], key: str, holders: Sequence[int], place: Mapping[int, int]
) -> Iterable[tuple[int, Finding]]:
    """A finding for each holder of a key whose holders are several works; it names one record of another work."""
    second = next((p for p in holders if place[p] != place[holders[0]]), None)
    if second is None:
        return
    first = holders[0]
    for position in holders:
        other = ordered[first if place[position] != place[first] else second]
        title = f" ({other.titles[0][:80]})" if other.titles else ""
        yield (
            ordered[position].id,
            finding(
                "identifier-conflict",
                "identifiers",
                f"{key} is also claimed by a clearly different work: {other.source} {other.identifier}{title}",
                key,
            ),
        )


def _find(root: dict[int, int], id_: int) -> int:
    """The root of an id in a union-find forest; an id that is not in it yet becomes a root."""
    top = root.setdefault(id_, id_)
    while root[top] != top:
        top = root[top]
    while root[id_] != top:
        root[id_], id_ = top, root[id_]
    return top

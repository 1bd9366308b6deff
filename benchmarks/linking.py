"""Which records are one work: measured on labelled sets of records, and what it costs. See README.md in this folder.

    python benchmarks/linking.py FOLDER [SET ...] [--fast] [--show 20]

FOLDER holds one folder a set: a CSV of records, and ``merged_record_ids.csv`` with the ids of each work in a line. Each set is
read as sources with a mapping of its columns, harvested, indexed, and the works are those of the index. ``--fast`` only
reads, compares and clusters, in memory. A column ``orig_source`` makes a source of each of its values.

Record level, as bib-dedupe counts (github.com/CoLRev-Environment/bib-dedupe, ``dedupe_benchmark.py``): of each work one record
is kept; FP: no record of it is left, FN: a record too many is. ``linking_labels.toml`` lists works whose label is wrong by what
their records say; they are counted both ways.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, combinations, combinations_with_replacement
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from harvester import jobs, link, query
from harvester.config import load
from harvester.normalise import normalise
from harvester.record import RawRecord, Record
from harvester.sources.files.columns import crosswalk

COLUMNS = {
    "title": "title", "author": "contributors", "year": "issued", "journal": "container", "booktitle": "container",
    "volume": "volume", "number": "issue", "pages": "pages", "doi": "identifiers", "isbn": "identifiers",
    "abstract": "descriptions", "ENTRYTYPE": "type", "language": "language", "url": "url",
}  # fmt: skip
"""Column of a set -> element."""
ONCE = frozenset({"crossref", "dblp"})
"""Sources of the sets that have each work once: the fast way knows it, an index goes by the kind of the source."""
LABELS = Path(__file__).with_name("linking_labels.toml")


class Figures(Struct):
    """What came of a set."""

    records: int
    works: int
    fp: int
    fn: int
    f1: float
    false_pairs: list[tuple[str, str]]
    missed: list[tuple[str, ...]]
    largest: int


def rows(folder: Path) -> tuple[list[str], list[dict[str, str]], str]:
    """Names of the columns, rows, and the column of ids."""
    path = next(p for p in sorted(folder.glob("*.csv")) if p.name != "merged_record_ids.csv")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("windows-1252", "replace")
    reader = csv.DictReader(text.splitlines(keepends=True))
    names = list(reader.fieldnames or ())
    return names, list(reader), "ID" if "ID" in names else "record_id"


def truth(folder: Path, ids: Sequence[str]) -> list[list[str]]:
    """The works as they are labelled."""
    with (folder / "merged_record_ids.csv").open(newline="", encoding="utf-8") as file:
        labelled = [row["merged_ids"].split(";") for row in csv.DictReader(file)]
    if labelled and labelled[0][0] not in ids:  # id_0000007 is record 7
        labelled = [[str(int(id_.rpartition("_")[2])) for id_ in ids_] for ids_ in labelled]
    known = {id_ for work in labelled for id_ in work}
    return labelled + [[id_] for id_ in ids if id_ not in known]


def corrected(labelled: list[list[str]], name: str) -> list[list[str]]:
    """The works with those labels put right that are wrong by what the records say."""
    wrong = tomllib.loads(LABELS.read_text(encoding="utf-8")).get(name, [])
    apart = {frozenset(chain(*row["works"])): row["works"] for row in wrong if row["is"] == "several works"}
    together = [{id_ for ids in row["works"] for id_ in ids} for row in wrong if row["is"] == "one work"]
    found = []
    for work in labelled:
        pieces = apart.get(frozenset(work), [work])
        found += [piece for piece in pieces if not any(set(piece) <= group for group in together)]
    return found + [sorted(group) for group in together]


def figures(labelled: list[list[str]], clusters: Iterable[Sequence[str]]) -> Figures:
    clusters = [sorted(cluster) for cluster in clusters]
    kept = {cluster[0] for cluster in clusters}
    tp = fp = fn = 0
    missed = []
    for work in labelled:
        left = [id_ for id_ in work if id_ in kept]
        tp += len(work) - max(1, len(left))
        fp += not left
        fn += max(0, len(left) - 1)
    of = {id_: number for number, work in enumerate(labelled) for id_ in work}
    cluster_of = {id_: number for number, cluster in enumerate(clusters) for id_ in cluster}
    missed = [tuple(work) for work in labelled if len({cluster_of[id_] for id_ in work}) > 1]
    false_pairs = [(a, b) for cluster in clusters for a, b in combinations(cluster, 2) if of[a] != of[b]]
    f1 = 2 * tp / (2 * tp + fp + fn) if tp else 1.0
    return Figures(len(of), len(labelled), fp, fn, f1, false_pairs, missed, max(map(len, clusters)))


# --- the whole way ---------------------------------------------------------------------------------------------------


def indexed(folder: Path, work: Path) -> tuple[dict[str, list[str]], float]:
    """Works by harvesting the set and indexing it, and the CPU seconds of the indexing."""
    names, sent, id_column = rows(folder)
    by_source: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in sent:
        by_source[row.get("orig_source") or "all"].append(row)
    config = ['[harvester]\ncontact = "nobody@example.org"\n']
    for source, held in by_source.items():
        path = work / f"{source}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(held)
        mapping = "\n".join(f'"{column}" = "{element}"' for column, element in COLUMNS.items() if column in names)
        config.append(
            f'[source.{source}]\nkind = "files"\npath = "{path}"\nid_column = "{id_column}"\n'
            f"[source.{source}.columns]\n{mapping}\n"
        )
    (work / "config.toml").write_text("\n".join(config), encoding="utf-8")
    settings = load(work / "config.toml")
    jobs.harvest(settings, jobs.Plan())
    begun = time.process_time()
    jobs.reindex(settings, workers=1)
    spent = time.process_time() - begun
    clusters: dict[str, list[str]] = defaultdict(list)
    with query.open_index(settings.index) as db:
        for id_, work_id in db.execute("select identifier, work_id from records"):
            clusters[work_id].append(id_)
    return clusters, spent


# --- in memory -------------------------------------------------------------------------------------------------------


def linked(folder: Path, work: Path) -> tuple[dict[str, list[str]], float]:
    """Works by comparing alone, and its CPU seconds."""
    del work  # nothing is written
    _, sent, id_column = rows(folder)
    mapping = crosswalk({column: element for column, element in COLUMNS.items() if column in sent[0]})
    records = []
    for row in sent:
        payload = {"columns": mapping, "row": {c: [v] for c, v in row.items() if v and c in mapping}}
        source = row.get("orig_source") or "all"
        raw = RawRecord(source=source, identifier=row[id_column], format="csv", payload=msgspec.json.encode(payload))
        records.append((raw, normalise(raw)))
    begun = time.process_time()
    clusters = cluster(records)
    return {found[0]: found for found in clusters}, time.process_time() - begun


def cluster(records: Sequence[tuple[RawRecord, Record]]) -> list[list[str]]:
    """The identifiers of each work's records."""
    keys = [link.match_keys(record, raw.source, raw.identifier, raw.format) for raw, record in records]
    profiles: list[int] = []
    features: dict[int, link.Features] = {}
    sources: dict[int, str] = {}
    for (raw, record), mine in zip(records, keys, strict=True):
        said = link.features(record, mine)
        profiles.append(link.profile(raw.source, link.encode(said)))
        features[profiles[-1]], sources[profiles[-1]] = said, raw.source
    held_by = _grouped((profile, id_) for id_, profile in enumerate(profiles))
    issues = _grouped((sources[profile], said.issue) for profile, said in features.items() if said.issue)
    known = link.Sources(ONCE, link.unnumbered((s, len(held), len(set(held))) for s, held in issues.items()))
    blocks = _grouped((key, profile) for profile, said in features.items() for key in link.blocking_keys(said))
    pairs = {p for held in blocks.values() if len(held) <= link.rules().holders for p in combinations(sorted(held), 2)}
    pairs |= {(profile, profile) for profile, ids in held_by.items() if len(ids) > 1}
    same = {}
    for one, other in pairs:
        compared = known.compare(features[one], features[other], sources[one], sources[other])
        if compared.answer == "same":
            same[one, other] = compared
    by_key = _grouped((key, id_) for id_, mine in enumerate(keys) for key in mine)
    groups = [ids for ids in by_key.values() if len(ids) > 1]
    groups += [[*held_by[one], *held_by[other]] for one, other in same]
    forest = link.Forest(range(len(records)))
    for group in groups:
        forest.join(group)
    found: list[tuple[int, ...]] = []
    for component in forest.trees():
        among = [
            link.facts(id_, raw.source, raw.identifier, raw.format, keys[id_], record, profiles[id_])
            for id_ in component
            for raw, record in records[id_ : id_ + 1]
        ]
        here = combinations_with_replacement(sorted({f.profile for f in among}), 2)
        alike = {pair: same[pair] for pair in here if pair in same}
        found += [c.members for c in link.clusters(among, link.Likenesses(alike, features, known)).clusters]
    placed = {id_ for members in found for id_ in members}
    found += [(id_,) for id_ in range(len(records)) if id_ not in placed]
    return [[records[id_][0].identifier for id_ in members] for members in found]


K = TypeVar("K")
V = TypeVar("V")


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


# --- report ----------------------------------------------------------------------------------------------------------


def report(folder: Path, *, fast: bool, show: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        clusters, spent = (linked if fast else indexed)(folder, Path(name))
    labelled = truth(folder, [id_ for ids in clusters.values() for id_ in ids])
    for way, works in (("as labelled", labelled), ("corrected", corrected(labelled, folder.name))):
        if way == "corrected" and works == labelled:
            continue
        found = figures(works, clusters.values())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{folder.name:<18} {way:<12} {found.records:>6} records {found.works:>6} works  FP {found.fp:>2}  FN {found.fn:>3}"
            f"  F1 {found.f1:.4f}  false pairs {len(found.false_pairs):>3}  largest {found.largest:>2}"
            f"  {found.records / spent:>6,.0f} records/CPU s  {peak:.0f} MiB"
        )
    for pair in found.false_pairs[:show]:
        print("   united", *pair)
    for work in found.missed[:show]:
        print("   apart ", *work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    if len(given.sets) == 1:
        report(given.folder / given.sets[0], fast=given.fast, show=given.show)
    else:
        for name in given.sets or sorted(p.parent.name for p in given.folder.glob("*/merged_record_ids.csv")):
            _alone([str(given.folder), name, *["--fast"][: given.fast], "--show", str(given.show)])


def _alone(arguments: list[str]) -> None:
    """In a process of its own, so that its peak of memory is its own."""
    subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    main()

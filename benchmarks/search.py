"""How long a search with facets takes: CPU milliseconds, p50 and p95. See README.md in this folder.

    PYTHONPATH=. python benchmarks/search.py 20000 200000 1000000 [--folder /var/tmp] [--queries 100]

Each size is an index of generated works (``generated_works``), made in the folder where it is not there yet and left there.
The index is known to the process, but in the lines that say *cold*: the first search of a process, which gets to know it.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks import generated_works
from harvester import query
from harvester.query import Search

Searches = dict[str, list[Search]]


def searches(db: sqlite3.Connection, count: int) -> Searches:
    """Kinds of searches, with words as they stand beside each other in titles."""
    dice = random.Random(7)
    last = db.execute("select max(id) from works").fetchone()[0]
    frequent = {term for (term,) in db.execute("select term from works_words where doc > ?", (last // 20,))}

    def titles() -> Iterator[list[str]]:
        while True:
            (title,) = db.execute("select title from works where id = ?", (dice.randint(1, last),)).fetchone()
            yield [word for word in title.lower().split() if word not in frequent]

    two = [" ".join(dice.sample(words, 2)) for words in titles_of(titles(), 2, count)]
    one = [dice.choice(words) for words in titles_of(titles(), 1, count)]
    half = generated_works.HALF
    return {
        "one word of a title": [Search(text) for text in one],
        "two words of a title": [Search(text) for text in two],
        "two words, a type, years": [Search(text, {"type": ("article",)}, (2010, None)) for text in two],
        "a frequent word and another": [Search(f"{half} {text}") for text in one],
        "a phrase": [Search(f'"{" ".join(words[:2])}"') for words in titles_of(titles(), 2, count)],
        "a word in half of the works": [Search(half, page=n % 5 + 1) for n in range(count // 4)],
        "that, newest first": [Search(half, sort="newest", page=n % 5 + 1) for n in range(count // 4)],
        "that, a type, years": [Search(half, {"type": ("article",)}, (2010 + n % 10, None)) for n in range(count // 4)],
        "no words, a type and a source": [
            Search("", {"type": ("thesis",), "source": ("ucl",)}) for _ in range(count // 4)
        ],
        "everything": [Search(page=n + 1) for n in range(count // 4)],
        "a word that is misspelt": [Search(word[:3] + word[4:3:-1] + word[5:]) for word in one if len(word) > 6][
            : count // 4
        ],
    }


def titles_of(titles: Iterator[list[str]], least: int, count: int) -> list[list[str]]:
    found: list[list[str]] = []
    while len(found) < count:
        words = next(titles)
        if len(words) >= least:
            found.append(words)
    return found


def measured(db: sqlite3.Connection, asked: list[Search]) -> list[float]:
    """CPU milliseconds of each, sorted; the better of two runs, since others use this machine too."""
    taken = []
    for search in asked:
        best = float("inf")
        for _ in range(2):
            begun = time.process_time()
            query.find(db, search)
            best = min(best, time.process_time() - begun)
        taken.append(best * 1000)
    return sorted(taken)


def cold(path: Path, text: str) -> float:
    """CPU milliseconds of the first search of a new process, without its start."""
    code = (
        "import sys, time\nfrom harvester import query\ndb = query.open_index(sys.argv[1])\nbegun = time.process_time()\n"
        "query.find(db, query.Search(sys.argv[2]))\nprint((time.process_time() - begun) * 1000)"
    )
    return float(
        subprocess.run([sys.executable, "-c", code, path, text], check=True, capture_output=True, text=True).stdout
    )


def at(values: list[float], part: float) -> float:
    return values[min(len(values) - 1, int(len(values) * part))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))
    parser.add_argument("--queries", type=int, default=100)
    given = parser.parse_args()
    for size in given.sizes:
        path = generated_works.index(given.folder, size)
        print(f"\n{size:,} works, {path.stat().st_size / 1e9:.2f} GB\n")
        print("| search | p50 ms | p95 ms | works, median |\n|---|---|---|---|")
        with closing(query.open_index(path)) as db:
            query.find(db, Search("", {"type": ("thesis",)}))
            for name, asked in searches(db, given.queries).items():
                taken = measured(db, asked)
                totals = sorted(query.find(db, search).total for search in asked)
                print(
                    f"| {name} | {at(taken, 0.5):.1f} | {at(taken, 0.95):.1f} | {totals[len(totals) // 2]:,} |",
                    flush=True,
                )
        for text in ("leadership", "nothing-has-this", ""):
            print(f"| cold: {text or 'everything'} | {cold(path, text):.0f} | | |", flush=True)


if __name__ == "__main__":
    main()

"""What the published site costs a work: CPU milliseconds, new, unchanged, and by citation style. See README.md in this folder.

    PYTHONPATH=. python benchmarks/publishing.py 2000 [--index FILE]

``--index``: of an installation that has harvested real works; else an index of generated ones (``generated_works``).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks import generated_works
from harvester import query, styles
from harvester.formats import csl_json
from harvester.listing import Listing
from harvester.pages import Web, site
from harvester.pages.publishing import publish

STYLES = tuple(styles.styles())


def spent(what: Callable[[], object]) -> float:
    begin = time.process_time()
    what()
    return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("works", type=int, nargs="?", default=2000)
    parser.add_argument("--index", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = asked.index or folder / "index.db"
        if asked.index is None:
            generated_works.make(index, asked.works)
        with closing(query.open_index(index)) as db:
            ids = [id_ for (id_,) in db.execute("select id from works order by id % 97, id limit ?", (asked.works,))]
            items = [csl_json.item(work) for work in query.works(db, ids=ids)]
            for style in STYLES:
                styles.entry(items[0], style)  # reads it
            print(f"| citation style | ms an entry, of {len(items):,} |\n|---|---|")
            for style in STYLES:
                cost = min(spent(lambda s=style: [styles.entry(item, s) for item in items]) for _ in range(2))  # type: ignore[misc]
                print(f"| {style} | {1000 * cost / len(items):.2f} |")
            listings = {"all": Listing("Everything")}
            (works,) = db.execute("select count(*) from works").fetchone()
            print(f"\n| the site of {works:,} works | ms a work | of it unchanged |\n|---|---|---|")
            for label, chosen in (("without citation styles", ()), (f"with {len(STYLES)}", STYLES)):
                wanted = site(Web(base_url="https://library.example.org", works="all", styles=chosen), listings)
                target = folder / f"site-{len(chosen)}"
                new, again = (spent(lambda s=wanted, t=target: publish(db, s, t)) for _ in range(2))  # type: ignore[misc]
                print(f"| {label} | {1000 * new / works:.1f} | {1000 * again / works:.1f} |")
    print(f"\nPeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()

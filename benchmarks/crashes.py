"""Commands killed at random moments, and before random steps of theirs: a row of figures each.

    python -m benchmarks.crashes --kills 200 --seed 1

Faults are records lost or doubled, databases that are not sound, an end that differs from that of an undisturbed go, a
half-done index or page of the site seen by a reader, workpieces left behind. Where one source is harvested, pages are those
of lists that were asked for again, and the most that one kill cost: after each kill the rest is harvested in a copy too, which
tells what was still to come. Reads are looks that somebody took at index and site meanwhile.
"""

from __future__ import annotations

import argparse
import os
import random
import time

from tests.crash.kills import STORIES, Figures, at_random_moments, before_random_steps, stage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun, total, wrong = time.monotonic(), 0, 0
    print(f"{'command':20} {'killed':18} {'kills':>5} {'faults':>6} {'pages again':>11} {'most':>4} {'reads':>6}")
    with stage(generated=60) as played:
        ways = {"at moments": at_random_moments, "before steps": before_random_steps}
        share = -(-asked.kills // (len(STORIES) * len(ways)))
        for name, story in STORIES.items():
            for way, kill in ways.items():
                died = 0
                figures: list[Figures] = []
                while died < share and len(figures) < 3 * share:  # some end before they are killed
                    chance = random.Random(f"{asked.seed} {name} {way} {len(figures)}")
                    figures.append(kill(played, story, share - died, chance))
                    died += figures[-1].kills
                again = [pages for f in figures for pages in f.again]
                faults = [fault for f in figures for fault in f.faults]
                total, wrong = total + died, wrong + len(faults)
                pages = f"{sum(again):11} {max(again):4}" if again else f"{'':11} {'':4}"
                print(
                    f"{name:20} {way:18} {died:5} {len(faults):6} {pages} {sum(f.reads for f in figures):6}", flush=True
                )
                for fault in faults[:5]:
                    print(f"    {fault[:300]}")
    print(f"{total} kills, {wrong} faults, {time.monotonic() - begun:.0f} s on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()

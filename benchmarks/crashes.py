"""Commands killed at random moments, and before random steps of theirs: a row of figures each.

    python -m benchmarks.crashes --kills 200 --seed 1

Faults are records lost or doubled, databases that are not sound, an end that differs from that of an undisturbed go, a
half-done index seen by a reader, workpieces left behind. Pages are the pages of lists that were asked for, beside those that
undisturbed goes ask for: a kill may cost one. Reads are looks that somebody took at the index meanwhile.
"""

from __future__ import annotations

import argparse
import os
import random
import time

from tests.crash.kills import STORIES, at_random_moments, before_random_steps, stage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun, total, wrong = time.monotonic(), 0, 0
    print(f"{'command':20} {'killed':18} {'kills':>5} {'faults':>6} {'pages':>6} {'calm':>5} {'reads':>6}")
    with stage(generated=150) as played:
        ways = {"at moments": at_random_moments, "before steps": before_random_steps}
        share = -(-asked.kills // (len(STORIES) * len(ways)))
        for name, story in STORIES.items():
            for way, kill in ways.items():
                count = 0
                figures = []
                while count < share:
                    chance = random.Random(f"{asked.seed} {name} {way} {count}")
                    figures.append(kill(played, story, share - count, chance))
                    count += max(1, figures[-1].kills)
                sums = [sum(getattr(f, field) for f in figures) for field in ("kills", "pages", "calm_pages", "reads")]
                faults = [fault for f in figures for fault in f.faults]
                total, wrong = total + sums[0], wrong + len(faults)
                print(f"{name:20} {way:18} {sums[0]:5} {len(faults):6} {sums[1]:6} {sums[2]:5} {sums[3]:6}", flush=True)
                for fault in faults[:5]:
                    print(f"    {fault[:300]}")
    print(f"{total} kills, {wrong} faults, {time.monotonic() - begun:.0f} s on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()

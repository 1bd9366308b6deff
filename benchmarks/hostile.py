"""What becomes of the records in each scenario, in the terms in which harvesters have been compared.

    PYTHONPATH=tests python -m benchmarks.hostile [--named | --each]

ok: all that the repository has is stored, and the list is called complete. raises: all of it is, but the list is called
incomplete. fails: some of it is missing, and that is said. untold: some of it is missing, and nothing that the repository says
could tell. SILENT: some of it is missing, and nothing says so. LOOP: no end after so many requests that the server says no
more.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hostile.bench import TOO_MANY, Bench, Outcome
from hostile.items import numbers
from hostile.repository import Repository
from hostile.scenario import Scenario, scenarios

GRADES: Final = ("ok", "raises", "fails", "untold", "SILENT", "LOOP")

NAMED: Final = {
    "ok": "plain/well-behaved",
    "truncated": "pages/truncated-always",
    "shortbody": "pages/short-body/always",
    "html200first": "pages/html/first",
    "html200": "pages/html/always",
    "empty200": "pages/empty-body/always",
    "ctrl": "xml/control-characters",
    "ctrlref": "xml/control-references",
    "latin1": "xml/latin-1",
    "xmlbad64": "xml/latin-1/surrogate",
    "utf16decl": "xml/false-declaration",
    "phpnotice": "xml/around",
    "prenotice": "xml/around/before",
    "leadws": "xml/around/blank-line",
    "bom": "xml/around/byte-order-mark",
    "wstoken": "tokens/blank",
    "sametoken": "tokens/same-at-the-end",
    "cycle": "tokens/cycle/at-the-end",
    "emptypages": "tokens/fresh-for-ever/empty-pages",
    "tokenlast": "tokens/after-the-last-record/bad-token",
    "badtoken": "tokens/expired",
    "norecmid": "tokens/after-the-last-record",
    "nrm404": "tokens/after-the-last-record/http-404",
    "nrm422": "tokens/after-the-last-record/http-422",
    "503sec": "http/retry-after",
    "503date": "http/retry-after/in-the-past",
    "429": "http/retry-after/too-many-requests",
    "500once": "http/server-error",
    "reset": "http/reset",
    "nometa": "records/no-metadata",
    "emptymeta": "records/no-metadata/empty",
    "commentmeta": "records/no-metadata/comment",
    "noheader": "records/no-header",
    "inheritns": "records/inner-names/record-in-the-same-namespace",
    "innererror": "records/inner-names/error",
    "innertoken": "records/inner-names",
    "nons": "xml/namespace",
    "nsnoslash": "xml/namespace/no-slash",
    "prefixed": "records/prefixed",
    "big": "bounds/text",
    "amp": "xml/ampersand",
    "entity": "xml/entities",
    "prolog": "xml/inner-prolog",
    "undeclared": "xml/undeclared-prefix",
    "gzipraw": "http/gzip/unlabelled",
    "fakegzip": "http/gzip/claimed",
    "cookie": "tokens/session",
    "ua": "http/user-agent",
    "dup": "counts/duplicates",
}
"""Short names under which such servers are known -> the scenario here that is one, for good where that can be."""


def grade(scenario: Scenario) -> str:
    """After the last run of the scenario, with the faults still there."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(scenario, Path(folder))
        for number, (_, outcome) in enumerate(bench.play(), 1):
            if number == len(scenario.run):
                return _graded(scenario, outcome, bench.repository)
    raise AssertionError("a scenario without a run")


def _graded(scenario: Scenario, outcome: Outcome, repository: Repository) -> str:
    if outcome.requests >= TOO_MANY:
        return "LOOP"
    left = numbers(scenario.run[-1].deleted or "")  # what was harvested, for the repository has it elsewhere
    live = {str(i.number) for i in repository.items.values() if not i.deleted and i.number not in left}
    dead = {str(i.number) for i in repository.items.values() if i.deleted}
    complete = "complete" in outcome.verdict and "incomplete" not in outcome.verdict
    if live <= outcome.live and dead <= outcome.tombstones:
        return "ok" if complete else "raises"
    if outcome.exit:
        return "fails"
    return "untold" if scenario.untold else "SILENT"


def _row(name: str, grades: Iterable[str]) -> str:
    counts = Counter(grades)
    return f"{name:14} {counts.total():9} " + " ".join(f"{counts[g]:6}" for g in GRADES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--named", action="store_true", help="only the servers that have short names, one a line")
    parser.add_argument("--each", action="store_true", help="each scenario on a line of its own")
    asked = parser.parse_args()
    known = {scenario.name: scenario for scenario in scenarios()}
    if asked.named:
        grades = {name: grade(known[scenario]) for name, scenario in NAMED.items()}
        print("\n".join(f"{name:14} {found}" for name, found in grades.items()))
    else:
        grades = {name: grade(scenario) for name, scenario in known.items()}
        if asked.each:
            print("\n".join(f"{found:7} {name}" for name, found in grades.items()))
    print(f"\n{'group':14} {'scenarios':>9} " + " ".join(f"{g:>6}" for g in GRADES))
    if not asked.named:
        for group in sorted({name.partition("/")[0] for name in grades}):
            print(_row(group, (found for name, found in grades.items() if name.partition("/")[0] == group)))
    print(_row("all", grades.values()))


if __name__ == "__main__":
    main()

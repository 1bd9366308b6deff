"""One real item in the sixteen formats in which DSpace serves it: how many facts of its page each still says, and how right.

``python benchmarks/spiral_formats.py FOLDER`` reads ``FOLDER/spiral.FORMAT.xml``, prints the table and writes it into
docs/formats.md, where a test holds it. The facts are those of tests/formats_oai/facts.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from formats_oai.facts import FACTS, count, read  # noqa: E402 (the tests have no package of their own)

PAGE = ROOT / "docs" / "formats.md"
BEGIN, END = "<!-- facts: begin -->\n", "<!-- facts: end -->\n"


def table(folder: Path) -> str:
    """Markdown; the format that keeps most first."""
    rows = []
    for path in folder.glob("spiral.*.xml"):
        found = count(read(path))
        lost = ", ".join(found.absent) if len(found.absent) <= len(FACTS) // 2 else f"all but {', '.join(found.right)}"
        rows.append(
            (-len(found.right), path.name.split(".")[1], len(found.absent), len(found.wrong), lost or "nothing")
        )
    lines = ["| format | right | absent | wrong | what is absent |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| `{name}` | {-right} | {absent} | {wrong} | {lost} |" for right, name, absent, wrong, lost in sorted(rows)
    ]
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """The table as it stands in a page."""
    return page.partition(BEGIN)[2].partition(END)[0].strip("\n") + "\n"


if __name__ == "__main__":
    found = table(Path(sys.argv[1]))
    print(found)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{found}\n{END}{rest.partition(END)[2]}", encoding="utf-8")

"""SQL for readers: Datasette at ``/data`` over the index, as an extra. The only importer of Datasette.

``describing`` is what it says of tables, columns and canned queries; ``reading`` how it reads: the index as it is now, no name of
a person who decided something, and no statement that costs more than a page may; ``unnamed`` keeps those names out; ``mounting``
is the way from a request to it, ``aside`` where it runs, ``faults`` what is told where it fails.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

WANTED: Final = "Datasette is not installed: `pip install 'evidence-harvester[datasette]'`, or leave out `data`"
"""What is wrong where ``[web]`` asks for it and it is not there."""


def installed() -> bool:
    return find_spec("datasette") is not None

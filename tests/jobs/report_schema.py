"""Makes schemas/json/report.schema.json from the structs of a run's report: `python tests/jobs/report_schema.py`."""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path
from typing import Any

import msgspec

from harvester import schemas
from harvester.jobs import IndexReport, RunReport, SourceReport
from harvester.store import Tally

PARTS = (RunReport, SourceReport, IndexReport, Tally)


def path() -> Path:
    return schemas.folder() / "json" / "report.schema.json"


def text() -> str:
    """JSON Schema, 2020-12, with what the docstrings say of each field."""
    made = msgspec.json.schema(RunReport)
    for part in PARTS:
        for field, words in _described(part):
            made["$defs"][part.__name__]["properties"][field]["description"] = words
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Report of a run"}
    return msgspec.json.format(msgspec.json.encode(head | made), indent=2).decode() + "\n"


def _described(part: type[Any]) -> list[tuple[str, str]]:
    """(field, its docstring)."""
    body = ast.parse(textwrap.dedent(inspect.getsource(part))).body[0]
    assert isinstance(body, ast.ClassDef)
    return [
        (field.target.id, " ".join(inspect.cleandoc(words.value.value).split()))
        for field, words in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(words, ast.Expr)
        and isinstance(words.value, ast.Constant)
        and isinstance(words.value.value, str)
    ]


if __name__ == "__main__":
    path().parent.mkdir(exist_ok=True)
    path().write_text(text(), encoding="utf-8")

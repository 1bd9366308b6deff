"""What it costs to cut files into records, by layout, beside the floor in the same run. See README.md in this folder.

    python benchmarks/files.py [RECORDS]

Floor: for JSON, unpacking and decoding each file as a whole; for XML, unpacking, one strict parse and one walk. Peak memory is
that of Python, as ``tracemalloc`` counts it, in a run of its own.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from lxml import etree

from harvester.sandbox import generate
from harvester.sources import Cursor, Window, files

MEMBER = 3000
"""Works in a file of Crossref's public data file."""


def works(count: int) -> Iterator[bytes]:
    """Works of about 6 kB."""
    for number in range(count):
        references = [
            {"key": f"ref{n}", "DOI": f"10.5555/{number}.{n}", "unstructured": "Leading " * 12} for n in range(40)
        ]
        yield json.dumps(
            {"indexed": {}, "DOI": f"10.5555/{number}", "title": [f"Leadership {number}"], "reference": references}
        ).encode()


def members(count: int, layout: Callable[[list[bytes]], bytes]) -> Iterator[tuple[str, bytes]]:
    held: list[bytes] = []
    for number, work in enumerate(works(count), 1):
        held.append(work)
        if number % MEMBER == 0 or number == count:
            yield f"{number // MEMBER}.json.gz", gzip.compress(layout(held), 1)
            held = []


def folder(path: Path, count: int) -> Path:
    path.mkdir()
    for name, data in members(count, lambda held: b'{"items":[' + b",\n".join(held) + b"]}"):
        (path / name).write_bytes(data)
    return path


def archive(path: Path, count: int) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in members(count, b"\n".join):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def one_line(path: Path, count: int) -> Path:
    with gzip.open(path, "wb", 1) as file:
        file.write(b"[" + b",".join(works(count)) + b"]")
    return path


def oai_pages(path: Path, count: int) -> Path:
    """As metha keeps them, a hundred records a page."""
    head = b'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    with gzip.open(path, "wb", 1) as file:
        for number, raw in enumerate(generate.records(count, format="oai_dc")):
            file.write(
                b"</ListRecords></OAI-PMH>\n" + head if number and number % 100 == 0 else b"" if number else head
            )
            file.write(raw.payload)
        file.write(b"</ListRecords></OAI-PMH>")
    return path


def read(path: Path) -> int:
    source = files.connect("dump", files.Settings(kind="files", path=str(path)), None, {})
    return sum(len(page.records) for page in source.pages("files", Cursor(), Window()))


def decode_json(path: Path) -> int:
    if path.is_dir():
        return sum(len(msgspec.json.decode(gzip.decompress(each.read_bytes()))["items"]) for each in path.iterdir())
    if path.suffix == ".tar":
        with tarfile.open(path) as tar:
            return sum(
                sum(1 for line in gzip.decompress(held.read()).splitlines() if msgspec.json.decode(line))
                for each in tar
                if (held := tar.extractfile(each))
            )
    return len(msgspec.json.decode(gzip.decompress(path.read_bytes())))


def parse_xml(path: Path) -> int:
    documents = gzip.decompress(path.read_bytes()).split(b"<?xml")[1:]
    return sum(
        sum(1 for element in etree.fromstring(b"<?xml" + each).iter() if str(element.tag).endswith("}record"))
        for each in documents
    )


def main(count: int) -> None:
    print(f"{count} records a file; CPU seconds per 100,000 records\n")
    print(f"{'layout':<46}{'MB':>6}{'read':>8}{'floor':>8}{'ratio':>7}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as name:
        for layout, made, floor in (
            ("Crossref, a folder of .json.gz", folder(Path(name) / "folder", count), decode_json),
            ("Crossref, a .tar of .jsonl.gz", archive(Path(name) / "all.tar", count), decode_json),
            ("Crossref, one array on one line, .json.gz", one_line(Path(name) / "one.json.gz", count), decode_json),
            ("OAI-PMH, pages one after another, .xml.gz", oai_pages(Path(name) / "pages.xml.gz", count), parse_xml),
        ):
            seconds = [_seconds(function, made, count) for function in (read, floor)]
            tracemalloc.start()
            read(made)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            size = sum(each.stat().st_size for each in (made.iterdir() if made.is_dir() else [made]))
            ours, least = (each * 100_000 / count for each in seconds)
            print(f"{layout:<46}{size / 1e6:>6.1f}{ours:>8.1f}{least:>8.1f}{ours / least:>7.2f}{peak / 1e6:>9.1f}")


def _seconds(function: Callable[[Path], int], path: Path, count: int) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        found = function(path)
        best = min(best, time.process_time() - start)
        assert found == count, (function.__name__, found)
    return best


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

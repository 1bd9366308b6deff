"""Whatever a file holds: it is read or refused with its place, in bounded time and memory, and nothing is written anywhere."""

from __future__ import annotations

import io
import json
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import RecordError
from harvester.normalise import normalise
from harvester.record import Page
from sources_files.dumps import lines, oai_page, oai_record, packed, read, records, tar, verdict, work, zipped

SOUND = {
    "json": json.dumps({"items": [work(n) for n in range(3)]}).encode(),
    "jsonl": lines([work(n) for n in range(3)]),
    "csl": json.dumps([{"id": "a", "type": "book", "title": "A", "author": [{"family": "Darzi"}]}]).encode(),
    "datacite": json.dumps(
        {"data": [{"id": "10.5555/a", "type": "dois", "attributes": {"doi": "10.5555/a", "titles": []}}]}
    ).encode(),
    "oai": oai_page(oai_record(1), oai_record(2, status="deleted")),
    "ris": b"TY  - JOUR\r\nTI  - A\r\nDO  - 10.5555/a\r\nER  - \r\n" * 2,
    "bibtex": b"@string{l = {Leader}}\n@article{a, title = {A}, journal = l # { B}}\n",
    "marc": b"00060nam a2200037 a 4500001000300000245000500003\x1e7\x1e10\x1faA\x1e\x1d",
    "gz": packed(lines([work(1)])),
    "tar": tar({"a.jsonl": lines([work(1)]), "b.xml": oai_page(oai_record(1))}),
    "zip": zipped({"a.jsonl": lines([work(1)])}),
    "zst": zstandard.compress(lines([work(1)])),
}


def everything(path: Path, **given: str) -> list[Page]:
    """All that a file gives, read to the end; its records may be broken, but nothing else may happen."""
    pages = read(path, **given)
    assert pages[-1].verdict is not None
    for raw in records(pages):
        assert raw.identifier.strip()
        if not raw.deleted:
            try:
                normalise(raw)
            except RecordError:
                continue
    return pages


@pytest.mark.parametrize(
    "kinds", [("json", "jsonl", "csl", "datacite"), ("oai", "ris", "bibtex", "marc"), ("gz", "tar", "zip", "zst")]
)
@given(st.data())
def test_a_file_that_was_changed_anywhere(
    tmp_path_factory: pytest.TempPathFactory, kinds: tuple[str, ...], data: st.DataObject
) -> None:
    sound = SOUND[data.draw(st.sampled_from(kinds))]
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(len(sound), start + 20)))
    junk = data.draw(
        st.binary(max_size=8)
        | st.sampled_from([b"<", b'"', b"{", b"]", b"\0", b"\xff\xfe", b"<!--", b"\xed\xa0\x80", b"<record>"])
    )
    path = tmp_path_factory.getbasetemp() / "changed"
    path.write_bytes(sound[:start] + junk + sound[end:])
    everything(path)


@given(
    st.sampled_from(["crossref", "csl-json", "ris", "marc21", "oai", "mods", "jsonl", "datacite-json"]),
    st.binary(max_size=200),
)
def test_any_bytes_as_any_format(tmp_path_factory: pytest.TempPathFactory, format_: str, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "anything"
    path.write_bytes(data)
    everything(path, format=format_)


def test_members_of_archives_are_names_and_nothing_else(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (
            ("/etc/passwd", tarfile.SYMTYPE),
            ("fifo", tarfile.FIFOTYPE),
            ("device", tarfile.CHRTYPE),
            ("link", tarfile.LNKTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        member = tarfile.TarInfo("../../outside.jsonl")
        member.size = len(held := lines([work(1)]))
        archive.addfile(member, io.BytesIO(held))
    (tmp_path / "a.tar").write_bytes(out.getvalue())
    assert [raw.identifier for raw in records(read(tmp_path / "a.tar"))] == ["10.5555/leader.1"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


def test_what_unpacks_to_gigabytes_is_not_held(tmp_path: Path) -> None:
    """A hundred megabytes of blanks, packed three times."""
    blanks = packed(b" " * (100 << 20))
    path = tmp_path / "bomb"
    path.write_bytes(packed(packed(blanks)))
    tracemalloc.start()
    pages = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert verdict(pages).startswith("incomplete (")
    assert peak < 8 << 20


def test_a_packing_in_a_packing_has_an_end(tmp_path: Path) -> None:
    data = lines([work(1)])
    for _ in range(6):
        data = packed(data)
    (tmp_path / "a.gz").write_bytes(data)
    assert "is packed more than 4 times" in verdict(read(tmp_path / "a.gz"))


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jsonl": lines([work(1)]), "b.jsonl": lines([work(2)])}))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        offset = archive.infolist()[0].header_offset
    data[offset + 6] |= 1  # "encrypted", in the member's own header and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert "a.jsonl: cannot be unpacked: " in verdict(read(tmp_path / "a.zip"))


def test_many_lines_without_a_record_take_linear_time(tmp_path: Path) -> None:
    """Many times what begins something that never comes: without a bound on looking back, each of these would take minutes."""
    for text in (
        b'{"DOI":\n',
        b"[{",
        b"<record ",
        b"<record><header>",
        b"<!-- ",
        b'"\\',
        b"},\n{",
        b"\n\n\n",
        b"@article{a,\n",
        b"TY  -\n",
    ):
        for format_ in ("crossref", "oai", "ris", "csl-json"):
            path = tmp_path / "long"
            path.write_bytes(text * ((1 << 16) // len(text)))
            read(path, format=format_)

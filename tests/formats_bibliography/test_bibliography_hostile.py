"""Whatever bytes come as MARC, RIS or BibTeX: a record or RecordError, in time that grows with their length."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from pathlib import Path

import pytest
from golden.pairs import case_id, cases
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.errors import RecordError
from harvester.formats import bibtex, marc21, ris
from harvester.formats.slicing import Slices
from harvester.normalise import normalise
from harvester.record import RawRecord, Record

FORMATS = ("marcxml", "marc21", "ris", "bibtex")
SLICERS: dict[str, Slices] = {"marc21": marc21.slices, "ris": ris.slices, "bibtex": bibtex.slices}
PIECES = st.sampled_from([
    b"TY  - JOUR\n", b"ER  - \n", b"AU  - ", b"SP  - 1-", b"\r", b"@article{k,", b"@string{a = ", b"title = {", b"}", b"{", b'"',
    b"\\", b"#", b"\\'", b"$", b" and ", b",", b"crossref = {k}", b"\x1e", b"\x1d", b"\x1f" + b"a", b"00026nam a2200025 a 4500",
    b"245001000000", b"<record><leader/>", b"<datafield tag='245'><subfield code='a'>", b"</subfield></datafield>", b"</record>",
    b"\x00", b"\xed\xa0\x80", b"\xff",
])  # fmt: skip


def read(name: str, payload: bytes) -> Record | None:
    try:
        return normalise(RawRecord(source="t", identifier="t", format=name, payload=payload))
    except RecordError:
        return None


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None)
@given(sent=st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=20).map(b"".join)))
@example(sent=b"")
@example(sent=b"@article{")
@example(sent=b"@article{k, crossref = {k}, title = {A}}")
@example(sent=b"TY")
def test_no_bytes_break_a_reader(name: str, sent: bytes) -> None:
    read(name, sent)


@pytest.mark.parametrize("name", SLICERS)
@settings(max_examples=40, deadline=None)
@given(sent=st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=20).map(b"".join)))
def test_no_bytes_break_a_slicer_and_what_it_cuts_is_read_or_refused(name: str, sent: bytes) -> None:
    with suppress(RecordError):
        for each in SLICERS[name](io.BytesIO(sent)):
            assert each.fault or each.payload
            read(name, each.payload)


@pytest.mark.parametrize("path", cases(*FORMATS), ids=case_id)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_sound_record_breaks_its_reader(path: Path, data: st.DataObject) -> None:
    payload = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(payload)))
        payload[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=4))
    read(path.parent.name, bytes(payload))


LONG = 300_000
ENDLESS = {
    "ris": [
        b"TY  - JOUR\nAB  - " + b"a " * LONG,
        b"TY  - JOUR\n" + b"KW  - x\n" * (LONG // 8),
        b"TY  - JOUR\nSP  - " + b"1-" * LONG,
    ],
    "bibtex": [
        b"@article{k, title = {" + b"{" * 5000 + b"x" + b"}" * 5000 + b"}}",
        b"@article{k, title = {" + b"\\'" * (LONG // 4) + b"}}",
        b"@article{k, title = {" + b"$a " * (LONG // 6) + b"}}",
        b"@article{k, author = {" + b"A, B and " * (LONG // 18) + b"C, D}}",
        b"@article{k, abstract = {" + b"word \\& " * (LONG // 8) + b"}}",
        b"@article{k, keywords = {" + b"a, " * (LONG // 6) + b"}}",
    ],
    "marc21": [b"00000nam a2200000 a 4500" + b"245000000000" * 2000 + b"\x1e" + b"10\x1fax\x1e" * 2000 + b"\x1d"],
    "marcxml": [
        b"<record><leader>00000nam a2200000 a 4500</leader>"
        + b"<datafield tag='700' ind1='1' ind2=' '><subfield code='a'>Bell, A</subfield></datafield>" * 3000
        + b"</record>",
        b"<record><datafield tag='773'><subfield code='g'>" + b"Vol. 1, " * (LONG // 40) + b"</subfield></datafield></record>",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
def test_long_records_take_time_by_their_length(name: str) -> None:
    for payload in ENDLESS[name]:
        start = time.process_time()
        read(name, payload)
        assert time.process_time() - start < 5, payload[:60]

"""Pages that are made to cost more than they are worth: each is read, or refused, at a price that grows with its length."""

from __future__ import annotations

import pytest

from harvester.sources.oai_pmh.envelope import Asked, Unfit, read

ASKED = Asked("ListRecords", "x", "oai_dc")
RECORD = "<record><header><identifier>%d</identifier></header><metadata><a>%s</a></metadata></record>"


def page(inner: str, root: str = "") -> bytes:
    head = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" {root}><responseDate>2024-01-01T00:00:00Z</responseDate>'
    return f"{head}<ListRecords>{inner}</ListRecords></OAI-PMH>".encode()


@pytest.mark.parametrize("text", ["well", "R & D"])
def test_namespaces_around_the_records(text: str) -> None:
    """They would be parsed again with each of a thousand records."""
    spaces = " ".join(f'xmlns:n{number}="urn:n{number}"' for number in range(20_000))
    with pytest.raises(Unfit, match="20001 namespaces"):
        read(page("".join(RECORD % (n, text) for n in range(1000)), spaces), ASKED)


@pytest.mark.parametrize(
    ("inner", "records", "broken"),
    [
        (RECORD % (1, "&" * 300_000), 1, 0),
        (RECORD % (1, "< " * 100_000), 1, 0),
        (RECORD % (1, "&#" * 100_000), 1, 0),
        (RECORD % (1, "&#" + "9" * 300_000 + ";"), 1, 0),
        (RECORD % (1, "&nbsp;" * 200_000), 1, 0),
        (RECORD % (1, "\x01" * 300_000), 1, 0),
        (RECORD % (1, "<![CDATA[" * 100_000 + "]]>"), 1, 0),
        (RECORD % (1, "<!--" * 200_000 + "-->"), 0, 1),
        (RECORD % (1, "<?xml " * 200_000), 0, 1),
        (RECORD % (1, "<b>" * 300_000), 0, 1),
        ("".join(RECORD % (n, "<b>") for n in range(1000)), 0, 1000),
    ],
    ids=["&", "<", "&#", "&#9", "&nbsp;", "control", "CDATA", "comments", "prologs", "depth", "records"],
)
def test_a_lot_of_the_same_fault(inner: str, records: int, broken: int) -> None:
    envelope = read(page(inner), ASKED)
    assert (len(envelope.records), len(envelope.broken)) == (records, broken)


@pytest.mark.parametrize("junk", [b"<!--", b"<?", b"<title", b"<OAI-PMH ", b"</OAI-PMH>"])
def test_a_lot_of_junk_in_front(junk: bytes) -> None:
    """Whatever it is taken for, it is looked through once."""
    try:
        envelope = read(junk * 300_000 + page(RECORD % (1, "well")), ASKED)
    except Unfit:
        return
    assert [record.identifier for record in envelope.records] == ["1"]


def test_beginnings_of_records_are_counted() -> None:
    with pytest.raises(Unfit, match="30000 beginnings of records"):
        read(page("<record><header>" * 30_000 + "&"), ASKED)

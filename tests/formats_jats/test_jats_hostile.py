"""Whatever the bytes, the reader gives a record or a RecordError, and soon."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from golden.pairs import cases, raw_case
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import RecordError
from harvester.formats import jats
from harvester.formats.doctype import without_doctype
from harvester.normalise import normalise

from .articles import DOCTYPE, article, raw, read

ARTICLES = [path.read_bytes() for path in cases("jats")]
WORDS = [
    b"<contrib>",
    b"</name>",
    b"<aff id='aff1'>",
    b"<sub-article>",
    b"&nbsp;",
    b"]]>",
    b"\x00",
    b"\xff",
    b"<",
    b"<!--",
]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not well-formed"),
        (b"<book/>", "is <book>"),
        (b"<!DOCTYPE article [<!ENTITY a 'b'>]><article/>", "definitions of its own"),
        (
            b"<!DOCTYPE article SYSTEM 'x.dtd' [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]><article/>",
            "definitions of its own",
        ),
        (b"<!DOCTYPE article", "definitions of its own"),
        (b"<article>" * 300, "not well-formed"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        read(payload)


def test_doctype_of_a_file_is_taken_off_and_nothing_is_expanded() -> None:
    front = "<front><article-meta><title-group><article-title>{}</article-title></title-group></article-meta></front>"
    assert read(f"{DOCTYPE}<article>{front.format('A&nbsp;&lt;b&gt; &mdash; c')}</article>".encode()).title == "A — c"
    with pytest.raises(RecordError, match="nonesuch"):
        read(f"{DOCTYPE}<article>{front.format('&nonesuch;')}</article>".encode())


def test_doctype_within_text_stays() -> None:
    assert without_doctype(b"<a><![CDATA[<!DOCTYPE a>]]></a>") == b"<a><![CDATA[<!DOCTYPE a>]]></a>"


@given(st.sampled_from(ARTICLES), st.data())
def test_article_that_was_cut_or_patched_gives_a_record_or_an_error(payload: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(payload)))
        end = start + data.draw(st.integers(0, 40))
        payload = payload[:start] + data.draw(st.sampled_from([*WORDS, b""])) + payload[end:]
    with suppress(RecordError):
        jats.read(raw(payload), "")


@given(
    st.sampled_from(["year", "month", "day", "season", "string-date"]),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&]\ufffe\uffff"), max_size=12
    ),
)
def test_no_text_in_a_date_is_too_odd(part: str, sent: str) -> None:
    article(f"<pub-date><year>2020</year><{part}>{sent}</{part}></pub-date>")


def test_thousands_of_authors_and_affiliations_are_read_in_linear_time() -> None:
    contribs = "".join(
        f'<contrib><name><surname>S{n}</surname></name><xref ref-type="aff" rid="a{n % 700}"/></contrib>'
        for n in range(3000)
    )
    affs = "".join(f'<aff id="a{n}">Trust {n}</aff>' for n in range(700))
    begun = time.process_time()
    record = article(f"<contrib-group>{contribs}</contrib-group>{affs}")
    assert time.process_time() - begun < 3
    assert len(record.contributors) == 3000
    assert record.contributors[-1].affiliations[0].name == f"Trust {2999 % 700}"


def test_reading_twice_gives_the_same() -> None:
    for path in cases("jats"):
        assert normalise(raw_case(path)) == normalise(raw_case(path))

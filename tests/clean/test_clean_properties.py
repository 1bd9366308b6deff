"""What holds for every text: nothing raises, cleaning twice changes nothing, nothing is added, time is bounded."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.clean import KINDS, citations, dates, identifiers, languages, names, rights, text, types

PIECES = """
10.1136/leader-2020-000228 10.1002/(SICI)1097-4571(199806)49:8&lt;693:: https://doi.org/ %2F doi: 10044/1/85584 hdl: ISSN
2398-631X 978-0-521-87723-7 0000-0002-1825-0097 &amp;amp; &#8217; &lt;i&gt; <i> </i> <jats:p> </jats:p> <jats:title>
</jats:title> <mml:math> n/a al. Jr. van der University of Smith, J.; and & 28-Sep-2020 Spring ca. 199u 2020 2019/2020
en_US; engfre RETRACTED: Abstract CC-BY 4.0 pp.128-134 Vol
"""
FRAGMENTS = [*PIECES.split(), "\u00e2\u20ac\u2122", "\u0301", "\u200b", "\ufeff", "\x00", "\ud800", "\u00a0"]
TEXTS = st.one_of(
    st.text(alphabet=st.characters(), max_size=60),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=8).map("".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=8).map(" ".join),
)
VALUES: dict[str, Callable[[str], str | None]] = {
    "doi": identifiers.doi,
    "handle": identifiers.handle,
    "issn": identifiers.issn,
    "isbn": identifiers.isbn,
    "orcid": identifiers.orcid,
    "ror": identifiers.ror,
    "isni": identifiers.isni,
    "pmid": identifiers.pmid,
    "pmcid": identifiers.pmcid,
    "arxiv": identifiers.arxiv,
    "url": identifiers.url,
    "funder_id": identifiers.funder_id,
    "date": dates.date,
    "plain": text.plain,
    "title": text.title,
    "abstract": text.abstract,
    "title_key": text.title_key,
    "language": languages.language,
    "type": types.resource_type,
    "number": citations.number,
    "licence": lambda s: (found := rights.licence(s)) and (found.spdx or found.url),
    "pages": lambda s: (found := citations.pages(s)) and found.pages,
}
OTHERS: tuple[Callable[[str], object], ...] = (
    *(
        identifiers.dois,
        identifiers.issns,
        identifiers.classify,
        identifiers.candidate_doi,
        identifiers.is_container_doi,
    ),
    *(identifiers.url_key, identifiers.host, text.has_markup, text.placeholder, text.is_stub_title, text.update_prefix),
    *(text.strip_update_prefix, text.notice, text.has_replacement, text.unescape, names.names, names.is_organisation),
    *(names.organisation, names.person, citations.citation, rights.embargo_end, rights.access, rights.version),
    *(types.peer_reviewed, dates.is_timestamp, dates.is_shifted, dates.is_ambiguous, languages.languages),
    *KINDS.values(),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_nothing_raises_and_clean_stays_clean(sent: str) -> None:
    for name, clean in VALUES.items():
        value = clean(sent)
        if value:
            assert clean(value) == value, name
    for read in OTHERS:
        read(sent)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_clean_text_can_be_stored(sent: str) -> None:
    for value in (text.plain(sent), text.title(sent), text.abstract(sent)):
        if value is not None:
            value.encode("utf-8")
            assert value == value.strip()
            assert "\x00" not in value


@settings(max_examples=250, deadline=None)
@given(st.integers(1400, dates.THIS_YEAR), st.integers(0, 13), st.integers(0, 32), st.sampled_from(["-", "/", "."]))
def test_no_precision_is_added(year: int, month: int, day: int, sign: str) -> None:
    whole = f"{year:04d}{sign}{month:02d}{sign}{day:02d}"
    value = dates.date(whole)
    assert value is not None
    assert whole.replace(sign, "-").startswith(value)
    assert value == dates.from_parts([year, month, day])
    assert dates.date(f"{year}") == f"{year}"


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_date_has_no_number_that_was_not_sent(sent: str) -> None:
    value = dates.date(sent)
    if value and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        assert re.search(r"\d", sent)
        day = int(value[8:])
        assert any(int(number[-2:]) == day or int(number[6:8] or 0) == day for number in re.findall(r"\d+", sent))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"abc ÉßИ李.,;()&/", "Smith", "JOHN", "Jr", "University", "van", "and", "MD", "1950-"]),
        max_size=12,
    )
)
def test_nobody_is_made_up(pieces: list[str]) -> None:
    """All letters of a name were sent, in whatever case."""
    sent = " ".join(pieces)
    letters = set(sent.casefold())
    for name in names.names(sent):
        assert set((name.family or name.name).casefold()) <= letters
        assert set((name.given or "").casefold()) <= letters


N = 50_000
SHORT = """
a 1 < & &amp; 10.1234/a, 10.1234/ ( ) ? ., http:// http://a. www. \u00e2\u20ac a\u0301 <mml:math> <script> <!-- <![CDATA[ / en;
eng &#x26;#38; %25 1-2- \x00 \ud800 PMC arxiv: [( x@ ISSN
"""
HOSTILE = [
    piece * (N // len(piece))
    for piece in (
        *SHORT.split(),
        *(
            " ",
            "<i ",
            "<i a='",
            "1234-567 ",
            "- ",
            "; ",
            ", ",
            "/ ",
            "() ",
            "<< ",
            "x@y ",
            "on behalf of ",
            "0000-0002-1825-0097 ",
            "978-0-521-87723-7 ",
            "Smith, J., ",
            "A B; ",
            "and ",
            "2020 ",
            "\n \n",
            "Abstract: ",
            "RETRACTED: ",
        ),
        *("(Retracted) ", "creative commons ", "not ", "Vol 4 ", "isbn 978-", "J. ", "van ", "Dr "),
    )
]


@pytest.mark.parametrize("sent", HOSTILE, ids=lambda sent: repr(sent[:10]))
def test_hostile_lengths(sent: str) -> None:
    """Long repetitions on which a careless pattern never ends; the runner's own time limit is the judge."""
    for clean in (*VALUES.values(), *OTHERS):
        clean(sent)
    assert len(text.plain(sent)) <= len(sent)

"""Pages that cannot be had: what is tried, what it costs, what is said of the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from http_session.wire import Asked, Reply, http
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import SourceError, SourceUnavailable
from harvester.record import Page
from harvester.sources import Cursor, Window
from sources_oai.shelf import RESPONDED, Harvest, Shelf, document, error, harvest, list_records, record

OOPS = http("", "500 Internal Server Error")
LISTS = ("ListRecords", "ListIdentifiers")


def stamped(count: int, *, first: str = "2021-01-01", days: float = 11.3) -> list[str]:
    """Records that were changed one after the other."""
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    stamps = [start + timedelta(days=days * n) for n in range(count)]
    return [record(n, datestamp=stamp.strftime("%Y-%m-%dT%H:%M:%SZ")) for n, stamp in enumerate(stamps)]


def poison(*numbers: int, verbs: Iterable[str] = ("ListRecords", "GetRecord")) -> Callable[[Asked, str], Reply | str]:
    """A twist: a page that would hold one of these records is an error 500."""
    found = re.compile("|".join(f">oai:x:{n}<" for n in numbers))

    def twist(asked: Asked, answer: str) -> Reply | str:
        return OOPS if asked.query.get("verb") in verbs and found.search(answer) else answer

    return twist


def both(*twists: Callable[[Asked, str], Reply | str]) -> Callable[[Asked, str], Reply | str]:
    def twist(asked: Asked, answer: str) -> Reply | str:
        for one in twists:
            reply = one(asked, answer)
            if not isinstance(reply, str):
                return reply
            answer = reply
        return answer

    return twist


def broken(got: Harvest) -> list[str]:
    return sorted({b.identifier for page in got.pages for b in page.broken})


# --- one bad record ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("announce", [True, False])
@pytest.mark.parametrize("where", [0, 7, 29])
def test_a_poison_record_costs_that_record_only(where: int, announce: bool) -> None:
    got = harvest(Shelf(stamped(30), page_size=5, announce=announce, twist=poison(where)))
    assert got.numbers == [n for n in range(30) if n != where]
    assert broken(got) == [f"oai:x:{where}"]
    assert got.verdict == "complete"
    assert got.complete_through == RESPONDED
    (named,) = [b for page in got.pages for b in page.broken]
    assert "cannot be fetched: " in named.reason
    assert "HTTP 500" in named.reason
    assert len(got.waits) <= 4  # patience: for the page, and again once the list has begun anew
    assert len(got.asked) < 60


def test_a_record_that_only_its_page_cannot_show_is_fetched_by_itself() -> None:
    got = harvest(Shelf(stamped(30), page_size=5, twist=poison(12, verbs=["ListRecords"])))
    assert got.numbers == list(range(30))
    assert broken(got) == []
    assert got.verdict == "complete"


@pytest.mark.parametrize("granularity", ["YYYY-MM-DD", "YYYY-MM-DDThh:mm:ssZ"])
def test_where_no_list_can_name_it_the_loss_is_dated(granularity: str) -> None:
    """Halved until the poison record's day (or second) is left; every other record arrives."""
    shelf = Shelf(stamped(60), page_size=10, granularity=granularity, twist=poison(31, verbs=LISTS))
    got = harvest(shelf)
    assert got.numbers == [n for n in range(60) if n != 31]
    if granularity == "YYYY-MM-DD":
        assert got.verdict.startswith("incomplete (what is dated from 2021-12-16 until 2021-12-18: ")
    else:
        assert got.verdict.startswith(
            "incomplete (what is dated from 2021-12-17T07:11:59Z until 2021-12-17T07:12:01Z: "
        )
    assert "HTTP 500" in got.verdict
    assert got.complete_through is None
    assert len(got.asked) < 200


def test_several_poison_records() -> None:
    got = harvest(Shelf(stamped(200), page_size=20, twist=poison(3, 4, 77, 150)))
    assert got.numbers == [n for n in range(200) if n not in (3, 4, 77, 150)]
    assert broken(got) == ["oai:x:150", "oai:x:3", "oai:x:4", "oai:x:77"]
    assert got.verdict == "complete"


def test_a_page_larger_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    big = "<dc>" + "x" * 30_000 + "</dc>"
    records = [record(n, big if n == 4 else None, datestamp=f"2021-01-{n + 1:02}T00:00:00Z") for n in range(12)]
    got = harvest(Shelf(records, page_size=6), max_bytes=20_000)
    assert got.numbers == [n for n in range(12) if n != 4]
    assert broken(got) == ["oai:x:4"]
    assert "larger than" in next(b.reason for page in got.pages for b in page.broken)
    assert got.waits == []


NEVER: dict[str, Callable[[str], Reply | str]] = {
    "cut": lambda page: page[:-40],
    "empty": lambda _: "",
    "short": lambda page: http(page[:-40], length=len(page)),
    "504": lambda _: http("", "504 Gateway Time-out"),
    "html": lambda _: "<html><title>Error</title></html>",
    "not well-formed": lambda page: page.replace("<resumptionToken", "<resumptionToken <"),
    "unknown error": lambda _: error("InternalException", "null"),
    "reset": lambda _: None,
}


@pytest.mark.parametrize("what", NEVER)
def test_a_page_that_never_comes_whole(what: str) -> None:
    def twist(asked: Asked, page: str) -> Reply | str:
        return NEVER[what](page) if asked.query["verb"] == "ListRecords" and ">oai:x:12<" in page else page

    got = harvest(Shelf(stamped(30), page_size=5, twist=twist))
    assert got.numbers == list(range(30))
    assert got.verdict == "complete"


def test_where_no_record_at_all_can_be_had_none_is_blamed() -> None:
    """The crosswalk is broken, not the records: nothing goes to quarantine, and the next run asks again."""

    def twist(asked: Asked, answer: str) -> Reply | str:
        return answer if asked.query["verb"] in ("Identify", "ListIdentifiers") else OOPS

    for count in (3, 30):
        stopped = Harvest()
        with pytest.raises(SourceUnavailable, match="HTTP 500"):
            harvest(Shelf(stamped(count), twist=twist), into=stopped)
        assert stopped.pages == []
        assert len(stopped.asked) < 30


def test_several_records_of_one_second_may_be_poison() -> None:
    at_once = [record(n, datestamp="2023-07-07T00:00:00Z") for n in range(100, 106)]
    got = harvest(Shelf([*stamped(30), *at_once], page_size=10, twist=poison(*range(100, 106))))
    assert got.numbers == list(range(30))
    assert len(broken(got)) == 6
    assert got.verdict == "complete"


# --- lists that are too long for their server -----------------------------------------------------------------------------


def too_long(limit: int) -> Callable[[Asked, str], Reply | str]:
    """A twist: a list of more records than this is never answered in time."""

    def twist(asked: Asked, answer: str) -> Reply | str:
        size = re.search(r'completeListSize="(\d+)"', answer)
        names = answer.count("<header")
        long = max(int(size[1]) if size else 0, names) > limit
        return http("", "504 Gateway Time-out") if long and asked.query["verb"] in LISTS else answer

    return twist


def test_a_list_that_is_too_long_is_had_in_parts_and_next_time_at_once() -> None:
    shelf = Shelf(stamped(120), page_size=10, twist=too_long(40))
    got = harvest(shelf)
    assert got.numbers == list(range(120))
    assert got.verdict == "complete"
    assert got.complete_through == RESPONDED
    width = re.fullmatch(r"(\d+) days", got.quirks["window"])
    assert width
    again = harvest(shelf, quirks=got.quirks)
    assert again.numbers == list(range(120))
    assert again.verdict == "complete"
    assert again.waits == []  # nothing was asked for in vain
    assert all(
        "from" in q or "until" in q or "resumptionToken" in q for q in again.queries if q["verb"] == "ListRecords"
    )


def test_records_with_absurd_datestamps_are_in_the_first_and_the_last_part() -> None:
    odd = [record(90, datestamp="0001-01-01T00:00:00Z"), record(91, datestamp="2999-01-01T00:00:00Z")]
    got = harvest(Shelf([*stamped(60), *odd], page_size=10, twist=too_long(20)))
    assert got.numbers == [*range(60), 90, 91]
    assert got.verdict == "complete"


@pytest.mark.parametrize("earliest", ["0011-01-01", "2083-03-01", "most recent", ""])
def test_an_absurd_earliest_datestamp_only_costs_requests(earliest: str) -> None:
    got = harvest(Shelf(stamped(60), page_size=10, earliest=earliest, twist=too_long(20)))
    assert got.numbers == list(range(60))
    assert got.verdict == "complete"


def test_a_second_that_holds_more_than_the_server_can_give_is_had_one_by_one() -> None:
    at_once = [record(n, datestamp="2023-07-07T00:00:00Z") for n in range(100, 150)]

    def twist(asked: Asked, answer: str) -> Reply | str:
        return too_long(40)(asked, answer) if asked.query["verb"] == "ListRecords" else answer

    got = harvest(Shelf([*stamped(120), *at_once], page_size=10, twist=twist))
    assert got.numbers == list(range(150))
    assert got.verdict == "complete"


def test_nobody_is_asked_for_parts_where_there_is_no_list_at_all() -> None:
    def twist(asked: Asked, answer: str) -> Reply | str:
        return answer if asked.query["verb"] == "Identify" else OOPS

    stopped = Harvest()
    with pytest.raises(SourceUnavailable, match="HTTP 500"):
        harvest(Shelf(stamped(5), twist=twist), into=stopped)
    assert len(stopped.asked) < 10


@pytest.mark.parametrize(("status", "asked"), [("503 Service Unavailable", 3), ("500 Oops", 3 + 2)])
def test_a_server_that_is_down_is_not_asked_for_parts(status: str, asked: int) -> None:
    asked_for = 0

    def twist(asked: Asked, answer: str) -> Reply | str:
        nonlocal asked_for
        asked_for += 1
        return answer if asked_for <= 2 else http("", status)

    stopped = Harvest()
    with pytest.raises(SourceUnavailable, match=f"HTTP {status[:3]}"):
        harvest(Shelf(stamped(10), twist=twist), into=stopped)
    assert stopped.pages[-1].place
    assert stopped.pages[-1].place["token"] == "at 4"
    assert len(stopped.asked) == 2 + asked


@pytest.mark.parametrize("reply", [http("", "429 Slow"), http("", "503 Busy", ["Retry-After: 2"])])
def test_who_asks_for_less_is_not_asked_in_another_way(reply: bytes) -> None:
    def twist(asked: Asked, answer: str) -> Reply | str:
        return reply if asked.query.get("resumptionToken") == "at 4" else answer

    stopped = Harvest()
    with pytest.raises(SourceUnavailable):
        harvest(Shelf(stamped(10), twist=twist), into=stopped)
    assert {q["verb"] for q in stopped.queries} == {"ListRecords"}


def test_who_is_always_busy_at_one_page_is_asked_in_another_way_by_the_next_run() -> None:
    def twist(asked: Asked, answer: str) -> Reply | str:
        return http("", "503 Busy") if asked.query.get("resumptionToken") == "at 4" else answer

    first, second = Harvest(), Harvest()
    with pytest.raises(SourceUnavailable):
        harvest(Shelf(stamped(10), twist=twist), into=first)
    place = first.pages[-1].place
    harvest(Shelf(stamped(10), twist=twist), Cursor(place=place, named=first.identifiers.__iter__), into=second)
    assert sorted({*first.numbers, *second.numbers}) == list(range(10))
    assert second.verdict == "complete"


def test_dates_that_are_ignored_are_no_way_to_part_a_list() -> None:
    got = harvest(Shelf(stamped(30), page_size=5, keeps_to_dates=False, twist=poison(12)))
    assert got.numbers == [n for n in range(30) if n != 12]
    assert got.verdict == "complete"
    stopped = Harvest()
    shelf = Shelf(stamped(30), page_size=5, keeps_to_dates=False, twist=poison(12, verbs=LISTS))
    harvest(shelf, into=stopped)
    assert stopped.numbers == list(range(10))
    assert stopped.verdict.startswith("incomplete")
    assert stopped.quirks["dates"] == "ignored"
    assert len(stopped.asked) < 60


def test_a_circle_in_one_part_leaves_the_others() -> None:
    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query["verb"] == "ListRecords" and ">oai:x:3<" in answer:
            return re.sub("<resumptionToken[^>]*>[^<]*<", "<resumptionToken>again<", answer)
        return answer

    shelf = Shelf(stamped(60), page_size=5, twist=both(too_long(20), twist))
    again = http(list_records([], "again"))
    got = harvest(lambda asked: again if asked.query.get("resumptionToken") == "again" else shelf(asked))
    assert set(got.numbers) >= set(range(20, 60))
    assert got.verdict.startswith("incomplete (what is dated from ")
    assert "loop" in got.verdict


def test_a_server_that_always_says_retry_after_is_no_busy_one() -> None:
    """Zenodo sends it with every answer."""

    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query["verb"] == "ListRecords" and ">oai:x:3<" in answer:
            return http("", "500 Oops", ["Retry-After: 1"])
        return answer

    assert harvest(Shelf(stamped(10), twist=twist)).numbers == list(range(10))


# --- ends that prove nothing --------------------------------------------------------------------------------------------

AFTERWARDS: dict[str, Reply | str] = {
    "badResumptionToken": error("badResumptionToken"),
    "noRecordsMatch": error("noRecordsMatch"),
    "empty page": list_records([]),
    "no page": "<html><title>Error</title></html>",
    "500": OOPS,
}


def token_after_the_last(reply: Reply | str, total: int) -> Callable[[Asked, str], Reply | str]:
    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query.get("resumptionToken") == f"at {total}":
            return reply
        return answer.replace("></resumptionToken>", f">at {total}</resumptionToken>")

    return twist


@pytest.mark.parametrize("what", ["badResumptionToken", "500"])
def test_a_size_that_is_that_of_the_page_is_no_end(what: str) -> None:
    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query["verb"] == "ListRecords" and asked.query.get("resumptionToken") in ("at 2", "at 4"):
            return AFTERWARDS[what]
        return answer.replace('completeListSize="8"', 'completeListSize="2"')

    got = harvest(Shelf(stamped(8), twist=twist))
    assert got.numbers == list(range(8))


@pytest.mark.parametrize("announce", [True, False])
@pytest.mark.parametrize("what", AFTERWARDS)
def test_a_token_after_the_last_record(what: str, announce: bool) -> None:
    shelf = Shelf(stamped(8), announce=announce, twist=token_after_the_last(AFTERWARDS[what], 8))
    got = harvest(shelf)
    assert got.numbers == list(range(8))
    assert got.verdict == "complete"
    assert got.complete_through == RESPONDED


@pytest.mark.parametrize("what", ["badResumptionToken", "no page", "500"])
def test_it_is_no_end_where_nothing_shows_that_it_is_one(what: str) -> None:
    """Every token after the second page fails, nobody can name what is missing, and dates do not help."""

    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query["verb"] in ("ListIdentifiers", "GetRecord") or asked.query.get("resumptionToken") == "at 4":
            return AFTERWARDS[what]
        return answer

    stopped = Harvest()
    quirks = {"dates": "ignored"}
    with pytest.raises(SourceError, match=r"badResumptionToken|web page|500"):
        harvest(Shelf(stamped(8), announce=False, twist=twist), quirks=quirks, into=stopped)
    assert stopped.numbers == [0, 1, 2, 3]
    assert all(page.verdict is None for page in stopped.pages)


def test_where_every_list_ends_with_a_token_that_is_refused() -> None:
    """ListIdentifiers too: but in shorter lists the same tokens are refused earlier, so it is not the number of pages."""

    def server(asked: Asked) -> Reply:
        if asked.query.get("resumptionToken", "").startswith("end"):
            return http(error("badResumptionToken"))
        answer = shelf.answer(asked).replace("></resumptionToken>", ">end</resumptionToken>")
        if "<resumptionToken" not in answer:
            answer = re.sub("</List(Records|Identifiers)>", r"<resumptionToken>end</resumptionToken></List\1>", answer)
        return http(answer)

    shelf = Shelf(stamped(30), page_size=5, announce=False)
    got = harvest(server)
    assert got.numbers == list(range(30))
    assert got.verdict == "complete"
    assert len(got.asked) < 120
    assert got.quirks["end"] == "refused"
    shelf.records = shelf.records[:5]
    again = harvest(server, quirks=got.quirks)
    assert again.verdict == "complete"  # by what was learned, though one page proves nothing
    assert len(again.asked) < 20


def test_tokens_that_never_work_leave_windows_of_one_page() -> None:
    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query["verb"] == "ListIdentifiers":
            return error("badVerb")
        return error("badResumptionToken") if "resumptionToken" in asked.query else answer

    got = harvest(Shelf(stamped(40), page_size=5, announce=False, twist=twist))
    assert got.numbers == list(range(40))
    assert got.verdict == "complete"
    assert len(got.asked) < 150


@pytest.mark.parametrize("identifiers", [True, False])
def test_an_empty_token_from_the_second_page_on(identifiers: bool) -> None:
    """https://github.com/pkp/pkp-lib/issues/7214: the list is cut after two pages, whatever its size."""

    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query["verb"] == "ListIdentifiers" and not identifiers:
            return error("badVerb")
        if "resumptionToken" in asked.query:
            return re.sub(
                r'<resumptionToken completeListSize="(\d+)">.*?<', r'<resumptionToken completeListSize="\1"><', answer
            )
        return answer

    got = harvest(Shelf(stamped(300, days=3), page_size=10, twist=twist))
    assert got.numbers == list(range(300))
    assert got.verdict == "complete"
    assert len(got.asked) < 300


def test_an_end_in_doubt_is_looked_behind() -> None:
    """Without sizes: a list that ends with a full page, one with an empty page on the way, one that is empty."""

    def cut(asked: Asked, answer: str) -> str:
        return (
            re.sub("<resumptionToken>.*?<", "<resumptionToken><", answer)
            if "resumptionToken" in asked.query
            else answer
        )

    def gap(asked: Asked, answer: str) -> str:
        return list_records([], "at 4") if asked.query.get("resumptionToken") == "at 2" else answer

    def none(asked: Asked, answer: str) -> str:
        return error("noRecordsMatch") if asked.query["verb"] == "ListRecords" else answer

    for twist in (cut, gap, none):
        got = harvest(Shelf(stamped(9), announce=False, twist=twist))
        assert got.numbers == list(range(9))
        assert got.verdict == "complete"
        assert [q["verb"] for q in got.queries].count("ListIdentifiers") == 1


@pytest.mark.parametrize("drift", [+1, -1])
def test_a_list_whose_size_changes_while_it_is_read(drift: int) -> None:
    """One record is deleted at its front, so that another moves before the place and is never shown; or one is added."""
    records = stamped(12)

    def twist(asked: Asked, answer: str) -> str:
        nonlocal records
        if asked.query.get("resumptionToken") == "at 4" and len(shelf.records) == 12:
            shelf.records = records[1:] if drift < 0 else [record(99), *records]
            return shelf.answer(asked)
        return answer

    shelf = Shelf(records, twist=twist)
    got = harvest(shelf)
    assert got.numbers == [*range(12), *([99] if drift > 0 else [])]
    assert got.verdict == "complete"


@pytest.mark.parametrize(("count", "most"), [(7, 10), (8, 50)])
def test_a_size_that_is_wrong_in_every_list_is_not_chased(count: int, most: int) -> None:
    def twist(asked: Asked, answer: str) -> str:
        size = answer.count("<header")
        answer = re.sub(r'completeListSize="(\d+)"', lambda found: f'completeListSize="{int(found[1]) + 1}"', answer)
        told = f'<resumptionToken completeListSize="{size + 1}"></resumptionToken></ListIdentifiers>'
        return answer.replace("</ListIdentifiers>", told)

    got = harvest(Shelf(stamped(count), twist=twist))
    assert got.numbers == list(range(count))
    assert got.verdict == f"incomplete ({count} of {count + 1} records that were announced)"
    assert len(got.asked) < most


def test_a_size_that_is_wrong_for_ever_can_be_disowned() -> None:
    def twist(asked: Asked, answer: str) -> str:
        return answer.replace('completeListSize="8"', 'completeListSize="9"')

    assert harvest(Shelf(stamped(8), twist=twist)).verdict == "incomplete (8 of 9 records that were announced)"
    assert harvest(Shelf(stamped(8), twist=twist), quirks={"sizes": "ignored"}).verdict == "complete"


# --- interrupted on the way -------------------------------------------------------------------------------------------------


def in_runs(shelf: Shelf, stops: Iterable[int], *, most: int = 400) -> tuple[list[Page], list[int]]:
    """A harvest that is interrupted after so many pages, again and again; with what a store would remember."""
    pages: list[Page] = []
    named: list[str] = []
    numbers: set[int] = set()
    cursor = Cursor()
    stops = iter(stops)
    while not pages or pages[-1].verdict is None:
        run = harvest(shelf, cursor, most_pages=next(stops, most))
        pages += run.pages
        numbers.update(run.numbers)
        named += run.identifiers
        named += [b.identifier for page in run.pages for b in page.broken]
        so_far = tuple(named)
        cursor = Cursor(place=pages[-1].place, named=so_far.__iter__)
        if cursor.place is None and pages[-1].verdict is None:
            named.clear()
    return pages, sorted(numbers)


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_nothing_is_lost_where_the_way_is_interrupted(stop: int) -> None:
    shelf = Shelf(stamped(60), page_size=10, twist=both(too_long(30), poison(17)))
    pages, numbers = in_runs(shelf, [stop, stop + 1, stop, stop, stop])
    assert numbers == [n for n in range(60) if n != 17]
    assert {b.identifier for page in pages for b in page.broken} == {"oai:x:17"}
    assert str(pages[-1].verdict) == "complete"


def test_a_list_that_began_anew_and_was_interrupted_again_is_no_circle() -> None:
    """All that comes has come before, in an earlier run."""
    pages, numbers = in_runs(Shelf(stamped(30), page_size=4, twist=poison(28)), [3, 5])
    assert numbers == [n for n in range(30) if n != 28]
    assert str(pages[-1].verdict) == "complete"


def test_a_record_that_came_twice_hides_none_over_an_interruption() -> None:
    records = stamped(12)
    records[5] = records[3]  # one comes again on the other side of the interruption, another is never shown

    def twist(asked: Asked, answer: str) -> str:
        return (
            document(
                "<ListIdentifiers>"
                + "".join(re.findall("<header.*?</header>", "".join(stamped(12))))
                + "</ListIdentifiers>"
            )
            if asked.query["verb"] == "ListIdentifiers"
            else (
                document(f"<GetRecord>{stamped(12)[5]}</GetRecord>")
                if asked.query.get("identifier") == "oai:x:5"
                else answer
            )
        )

    pages, numbers = in_runs(Shelf(records, page_size=2, twist=twist), [2])
    assert numbers == list(range(12))
    assert str(pages[-1].verdict) == "complete"


# --- any server -------------------------------------------------------------------------------------------------------------


@settings(max_examples=settings().max_examples // 2)
@given(
    stamps=st.lists(st.integers(0, 3_000_000), min_size=1, max_size=60),
    bad=st.sets(st.integers(0, 59), max_size=3),
    verbs=st.sampled_from([("ListRecords",), ("ListRecords", "GetRecord"), LISTS, (*LISTS, "GetRecord")]),
    page_size=st.integers(1, 20),
    announce=st.booleans(),
    by_day=st.booleans(),
)
def test_whatever_is_poison_everything_else_arrives(
    stamps: list[int], bad: set[int], verbs: tuple[str, ...], page_size: int, announce: bool, by_day: bool
) -> None:
    start = datetime(2021, 1, 1, tzinfo=UTC)
    dated = [start + timedelta(minutes=m) for m in sorted(stamps)]
    records = [record(n, datestamp=t.strftime("%Y-%m-%dT%H:%M:%SZ")) for n, t in enumerate(dated)]
    lost = {n for n in bad if n < len(records)}
    shelf = Shelf(records, page_size, announce, granularity="YYYY-MM-DD" if by_day else "YYYY-MM-DDThh:mm:ssZ")
    if lost:
        shelf.twist = poison(*lost, verbs=verbs)
    got = harvest(shelf, Cursor(), Window(full=True), retries=0)
    spoiled = lost if "ListIdentifiers" in verbs else set()
    neighbours = {n for n in range(len(records)) if any(abs(dated[n] - dated[m]) < timedelta(days=3) for m in spoiled)}
    assert set(got.numbers) | lost | neighbours == set(range(len(records)))
    if "GetRecord" in verbs and not spoiled:
        assert broken(got) == sorted(f"oai:x:{n}" for n in lost)
    if spoiled and not set(range(len(records))) <= set(got.numbers):
        assert got.verdict.startswith("incomplete")
    else:
        assert got.verdict == "complete"
    assert len(got.asked) < 120 + 70 * len(lost)


@settings(max_examples=settings().max_examples // 4)  # each is several harvests
@given(
    count=st.integers(1, 40),
    bad=st.sets(st.integers(0, 39), max_size=2),
    limit=st.integers(6, 60),
    page_size=st.integers(1, 9),
    stops=st.lists(st.integers(1, 5), max_size=6),
)
def test_wherever_it_is_interrupted_nothing_is_lost_and_the_end_is_the_same(
    count: int, bad: set[int], limit: int, page_size: int, stops: list[int]
) -> None:
    lost = {n for n in bad if n < count}
    shelf = Shelf(stamped(count), page_size)
    shelf.twist = both(too_long(limit), poison(*lost)) if lost else too_long(limit)
    pages, numbers = in_runs(shelf, stops)
    assert set(numbers) == set(range(count)) - lost
    assert {b.identifier for page in pages for b in page.broken} == {f"oai:x:{n}" for n in lost}
    assert str(pages[-1].verdict) == "complete"
    assert pages[-1].complete_through == RESPONDED

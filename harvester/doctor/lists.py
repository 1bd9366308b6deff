"""What a harvest will meet: the first page, the token after it, dates as bounds, single records."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from harvester.doctor.transport import seconds, words
from harvester.doctor.visit import Visit
from harvester.errors import RecordError, SourceError
from harvester.http import said
from harvester.normalise import normalise
from harvester.record import RawRecord
from harvester.sources.oai_pmh.client import PageOfSickle, Refusal
from harvester.sources.oai_pmh.clocks import utc

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class FirstPage(Struct, frozen=True):
    page: PageOfSickle
    prefix: str

    @property
    def records(self) -> tuple[RawRecord, ...]:
        return self.page.envelope.records

    @property
    def live(self) -> list[RawRecord]:
        return [record for record in self.records if not record.deleted]


def first_page(visit: Visit, prefix: str, set_spec: str, platform: str) -> FirstPage | None:
    chart = visit.chart
    selection = {"metadataPrefix": prefix, **({"set": set_spec} if set_spec else {})}
    try:
        page, _ = visit.ask("ListRecords", selection, prefix=prefix)
    except Refusal as refusal:
        if refusal.code == "noRecordsMatch":
            chart.note("records", "there are none" + (f" in the set {set_spec!r}" if set_spec else " at all, it says"))
        else:
            chart.problem("records", str(refusal), "see what its documentation says about ListRecords")
        _odd_status(visit, refusal)
        return None
    except SourceError as error:
        _round_it(visit, prefix, selection, "records", f"the first page cannot be had: {error}")
        return None
    first = FirstPage(page, prefix)
    _count(visit, first)
    _quality(visit, first, platform)
    return first


def _count(visit: Visit, first: FirstPage) -> None:
    envelope = first.page.envelope
    number, token = len(first.records) + len(envelope.broken), envelope.token
    text = f"{number} on the first page, in {seconds(first.page.answer.elapsed)}"
    if token is None or not token.text:
        visit.chart.ok("records", f"{text}; that is the whole list")
    elif token.size is None:
        visit.chart.note(
            "records", f"{text}; how many there are it does not say, so no count can be checked at the end"
        )
    elif number:
        pages = -(-token.size // number)
        span = timedelta(seconds=pages * first.page.answer.elapsed)
        visit.chart.ok(
            "records", f"{text}, of {token.size:,}: {pages:,} pages, about {words(span)} for a whole harvest"
        )


def _quality(visit: Visit, first: FirstPage, platform: str) -> None:
    chart, envelope = visit.chart, first.page.envelope
    if envelope.broken:
        reasons = Counter(broken.reason for broken in envelope.broken).most_common(2)
        text = "; ".join(f"{reason} ({count})" for reason, count in reasons)
        chart.note(
            "records", f"{len(envelope.broken)} cannot be read: {text}", "they go to quarantine with their bytes"
        )
    repairs = Counter(note for record in first.records for note in record.repairs) + Counter(envelope.repairs)
    for note, count in repairs.most_common(3):
        chart.note("repairs", f"{note} ({count})", "each repair is noted with its record")
    _readable(visit, first, platform)
    _stamps(visit, first)


def _readable(visit: Visit, first: FirstPage, platform: str) -> None:
    chart = visit.chart
    unreadable: Counter[str] = Counter()
    for record in first.live:
        try:
            normalise(record, platform)
        except RecordError as error:
            unreadable[error.reason] += 1
    if first.live and unreadable.total() == len(first.live):
        reason, _ = unreadable.most_common(1)[0]
        text = f"none of {len(first.live)} can be read as {first.prefix}: {reason}"
        chart.problem("records", text, "choose another format; those that are offered are named above")
        return
    for reason, count in unreadable.most_common(2):
        chart.note("records", f"{count} of {len(first.live)} cannot be read as {first.prefix}: {reason}")
    if first.live and not unreadable:
        chart.ok("records", f"all {len(first.live)} that are not deleted can be read as {first.prefix}")


def _stamps(visit: Visit, first: FirstPage) -> None:
    stamps = [record.datestamp for record in first.records]
    times = [time for time in map(utc, stamps) if time is not None]
    if len(times) < len(stamps):
        visit.chart.note("datestamps", f"{len(stamps) - len(times)} of {len(stamps)} are no dates")
    odd = [time for time in times if time < EARLIEST or time > datetime.now(UTC) + timedelta(days=1)]
    if odd:
        cure = "no cursor is made of them, so nothing is missed"
        visit.chart.note("datestamps", f"{len(odd)} lie in the future or before 1990, such as {odd[0]:%Y-%m-%d}", cure)


# --- the token -------------------------------------------------------------------------------------------------------


def token_round_trip(visit: Visit, first: FirstPage) -> None:
    chart, token = visit.chart, first.page.envelope.token
    if token is None or not token.text:
        return
    try:
        page, learned = visit.ask("ListRecords", {"resumptionToken": token.text}, prefix=first.prefix)
    except SourceError as error:
        selection = {"metadataPrefix": first.prefix}
        _round_it(visit, first.prefix, selection, "token", f"the second page cannot be had: {error}")
        return
    names = [record.identifier for record in page.envelope.records]
    if names and names == [record.identifier for record in first.records]:
        chart.problem("token", "the second page is the first once more", "its operator must know: this list never ends")
    elif not names and not page.envelope.broken:
        chart.note("token", "the second page is empty", "the harvest goes on to the next one, some times")
    elif way := learned.get("token"):
        chart.note(
            "token", f"it must be sent {way}, against the specification", "the first harvest learns that by itself"
        )
    else:
        chart.ok("token", f"leads to a second page of {len(names)}, in {seconds(page.answer.elapsed)}")
    following = page.envelope.token
    if following is not None and following.text == token.text and len(names):
        chart.note("token", "stays the same from page to page", "a list whose token comes twice ends as incomplete")
    _lifetime(visit, first)
    _cookies(visit, first.prefix, token.text)


def _round_it(visit: Visit, prefix: str, selection: dict[str, str], about: str, text: str) -> None:
    """A page that cannot be had: a harvest goes round it where ListIdentifiers names records and GetRecord gives them."""
    try:
        names, _ = visit.ask("ListIdentifiers", selection, prefix=prefix)
        token = names.envelope.token
        if about == "token" and token is not None and token.text:
            names, _ = visit.ask("ListIdentifiers", {"resumptionToken": token.text}, prefix=prefix)
        live = next(record for record in names.envelope.records if not record.deleted)
        visit.ask("GetRecord", {"identifier": live.identifier, "metadataPrefix": prefix}, prefix=prefix)
    except (SourceError, StopIteration):
        visit.chart.problem(about, text, "try again another day; if it is so again, tell its operator what this says")
    else:
        cure = "a harvest goes round it by ListIdentifiers and GetRecord, one by one, which is slow; tell its operator"
        visit.chart.note(about, text, cure)


def _lifetime(visit: Visit, first: FirstPage) -> None:
    element = first.page.envelope.element
    ends = None if element is None else next((utc(e.get("expirationDate", "")) for e in reversed(element)), None)
    began = utc(first.page.envelope.responded)
    if ends is None or began is None:
        return
    if ends - began < timedelta(minutes=10):
        text = f"expires after {words(max(ends - began, timedelta(0)))}"
        visit.chart.note("token", text, "after a longer interruption the list begins anew, which costs time only")


def _cookies(visit: Visit, prefix: str, token: str) -> None:
    """Whether a token is bound to a session of the server."""
    if not any("Set-Cookie" in answer.headers for answer in visit.pages):
        return
    try:
        visit.ask("ListRecords", {"resumptionToken": token}, prefix=prefix, anew=True)
    except SourceError:
        visit.chart.note(
            "cookies",
            "a token works only with the cookie that came before it",
            "a list that was interrupted begins anew",
        )
    else:
        visit.chart.ok("cookies", "are sent, and not needed")


# --- dates -----------------------------------------------------------------------------------------------------------


def dates(visit: Visit, first: FirstPage, announced: str) -> str:
    """Ask for one day in both granularities. Returns the setting ``granularity`` where it should not be left to Identify."""
    day = _day(first)
    if day is None:
        return ""
    works: dict[str, bool] = {}
    bounds = {"day": (day, day), "second": (f"{day}T00:00:00Z", f"{day}T23:59:59Z")}
    other = "second" if announced == "day" else "day"
    for name in (announced, other):
        works[name] = _bounded(visit, first, name, *bounds[name], name == announced)
    if works[announced]:
        return ""
    if works[other]:
        visit.chart.note(
            "dates", f"from and until work by the {other}, though Identify says {announced}", "set granularity"
        )
        return other
    visit.chart.note(
        "dates", "from and until do not work", "each harvest fetches the whole list, which is right, and slow"
    )
    return ""


def _day(first: FirstPage) -> str | None:
    """A day that some record of the page was changed on, but not all, if there is one."""
    days = Counter(record.datestamp[:10] for record in first.records if utc(record.datestamp))
    return min(days, key=lambda day: days[day]) if days else None


def _bounded(visit: Visit, first: FirstPage, name: str, since: str, until: str, announced: bool) -> bool:
    chart = visit.chart
    arguments = {"metadataPrefix": first.prefix, "from": since, "until": until}
    try:
        page, _ = visit.ask("ListIdentifiers", arguments, prefix=first.prefix)
    except Refusal as refusal:
        _odd_status(visit, refusal)
        if refusal.code == "noRecordsMatch":
            chart.note(
                "dates",
                f"{since} to {until} matches nothing, though records have that date",
                "windows overlap by a day",
            )
            return True
        if announced:
            chart.note("dates", f"by the {name}, as Identify announces it: {refusal.code}: {refusal}")
        return False
    except SourceError as error:
        chart.note("dates", f"no answer with from={since}: {error}")
        return False
    outside = [r for r in page.envelope.records if r.datestamp and r.datestamp[:10] != since[:10]]
    if not outside:
        chart.ok("dates", f"from and until are kept to, by the {name}" + ("" if announced else " too"))
        return True
    share = len(outside) / len(page.envelope.records)
    far = [r for r in outside if abs((utc(r.datestamp) or EARLIEST) - (utc(since) or EARLIEST)) > timedelta(days=2)]
    if share > 0.5 and far:
        chart.note(
            "dates", f"from and until are ignored ({name}): {len(outside)} of {len(page.envelope.records)} lie outside"
        )
        return False
    chart.note(
        "dates", f"{len(outside)} of {len(page.envelope.records)} lie outside of from and until", "they are kept"
    )
    return True


# --- single records --------------------------------------------------------------------------------------------------


def single(visit: Visit, first: FirstPage) -> None:
    """GetRecord, which proves that a record has vanished, and fetches those that a list could not give."""
    known = next(iter(first.live), None)
    if known is None:
        return
    try:
        page, _ = visit.ask(
            "GetRecord", {"identifier": known.identifier, "metadataPrefix": first.prefix}, prefix=first.prefix
        )
        if [record.identifier for record in page.envelope.records] != [known.identifier]:
            visit.chart.note("GetRecord", f"gives another record than {known.identifier}, which was asked for")
            return
    except SourceError as error:
        cure = "records that a list cannot give go to quarantine, and are tried again by `harvester retry`"
        visit.chart.note("GetRecord", f"fails for {known.identifier}, which is on its list: {error}", cure)
        return
    unknown = f"{known.identifier}-that-is-not-there"
    try:
        visit.ask("GetRecord", {"identifier": unknown, "metadataPrefix": first.prefix}, prefix=first.prefix)
    except Refusal as refusal:
        _odd_status(visit, refusal)
        if refusal.code == "idDoesNotExist":
            visit.chart.ok("GetRecord", "tells what is there from what is not")
            return
        visit.chart.note(
            "GetRecord", f"answers {refusal.code} for a record that is not there; it should be idDoesNotExist"
        )
    except SourceError as error:
        visit.chart.note("GetRecord", f"fails for a record that is not there: {error}")
    else:
        visit.chart.note("GetRecord", "answers with a record also where there is none")


def _odd_status(visit: Visit, refusal: Refusal) -> None:
    status = refusal.page.answer.status
    text = f"errors of the protocol come as {said(status)}"
    if status != 200 and all(finding.text != text for finding in visit.chart.findings):
        visit.chart.note("errors", text, "the answer is believed before its status")

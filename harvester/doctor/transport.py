"""What the answers show beside what they say: where they came from, how they were packed, what clock the server has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from harvester.doctor.chart import Chart
from harvester.masking import masked

if TYPE_CHECKING:
    from harvester.http import Answer

_CLOCK: Final = timedelta(minutes=5)
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def look(chart: Chart, answers: Sequence[Answer]) -> None:
    """``answers``: those that were OAI-PMH."""
    if not answers:
        return
    _encoding(chart, answers)
    _packing(chart, answers)
    _headers(chart, answers)
    _clock(chart, answers)
    slowest = max(answers, key=lambda answer: answer.elapsed)
    middle = median(answer.elapsed for answer in answers)
    text = f"an answer takes {seconds(middle)}, the slowest took {seconds(slowest.elapsed)}"
    if slowest.elapsed > 30:
        chart.note("speed", text, "give it time: read_timeout in [http] is 120 s if you do not change it")
    else:
        chart.ok("speed", text)


def moved(chart: Chart, asked: str, answered: str) -> None:
    """Where the answers really came from."""
    before, after = urlsplit(asked), urlsplit(answered)
    if (before.scheme, before.netloc.rpartition("@")[2], before.path) == (after.scheme, after.netloc, after.path):
        return
    text = f"{masked(asked)} leads to {masked(after._replace(query='').geturl())}"
    if (before.scheme, after.scheme) == ("http", "https"):
        chart.note("address", text, "the new address is in the block below: each request to the old one costs two")
    else:
        chart.note("address", text, "use the new address; it is in the block below")


def _encoding(chart: Chart, answers: Sequence[Answer]) -> None:
    for answer in answers:
        header = re.search(r"charset\s*=\s*[\"']?([\w.-]+)", answer.headers.get("Content-Type", ""), re.IGNORECASE)
        declared = _DECLARED.search(answer.body[:200])
        names = {name.lower() for name in (header and header[1], declared and declared[1].decode()) if name}
        try:
            answer.body.decode("utf-8")
        except UnicodeDecodeError:
            if names <= {"utf-8", "utf8"}:
                chart.note(
                    "encoding",
                    "answers are said to be UTF-8, and are not",
                    "each is mended, and says so in its records",
                )
                return
        else:
            if not answer.body.isascii() and names - {"utf-8", "utf8", "us-ascii"}:
                said = " and ".join(sorted(names))
                chart.note(
                    "encoding", f"answers are UTF-8, though they are said to be {said}", "they are read as UTF-8"
                )
                return
    chart.ok("encoding", "UTF-8, as it is said to be")


def _packing(chart: Chart, answers: Sequence[Answer]) -> None:
    """By Content-Length, which counts the bytes that were sent; where there is none, nobody can tell afterwards."""
    for answer in answers:
        claimed = "gzip" in answer.headers.get("Content-Encoding", "").lower()
        length = answer.headers.get("Content-Length", "")
        if not length.isdecimal() or len(answer.body) < 200:
            continue
        if claimed and int(length) == len(answer.body):
            chart.note(
                "packing",
                "answers are said to be gzip, and are not packed",
                "what they are is believed, not what is said",
            )
            return
        if not claimed and int(length) < len(answer.body):
            chart.note(
                "packing", "answers are packed by gzip without saying so", "what they are is believed, not what is said"
            )
            return


def _headers(chart: Chart, answers: Sequence[Answer]) -> None:
    if any(answer.status < 300 and answer.headers.get("Retry-After") for answer in answers):
        chart.note("waiting", "Retry-After comes with good answers too", "it is kept to with refusals only")
    asked = [answer.retry_after for answer in answers if answer.retry_after]
    if asked:
        chart.note("waiting", f"it asked to wait {max(asked):.0f} s", "set a pace for it if that is so every time")


def _clock(chart: Chart, answers: Sequence[Answer]) -> None:
    now = datetime.now(UTC)
    dates = [answer.date for answer in answers if answer.date]
    if not dates:
        chart.note("clock", "the server does not say what time it has (no Date header)")
        return
    apart = dates[-1] - now
    if abs(apart) <= _CLOCK:
        chart.ok("clock", "the server's clock and ours agree")
        return
    which = "ahead of" if apart > timedelta(0) else "behind"
    chart.note(
        "clock",
        f"the server's clock is {words(abs(apart))} {which} ours",
        "see that ours is right; harvests go by the earlier of the two, so nothing is missed",
    )


def seconds(elapsed: float) -> str:
    return f"{elapsed:.1f} s" if elapsed >= 0.1 else "less than 0.1 s"


def words(span: timedelta) -> str:
    """
    >>> words(timedelta(days=800)), words(timedelta(hours=30)), words(timedelta(seconds=400))
    ('2.2 years', '30 hours', '7 minutes')
    """
    whole = span.total_seconds()
    for unit, size in (("years", 365.25 * 86400), ("days", 86400), ("hours", 3600), ("minutes", 60)):
        if whole >= 2 * size:
            return f"{whole / size:.1f} {unit}" if unit == "years" else f"{whole / size:.0f} {unit}"
    return f"{whole:.0f} seconds" if whole >= 2 else "a second or two"

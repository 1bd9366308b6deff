"""Rules for dates, and for what is said in terms of a vocabulary: type, version, status, access, licence."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

from harvester import schemas
from harvester.clean import dates, identifiers, rights, text, types
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.record import Date, Json, License

_DATE_OF = re.compile(r"info:eu-repo/date/(accepted|submitted|updated|issued|created|available)/")
"""The form that OpenAIRE's guidelines give to dates of other events than publication."""
_TIME_SHIFT = re.compile(r"-(?:0[13578]-31|1[02]-31|0[469]-30|11-30|02-2[89])T2[23]:00:\d\d(?:\.0+)?Z$")


def date(draft: Draft, sent: str, kind: str = "") -> Json:
    """A date of a known kind; with no kind it waits until all dates of the record are there."""
    value = dates.date(sent)
    if value is None and kind == "issued" and (known := status(draft, sent)) is not None:
        return known  # in press, where a year will stand
    found = Date(kind, value, sent if sent != value else None)
    if value is None:
        draft.find("date-unreadable", "dates", "is no date that can be read without guessing", sent)
    elif len(value) == 4 and len(sent) > 4 and sum(map(str.isdigit, sent.partition("T")[0])) > 5:
        draft.find("date-shortened", "dates", f"only the year {value} can be read without guessing", sent)
    elif "T2" in sent and _TIME_SHIFT.search(sent):
        draft.find("date-time-shift", "dates", "may be the day after, written in the time of another zone", sent)
    if kind:
        return draft.put(draft.dates, found)
    draft.loose_dates.append(found)
    return found


def embargo(draft: Draft, sent: str) -> Json:
    """The day on which an embargo ends. One that never does is no embargo: the text is restricted."""
    if rights.for_good(sent):
        if draft.values.get("access") == "embargoed":
            del draft.values["access"]
        return draft.set("access", "restricted")
    found = rights.embargo_day(sent)
    if found is None:
        return None
    if draft.set("embargo_until", found) is None:
        return None
    if not any(d.type == "embargo-end" for d in draft.dates):
        draft.dates.append(Date("embargo-end", found, sent if sent != found else None))
    return found


def type_(draft: Draft, sent: str) -> Json:
    """Type, and what else repositories say in its place: whether peers reviewed it, which version it is."""
    reviewed = types.peer_reviewed(sent)
    if reviewed is not None:
        draft.set("peer_reviewed", reviewed)
        return reviewed
    found = types.resource_type(sent)
    if found is None and (stage := rights.version(sent)) is not None:
        draft.set("version", stage)
        return stage
    draft.type_raw.append(sent)
    if found is None:
        return sent
    if found != "other":
        draft.types.append((_sureness(sent, found), found))
    return found


def _sureness(sent: str, found: str) -> int:
    """How sure a type is: terms of a vocabulary are surer than words; the word ``Review`` alone may mean two things.

    No vocabulary has a term for the degree between master and doctor: repositories in Sweden send masterThesis beside the word.

    >>> _sureness("info:eu-repo/semantics/masterThesis", "masters-thesis"), _sureness("Licentiate thesis, monograph", "thesis")
    (2, 4)
    """
    if found == "thesis" and sent[:8].lower() == "licentia":
        return types.CERTAIN
    if "purl.org/coar" in sent:
        return 3
    if sent.startswith("info:eu-repo"):
        return 2
    return 0 if found == "review-article" and sent.lower() in ("review", "reviews") else 1


def peer_reviewed(draft: Draft, sent: str) -> Json:
    found = types.peer_reviewed(sent)
    return None if found is None else draft.set("peer_reviewed", found)


def status(draft: Draft, sent: str) -> Json:
    """Publication status by ``vocabularies/publication_status.toml``."""
    found = _statuses().get(" ".join(sent.replace("-", " ").lower().split()))
    return draft.set("publication_status", found) if found else None


@cache
def _statuses() -> dict[str, str]:
    rows = schemas.table("vocabularies/publication_status").items()
    return {label: name for name, row in rows for label in (name.replace("-", " "), *row["labels"])}


def version(draft: Draft, sent: str) -> Json:
    found = rights.version(sent)
    return draft.set("version", found) if found else None


def version_or_review(draft: Draft, sent: str) -> Json:
    """Fields in which repositories note the version of the text, its status, or that peers reviewed it."""
    return version(draft, sent) or peer_reviewed(draft, sent) or status(draft, sent)


def access(draft: Draft, sent: str) -> Json:
    found = rights.access(sent)
    return draft.set("access", found) if found else None


def rights_(draft: Draft, sent: str) -> Json:
    """Access, embargo, licence or a statement in words, by what the value is."""
    if (event := _DATE_OF.match(sent)) is not None:
        return date(draft, sent[event.end() :], event[1])
    what, value = _right(sent)
    if what == "embargo":
        return embargo(draft, sent) or value
    if what == "access":
        draft.set("access", value)
        return value
    if what == "licence":
        return license_(draft, sent)
    if what == "address":
        return _unknown_licence(draft, sent)
    return draft.put(draft.rights, value) if value else None


@lru_cache(maxsize=4096)
def _right(sent: str) -> tuple[Literal["embargo", "access", "licence", "address", "statement"], Json]:
    """What a value says, and its value. A repository has few statements of rights, and makes them again and again."""
    if (end := rights.embargo_end(sent)) is not None:
        return "embargo", end
    if "embargo" in sent[:ABOUT_A_NAME].lower() and rights.for_good(sent):
        return "embargo", "restricted"
    if len(sent) < ABOUT_A_NAME and (level := rights.access(sent)) is not None:
        return "access", level
    if (found := rights.licence(sent)) is not None:
        return "licence", found
    if sent.startswith(("http://", "https://")) and " " not in sent:
        return "address", sent
    return "statement", text.plain(sent)


def license_(draft: Draft, sent: str) -> Json:
    """A licence once, however often it is said; a statement of more than its name is kept as rights too."""
    found = rights.licence(sent)
    if found is None:
        return rights_(draft, sent)
    for position, known in enumerate(draft.licenses):
        if known.spdx is not None and known.spdx == found.spdx:
            if known.url is None and found.url is not None:
                draft.licenses[position] = License(url=found.url, spdx=found.spdx, raw=known.raw)
            break
    else:
        draft.licenses.append(License(url=found.url, spdx=found.spdx, raw=sent if sent != found.url else None))
    if len(sent) > 60 and not sent.startswith("http"):
        draft.put(draft.rights, text.plain(sent))
    return found


def _unknown_licence(draft: Draft, sent: str) -> Json:
    found = License(url=identifiers.url(sent), raw=sent)
    if found.url is None:
        return None
    return draft.put(draft.licenses, found)

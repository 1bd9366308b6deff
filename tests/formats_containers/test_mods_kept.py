"""MODS: what an element says is mapped, kept under ``extra``, or left out by a row that gives the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import msgspec
import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord

_TITLE = "titleInfo(nonSort,title,subTitle,partNumber,partName)"
_NAME = "name@type=personal(namePart,role(roleTerm),affiliation,alternativeName,description)"
_FULL_NAME = (
    "name@type=personal(namePart@type=family,namePart@type=given,namePart@type=date,displayForm,role(roleTerm))"
)
_ORIGIN = (
    "originInfo(place(placeTerm@type=text),place(placeTerm@type=text),publisher,publisher,dateIssued,dateCreated,dateValid,"
    "copyrightDate,dateOther,dateOther@type=foo,edition,edition,displayDate)"
)
_PART = (
    "part(detail@type=volume(number,title),detail@type=foo(number),detail@type=issue(title),extent@unit=pages(start,end),"
    "extent@unit=minutes(start,total,list),date,text)"
)
_ALL = (
    f"{_TITLE},titleInfo@type=alternative(title),{_NAME},{_FULL_NAME},typeOfResource,genre,{_ORIGIN},abstract,note,subject(topic),"
    f"identifier,identifier@type=issn,identifier@type=doi,location(url,physicalLocation),accessCondition,{_PART},"
    f"relatedItem@type=series({_TITLE})"
)
_CASES = [
    _TITLE, "titleInfo@type=alternative(nonSort,title,partName)", _NAME, _FULL_NAME, _ORIGIN, _PART,
    _ORIGIN.replace("originInfo", "originInfo@eventType=manufacture"),
    "subject(topic,geographic,temporal,genre,occupation,geographicCode)", "subject(geographicCode)",
    "subject(name(namePart,role(roleTerm)))", "subject(hierarchicalGeographic(country,city))",
    *[f"relatedItem@{kind}({_ALL})" for kind in ("type=host", "type=series", "type=original", "type=references", "foo=bar",
                                                 "otherType=conference", "otherType=project")],
]  # fmt: skip


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case[:32])
def test_no_text_is_lost(case: str) -> None:
    numbers = count(100)
    inner = "".join(_elements(case, numbers))
    mods = f"<mods xmlns='http://www.loc.gov/mods/v3'><titleInfo><title>A</title></titleInfo>{inner}</mods>"
    found = normalise(RawRecord(source="t", identifier="t", format="mods", payload=mods.encode()))
    said = msgspec.json.encode(found).decode().casefold()
    lost = [word for word in re.findall(r"Tok\d+", inner) if word.casefold() not in said]
    of_funder = re.findall(r"<(?:roleTerm|affiliation)>(Tok\d+)", inner) if "otherType=project" in case else []
    assert not set(lost) - set(of_funder), inner


def _elements(case: str, numbers: Iterator[int]) -> Iterator[str]:
    """``name@attribute=value(child,child)`` as XML, a word of its own in each text."""
    depth, start = 0, 0
    for at, sign in enumerate(case + ","):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            head, _, below = case[start:at].partition("(")
            name, *attributes = head.split("@")
            pairs = " ".join([f'{key}="{value}"' for key, _, value in (a.partition("=") for a in attributes)])
            inner = "".join(_elements(below[:-1], numbers)) if below else f"Tok{next(numbers)} word"
            yield f"<{name} {pairs}>".replace(" >", ">") + f"{inner}</{name}>"
            start = at + 1

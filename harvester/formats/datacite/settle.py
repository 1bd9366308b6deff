"""What only a whole DataCite record can tell."""

from __future__ import annotations

import re
from typing import Final

from msgspec import structs

from harvester.clean import dates, text
from harvester.formats.draft import Draft
from harvester.record import Relation, Title

_BYTES: Final = re.compile(r"(\d{1,15}) ?(?:b|bytes?)", re.IGNORECASE)


def settle(draft: Draft) -> None:
    """Join the subtitle, drop the year that a date of issue says better, tell an embargo, give files their sizes."""
    join_subtitle(draft)
    known = {d.value[:4] for d in draft.dates if d.type == "issued" and d.value}
    draft.loose_dates = [
        d for d in draft.loose_dates if d.value is not None and not (len(d.value) == 4 and d.value in known)
    ]
    _tell_embargo(draft)
    if draft.series and draft.container and draft.series != draft.container.get("title"):
        draft.put(draft.relations, Relation("is-part-of", "local", draft.series))
    sizes = [match for one in draft.extent if (match := _BYTES.fullmatch(one))]
    if sizes and len(sizes) == len(draft.files):
        draft.files = [
            f if f.size is not None else structs.replace(f, size=int(m[1]))
            for f, m in zip(draft.files, sizes, strict=True)
        ]
        draft.extent = [one for one in draft.extent if not _BYTES.fullmatch(one)]
    if any(i.relation == "self" and i.value.startswith("10.48550/arxiv.") for i in draft.identifiers.values()):
        draft.types.append((3, "preprint"))


def join_subtitle(draft: Draft) -> None:
    """The one subtitle, or the one in the language of the title."""
    main = [i for i, t in enumerate(draft.titles) if not t.type]
    if len(main) != 1:
        return
    title = draft.titles[main[0]]
    subtitles = [t for t in draft.titles if t.type == "subtitle"]
    if len(subtitles) > 1:
        subtitles = [t for t in subtitles if t.language and t.language == title.language]
    if len(subtitles) != 1 or ":" in title.title or text.title_key(subtitles[0].title) in text.title_key(title.title):
        return
    draft.titles[main[0]] = Title(f"{title.title}: {subtitles[0].title}", "", title.language)


def _tell_embargo(draft: Draft) -> None:
    """With embargoed access, Available is the day on which the embargo ends.

    https://guidelines.openaire.eu/en/latest/data/field_date.html
    """
    if draft.values.get("access") != "embargoed" or "embargo_until" in draft.values or draft.dialect == "dspace":
        return  # DSpace: Available is the day of the deposit
    days = [d for d in draft.dates if d.type == "available" and d.value and not dates.is_timestamp(d.raw or "")]
    if len(days) == 1:
        draft.values["embargo_until"] = days[0].value
        draft.dates = [structs.replace(d, type="embargo-end") if d is days[0] else d for d in draft.dates]

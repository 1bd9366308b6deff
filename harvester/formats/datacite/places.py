"""Where DataCite's works are about: names of places, and points, boxes and polygons in the forms that DCMI and OGC give them.

https://www.dublincore.org/specifications/dublin-core/dcmi-point/, https://www.dublincore.org/specifications/dublin-core/dcmi-box/
"""

from __future__ import annotations

import re
from typing import Any, Final

from harvester.formats.crosswalk import sound
from harvester.formats.datacite.form import objects, said
from harvester.formats.draft import Draft
from harvester.formats.rules import words
from harvester.record import Json

_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{0,20})?")


def geo_location(draft: Draft, item: Any) -> Json:
    """The name of a place; points and boxes in the form that DCMI gives them.

    https://www.dublincore.org/specifications/dublin-core/dcmi-point/, https://www.dublincore.org/specifications/dublin-core/dcmi-box/
    """
    if isinstance(item, str):
        return words.coverage(draft, said(draft, item)) if item.strip() else None
    if not isinstance(item, dict):
        return None
    found = [
        words.coverage(draft, text_)
        for one in objects(item.get("geoLocationPlace"))
        if (text_ := said(draft, one, "place"))
    ]
    for key, form in (("geoLocationPoint", _POINT), ("geoLocationBox", _BOX)):
        for shape in objects(item.get(key)):
            if (written := _encoded(shape, form)) is not None:
                found.append(draft.put(draft.coverage, written))
            elif shape:
                found.append(str(shape))
                draft.extra.setdefault(f"{draft.path}/{key}", []).append(sound(draft, found[-1]))
    found += [_polygon(draft, polygon) for polygon in _polygons(item.get("geoLocationPolygon"))]
    return [one for one in found if one] or None


_POINT = (("north", "pointLatitude"), ("east", "pointLongitude"))
"""In the order of kernel 3, which writes ``31.233 -67.302``."""
_BOX = (
    ("southlimit", "southBoundLatitude"),
    ("westlimit", "westBoundLongitude"),
    ("northlimit", "northBoundLatitude"),
    ("eastlimit", "eastBoundLongitude"),
)


def _encoded(shape: Json, form: tuple[tuple[str, str], ...]) -> str | None:
    """``north=49.2827; east=-123.1207``; None where a number is missing."""
    values = shape.split() if isinstance(shape, str) else []
    if isinstance(shape, dict):
        values = [str(shape.get(key, "")).strip() for _, key in form]
    if len(values) != len(form) or not all(_NUMBER.fullmatch(v) for v in values):
        return None
    return "; ".join([f"{name}={value}" for (name, _), value in zip(form, values, strict=True)])


def _polygons(value: Json) -> list[Json]:
    """The points of each polygon: XML has an object of points, JSON a list of objects of a point, or a list of such lists."""
    if (
        isinstance(value, list)
        and value
        and all(isinstance(one, dict) and not isinstance(one.get("polygonPoint"), list) for one in value)
    ):
        return [value]
    return [one.get("polygonPoint") if isinstance(one, dict) else one for one in objects(value)]


def _polygon(draft: Draft, points: Json) -> Json:
    """A polygon as well-known text, longitude first."""
    found: list[str] = []
    for point in objects(points):
        inner = point.get("polygonPoint", point) if isinstance(point, dict) else None
        if isinstance(point, dict) and "inPolygonPoint" in point and inner is point:
            continue
        pair = (
            [str(inner.get(key, "")).strip() for key in ("pointLongitude", "pointLatitude")]
            if isinstance(inner, dict)
            else []
        )
        if len(pair) != 2 or not all(_NUMBER.fullmatch(v) for v in pair):
            draft.extra.setdefault(f"{draft.path}/geoLocationPolygon", []).append(sound(draft, str(points)))
            return str(points)
        found.append(" ".join(pair))
    return draft.put(draft.coverage, f"POLYGON(({', '.join(found)}))") if found else None

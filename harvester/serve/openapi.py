"""The description of the API, made from the table of routes: https://spec.openapis.org/oas/v3.1.0"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from harvester import __version__
from harvester.pages import Site
from harvester.pages.addresses import Addresses
from harvester.record import Pin, Work
from harvester.serve.api import Problem
from harvester.serve.routes import ROUTES, Parameter, Route

_REF: Final = "#/components/schemas/{name}"
_PROBLEM: Final = {
    "description": "What is wrong, in words.",
    "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name=Problem.__name__)}}},
}


def openapi(site: Site, to: Addresses) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": site.title, "version": __version__, "description": "Read only. No key is needed."},
        "servers": [{"url": to.whole("").rstrip("/") or to.root.rstrip("/") or "/"}],
        "paths": {_path(route): {"get": _operation(route)} for route in ROUTES if route.open and route.about},
        "components": {"schemas": _schemas()},
    }


def _schemas() -> dict[str, Any]:
    models = [Problem, *(route.model for route in ROUTES if route.model)]
    _, found = msgspec.json.schema_components(models, ref_template=_REF)
    found[Work.__name__]["properties"] |= {"url": {"type": "string"}}
    del found[Work.__name__]["properties"]["pins"]  # who decided something is nobody's business outside
    return {name: schema for name, schema in found.items() if name != Pin.__name__}


def _path(route: Route) -> str:
    return re.sub(r":path}", "}", route.path)


def _operation(route: Route) -> dict[str, Any]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)", route.path)
    ]
    content = {"schema": {"$ref": _REF.format(name=route.model.__name__)}} if route.model else {}
    return {
        "operationId": f"{route.endpoint.__module__.rpartition('.')[2]}_{route.endpoint.__name__}",
        "summary": route.about,
        "parameters": [*named, *map(_parameter, route.parameters)],
        "responses": {
            "200": {"description": route.about, "content": dict.fromkeys(route.answers, content)},
            "404": _PROBLEM,
            "503": _PROBLEM,
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.type}
    if parameter.several:
        schema = {"type": "array", "items": schema}
    return {"name": parameter.name, "in": "query", "description": parameter.about, "required": False, "schema": schema}

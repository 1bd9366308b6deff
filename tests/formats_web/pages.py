"""Web pages, made of the tags that a test is about."""

from __future__ import annotations

import json
from typing import Any

from harvester.formats import web_page
from harvester.record import RawRecord, Record

ADDRESS = "https://www.fmlm.example/news-opinion/a-piece"


def read(payload: bytes, address: str = ADDRESS) -> Record:
    return web_page.read(RawRecord(source="test", identifier=address, format="web_page", payload=payload), "")


def metas(**tags: str) -> str:
    """``citation_title="A"`` -> a meta tag; two underscores are a colon."""
    return "".join(f'<meta name="{name.replace("__", ":")}" content="{content}">' for name, content in tags.items())


def page(head: str = "", *objects: Any, title: str = "", address: str = ADDRESS) -> Record:
    blocks = "".join(f'<script type="application/ld+json">{json.dumps(o)}</script>' for o in objects)
    name = f"<title>{title}</title>" if title else ""
    return read(f"<html><head><meta charset=utf-8>{name}{head}{blocks}</head><body></body></html>".encode(), address)

"""Articles in JATS, made of the parts that a test is about."""

from __future__ import annotations

from harvester.formats import jats
from harvester.record import RawRecord, Record

DOCTYPE = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.2//EN" "JATS-archivearticle1.dtd">'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ali="http://www.niso.org/schemas/ali/1.0/"'


def raw(payload: bytes) -> RawRecord:
    return RawRecord(source="test", identifier="article", format="jats", payload=payload)


def read(payload: bytes) -> Record:
    return jats.read(raw(payload), "")


def article(meta: str = "", journal: str = "", attributes: str = "") -> Record:
    front = f"<front><journal-meta>{journal}</journal-meta><article-meta>{meta}</article-meta></front>"
    return read(f"<article {XLINK} {attributes}>{front}</article>".encode())

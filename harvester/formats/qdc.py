"""Qualified Dublin Core. Crosswalk: ``crosswalks/qdc.toml``.

DSpace's stock stylesheet tells two lies about dates, which are undone here; CONTENTdm is known by its namespace.
"""

from __future__ import annotations

from lxml import etree

from harvester.formats import platforms, tree
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import begin
from harvester.formats.rules.qualified import join_dates, undo_stock_dates
from harvester.formats.xml import metadata
from harvester.record import RawRecord, Record, Step

_CONTENTDM = "http://worldcat.org/xmlschemas/qdc-1.0/"


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("qdc").roots)
    if not dialect:
        dialect = "contentdm" if etree.QName(root).namespace == _CONTENTDM else platforms.guess(raw, root)
    draft = begin(raw, dialect, trace)
    tree.walk(root, tree.branches(crosswalk("qdc", dialect)), draft)
    undo_stock_dates(draft)
    join_dates(draft)
    return draft.finish()

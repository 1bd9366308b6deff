"""oai_dc, with the dialect of the platform that sent it: the same fifteen names mean different things on each.

Crosswalk: ``crosswalks/oai_dc.toml``; rules of the platforms: ``dialects``, ``settling``, ``eprints``. Where the source's
platform is not known, it is told from the record itself, but only where the record leaves no doubt.
"""

from __future__ import annotations

from harvester.formats import platforms
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import begin
from harvester.formats.flat import walk
from harvester.formats.oai_dc.settling import settle
from harvester.formats.oai_dc.write import write as write
from harvester.formats.xml import metadata
from harvester.record import RawRecord, Record, Step


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("oai_dc").roots)
    dialect = dialect or platforms.guess(raw, root)
    draft = begin(raw, dialect, trace)
    walk(root, crosswalk("oai_dc", dialect), draft)
    settle(draft)
    return draft.finish()

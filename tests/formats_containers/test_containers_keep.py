"""Nothing that was sent is lost: a text that no rule can read comes out under ``extra``, but for what is left out by name."""

from __future__ import annotations

import msgspec
import pytest
from golden.pairs import cases
from lxml import etree

from harvester.errors import RecordError
from harvester.normalise import normalise
from harvester.record import RawRecord

MARK = "Zyxwv Marker"
LEFT_OUT = {
    "mods": {
        "extension/dateAvailable", "extension/dateAccessioned", "recordInfo/*", "location/holdingSimple/*",
        "originInfo/frequency", "originInfo/issuance", "originInfo/dateCaptured", "language/scriptTerm",
        "physicalDescription/digitalOrigin", "physicalDescription/reformattingQuality",
        "language/languageTerm",  # that of a part
        "location/url",  # a small picture
        "originInfo/place/placeTerm",  # a code of a country
        "name/namePart",  # the dates of a life
        "name/displayForm",  # the name once more
        "classification", "genre", "note", "relatedItem/genre",  # whether peers reviewed it, for the staff, what a host is
        "relatedItem/name/namePart", "relatedItem/name/role/roleTerm", "relatedItem/relatedItem/identifier",
        "relatedItem/part/detail/caption", "relatedItem/part/extent/total",
    },
    "ead": {
        "eadheader/*", "control/*", "archdesc/dsc/*", "archdesc/did/physloc", "archdesc/did/unittitle/num",
        "archdesc/processinfo/*", "archdesc/did/langmaterial/language", "archdesc/did/unitdatestructured/*", "*/head",
    },
    "rfc1807": {"bib-version", "contact", "end", "entry", "id", "monitoring", "revision"},
    "ore": {"author/email", "author/uri", "generator", "id", "published", "source/*", "triples/*", "updated"},
}  # fmt: skip
"""Paths below the root that are known and say nothing of the work, or say again what is said beside them."""


def _is_left_out(name: str, path: str) -> bool:
    return any(
        path == known
        or (known.endswith("/*") and path.startswith(known[:-1]))
        or (known == "*/head" and path.endswith("/head"))
        for known in LEFT_OUT[name]
    )


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_a_text_that_cannot_be_read_is_kept(name: str) -> None:
    lost = set()
    for case in cases(name):
        root = etree.fromstring(case.read_bytes())
        held = next(e for e in root.iter("{*}metadata"))[0]
        for leaf in [e for e in held.iter() if isinstance(e.tag, str) and not len(e) and (e.text or "").strip()]:
            path = _path(leaf).removeprefix("mods/")
            kept, leaf.text = leaf.text, MARK
            if not _is_left_out(name, path) and MARK not in _read(name, etree.tostring(root)):
                lost.add(path)
            leaf.text = kept
    assert lost == set()


def _path(leaf: etree._Element) -> str:
    """Below the root of the metadata."""
    names = [etree.QName(e).localname for e in (*reversed(list(leaf.iterancestors())), leaf)]
    return "/".join(names[names.index("metadata") + 2 :])


def _read(name: str, payload: bytes) -> str:
    try:
        record = normalise(RawRecord(source="t", identifier="oai:t:1", format=name, payload=payload))
    except RecordError:
        return MARK  # quarantined, as a whole
    return msgspec.json.encode(record).decode()

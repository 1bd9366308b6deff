"""What a repository says about itself: asked for when a harvest needs it, and by people."""

from __future__ import annotations

from lxml import etree
from msgspec import Struct

from harvester.errors import ProtocolError
from harvester.formats import platforms, xml
from harvester.formats.xml import local
from harvester.http import Session
from harvester.sources.oai_pmh.client import Client, PageOfSickle


class Identification(Struct, frozen=True):
    """What Identify says, as far as a harvest needs it."""

    name: str = ""
    base_url: str = ""
    granularity: str = "day"
    """day | second"""
    deleted: str = ""
    """no | transient | persistent"""
    earliest: str = ""
    """Often absurd: for people, never a reason to leave anything out."""
    responded: str = ""
    """Its own time, as sent."""
    platform: str = ""
    """The software that it runs, as far as it says: a row of ``schemas/platforms.toml``."""


def identify(session: Session, url: str, *, patient: bool = True) -> Identification:
    """The Identify answer of a repository. ``patient=False``: it is asked once, to see whether anybody is there."""
    client = Client(url, session, {})
    client.patient = client.waits = patient
    page: PageOfSickle = client.harvest(verb="Identify")
    said = {local(child): xml.text_of(child).strip() for child in _parts(page)}
    own = said.get("baseURL", "")
    return Identification(
        name=said.get("repositoryName", ""),
        base_url=own,
        granularity="second" if "T" in said.get("granularity", "").upper() else "day",
        deleted=said.get("deletedRecord", "").lower(),
        earliest=said.get("earliestDatestamp", ""),
        responded=page.envelope.responded,
        platform=platforms.recognise(url, _words(page)) or platforms.recognise(own, ""),
    )


def _words(page: PageOfSickle) -> str:
    """All that it says, with the names of the elements: what runs it stands in descriptions of many forms."""
    return "" if page.envelope.element is None else etree.tostring(page.envelope.element, encoding="unicode")


def formats(session: Session, url: str, *, patient: bool = True) -> dict[str, str]:
    """metadataPrefix -> namespace."""
    client = Client(url, session, {})
    client.patient = client.waits = patient
    page: PageOfSickle = client.harvest(verb="ListMetadataFormats")
    found: dict[str, str] = {}
    for child in _parts(page):
        said = {local(part): xml.text_of(part).strip() for part in child}
        if said.get("metadataPrefix"):
            found[said["metadataPrefix"]] = said.get("metadataNamespace", "")
    return found


def set_names(session: Session, url: str, *, most: int = 50_000) -> dict[str, str]:
    """setSpec -> name, of at most so many sets; some repositories have tens of thousands."""
    names: dict[str, str] = {}
    try:
        for page in Client(url, session, {}).ListSets():  # type: ignore[no-untyped-call]
            before = len(names)
            for child in _parts(page):
                said = {local(part): xml.text_of(part).strip() for part in child}
                if said.get("setSpec"):
                    names.setdefault(said["setSpec"], said.get("setName", ""))
            if len(names) == before or len(names) >= most:
                break  # the same sets again and again, or enough of them
    except ProtocolError as error:
        if error.code != "noSetHierarchy":
            raise
    return names


def _parts(page: PageOfSickle) -> list[etree._Element]:
    """The children of the verb's element."""
    return [] if page.envelope.element is None else list(page.envelope.element)

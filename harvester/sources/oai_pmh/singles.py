"""Records asked for one by one: what a list could not give, what it no longer names, what is in quarantine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.record import Broken, Page, RawRecord
from harvester.sources.oai_pmh.about import About
from harvester.sources.oai_pmh.client import Busy, Client

GONE: Final = ("idDoesNotExist", "cannotDisseminateFormat")
"""There is no such record, or none in this format: either way the list has it no more."""


def single(client: Client, prefix: str, identifier: str, alive: Callable[[], bool]) -> Page:
    """One record by GetRecord: in ``records``, ``gone`` or ``broken``.

    Raises SourceUnavailable where nobody is there, ProtocolError for any other refusal.
    """
    try:
        envelope = client.harvest(verb="GetRecord", identifier=identifier, metadataPrefix=prefix).envelope
    except ProtocolError as error:
        if error.code in GONE:
            return Page(records=[], gone=(identifier,))
        raise
    except Busy:
        raise
    except SourceUnavailable as error:
        if not alive():
            raise
        return broken(identifier, prefix, error)
    records = [record for record in envelope.records if record.identifier == identifier]
    if records:
        return Page(records=records, repairs=envelope.repairs)
    if envelope.broken:
        return Page(records=[], broken=(replace(envelope.broken[0], identifier=identifier),))
    return broken(identifier, prefix, "GetRecord answers with another record, or with none")


def broken(identifier: str, prefix: str, why: object) -> Page:
    return Page(records=[], broken=(Broken(identifier=identifier, format=prefix, reason=f"cannot be fetched: {why}"),))


def unlisted(
    client: Client, about: About, prefix: str, identifiers: Iterable[str], wanted: Callable[[RawRecord], bool]
) -> Iterator[Page]:
    """Records that a list does not name, a page each; ``wanted``: whether a record that is there still belongs to it.

    A repository that promises to keep tombstones has to say itself that a record is gone: one of which it says neither is
    ``broken``, and stays. Where nothing is promised, what cannot be asked for is on no page: the list is believed.
    """
    for identifier in identifiers:
        try:
            page = single(client, prefix, identifier, about.alive)
        except ProtocolError as error:
            if error.code == "badVerb":
                return  # there is no GetRecord
            if about.keeps_tombstones:
                yield broken(identifier, prefix, error)
            continue
        if page.records and not any(map(wanted, page.records)):
            page = Page(records=[], gone=(identifier,))
        yield page

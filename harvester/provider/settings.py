"""What may stand in ``[provider]``, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_DOMAIN: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+")
"""As the schema of oai-identifier has it: https://www.openarchives.org/OAI/2.0/guidelines-oai-identifier.htm"""
_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


class Settings(Struct, frozen=True, kw_only=True):
    """``[provider]``: the OAI-PMH provider of ``harvester serve``, at ``/oai``."""

    enabled: bool = False
    """Whether other aggregators may harvest the index."""
    namespace: str = ""
    """A domain name that is yours; identifiers are ``oai:NAMESPACE:KEY``. With another one, harvesters have everything twice."""
    name: str = ""
    """What the repository is called; without, as the namespace."""
    admin_email: str = ""
    """Whom harvesters write to; without, ``contact`` of ``[harvester]``."""
    page_size: int = 100
    """Records in one answer; of headers alone there are ten times as many."""


class Answer(Struct, frozen=True):
    """What is sent back, as ``text/xml; charset=utf-8``."""

    body: bytes
    status: int = 200


def check(settings: Settings) -> Iterator[tuple[str, str]]:
    """(key, fault) of each mistake."""
    if settings.enabled and not settings.namespace:
        yield "namespace", "is missing; write a domain name that is yours, such as 'library.example.org'"
    elif settings.namespace and not _DOMAIN.fullmatch(settings.namespace):
        yield "namespace", f"{settings.namespace!r} is no domain name such as 'library.example.org'"
    if settings.admin_email and not _EMAIL.fullmatch(settings.admin_email):
        yield "admin_email", f"{settings.admin_email!r} is not an e-mail address"
    if settings.enabled and not settings.admin_email:
        yield "admin_email", "is missing, and so is `contact` in [harvester]: harvesters must be told whom to write to"
    if not 1 <= settings.page_size <= 1000:
        yield "page_size", "must be at least 1, and 1000 at most"

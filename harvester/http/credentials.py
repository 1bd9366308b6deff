"""Whom we trust, and what we are trusted with."""

from __future__ import annotations

import binascii
import logging
import os
import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

import urllib3

from harvester.errors import ConfigError
from harvester.masking import hide, masked

log = logging.getLogger(__name__)

_SECRET_HEADER = re.compile(r"(?i)auth|cookie|token|key|secret|passw")


def certificates(verify: bool | str, url: str = "") -> bool | str:
    """What requests is to check certificates with; ``url`` is whose they are, for the warning."""
    if verify is False:
        whose = f"{masked(url)}: " if url else ""
        log.warning("%scertificates are not checked: whoever stands between can change what the server says", whose)
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return False
    named, file = "verify", verify if isinstance(verify, str) else ""
    for variable in () if file else ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        named, file = variable, file or os.environ.get(variable, "")
        if file:
            break
    if file and not Path(file).exists():
        raise ConfigError(f"{named}: {file}: there is no such file; name one with the certificates to trust (PEM)")
    return file or True


def hide_headers(headers: Mapping[str, str]) -> None:
    """Headers that carry secrets by their name: their values are in nothing that is printed."""
    for name, value in headers.items():
        if _SECRET_HEADER.search(name):
            scheme, _, credentials = value.strip().partition(" ")
            hide(value, credentials)
            if scheme.lower() == "basic":
                try:
                    login = b64decode(credentials, validate=True).decode("utf-8", "replace")
                except (binascii.Error, ValueError):
                    continue
                hide(login, login.partition(":")[2])

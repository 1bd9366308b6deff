"""A ``[source.NAME]`` table as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from harvester.config.writing import key, text_of
from harvester.masking import is_secret

_DULL = frozenset(
    {"www", "oai", "api", "repository", "oai-pmh", "oaipmh", "eprints", "dspace", "ac", "edu", "org", "com"}
)


def source_table(name: str, settings: Mapping[str, object], remarks: Mapping[str, str]) -> str:
    """``settings`` in their order, '' and None left out; ``remarks``: a comment behind a setting."""
    lines = [f"[source.{name}]"]
    tables: list[str] = []
    for setting, value in settings.items():
        if value in ("", None):
            continue
        if isinstance(value, Mapping):
            tables += [f"[source.{name}.{setting}]", *(f"{key(k)} = {text_of(v)}" for k, v in value.items())]
        else:
            lines.append(f"{setting} = {text_of(value)}" + (f" # {remarks[setting]}" if setting in remarks else ""))
    return "\n".join([*lines, *tables]) + "\n"


def name_for(url: str) -> str:
    """A name for a source, from its host.

    >>> name_for("https://spiral.imperial.ac.uk/oai/request"), name_for("http://127.0.0.1:8000/oai")
    ('spiral', 'repository')
    """
    host = urlsplit(url).hostname or ""
    if re.fullmatch(r"[\d.:]*", host):
        return "repository"
    labels = [re.sub(r"[^a-z0-9-]", "", label).strip("-") for label in host.lower().split(".")[:-1] or [host]]
    telling = [label for label in labels if label and label not in _DULL]
    return (telling or [label for label in labels if label] or ["repository"])[0][:64]


def without_password(url: str, name: str) -> tuple[str, str]:
    """The address with variables in place of its password and of parameters that are named like one, and a remark on it."""
    parts = urlsplit(url)
    login, _, host = parts.netloc.rpartition("@")
    user, colon, password = login.partition(":")
    prefix, variables = re.sub(r"\W", "_", name).upper(), []
    if colon and "${" not in password:
        variables.append(f"{prefix}_PASSWORD")
        parts = parts._replace(netloc=f"{user}:${{{prefix}_PASSWORD}}@{host}")
    pairs = []
    for pair in parts.query.split("&"):
        parameter, _, value = pair.partition("=")
        if value and "${" not in value and is_secret(parameter):
            variables.append(f"{prefix}_{parameter.upper().replace('-', '_')}")
            pairs.append(f"{parameter}=${{{variables[-1]}}}")
        else:
            pairs.append(pair)
    remark = f"set {' and '.join(variables)} in the environment" if variables else ""
    return (urlunsplit(parts._replace(query="&".join(pairs))) if variables else url), remark

"""What no type can tell is wrong with the settings: each check yields (key, fault; cure)."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from harvester import sources
from harvester.clean.urls import is_web_address
from harvester.clock import duration
from harvester.config.settings import Config, Harvester, Http, Linking, Notify
from harvester.wording import nearest

Faults = Iterator[tuple[str, str]]

EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_DAY: Final = 86_400.0


def harvester(settings: Harvester, config: Path) -> Faults:
    """``config``: the config file, beside which the paths begin."""
    if settings.contact and not EMAIL.fullmatch(settings.contact):
        yield "contact", f"{settings.contact!r} is not an e-mail address"
    if not 1 <= settings.workers <= 256:
        yield "workers", "must be at least 1, and 256 at most; a little less than the machine has cores"
    if not 1 <= settings.keep_generations <= 1000:
        yield "keep_generations", "must be at least 1, and 1000 at most"
    odd = dict(_odd_paths(settings, config.parent))
    yield from odd.items()
    if not odd:
        yield from _paths_in_the_way(settings, config)


def _odd_paths(settings: Harvester, folder: Path) -> Faults:
    for key in ("store", "index", "site"):
        text = getattr(settings, key)
        if fault := odd_path(text):
            yield key, fault
            continue
        path = folder / text
        if key == "site" and path.exists() and not path.is_dir():
            yield key, f"{text!r} is a file; name a folder"
        elif key != "site" and (path.is_dir() or text.endswith("/")):
            yield key, f"{text!r} is a folder; name a file in it, such as '{text.rstrip('/')}/{key}.db'"
        elif (above := next((p for p in path.parents if p.exists()), path)) and not above.is_dir():
            yield key, f"{text!r} lies below {above}, which is a file"


def odd_path(text: str) -> str:
    """What is wrong with the text of a path by itself; '' where nothing is."""
    if not text.strip():
        return "is empty; name a path, or leave the setting out"
    if "\0" in text or "\n" in text:
        return "has a character that no path should have"
    if text.startswith("~"):
        return f"{text!r}: ~ is the shell's; write the path out, from / or from the folder of this file"
    return ""


def _paths_in_the_way(settings: Harvester, config: Path) -> Faults:
    """Files that would write over each other, or be published with the site."""
    at = {key: _real(config.parent / getattr(settings, key)) for key in ("store", "index", "site")}
    at["index"] = (config.parent / settings.index).absolute()  # a link to a generation
    own = _real(config)
    for key in ("store", "index"):
        if at[key] == own:
            yield key, "is this config file itself; name a file for the database"
    if at["store"] == at["index"]:
        yield "index", f"is the same file as the store, {settings.store!r}; what the store holds cannot be made again"
    for key, path in (("store", at["store"]), ("index", at["index"]), ("this config file", own)):
        if path.is_relative_to(at["site"]):
            yield "site", f"{settings.site!r} holds {key}, which would be published with it; name a folder of its own"


def http(settings: Http) -> Faults:
    for key in ("connect_timeout", "read_timeout", "total_timeout", "patience"):
        seconds = getattr(settings, key)
        if not 0 < seconds <= _DAY:
            yield key, f"must be more than 0 seconds, and a day ({_DAY:.0f}) at most, not {seconds:g}"
    if not 0 <= settings.pace <= 3600:
        yield "pace", f"must not be negative, and an hour (3600 seconds) at most, not {settings.pace:g}"
    if not 0 <= settings.retries <= 100:
        yield "retries", f"must not be negative, and 100 at most, not {settings.retries}"
    if not 0 < settings.max_bytes <= 1 << 31:
        yield "max_bytes", f"must be more than 0, and 2 GiB ({1 << 31}) at most"


def linking(settings: Linking) -> Faults:
    for prefix in settings.repository_doi_prefixes:
        if not re.fullmatch(r"10\.\d{4,9}(\.\d+)*", prefix):
            yield "repository_doi_prefixes", f"{prefix!r} is not a DOI prefix such as '10.25560'"


def notify(settings: Notify, folder: Path) -> Faults:
    if settings.ping and not is_web_address(settings.ping):
        yield "ping", "must be an address that begins with https:// or http://"
    try:
        words = shlex.split(settings.on_failure)
    except ValueError as error:
        yield "on_failure", f"cannot be taken apart into words as a shell would: {str(error).lower()}"
    else:
        if settings.on_failure and not words:
            yield "on_failure", "is blank; name a command, or leave the setting out"
    if settings.metrics:
        if fault := odd_path(settings.metrics):
            yield "metrics", fault
        elif not settings.metrics.endswith(".prom"):
            yield "metrics", f"{settings.metrics!r}: Prometheus' textfile collector reads files that end in .prom only"
        elif not (parent := (folder / settings.metrics).parent).is_dir():
            yield "metrics", f"there is no folder {parent}; make it, or name the one that the collector reads"


def source(settings: sources.Settings) -> Faults:
    """Of what every kind of source has."""
    if not 1 <= settings.rank <= 1_000_000:
        yield "rank", "must be 1 or more; 1 is believed first"
    if settings.pace is not None and not 0 <= settings.pace <= 3600:
        yield "pace", f"must not be negative, and an hour (3600 seconds) at most, not {settings.pace:g}"
    yield from _how_often(settings)
    if not 0 <= settings.max_unseen <= 1:
        share = settings.max_unseen
        cure = f"; for {share:g} % write {share / 100:g}" if 1 < share <= 100 else ""
        yield "max_unseen", f"is a share between 0 and 1, not {share:g}{cure}"
    for key in ("min_records", "max_deleted", "max_quarantined"):
        if (number := getattr(settings.expect, key)) is not None and number < 0:
            yield f"expect.{key}", "must not be negative"
    for host in settings.hosts:
        if not re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:]+\]?", host):
            name = urlsplit(host).hostname if is_web_address(host) else ""
            cure = f"; did you mean {name!r}?" if name else ", such as 'repository.example.org'"
            yield "hosts", f"{host!r} is not the bare name of a host{cure}"
    for name, value in settings.headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            yield f"headers.{name}", "is not the name of a header (RFC 9110, section 5.1)"
        elif not value.isprintable() or any(ord(c) > 255 for c in value):
            yield f"headers.{name}", "its value must be one line of Latin letters, digits and signs"


def _how_often(settings: sources.Settings) -> Faults:
    spans: dict[str, timedelta] = {}
    for key in ("every", "full_every"):
        text = getattr(settings, key)
        span = duration(text) if text else None
        if span is not None:
            spans[key] = span
        elif text:
            yield key, f"{text!r} is no span of time{_span_meant(text)}"
    if len(spans) == 2 and spans["full_every"] < spans["every"]:
        yield "full_every", f"{settings.full_every!r} is shorter than every = {settings.every!r}"


_UNITS: Final = ("minute", "minutes", "hour", "hours", "day", "days", "week", "weeks")
_WORDS: Final = {"hourly": "1 hour", "daily": "1 day", "nightly": "1 day", "weekly": "1 week", "monthly": "30 days"}


def _span_meant(text: str) -> str:
    """
    >>> _span_meant("1 dya"), _span_meant("daily"), _span_meant("2 months")
    ("; did you mean '1 day'?", "; did you mean '1 day'?", "; did you mean '60 days'?")
    >>> _span_meant("0 3 * * *") == _span_meant("0 days") == "; write '1 day', '36 hours' or '2 weeks'"
    True
    """
    word = text.strip().lower()
    usual = "; write '1 day', '36 hours' or '2 weeks'"
    if word in _WORDS:
        return f"; did you mean {_WORDS[word]!r}?"
    found = re.fullmatch(r"(\d{1,4})\s*([a-z]+)", word)
    if found is None:
        return usual
    if found[2].startswith("mon"):
        return f"; did you mean '{30 * int(found[1])} days'?"
    if duration(word):
        return f"; did you mean {word!r}?"
    if not int(found[1]):
        return usual
    unit = nearest(found[2], [u for u in _UNITS if (u[-1] == "s") == (int(found[1]) != 1)])
    return f"; did you mean '{found[1]} {unit}'?" if unit else usual


def twins(config: Config) -> Faults:
    """Sources that would harvest the same list twice, as ``NAME`` -> fault."""
    seen: dict[object, str] = {}
    for name, settings in config.sources.items():
        if not settings.enabled:
            continue
        for what in _lists(settings):
            first = seen.setdefault(what, name)
            if first != name:
                yield (
                    name,
                    f"harvests the same as source.{first}; take one of them out, or let one have enabled = false",
                )
                break


def _lists(settings: sources.Settings) -> list[object]:
    """What tells the lists of a source from those of another."""
    said: Mapping[str, Any] = {f: getattr(settings, f) for f in settings.__struct_fields__}
    if settings.kind == "oai_pmh":
        prefixes, sets = getattr(settings, "prefixes", ()), getattr(settings, "sets", ()) or ("",)
        return [(said["url"].rstrip("/"), prefix, set_) for prefix in prefixes for set_ in sets]
    if settings.kind == "crossref":
        return [(said["url"].rstrip("/"), repr(said["filter"]), repr(said["query"]))]
    return [_real(Path(said["path"]))] if settings.kind == "files" and not odd_path(said["path"]) else []


def _real(path: Path) -> Path:
    """Without links, as far as they lead anywhere: `Path.resolve` raises where they go in a circle."""
    return Path(os.path.realpath(path))

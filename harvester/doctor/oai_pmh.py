"""An OAI-PMH repository: who it is, what it offers, and how its lists behave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from harvester import formats, schemas
from harvester.config import Config
from harvester.doctor import endpoint, lists, transport
from harvester.doctor.block import name_for, source_table, without_password
from harvester.doctor.chart import Chart
from harvester.doctor.visit import Visit, listed, told
from harvester.environment import resolved_url
from harvester.errors import SourceError
from harvester.formats import platforms
from harvester.jobs.sessions import session
from harvester.masking import MASK, hide_in_url, masked
from harvester.sources.oai_pmh import Settings
from harvester.sources.oai_pmh.client import PageOfSickle, Refusal
from harvester.sources.oai_pmh.clocks import utc

_GRANULARITIES: Final = {"YYYY-MM-DD": "day", "YYYY-MM-DDThh:mm:ssZ": "second"}
_SETS_NAMED: Final = 5_000


def examine(config: Config, chart: Chart, name: str, settings: Settings) -> str:
    """The block for config.toml; '' where the repository was not found."""
    url = resolved_url(settings.url, f"source.{name}.url")
    hide_in_url(url)
    visit = Visit(chart, name, url, lambda: session(config, settings))
    try:
        return _examine(visit, name, settings)
    finally:
        visit.close()


def _examine(visit: Visit, name: str, settings: Settings) -> str:
    chart = visit.chart
    page = endpoint.find(visit)
    if page is None:
        return ""
    offered = _formats(visit, settings.prefixes)
    said = page.answer.body[:50_000].decode("utf-8", "replace")
    platform = settings.platform or platforms.recognise(visit.url, said, offered)
    identity = (
        _identify(visit, page, platform) if page.params["verb"] == "Identify" else {"granularity": "day", "name": ""}
    )
    prefix = _prefix(visit, offered, settings if name else None, platform)
    names = _sets(visit, settings)
    granularity: str = settings.granularity
    if prefix:
        first = lists.first_page(visit, prefix, next(iter(settings.sets), ""), platform)
        if first is not None:
            lists.token_round_trip(visit, first)
            granularity = lists.dates(visit, first, identity["granularity"]) or granularity
            lists.single(visit, first)
    transport.look(chart, visit.pages)
    if settings.verify is False:
        chart.note("connection", "its certificate is not checked", "take verify = false out again as soon as you can")
    if not prefix:
        return ""
    return _block(name, settings, visit.url, identity, prefix, platform, granularity, names)


# --- what it says about itself ---------------------------------------------------------------------------------------


def _identify(visit: Visit, page: PageOfSickle, platform: str) -> dict[str, str]:
    chart, said = visit.chart, told(page)
    name = " ".join(said.get("repositoryName", "").split())
    version = said.get("protocolVersion", "")
    chart.ok("Identify", f"{name or 'a repository without a name'}" + (f", made by {platform}" if platform else ""))
    if version != "2.0":
        chart.note(
            "Identify",
            f"protocolVersion is {version!r}, not 2.0",
            "only 2.0 is harvested; it may speak it all the same",
        )
    own = said.get("baseURL", "")
    if own and endpoint.base(own).rstrip("/") != masked(visit.url).rstrip("/"):
        chart.note(
            "Identify", f"calls itself {masked(own)}", "either address may be meant; the one that answers is kept"
        )
    _earliest(chart, said.get("earliestDatestamp", ""))
    granularity = _granularity(chart, said.get("granularity", ""))
    deleted = said.get("deletedRecord", "").lower()
    if deleted == "persistent":
        chart.ok("deletions", "deleted records are named for good")
    else:
        how = {"no": "are not named", "transient": "are named for some time only"}.get(
            deleted, f"are named {deleted!r}"
        )
        chart.note(
            "deletions", f"deleted records {how}", "full_every finds what has vanished; it is in the block below"
        )
    return {"name": name, "granularity": granularity, "deleted": deleted}


def _earliest(chart: Chart, text: str) -> None:
    time = utc(text)
    if time is None:
        chart.note(
            "Identify", f"earliestDatestamp is no date: {text[:40]!r}", "no harvest begins there, so it does no harm"
        )
    elif time < lists.EARLIEST or time > datetime.now(UTC) + timedelta(days=1):
        chart.note("Identify", f"earliestDatestamp is {text}", "no harvest begins there, so it does no harm")


def _granularity(chart: Chart, text: str) -> str:
    if text not in _GRANULARITIES:
        chart.note("Identify", f"granularity is {text[:40]!r}, which the protocol does not have")
        return "second" if "T" in text.upper() else "day"
    return _GRANULARITIES[text]


def _formats(visit: Visit, wanted: tuple[str, ...]) -> dict[str, str]:
    """metadataPrefix -> namespace; where it does not say, those that are wanted."""
    try:
        page, _ = visit.ask("ListMetadataFormats")
    except SourceError as error:
        visit.chart.note("formats", f"cannot be had: {error}", f"{wanted[0]} is tried")
        return dict.fromkeys(wanted, "")
    found = listed(page, "metadataFormat")
    return {f["metadataPrefix"]: f.get("metadataNamespace", "") for f in found if f.get("metadataPrefix")}


def richest(offered: Mapping[str, str], platform: str) -> list[str]:
    """The metadataPrefixes that we can read, the richest first: as ``platforms.toml`` says, or else ``merge.toml``.

    ``offered``: prefix -> namespace. What is made for theses, or for files alone, is none for a whole repository.

    >>> richest({"oai_dc": "", "oai_etdms": "", "marcxml_x": "urn:x", "xoai": ""}, "dspace")
    ['xoai', 'oai_dc']
    """
    order = _order(platform)
    named = {prefix: formats.named(prefix, namespace.strip()) for prefix, namespace in offered.items()}
    known = {prefix: name for prefix, name in named.items() if name in order}
    return sorted(known, key=lambda prefix: (order.index(known[prefix]), prefix))


def _order(platform: str) -> list[str]:
    own: list[str] = schemas.table("platforms").get(platform, {}).get("richest", [])
    return own or list(schemas.table("merge")["formats"]["richest_first"])


def _prefix(visit: Visit, offered: Mapping[str, str], settings: Settings | None, platform: str) -> str:
    """The format to harvest: the one that is set, else the best that we can read. '' where there is none."""
    chart = visit.chart
    readable = richest(offered, platform)
    for prefix in readable[:1]:
        own = formats.namespaces(formats.named(prefix, offered[prefix].strip()))
        if own and offered[prefix] and offered[prefix].strip().rstrip("/") not in {n.rstrip("/") for n in own}:
            chart.note("formats", f"{prefix} has the namespace {offered[prefix]!r}, which is not the usual one")
    there = ", ".join(sorted(offered)) or "none"
    if settings is not None:
        missing = [prefix for prefix in settings.prefixes if prefix not in offered]
        if missing:
            chart.problem(
                "formats", f"metadata_prefix {missing[0]!r} is not offered; there is {there}", f"take {readable[:1]}"
            )
            return readable[0] if readable else ""
        chosen = settings.prefixes[0]
        if chosen in readable[1:]:
            chart.note(
                "formats", f"{chosen} is set, and {readable[0]} keeps more", f'metadata_prefix = "{readable[0]}"'
            )
        else:
            chart.ok("formats", f"{chosen}, of {there}")
        return chosen
    if not readable:
        chart.problem(
            "formats",
            f"there is {there}; this harvester reads {', '.join(_order(''))}",
            "ask its operator for oai_dc",
        )
        return ""
    chart.ok("formats", f"{readable[0]} is the best that we can read, of {there}")
    return readable[0]


def _sets(visit: Visit, settings: Settings) -> bool:
    """Whether its sets are few enough to ask for their names."""
    chart = visit.chart
    try:
        page, _ = visit.ask("ListSets")
    except Refusal as refusal:
        if refusal.code == "noSetHierarchy":
            chart.ok("sets", "it has none")
            if settings.sets:
                chart.problem("sets", f"set = {settings.sets[0]!r}, but there are no sets", "take `set` out")
        else:
            chart.note("sets", str(refusal))
        return False
    except SourceError as error:
        chart.note("sets", f"cannot be had: {error}", "they are not needed for a harvest of everything")
        return False
    found = [s["setSpec"] for s in listed(page, "set") if s.get("setSpec")]
    token = page.envelope.token
    more = token is not None and bool(token.text)
    total = token.size if token is not None and token.size else None
    chart.ok("sets", f"{f'{total:,}' if total and more else len(found)}{' or more' if more and not total else ''}")
    for wanted in settings.sets:
        if not more and wanted not in found:
            chart.problem(
                "sets", f"there is no set {wanted!r}", f"it has {', '.join(found[:10])}{' ...' * (len(found) > 10)}"
            )
    return bool(found) and (total or len(found)) <= _SETS_NAMED and not (more and total is None)


# --- the block -------------------------------------------------------------------------------------------------------


def _block(
    name: str,
    settings: Settings,
    url: str,
    identity: Mapping[str, str],
    prefix: str,
    platform: str,
    granularity: str,
    names: bool,
) -> str:
    """What is set already stays as it is set."""
    name = name or name_for(url)
    shown, remark = without_password(settings.url if "${" in settings.url else url, name)
    default = Settings(kind="oai_pmh", url=url)
    kept = {
        key: value
        for key in settings.__struct_fields__
        if (value := getattr(settings, key)) != getattr(default, key)
        and key not in ("url", "metadata_prefix", "granularity")
    }
    found: dict[str, object] = {
        "kind": "oai_pmh",
        "title": identity["name"] or None,
        "url": shown,
        "metadata_prefix": prefix,
        "platform": platform,
        "granularity": granularity,
        "set_names": names or None,
        "every": "1 day",
        "full_every": "" if identity.get("deleted") == "persistent" else "30 days",
        **kept,
    }
    if settings.expect != default.expect:
        limits = msgspec.to_builtins(settings.expect)
        found["expect"] = {key: value for key, value in limits.items() if value is not None}
    if settings.headers:  # one that is written out may be a secret
        found["headers"] = {key: value if "${" in value else MASK for key, value in settings.headers.items()}
    remarks = {"url": remark} if remark else {}
    if prefix in ("xoai", "dim"):
        remarks["metadata_prefix"] = "DSpace's own format: keeps what its oai_dc loses"
    return source_table(name, found, remarks)

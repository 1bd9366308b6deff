"""Endpoints for who runs this, and for other machines: health, readiness, metrics, the OAI-PMH provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from harvester import provider
from harvester.clock import moment
from harvester.exposition import Sample, exposition
from harvester.serve.calls import Answer, Call, Refused

_TEXT: Final = "text/plain; charset=utf-8"
_XML: Final = "text/xml; charset=utf-8"
_HELP: Final = {
    "harvester_http_requests_total": "Requests that were answered.",
    "harvester_http_request_seconds_total": "Time that answers took.",
    "harvester_index_works": "Works in the index.",
    "harvester_index_generation": "Number of the generation that is read.",
    "harvester_index_built_timestamp_seconds": "When the index was last written.",
    "harvester_source_last_success_timestamp_seconds": "When the source was last harvested to a complete end; 0: never.",
    "harvester_source_records": "Live records that the store held when the index was written.",
}


def healthz(_: Call) -> Answer:
    """This process answers."""
    return Answer(body=b"ok\n", media_type=_TEXT, headers={"Cache-Control": "no-store"})


def readyz(call: Call) -> Answer:
    """The index can be read, and holds what its own counts say."""
    meta = dict(call.db.execute("select name, value from meta"))
    (works,) = call.db.execute("select count(*) from works").fetchone()
    call.db.execute("select rowid from works_fts limit 1").fetchone()
    text = f"ready: {works} works, generation {meta.get('generation', '?')}, built {meta.get('built', '?')}\n"
    return Answer(body=text.encode(), media_type=_TEXT, headers={"Cache-Control": "no-store"})


def metrics(call: Call) -> Answer:
    samples = [*call.tally.samples(), *_of_index(call)]
    body = "".join(exposition(samples, _HELP)).encode()
    headers = {"Cache-Control": "no-store"}
    return Answer(body=body, media_type="text/plain; version=0.0.4; charset=utf-8", headers=headers)


def _of_index(call: Call) -> Iterator[Sample]:
    meta = dict(call.db.execute("select name, value from meta"))
    (works,) = call.db.execute("select count(*) from works").fetchone()
    yield "harvester_index_works", {}, works
    if meta.get("generation", "").isdigit():
        yield "harvester_index_generation", {}, int(meta["generation"])
    if meta.get("built"):
        yield "harvester_index_built_timestamp_seconds", {}, moment(meta["built"]).timestamp()
    for source, complete, records in call.db.execute("select source, last_complete, records from source_health"):
        labels = {"source": source}
        seconds = moment(complete).timestamp() if complete else 0
        yield "harvester_source_last_success_timestamp_seconds", labels, seconds
        yield "harvester_source_records", labels, records


def oai(call: Call) -> Answer:
    """The OAI-PMH provider: other aggregators harvest the works."""
    settings = _provider(call)
    arguments = provider.query(call.form.decode("utf-8", "replace") if call.method == "POST" else call.query)
    titles = {name: listing.title for name, listing in call.site.listings.items()}
    found = provider.answer(call.db, settings, arguments, call.to.whole("oai"), datetime.now(UTC), titles)
    return Answer(body=found.body, media_type=_XML, status=found.status, headers={"Cache-Control": "no-store"})


def oai_schema(call: Call) -> Answer:
    _provider(call)
    return Answer(body=provider.schema(), media_type=_XML)


def _provider(call: Call) -> provider.Settings:
    if call.settings.provider is None or not call.settings.provider.enabled:
        raise Refused(404, "There is no provider here", "The works of this site cannot be harvested over OAI-PMH.")
    return call.settings.provider

"""Endpoints about one work: its page, the same in other formats, and its records as they were sent."""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Final

import msgspec

from harvester import query
from harvester.errors import HarvesterError, RecordError
from harvester.formats import encoded
from harvester.formats.xml import indented
from harvester.listing.prose import printable
from harvester.pages import html, tags
from harvester.pages import item as items
from harvester.pages.downloads import DOWNLOADS, negotiated
from harvester.pages.public import public
from harvester.record import RawRecord
from harvester.serve.calls import HTML, Answer, Call, Refused, redirect
from harvester.store import Store

log = logging.getLogger(__name__)

RAW: Final = 200_000
"""Characters of a record that a page shows."""
_PRETTY: Final = 2_000_000
"""Bytes of a record that are parsed to be shown well; a larger one is shown as it is."""


def work(call: Call) -> Answer:
    """A key that was merged away leads to its work (301); any other name of a work, such as a bare DOI, too (302)."""
    name = call.path["key"]
    row = call.db.execute("select id from works where key = ?", (name,)).fetchone()
    if row is None:
        return elsewhere(call, name)
    wanted = call.parameter("format") or negotiated(call.accept)
    if wanted == "html":
        return _page(call, row[0])
    download = DOWNLOADS.get(wanted or "")
    if download is None or not download.of_one:
        offered = [n for n, d in DOWNLOADS.items() if d.of_one]
        if call.parameter("format"):
            raise Refused(404, "There is no such format", f"A work can be had as {', '.join(offered)}.")
        types = sorted({"text/html", *(DOWNLOADS[n].media_type for n in offered)})
        raise Refused(406, "Not in that format", f"This can be had as {', '.join(types)}.", Vary="Accept")
    if wanted == "json":
        body = msgspec.json.encode(public(query.work(call.db, row[0])))
    else:
        body = b"".join(encoded(download.writer, query.works(call.db, ids=[row[0]])))
    file = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.")[:80] or "work"
    headers = {"Vary": "Accept", "Content-Disposition": f'inline; filename="{file}.{download.ending}"'}
    own = call.to.whole(call.to.work(name)) or call.to.to(call.to.work(name))
    headers["Link"] = str(tags.Signpost("describes", own, "text/html"))
    return Answer(body=body, media_type=download.media_type, headers=headers)


def _page(call: Call, work_id: int) -> Answer:
    found = items.load(call.db, work_id)
    headers = {"Vary": "Accept", "Link": tags.link_header(tags.signposts(found, call.to))}
    return Answer(body=html.item(found, call.site, call.to).encode(), media_type=HTML, headers=headers)


def elsewhere(call: Call, name: str) -> Answer:
    # A proxy may have made one slash of two.
    names = [name, re.sub(r"(https?):/(?=[^/])", r"\1://", name)]
    for each in dict.fromkeys(names):
        work_id = query.get(call.db, each)
        if work_id is not None:
            (key,) = call.db.execute("select key from works where id = ?", (work_id,)).fetchone()
            moved = call.db.execute("select 1 from redirects where key = ?", (each,)).fetchone()
            address = call.to.to(call.to.work(key)) + (f"?{call.query}" if call.query else "")
            return redirect(address, permanent=moved is not None)
    if _was_issued(call, name):
        raise Refused(
            410,
            "This work is gone",
            "It was here, and was withdrawn by its source or by who runs this site.",
            wanted="",
        )
    raise Refused(
        404,
        "There is no such work here",
        "Works are found by their key, DOI, handle or link. The address may be mistyped, or the work may not be part of this"
        " collection.",
        wanted=name[:200],
    )


def _was_issued(call: Call, key: str) -> bool:
    """Whether there was a work of this key, as far as the store is at hand to tell."""
    if call.settings.store is None or len(key) > 2000:
        return False
    try:
        with Store.read_only(call.settings.store) as store:
            return bool(store.keys.issued_keys([key.encode("utf-8", "replace").decode()]))
    except HarvesterError as error:
        log.warning("%s", error)
        return False  # without a store nobody knows


def record(call: Call) -> Answer:
    """One record of a work: as it was sent, where the store is at hand, and as it was read."""
    number = call.path["number"]
    row = None
    if number.isascii() and number.isdigit() and len(number) < 19:
        row = call.db.execute(
            "select r.id, r.source, s.title, r.identifier, r.format, r.datestamp, r.record, w.key, w.label from records r"
            " join works w on w.id = r.work_id join sources s on s.name = r.source where r.id = ?",
            (int(number),),
        ).fetchone()
    if row is None:
        raise Refused(404, "There is no such record here", "Its source may have deleted it, or sent it anew.")
    id_, name, source, identifier, format_, datestamp, text, key, title = row
    sent, repairs = _sent(call, id_)
    normalised = json.dumps(msgspec.json.decode(text), indent=2, ensure_ascii=False)
    return call.page(
        "record.html",
        source=source or name,
        identifier=identifier,
        format=format_,
        datestamp=datestamp,
        key=key,
        title=title,
        sent=sent[:RAW] if sent is not None else None,
        more=max(0, len(sent or "") - RAW),
        repairs=repairs,
        normalised=normalised[:RAW],
        more_read=max(0, len(normalised) - RAW),
        headers={"X-Robots-Tag": "noindex"},
    )


def _sent(call: Call, record_id: int) -> tuple[str | None, tuple[str, ...]]:
    if call.settings.store is None:
        return None, ()
    try:
        with Store.read_only(call.settings.store) as store:
            for stored in store.records([record_id]):
                return pretty(stored.raw), stored.raw.repairs
    except HarvesterError as error:
        log.warning("%s", error)
    return None, ()


def pretty(raw: RawRecord) -> str:
    """A record indented, where it is XML or JSON that can be parsed; else as it is. No entity is resolved, nothing fetched."""
    text = raw.payload.decode("utf-8", "replace")
    if len(raw.payload) > _PRETTY:
        return printable(text)
    if text.lstrip()[:1] in ("{", "["):
        try:
            value: Any = json.loads(text)
            return printable(json.dumps(value, indent=2, ensure_ascii=False))
        except (ValueError, RecursionError):
            return printable(text)
    if text.lstrip()[:1] == "<":
        try:
            return printable(indented(raw.payload, raw.context))
        except RecordError:
            return printable(text)
    return printable(text)

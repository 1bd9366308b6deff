"""The six verbs, over an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from msgspec.structs import replace

from harvester import query, schemas
from harvester.clock import iso
from harvester.formats.exported import xml_text
from harvester.provider import protocol, tokens
from harvester.provider.metadata import FORMATS, Origin, provenance
from harvester.provider.protocol import Arguments, OaiError
from harvester.provider.settings import Answer, Settings
from harvester.provider.tokens import Place
from harvester.record import Work

_IDENTIFIER: Final = "http://www.openarchives.org/OAI/2.0/oai-identifier"
_LEGAL: Final = "-_.!~*'();/?:@&=+$,"
"""What a local identifier may hold as it is, beside letters and digits."""
_HEADERS: Final = 10
"""So many times as many headers as records stand in one answer."""
_MOST_BYTES: Final = 4 << 20
"""Of the records of one answer; the one that goes beyond is its last."""
_AT_A_TIME: Final = 25
"""Works in memory: some have thousands of authors."""
_DELETED: Final = ' status="deleted"'
_LAST: Final = "9999-12-31T23:59:59Z"
_SPAN: Final = "s.set_spec = ? and (s.datestamp, s.work_id) > (?, ?) and s.datestamp <= ?"
"""A range of the table's key, wherever it begins."""
_COLUMNS: Final = "p.work_id, p.key, p.datestamp, p.deleted, p.sets, p.sets_left"
_SETS: Final = (
    "with recursive specs(spec) as (select '' union all"
    " select (select min(set_spec) from provided_sets where set_spec > spec) from specs where spec is not null)"
    " select spec from specs where spec <> ''"
)
"""All sets that works are or were in, without a look at each work."""
_KINDS: Final = {"source": "Sources", "listing": "Listings", "type": "Types of works"}

_Row = tuple[int, str, str, int, str, str]
"""(work id, key, datestamp, deleted, sets, sets that it left)"""


class Repository:
    """Answers one request, out of one state of the index."""

    def __init__(
        self, db: sqlite3.Connection, settings: Settings, base_url: str, now: datetime, titles: Mapping[str, str]
    ) -> None:
        self._db = db
        self._settings = settings
        self._base_url = base_url
        self._now = now
        self._titles = titles

    def answer(self, asked: Mapping[str, Sequence[str]]) -> Answer:
        verbs: dict[str, Callable[[Arguments], str]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_metadata_formats,
            "ListSets": self._list_sets,
            "GetRecord": self._get_record,
            "ListIdentifiers": lambda given: self._list("ListIdentifiers", given),
            "ListRecords": lambda given: self._list("ListRecords", given),
        }
        echoed: Arguments
        snapshot = not self._db.in_transaction
        if snapshot:
            self._db.execute("begin")
        try:
            verb, arguments = protocol.arguments(asked)
            body = f"<{verb}>{verbs[verb](arguments)}</{verb}>"
            echoed = {"verb": verb, **arguments}
        except OaiError as error:
            echoed, body = protocol.refusal(error, asked)
        finally:
            if snapshot and self._db.in_transaction:
                self._db.execute("rollback")
        said = protocol.envelope(self._base_url, echoed, self._now, body)
        return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{said}\n'.encode())

    # --- about the repository ----------------------------------------------------------------------------------------

    def _identify(self, _: Arguments) -> str:
        s = self._settings
        (earliest,) = self._db.execute("select min(datestamp) from provided_sets where set_spec = ''").fetchone()
        sample = self._db.execute("select key from provided order by work_id limit 1").fetchone()
        sample_identifier = self._identifier(sample[0] if sample else "doi:10.5555/12345678")
        description = (
            f'<oai-identifier xmlns="{_IDENTIFIER}" xsi:schemaLocation="{_IDENTIFIER} {_IDENTIFIER}.xsd">'
            f"<scheme>oai</scheme><repositoryIdentifier>{s.namespace}</repositoryIdentifier><delimiter>:</delimiter>"
            f"<sampleIdentifier>{escape(sample_identifier)}</sampleIdentifier></oai-identifier>"
        )
        return (
            f"<repositoryName>{_text(s.name or s.namespace)}</repositoryName><baseURL>{_text(self._base_url)}</baseURL>"
            f"<protocolVersion>2.0</protocolVersion><adminEmail>{_text(s.admin_email)}</adminEmail>"
            f"<earliestDatestamp>{earliest or iso(self._now)}</earliestDatestamp>"
            "<deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>"
            f"<description>{description}</description>"
        )

    def _list_metadata_formats(self, arguments: Arguments) -> str:
        if "identifier" in arguments:
            self._row(arguments["identifier"])  # every work is there in every format
        return "".join(
            f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{escape(self._schema(prefix))}</schema>"
            f"<metadataNamespace>{escape(known.namespace)}</metadataNamespace></metadataFormat>"
            for prefix, known in FORMATS.items()
        )

    def _list_sets(self, arguments: Arguments) -> str:
        if "resumptionToken" in arguments:
            raise OaiError(("badResumptionToken", "the sets are one list that needs no token"))
        specs = {*_KINDS, *(spec for (spec,) in self._db.execute(_SETS))}
        return "".join(
            f"<set><setSpec>{spec}</setSpec><setName>{_text(self._set_name(spec))}</setName></set>"
            for spec in sorted(specs)
        )

    def _set_name(self, spec: str) -> str:
        kind, _, name = spec.partition(":")
        if not name:
            return _KINDS.get(kind, kind)
        if kind == "source":
            row = self._db.execute("select title from sources where name = ?", (name,)).fetchone()
            return str(row[0]) if row else name
        if kind == "type":
            return schemas.label("vocabularies/types", name)
        return self._titles.get(name, name)

    def _schema(self, prefix: str) -> str:
        schema = FORMATS[prefix].schema
        return self._base_url.rstrip("/") + schema if schema.startswith("/") else schema

    # --- records -----------------------------------------------------------------------------------------------------

    def _get_record(self, arguments: Arguments) -> str:
        errors: list[tuple[str, str]] = []
        for demand in (lambda: self._known(arguments["metadataPrefix"]), lambda: self._row(arguments["identifier"])):
            try:
                demand()
            except OaiError as error:
                errors += error.errors
        if errors:
            raise OaiError(*errors)
        row = self._row(arguments["identifier"])
        return "".join(self._records([row], arguments["metadataPrefix"], ""))

    def _known(self, prefix: str) -> None:
        if prefix not in FORMATS:
            raise OaiError(("cannotDisseminateFormat", f"there is no {prefix!r}; there are {', '.join(FORMATS)}"))

    def _row(self, identifier: str) -> _Row:
        begin = f"oai:{self._settings.namespace}:"
        key = unquote(identifier.removeprefix(begin))
        if identifier.startswith(begin) and self._identifier(key) == identifier:
            sql = f"select {_COLUMNS} from provided p where key = ?"
            row: _Row | None = self._db.execute(sql, (key,)).fetchone()
            if row is not None:
                return row
        raise OaiError(("idDoesNotExist", f"no record has this identifier; they begin with {begin}"))

    def _identifier(self, key: str) -> str:
        return f"oai:{self._settings.namespace}:{quote(key, safe=_LEGAL, errors='replace')}"

    def _list(self, verb: str, arguments: Arguments) -> str:
        if "resumptionToken" in arguments:
            place = tokens.read(arguments["resumptionToken"], verb, self._key())
        else:
            since, until, spec = (arguments.get(name, "") for name in ("from", "until", "set"))
            place = Place(verb, arguments["metadataPrefix"], since, until, spec)
            protocol.period(since or None, until or None, "seconds")
            self._known(place.prefix)
            place = replace(place, size=self._count(place))
        room = self._settings.page_size * (_HEADERS if verb == "ListIdentifiers" else 1)
        rows = self._page(place, room + 1)
        if not rows:
            raise OaiError(("noRecordsMatch", "nothing matches from, until, set and metadataPrefix"))
        shown: list[str] = []
        if verb == "ListIdentifiers":
            shown = [self._header(row, place.set_spec) for row in rows[:room]]
        else:
            length = 0
            for record in self._records(rows[:room], place.prefix, place.set_spec):
                shown.append(record)
                length += len(record)
                if length > _MOST_BYTES:
                    break
        return "".join(shown) + self._token(place, rows, len(shown))

    def _token(self, place: Place, rows: Sequence[_Row], shown: int) -> str:
        """None where the list is one page; an empty one on its last page, which tells what there was in the end."""
        if shown == len(rows):
            size = place.cursor + shown
            return f'<resumptionToken completeListSize="{size}" cursor="{place.cursor}"/>' if place.cursor else ""
        last = rows[shown - 1]
        following = replace(place, datestamp=last[2], work_id=last[0], cursor=place.cursor + shown)
        size = max(place.size, following.cursor + 1)  # works that changed meanwhile come again
        token = tokens.write(following, self._key())
        return f'<resumptionToken completeListSize="{size}" cursor="{place.cursor}">{token}</resumptionToken>'

    def _key(self) -> str:
        """What tokens hold for: places in the order of another store's works mean nothing here."""
        row = self._db.execute("select value from meta where name = 'store'").fetchone()
        epoch = row[0].partition(" ")[0] if row else ""
        return f"{epoch} {self._settings.namespace}"

    # --- lists -------------------------------------------------------------------------------------------------------

    def _span(self, place: Place) -> list[str | int]:
        """Set, datestamp and id behind which, and datestamp up to which a list goes on."""
        first, last = protocol.period(place.since or None, place.until or None, "seconds")
        since = max(place.datestamp, _stamp(first) if place.since else "")
        after = place.work_id if since == place.datestamp else 0
        spec = "" if place.set_spec in ("source", "type") else place.set_spec  # every work is in those
        return [spec, since, after, _stamp(last) if place.until else _LAST]

    def _count(self, place: Place) -> int:
        sql = f"select count(*) from provided_sets s where {_SPAN}"
        (count,) = self._db.execute(sql, self._span(place)).fetchone()
        return int(count)

    def _page(self, place: Place, room: int) -> list[_Row]:
        return self._db.execute(
            f"select {_COLUMNS} from (select s.datestamp, s.work_id from provided_sets s where {_SPAN}"
            " order by s.datestamp, s.work_id limit ?) s cross join provided p on p.work_id = s.work_id"
            " order by s.datestamp, s.work_id",
            [*self._span(place), room],
        ).fetchall()

    def _header(self, row: _Row, spec: str) -> str:
        """``spec``: the set that is asked for: a work that has left it is deleted, as far as that set goes."""
        _, key, datestamp, _, sets, left = row
        deleted = _is_deleted(row, spec)
        shown = sets.split()
        if deleted and not row[3]:
            shown = [each for each in left.split() if _within(each, spec)]
        return (
            f"<header{_DELETED if deleted else ''}><identifier>{escape(self._identifier(key))}</identifier>"
            f"<datestamp>{datestamp}</datestamp>{''.join(f'<setSpec>{each}</setSpec>' for each in shown)}</header>"
        )

    def _records(self, rows: Sequence[_Row], prefix: str, spec: str) -> Iterator[str]:
        for first in range(0, len(rows), _AT_A_TIME):
            some = rows[first : first + _AT_A_TIME]
            live = [row[0] for row in some if not _is_deleted(row, spec)]
            works = {work.id: work for work in query.works(self._db, ids=live)}
            origins = self._origins(live)
            for row in some:
                work = works.get(row[0])
                said = "" if work is None else self._metadata(work, prefix) + provenance(origins.get(work.id, ()))
                yield f"<record>{self._header(row, spec)}{said}</record>"

    def _metadata(self, work: Work, prefix: str) -> str:
        known = FORMATS[prefix]
        return f"<metadata>{known.write(work, f'{known.namespace} {self._schema(prefix)}')}</metadata>"

    def _origins(self, ids: Sequence[int]) -> dict[int, list[Origin]]:
        found: dict[int, list[Origin]] = {}
        for work_id, url, *said in self._db.execute(
            "select r.work_id, s.url, r.identifier, r.datestamp, r.format, r.added from records r"
            " join sources s on s.name = r.source and s.kind = 'oai_pmh'"
            f" where r.work_id in ({','.join('?' * len(ids))}) order by r.work_id, r.id",
            ids,
        ):
            found.setdefault(work_id, []).append(Origin(_public(url), *said))
        return found


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")  # the year 1 has one digit there


def _is_deleted(row: _Row, spec: str) -> bool:
    return bool(row[3]) or (bool(spec) and not any(_within(each, spec) for each in row[4].split()))


def _within(spec: str, above: str) -> bool:
    return spec == above or spec.startswith(f"{above}:")


def _text(text: str) -> str:
    return escape(xml_text(text))


def _public(url: str) -> str:
    """A base URL without what may be a secret: name, password, the arguments of its own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

"""A correct OAI-PMH 2.0 data provider; what platforms do differently comes in as a ``Platform``.

All six verbs, GET and POST, every error condition, selective harvesting by date (in both granularities) and by set,
tombstones, flow control with tokens that expire. Rules: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Literal
from xml.sax.saxutils import escape

from msgspec import Struct
from msgspec.structs import replace

from harvester.provider import protocol
from harvester.provider.protocol import Arguments, Granularity, OaiError, seconds
from harvester.sandbox.server import Request, Response


class Format(Struct, frozen=True):
    prefix: str
    schema: str
    namespace: str


class Item(Struct, frozen=True):
    """One item of a repository."""

    identifier: str
    datestamp: datetime
    sets: tuple[str, ...]
    metadata: Callable[[str], str]
    """metadataPrefix -> what stands inside ``<metadata>``, declarations of its own namespaces included."""
    deleted: bool = False


class Platform(Struct, frozen=True, kw_only=True):
    """What distinguishes one repository software from another."""

    name: str
    repository_identifier: str
    formats: tuple[Format, ...]
    write_token: Callable[[Arguments, int], str]
    """(arguments of the list, offset) -> resumption token."""
    sets: dict[str, str]
    """setSpec -> setName; empty: no set hierarchy."""
    descriptions: tuple[str, ...] = ()
    """XML of Identify's ``<description>`` containers."""
    prologue: str = '<?xml version="1.0" encoding="UTF-8"?>'
    separator: str = ""
    """Between elements: DSpace writes none, EPrints a line break and indentation."""
    token_attributes: bool = True
    """expirationDate, completeListSize and cursor on tokens."""
    content_type: str = "text/xml;charset=UTF-8"
    admin_email: str = "sandbox@example.org"


class _List(Struct, frozen=True):
    """A list that was begun: what it asked for and whom it will name, in the order in which it does."""

    verb: str
    arguments: Arguments
    names: list[str]


class Provider:
    """A repository that is served; its items may change while it is.

    A list names the items that matched when it was begun, in an order that has nothing to do with dates, and shows each
    as it is when its page is asked for. So nothing that changes meanwhile can push an item over a page's edge.
    """

    def __init__(
        self,
        platform: Platform,
        items: Iterable[Item],
        clock: Callable[[], datetime],
        *,
        page_size: int = 20,
        token_lifetime: float = 300,
        granularity: Granularity = "seconds",
        deleted_record: Literal["no", "transient", "persistent"] = "persistent",
    ) -> None:
        self.platform = platform
        self.items = {item.identifier: item for item in items}
        self.clock = clock
        self.page_size = page_size
        self.token_lifetime = token_lifetime
        """Seconds of ``clock``."""
        self.granularity = granularity
        self.deleted_record = deleted_record
        self._issued: dict[str, tuple[_List, int, datetime]] = {}

    # --- changes between harvests ------------------------------------------------------------------------------------

    def put(self, item: Item) -> None:
        """Add an item or replace it; its datestamp becomes now."""
        self.items[item.identifier] = replace(item, datestamp=self.clock())

    def delete(self, identifier: str) -> None:
        """Leave a tombstone."""
        self.items[identifier] = replace(self.items[identifier], deleted=True, datestamp=self.clock())

    def undelete(self, identifier: str) -> None:
        self.items[identifier] = replace(self.items[identifier], deleted=False, datestamp=self.clock())

    def forget(self, identifier: str) -> None:
        """Take an item away without a trace."""
        del self.items[identifier]

    def expire_tokens(self) -> None:
        """As after a restart of the repository: no token that was given out is known any more."""
        self._issued.clear()

    # --- the protocol ------------------------------------------------------------------------------------------------

    def __call__(self, request: Request) -> Response:
        if request.path.strip("/"):
            return Response(404, {"Content-Type": "text/html;charset=UTF-8"}, b"<html><body>Not found</body></html>")
        echoed = {name: values[0] for name, values in request.query.items()}
        try:
            verb, arguments = protocol.arguments(request.query)
            answers: dict[str, Callable[[Arguments], str]] = {
                "Identify": lambda _: self._identify(request.base_url),
                "ListMetadataFormats": self._list_metadata_formats,
                "ListSets": self._list_sets,
                "GetRecord": self._get_record,
                "ListIdentifiers": lambda given: self._list("ListIdentifiers", given),
                "ListRecords": lambda given: self._list("ListRecords", given),
            }
            gap = self.platform.separator
            body = f"<{verb}>{gap}{answers[verb](arguments)}{gap}</{verb}>"
        except OaiError as error:
            echoed, body = protocol.refusal(error, request.query)
        envelope = protocol.envelope(request.base_url, echoed, self.clock(), body, gap=self.platform.separator)
        return Response(200, {"Content-Type": self.platform.content_type}, (self.platform.prologue + envelope).encode())

    def _identify(self, base_url: str) -> str:
        earliest = min((item.datestamp for item in self.items.values()), default=self.clock())
        day = self.granularity == "day"
        parts = [
            f"<repositoryName>{escape(self.platform.name)}</repositoryName>",
            f"<baseURL>{escape(base_url)}</baseURL>",
            "<protocolVersion>2.0</protocolVersion>",
            f"<adminEmail>{escape(self.platform.admin_email)}</adminEmail>",
            f"<earliestDatestamp>{self._stamp(earliest)}</earliestDatestamp>",
            f"<deletedRecord>{self.deleted_record}</deletedRecord>",
            f"<granularity>{'YYYY-MM-DD' if day else 'YYYY-MM-DDThh:mm:ssZ'}</granularity>",
            "<compression>gzip</compression>",
            *(f"<description>{description}</description>" for description in self.platform.descriptions),
        ]
        return self.platform.separator.join(parts)

    def _list_metadata_formats(self, arguments: Arguments) -> str:
        if "identifier" in arguments:
            self._item(arguments["identifier"])
        return self.platform.separator.join(
            f"<metadataFormat><metadataPrefix>{f.prefix}</metadataPrefix><schema>{escape(f.schema)}</schema>"
            f"<metadataNamespace>{escape(f.namespace)}</metadataNamespace></metadataFormat>"
            for f in self.platform.formats
        )

    def _list_sets(self, arguments: Arguments) -> str:
        if not self.platform.sets:
            raise OaiError(("noSetHierarchy", "this repository has no sets"))
        if "resumptionToken" in arguments:
            begun, offset = self._resume("ListSets", arguments["resumptionToken"])
        else:
            begun, offset = _List("ListSets", {}, list(self.platform.sets)), 0
        page = begun.names[offset : offset + self.page_size]
        sets = [
            f"<set><setSpec>{spec}</setSpec><setName>{escape(self.platform.sets[spec])}</setName></set>"
            for spec in page
        ]
        return self.platform.separator.join([*sets, *self._token(begun, offset)])

    def _get_record(self, arguments: Arguments) -> str:
        self._known_format(arguments["metadataPrefix"])
        return self._record(self._item(arguments["identifier"]), arguments["metadataPrefix"])

    def _list(self, verb: str, arguments: Arguments) -> str:
        if "resumptionToken" in arguments:
            begun, offset = self._resume(verb, arguments["resumptionToken"])
        else:
            begun, offset = _List(verb, arguments, self._matching(arguments)), 0
        prefix = begun.arguments["metadataPrefix"]
        # An item that was forgotten meanwhile is passed over: nobody could tell it from one that never was.
        page = [self.items[n] for n in begun.names[offset : offset + self.page_size] if n in self.items]
        page = [item for item in page if self._shown(item)]
        show = self._record if verb == "ListRecords" else lambda item, _: self._header(item)
        return self.platform.separator.join([*(show(item, prefix) for item in page), *self._token(begun, offset)])

    def _matching(self, arguments: Arguments) -> list[str]:
        self._known_format(arguments["metadataPrefix"])
        first, last = protocol.period(arguments.get("from"), arguments.get("until"), self.granularity)
        wanted = arguments.get("set")
        if wanted is not None and not self.platform.sets:
            raise OaiError(("noSetHierarchy", "this repository has no sets"))
        names = [
            item.identifier
            for item in self.items.values()
            if first <= item.datestamp <= last
            and (wanted is None or any(s == wanted or s.startswith(wanted + ":") for s in item.sets))
            and self._shown(item)
        ]
        if not names:
            raise OaiError(("noRecordsMatch", "nothing matches from, until, set and metadataPrefix"))
        return names

    def _token(self, begun: _List, offset: int) -> list[str]:
        """The element that ends a page: none for a list of one page, an empty one on the last page of several."""
        total, following = len(begun.names), offset + self.page_size
        if offset == 0 and following >= total:
            return []
        token = ""
        attributes = f' completeListSize="{total}" cursor="{offset}"' if self.platform.token_attributes else ""
        if following < total:
            token = self.platform.write_token(begun.arguments, following)
            self._issued[token] = (begun, following, self.clock())
            if self.platform.token_attributes:
                attributes = f' expirationDate="{seconds(self._expiry(self.clock()))}"{attributes}'
        return [f"<resumptionToken{attributes}>{escape(token)}</resumptionToken>"]

    def _resume(self, verb: str, token: str) -> tuple[_List, int]:
        begun, offset, issued = self._issued.get(token, (None, 0, self.clock()))
        if begun is None or begun.verb != verb:
            raise OaiError(("badResumptionToken", f"not a token of {verb}: {token}"))
        if self.clock() > self._expiry(issued):
            raise OaiError(("badResumptionToken", f"expired: {token}"))
        return begun, offset

    def _expiry(self, issued: datetime) -> datetime:
        return issued + timedelta(seconds=self.token_lifetime)

    # --- records -----------------------------------------------------------------------------------------------------

    def _known_format(self, prefix: str) -> None:
        if prefix not in {f.prefix for f in self.platform.formats}:
            raise OaiError(("cannotDisseminateFormat", f"not a format of this repository: {prefix}"))

    def _item(self, identifier: str) -> Item:
        item = self.items.get(identifier)
        if item is None or not self._shown(item):
            raise OaiError(("idDoesNotExist", f"no such item: {identifier}"))
        return item

    def _shown(self, item: Item) -> bool:
        return not (item.deleted and self.deleted_record == "no")

    def _header(self, item: Item) -> str:
        return header(item, self._stamp(item.datestamp))

    def _record(self, item: Item, prefix: str) -> str:
        return record(item, prefix, self._stamp(item.datestamp))

    def _stamp(self, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%d") if self.granularity == "day" else seconds(moment)


def header(item: Item, datestamp: str) -> str:
    status = ' status="deleted"' if item.deleted else ""
    sets = "".join(f"<setSpec>{spec}</setSpec>" for spec in item.sets)
    return (
        f"<header{status}><identifier>{escape(item.identifier)}</identifier><datestamp>{datestamp}</datestamp>"
        f"{sets}</header>"
    )


def record(item: Item, prefix: str, datestamp: str) -> str:
    """The ``<record>`` element, to stand where ``CONTEXT`` is in scope."""
    metadata = "" if item.deleted else f"<metadata>{item.metadata(prefix)}</metadata>"
    return f"<record>{header(item, datestamp)}{metadata}</record>"

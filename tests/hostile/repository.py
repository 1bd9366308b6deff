"""A repository that keeps to the protocol; what is said of it in a scenario says where it does not.

Seven records by default, ``oai:x:1`` to ``oai:x:7``, in sets and with datestamps. Its clock stands still during a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct
from msgspec.structs import replace

from hostile.items import Item, stamp

NS = "http://www.openarchives.org/OAI/2.0/"
OPENING = datetime(2024, 6, 1, 12, tzinfo=UTC)
"""The repository's clock in the first run of a scenario; each run is two days later."""


class Manner(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[server]``: how the repository is, and where it departs from the protocol in all that it says."""

    records: int = 7
    page_size: int = 2
    overlap: int = 0
    """So many records come again at the beginning of the next page."""
    announces: bool = True
    """completeListSize is given with each token."""
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    """As Identify says it."""
    takes: Literal["day", "second", "both", "neither"] = "both"
    """In which granularity it accepts from and until."""
    ignores: tuple[Literal["from", "until", "set"], ...] = ()
    deleted_record: Literal["no", "transient", "persistent"] = "persistent"
    """What has no tombstones forgets what is deleted."""
    earliest: str = "2024-01-01T00:00:00Z"
    token: str = "{list}-{page}"
    """How it writes its tokens."""
    decodes: bool = True
    """False: a token is compared as it came in the address, percent signs and all."""
    wants_prefix: bool = False
    """It wants the metadataPrefix with each token."""
    ends: Literal["empty", "absent", "blank"] = "empty"
    """What the last page has for a token."""
    beyond: Literal["", "noRecordsMatch", "badResumptionToken", "empty", "empties", "last", "first"] = ""
    """There is a token after the last record. With it comes that error; an empty list without a token, or empty lists with ever
    new tokens; the last page for ever, with new tokens; the list from its beginning, for ever, with new tokens."""
    blanks: tuple[int, int] | None = None
    """(page, count): after that page, so many empty ones."""
    skew_days: float = 0.0
    """How far its clock is ahead of the true one."""
    true_clock: bool = False
    """Its time is that of this machine, but for the skew; it does not stand still."""
    stamp_hours: float = 0.0
    """Datestamps are so far ahead of its own clock: local time that is called UTC."""
    prefix: str = "oai_dc"
    sets: bool = True
    """False: it has no set hierarchy."""
    get_record: bool = True
    """False: GetRecord is not implemented."""
    list_identifiers: bool = True
    cookie: bool = False
    """A token is good only with the cookie that came with the page before."""
    vanishes: tuple[int, int] | None = None
    """(page, number): when that page has been sent for the first time, that record is gone, and all others move up."""


class Request(Struct, frozen=True):
    """What was asked: the parameters, and which page of the list that is."""

    verb: str
    query: Mapping[str, str]
    page: int = 1
    resumed: bool = False
    items: tuple[Item, ...] = ()
    """What a correct answer would hold."""
    size: int = 0
    """How many records the whole list has."""
    token: str = ""
    """The one in it."""
    beyond: bool = False
    """The list has ended before."""


class Repository:
    """Answers requests correctly, as XML text."""

    def __init__(self, manner: Manner, odd: Mapping[str, Item], url: str = "") -> None:
        self.manner = manner
        self.url = url
        self.skew_days = manner.skew_days
        self._true = OPENING
        self.names: dict[str, str] = {}
        """Identifier, as it should be stored -> number, of all that it ever had."""
        self.items = {n: self._item(n, odd.get(str(n))) for n in range(1, manner.records + 1)}
        self._tokens: dict[str, tuple[int, dict[str, str]]] = {}
        self._lists: list[dict[str, str]] = []
        self._vanishing = manner.vanishes

    def _item(self, number: int, odd: Item | None) -> Item:
        item = odd or Item()
        when = item.stamp or stamp(self.now - timedelta(days=150 - number, hours=12 - number))
        if item.hours_ago is not None:
            when = stamp(self.now + timedelta(hours=self.manner.stamp_hours - item.hours_ago))
        item = replace(item, number=number, title=item.title or f"Title {number}", stamp=when)
        self.names[" ".join(item.name.split())] = str(number)
        return item

    @property
    def now(self) -> datetime:
        """By its own clock."""
        true = datetime.now(UTC).replace(microsecond=0) if self.manner.true_clock else self._true
        return true + timedelta(days=self.skew_days)

    # --- what happens between runs -----------------------------------------------------------------------------------

    def later(self, days: float = 2.0) -> None:
        self._true += timedelta(days=days)

    def change(self, number: int) -> None:
        item = self.items[number]
        self.items[number] = replace(item, title=f"{item.title}, revised", stamp=self._changed())

    def delete(self, number: int) -> None:
        """With a tombstone where it keeps them."""
        if self.manner.deleted_record == "no":
            self.items.pop(number)
        else:
            self.items[number] = replace(self.items[number], deleted=True, metadata=None, stamp=self._changed())

    def restore(self, number: int) -> None:
        self.items[number] = replace(self.items[number], deleted=False, stamp=self._changed())

    def forget(self, number: int) -> None:
        """Without a tombstone."""
        self.items.pop(number)

    def add(self, number: int, odd: Item) -> None:
        self.items[number] = self._item(number, replace(odd, stamp=odd.stamp or self._changed()))

    def _changed(self) -> str:
        """Half a day before the run, or just now."""
        hours = self.manner.stamp_hours - (0 if self.manner.true_clock else 12)
        return stamp(self.now + timedelta(hours=hours))

    # --- requests ----------------------------------------------------------------------------------------------------

    def read(self, target: str) -> Request:
        """What is asked, and what a correct answer would hold."""
        query = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
        verb = query.get("verb", "")
        if verb == "GetRecord":
            found = [i for i in self.items.values() if i.name == query.get("identifier") and i.fetched]
            return Request(verb, query, items=tuple(found))
        if verb not in ("ListRecords", "ListIdentifiers"):
            return Request(verb, query)
        at, selection = 0, {k: query[k] for k in ("from", "until", "set", "metadataPrefix") if k in query}
        token = query.get("resumptionToken")
        if token is not None:
            raw = dict(p.partition("=")[::2] for p in urlsplit(target).query.split("&"))["resumptionToken"]
            at, selection = self._tokens.get(token if self.manner.decodes else raw, (-1, {}))
            if at < 0:
                return Request(verb, query, page=0, resumed=True)
        selected = self._selected(selection)
        size, overlap = self.manner.page_size, self.manner.overlap
        pages = [selected[max(0, n - overlap) : n + size] for n in range(0, len(selected), size)]
        if self.manner.blanks and pages:
            after, count = self.manner.blanks
            pages[after:after] = [[]] * count
        more = at + 1 < len(pages) or bool(pages and self.manner.beyond)
        items = pages[at] if at < len(pages) else self._beyond(at, pages)
        following = self._token(at + 1, selection) if more else ""
        return Request(
            verb, query, at + 1, token is not None, tuple(items), len(selected), following, 0 < at >= len(pages)
        )

    def _beyond(self, at: int, pages: list[list[Item]]) -> list[Item]:
        if not pages or self.manner.beyond not in ("last", "first"):
            return []
        return pages[-1] if self.manner.beyond == "last" else pages[at % len(pages)]

    def _selected(self, selection: Mapping[str, str]) -> list[Item]:
        ignored = self.manner.ignores
        since, until, set_spec = ("" if k in ignored else selection.get(k, "") for k in ("from", "until", "set"))
        return [
            item
            for item in self.items.values()
            if item.listed
            and (not since or item.stamp[: len(since)] >= since)
            and (not until or item.stamp[: len(until)] <= until)
            and (not set_spec or any(s == set_spec or s.startswith(f"{set_spec}:") for s in item.sets))
        ]

    def _token(self, at: int, selection: dict[str, str]) -> str:
        if selection not in self._lists:
            self._lists.append(selection)
        text = self.manner.token.replace("{list}", str(self._lists.index(selection))).replace("{page}", str(at))
        self._tokens[text] = (at, selection)
        return text

    # --- answers -----------------------------------------------------------------------------------------------------

    def answer(self, asked: Request) -> str:
        refused = self._refused(asked)
        if refused:
            return self.document(refused)
        inner = {
            "Identify": self._identify,
            "ListMetadataFormats": self._formats,
            "ListSets": self._sets,
            "GetRecord": lambda: self._got(asked),
            "ListRecords": lambda: self._listed(asked),
            "ListIdentifiers": lambda: self._listed(asked),
        }.get(asked.verb)
        return self.document(error("badVerb", "no such verb") if inner is None else inner())

    def document(self, inner: str) -> str:
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{NS}">'
            f"<responseDate>{stamp(self.now)}</responseDate><request>{escape(self.url)}</request>{inner}</OAI-PMH>"
        )

    def _refused(self, asked: Request) -> str:
        query, manner = asked.query, self.manner
        if asked.verb == "GetRecord" and not manner.get_record:
            return error("badVerb", "GetRecord is not implemented")
        if asked.verb == "ListIdentifiers" and not manner.list_identifiers:
            return error("badVerb", "ListIdentifiers is not implemented")
        if asked.resumed:
            if manner.wants_prefix != ("metadataPrefix" in query):
                return error("badArgument", "metadataPrefix")
            return "" if asked.page else error("badResumptionToken", "the token is unknown or has expired")
        if asked.verb in ("ListRecords", "ListIdentifiers", "GetRecord"):
            if "metadataPrefix" not in query:
                return error("badArgument", "metadataPrefix is missing")
            if query["metadataPrefix"] != manner.prefix:
                return error("cannotDisseminateFormat", "no such format")
        if "set" in query and not manner.sets:
            return error("noSetHierarchy", "there are no sets")
        for key in ("from", "until"):
            form = "second" if "T" in query.get(key, "") else "day"
            if key in query and manner.takes not in ("both", form):
                return error("badArgument", f"{key} is not in the granularity of this repository")
        return ""

    def _identify(self) -> str:
        m = self.manner
        return (
            f"<Identify><repositoryName>Seven records</repositoryName><baseURL>{escape(self.url)}</baseURL>"
            f"<protocolVersion>2.0</protocolVersion><adminEmail>a@example.org</adminEmail>"
            f"<earliestDatestamp>{m.earliest}</earliestDatestamp><deletedRecord>{m.deleted_record}</deletedRecord>"
            f"<granularity>{m.granularity}</granularity></Identify>"
        )

    def _formats(self) -> str:
        return (
            f"<ListMetadataFormats><metadataFormat><metadataPrefix>{self.manner.prefix}</metadataPrefix>"
            "<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>"
            "<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat>"
            "</ListMetadataFormats>"
        )

    def _sets(self) -> str:
        specs = sorted({spec for item in self.items.values() for spec in item.sets})
        if not self.manner.sets or not specs:
            return error("noSetHierarchy", "there are no sets")
        named = (f"<set><setSpec>{s}</setSpec><setName>The set {s}</setName></set>" for s in specs)
        return f"<ListSets>{''.join(named)}</ListSets>"

    def _got(self, asked: Request) -> str:
        if not asked.items:
            return error("idDoesNotExist", "no such record")
        return f"<GetRecord>{asked.items[0].record()}</GetRecord>"

    def _listed(self, asked: Request) -> str:
        following = asked.token
        if asked.beyond and self.manner.beyond in ("noRecordsMatch", "badResumptionToken"):
            return error(self.manner.beyond, "there is nothing more")
        if asked.beyond and self.manner.beyond == "empty":
            following = ""
        if not asked.size:
            return error("noRecordsMatch", "nothing in that window")
        parts = [i.record() if asked.verb == "ListRecords" else i.header() for i in asked.items]
        if following or asked.resumed:
            size = f' completeListSize="{asked.size}"' if self.manner.announces else ""
            text = escape(following) or {"empty": "", "absent": None, "blank": " \n "}[self.manner.ends]
            parts += [] if text is None else [f"<resumptionToken{size}>{text}</resumptionToken>"]
        return f"<{asked.verb}>{''.join(parts)}</{asked.verb}>"

    def sent(self, asked: Request) -> None:
        """An answer has gone out."""
        if self._vanishing and asked.verb == "ListRecords" and asked.page == self._vanishing[0]:
            self.items.pop(self._vanishing[1])
            self._vanishing = None


def error(code: str, text: str) -> str:
    return f"<error code={quoteattr(code)}>{escape(text)}</error>"

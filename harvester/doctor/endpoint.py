"""Where the base URL is: people have the address of a landing page, of one request, or one that has moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from harvester.doctor import transport
from harvester.doctor.visit import Visit
from harvester.errors import ProtocolError, SourceError
from harvester.http import TRANSIENT, Answer, wall
from harvester.http.addresses import REDIRECTED, is_loopback
from harvester.masking import masked
from harvester.sources.oai_pmh.client import PageOfSickle

_USUAL: Final = {
    "dspace": ("/server/oai/request", "/oai/request", "/dspace-oai/request"),
    "eprints": ("/cgi/oai2",),
    "pure": ("/ws/oai",),
    "ojs": ("/index.php/index/oai", "/oai"),
    "": ("/oai", "/oai2d", "/oai-pmh", "/oai2"),
}
"""Platform -> where its endpoint usually is: their documentation and public lists of endpoints."""
_MADE_BY: Final = {
    "dspace": rb"dspace",
    "eprints": rb"eprints",
    "pure": rb"elsevier pure|atira|pure portal",
    "ojs": rb"open journal systems|pkp",
}
_MOST: Final = 9
_ARGUMENTS: Final = frozenset(
    {"verb", "metadataPrefix", "set", "from", "until", "identifier", "resumptionToken"}
)  # of one request, not of the base URL


def find(visit: Visit) -> PageOfSickle | None:
    """The Identify answer, or another where only that one fails; ``visit.url`` is the base URL then. None where there is no
    repository, and the chart says why.
    """
    chart = visit.chart
    given = visit.url
    visit.url = base(given)
    if visit.url != given:
        chart.note("address", f"the address is that of one request; the base URL is {masked(visit.url)}")
    try:
        page, _ = visit.ask("Identify")
    except SourceError as error:
        return _elsewhere(visit, error)
    _settle(visit, page)
    return page


def base(url: str) -> str:
    """An address without the arguments of one request, and without a fragment; arguments of its own stay.

    >>> base("https://example.org/oai?apikey=1&verb=ListRecords&metadataPrefix=oai_dc#top")
    'https://example.org/oai?apikey=1'
    """
    parts = urlsplit(url)
    query = parts.query
    if any(name in _ARGUMENTS for name, _ in parse_qsl(query)):
        query = urlencode([(name, value) for name, value in parse_qsl(query) if name not in _ARGUMENTS])
    return urlunsplit(parts._replace(query=query, fragment=""))


def _settle(visit: Visit, page: PageOfSickle) -> None:
    """From now on ask where the answer came from."""
    asked = visit.url
    transport.moved(visit.chart, asked, page.answer.url)
    before, after = urlsplit(asked), urlsplit(page.answer.url)
    if (before.scheme, before.path) != (after.scheme, after.path) or before.hostname != after.hostname:
        login = before.netloc.rpartition("@")[0]
        host = f"{login}@{after.netloc}" if login and before.hostname == after.hostname else after.netloc
        visit.url = base(urlunsplit(after._replace(netloc=host)))
    if urlsplit(visit.url).scheme == "http":
        _try_https(visit)


def _try_https(visit: Visit) -> None:
    """Whether it can be had over a secure connection."""
    plain = urlsplit(visit.url)
    if is_loopback(plain.hostname or ""):
        return
    if plain.port not in (None, 80):
        visit.chart.note("connection", "http: whoever stands between can read and change the records")
        return
    visit.url = urlunsplit(plain._replace(scheme="https", netloc=plain.netloc.removesuffix(":80")))
    try:
        visit.ask("Identify")
    except SourceError:
        visit.url = urlunsplit(plain)
        visit.chart.note("connection", "http only: whoever stands between can read and change the records")
    else:
        visit.chart.note("connection", f"it answers over https too, at {masked(visit.url)}", "use that one")


def _elsewhere(visit: Visit, first: SourceError) -> PageOfSickle | None:
    """No Identify at the address that was given: is it only that, or is the endpoint somewhere else on the same host?"""
    heard = visit.chart.answers[-1] if visit.chart.answers else None
    page = _plainly(visit, first) if heard is None else None
    cure = _no_use_to_go_on(first, heard)
    if page is None and not cure:
        page = _without_identify(visit, first)
        cure = "" if page or heard is None or heard.status not in TRANSIENT else "try again later"
    if page is None and cure:
        visit.chart.problem("connection", str(first), cure)
    elif page is None and heard is not None:
        page = _at_usual_places(visit, first, heard)
    return page


def _no_use_to_go_on(error: SourceError, heard: Answer | None) -> str:
    """What can be done where no other address would be better; '' where one might be."""
    text = str(error)
    if heard is not None:
        if heard.status in REDIRECTED:
            return "if that is where the repository is now, examine that address"
        if heard.status == 401:
            return (
                "write the login into the url: https://name:${PASSWORD}@host/path, with a variable of the environment"
            )
        if wall(heard) or "keeps robots out" in text:
            return (
                "there is nothing to set here; name this harvester's User-Agent and your contact address in your letter"
            )
        return ""
    if "certificate" in text:
        return (
            'ask its operator to repair the certificate or its chain; verify = "FILE" trusts a certificate of your own,'
            " verify = false trusts anybody"
        )
    if "resolved" in text:
        return "is the host name spelled right, and is this machine on the network?"
    return "is the address right, and may this machine go out (proxy, firewall)? Try again later"


def _at_usual_places(visit: Visit, first: SourceError, heard: Answer) -> PageOfSickle | None:
    chart, given = visit.chart, visit.url
    tried = []
    for url in list(_candidates(given, heard.body))[:_MOST]:
        visit.url = url
        tried.append(urlsplit(url).path)
        try:
            page, _ = visit.ask("Identify")
        except SourceError as error:
            if not isinstance(error, ProtocolError) and error.__cause__ is not None:
                break  # the connection itself: the next place would be no better
            continue
        chart.note("address", f"the repository is at {masked(url)}, not at {masked(given)}", "use that address")
        _settle(visit, page)
        return page
    visit.url = given
    also = f"; nor is there one at {', '.join(tried)}" if tried else ""
    cure = "look for `OAI` on the site's help pages, or ask its operator for the base URL"
    chart.problem("address", f"{first}{also}", cure)
    return None


def _without_identify(visit: Visit, first: SourceError) -> PageOfSickle | None:
    """A repository whose Identify alone fails can be harvested."""
    try:
        page, _ = visit.ask("ListMetadataFormats")
    except SourceError:
        return None
    visit.chart.note("Identify", f"fails: {first}", "a harvest does without it; set granularity if dates are refused")
    _settle(visit, page)
    return page


def _plainly(visit: Visit, first: SourceError) -> PageOfSickle | None:
    """Whether it answers without a secure connection only. A password is not tried there, nor is a bad certificate passed by."""
    parts = urlsplit(visit.url)
    if parts.scheme != "https" or "@" in parts.netloc or "certificate" in str(first):
        return None
    visit.url = urlunsplit(parts._replace(scheme="http"))
    try:
        page, _ = visit.ask("Identify")
    except SourceError:
        visit.url = urlunsplit(parts)
        return None
    visit.chart.note("address", f"nobody answers at {masked(urlunsplit(parts))}, but at {masked(visit.url)}")
    _settle(visit, page)
    return page


def _candidates(url: str, body: bytes) -> Iterator[str]:
    """Addresses on the same host; first those of the platform that the page says it is made by."""
    parts = urlsplit(url)
    seen = {parts.path.rstrip("/")}
    link = re.search(rb"""href=["']([^"'<>\s]{1,300}[?&;]verb=Identify)["']""", body[:500_000])
    if link:
        target = base(urljoin(url, link[1].decode("utf-8", "replace").replace("&amp;", "&")))
        if urlsplit(target).netloc == parts.netloc:
            seen.add(urlsplit(target).path)
            yield target
    journal = re.match(r"(.*/index\.php/[^/]+)", parts.path)
    paths = [f"{journal[1]}/oai"] if journal else []
    head = body[:20_000].lower()
    platforms = sorted(_USUAL, key=lambda name: not (name and re.search(_MADE_BY[name], head)))
    paths += [path for platform in platforms for path in _USUAL[platform]]
    for path in paths:
        if path not in seen:
            seen.add(path)
            yield urlunsplit(parts._replace(path=path, query="", fragment=""))

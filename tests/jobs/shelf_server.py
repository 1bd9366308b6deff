"""A repository of a few pages that takes its time, and counts how many ask it at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-22T00:00:00Z</responseDate>
<request>http://127.0.0.1/</request>{}</OAI-PMH>"""
_IDENTIFY = """<Identify><repositoryName>Shelf</repositoryName><baseURL>http://127.0.0.1/</baseURL>
<protocolVersion>2.0</protocolVersion><adminEmail>a@example.org</adminEmail>
<earliestDatestamp>2020-01-01T00:00:00Z</earliestDatestamp><deletedRecord>persistent</deletedRecord>
<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"""
_RECORD = """<record><header><identifier>oai:shelf:{name}:{n}</identifier><datestamp>2024-01-01T00:00:00Z</datestamp>
</header><metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Leadership, part {n}</dc:title>
<dc:identifier>https://example.org/{name}/{n}</dc:identifier></oai_dc:dc></metadata></record>"""


class Shelf:
    """Serves ``pages`` pages of two records at any path (whose last part names the repository) while the block lasts.

    ``seconds``: how long the page with this number takes; ``most``: how many requests it had at once. ``broken``: numbers of
    records that cannot be parsed, in a list; ``alone``: the same, when they are asked for singly (None: it has them no more).
    """

    def __init__(self, pages: int = 3, seconds: Callable[[int], float] = lambda _: 0.0) -> None:
        self.pages = pages
        self.seconds = seconds
        self.most = 0
        self.asked: list[tuple[str, int]] = []
        self.broken: set[int] = set()
        self.alone: set[int] | None = set()
        self._now = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                shelf._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Shelf:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _record(self, name: str, number: int, broken: Collection[int]) -> str:
        text = _RECORD.format(name=name, n=number)
        return text.replace("</dc:title>", "</dc:titel>") if number in broken else text

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        name = parts.path.rpartition("/")[2]
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            body = _IDENTIFY
            if asked.get("verb") == "ListRecords":
                page = int(asked.get("resumptionToken", "1"))
                with self._lock:
                    self.asked.append((name, page))
                self._over.wait(self.seconds(page))
                records = "".join(self._record(name, 2 * page + n, self.broken) for n in range(2))
                token = str(page + 1) if page < self.pages else ""
                body = f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>"
            elif asked.get("verb") == "GetRecord" and self.alone is None:
                body = '<error code="idDoesNotExist">no such record</error>'
            elif asked.get("verb") == "GetRecord":
                number = int(asked["identifier"].rpartition(":")[2])
                body = f"<GetRecord>{self._record(name, number, self.alone)}</GetRecord>"
            text = _PAGE.format(body).encode()
            handler.send_response(200)
            handler.send_header("Content-Type", "text/xml")
            handler.send_header("Content-Length", str(len(text)))
            handler.end_headers()
            handler.wfile.write(text)
        except OSError:
            pass  # whoever asked has gone
        finally:
            with self._lock:
                self._now -= 1


def config(*urls: str, extra: str = "") -> str:
    """A config.toml with a source ``s0``, ``s1`` ... for each address."""
    sources = "".join(f'[source.s{n}]\nkind = "oai_pmh"\nurl = "{url}"\n' for n, url in enumerate(urls))
    head = '[harvester]\nstore = "store.db"\nindex = "index.db"\nsite = "site"\n[http]\nretries = 0\n'
    return f"{head}{extra}{sources}"


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that happens in another process."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)

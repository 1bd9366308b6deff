"""One visit to a repository: every question goes through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harvester.doctor.chart import Chart
from harvester.formats import xml
from harvester.formats.xml import local
from harvester.http import Answer, Session
from harvester.sources.oai_pmh.client import Client, PageOfSickle, Refusal


class Visit:
    """Asks one repository. ``session`` makes a session as a harvest would have it, without cookies."""

    def __init__(self, chart: Chart, name: str, url: str, session: Callable[[], Session]) -> None:
        self.chart = chart
        self.name = name or "doctor"
        self.url = url
        self.pages: list[Answer] = []
        """The answers that were OAI-PMH, refusals included."""
        self._make = session
        self._session = self._new()

    def _new(self) -> Session:
        session = self._make()
        self.chart.listen(session)
        return session

    def ask(
        self, verb: str, arguments: Mapping[str, str] | None = None, *, prefix: str = "", anew: bool = False
    ) -> tuple[PageOfSickle, dict[str, str]]:
        """The page, and what was learned about how to ask for it. ``anew``: as one who was never there, without cookies.

        Raises SourceUnavailable, ProtocolError (its ``code`` is the protocol's).
        """
        self.chart.question()
        learned: dict[str, str] = {}
        session = self._new() if anew else self._session
        try:
            client = Client(self.url, session, learned, source=self.name, prefix=prefix)
            page: PageOfSickle = client.harvest(verb=verb, **(arguments or {}))
        except Refusal as refusal:
            self.pages.append(refusal.page.answer)
            raise
        finally:
            if anew:
                session.close()
        self.pages.append(page.answer)
        return page, learned

    def close(self) -> None:
        self._session.close()


def told(page: PageOfSickle) -> dict[str, str]:
    """Name -> text of what stands below the verb of an answer, each name once."""
    found: dict[str, str] = {}
    for child in () if page.envelope.element is None else page.envelope.element:
        found.setdefault(local(child), xml.text_of(child).strip())
    return found


def listed(page: PageOfSickle, item: str) -> list[dict[str, str]]:
    """The same for each ``item`` of a list (``metadataFormat``, ``set``)."""
    children = () if page.envelope.element is None else page.envelope.element
    return [
        {local(part): " ".join(xml.text_of(part).split()) for part in child}
        for child in children
        if local(child) == item
    ]

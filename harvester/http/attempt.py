"""One attempt of a request: what is asked, and the two ways in which there is no answer."""

from __future__ import annotations

from harvester.http.words import OFTEN


class FailedError(Exception):
    """An attempt without an answer. ``tries``: how often it makes sense; ``packed``: the packing was at fault."""

    def __init__(self, reason: str, tries: int = OFTEN, *, packed: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tries = tries
        self.packed = packed


class StaleError(Exception):
    """A connection that was kept open turned out to be closed: nobody has refused anything yet."""


class Request:
    """What is asked in one attempt, and what of it a redirect may see."""

    def __init__(self, url: str, query: str, headers: dict[str, str], login: tuple[str, str] | None) -> None:
        self.url = url
        """Without login and without the arguments of this request."""
        self.query = query
        """The arguments, as they are to stand in the address."""
        self.headers = headers
        self.login = login
        self.only_public = False
        self.packed = True

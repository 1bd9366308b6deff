"""An ASGI app in a thread with an event loop of its own.

Datasette makes its pages in the loop that answers requests: one of a thousand rows takes two seconds, in which nobody else would
get an answer. Threads take turns every few milliseconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar, cast

from harvester.serve.shield import App, Message, Receive, Scope, Send

T = TypeVar("T")


class Aside:
    def __init__(self, app: App) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="data", daemon=True)

    def close(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._thread.ident is None:
            self._thread.start()
        here = asyncio.get_running_loop()

        async def receiving() -> Message:
            return await _in(here, receive())

        async def sending(message: Message) -> None:
            await _in(here, send(message))

        await _in(self._loop, self._app(scope, receiving, sending))


def _in(loop: asyncio.AbstractEventLoop, awaited: Awaitable[T]) -> asyncio.Future[T]:
    return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(cast("Coroutine[Any, Any, T]", awaited), loop))

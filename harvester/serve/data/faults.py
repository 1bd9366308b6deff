"""What a visitor is told where Datasette fails, as a plugin of it: it answers 500 and prints a traceback, whosever the fault."""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.plugins import pm
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

log = logging.getLogger(__name__)

_pages: Final = pm.get_plugin("datasette.handle_exception")
"""What does it by default, and makes the page. It would print the local variables at each fault, too."""
_pages.rich = None


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    return _pages.handle_exception(datasette, request, told(exception))


def told(exception: Exception) -> Any:
    if isinstance(exception, DatasetteError) and exception.status == 500:  # as it is where nobody said otherwise
        return DatasetteError(exception.message, title="Not understood", status=400)
    if isinstance(exception, (Base400, DatasetteError)):
        return exception
    if isinstance(exception, QueryInterrupted):
        return DatasetteError("That took longer than a statement may.", title="Too long", status=400)
    if isinstance(exception, (ValueError, LookupError, TypeError)):
        log.info("a request that Datasette makes nothing of: %r", exception)
        return DatasetteError("Nothing can be made of that request.", title="Not understood", status=400)
    log.error("Datasette failed", exc_info=exception)
    return DatasetteError("That was our mistake; it has been written down.", title="Something went wrong", status=500)


def tell() -> None:
    """From now on, for this process: plugins of Datasette are known to all that there is of it."""
    if pm.is_registered(_pages):
        pm.unregister(_pages)
        pm.register(sys.modules[__name__])

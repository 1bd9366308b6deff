"""How many answers of which kind were given."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator

from harvester.exposition import Sample


class Tally:
    """Several threads count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self._answers[route, method, status] += 1
            self._seconds[route] += seconds

    def samples(self) -> Iterator[Sample]:
        with self._lock:
            answers, seconds = dict(self._answers), dict(self._seconds)
        for (route, method, status), count in sorted(answers.items()):
            yield "harvester_http_requests_total", {"route": route, "method": method, "code": str(status)}, count
        for route, spent in sorted(seconds.items()):
            yield "harvester_http_request_seconds_total", {"route": route}, spent

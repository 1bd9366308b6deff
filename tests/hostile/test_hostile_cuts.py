"""No cut of a page, wherever it falls and however it is sent, is ever taken for a whole page.

That no prefix of an answer is read as one is shown byte for byte where answers are read (``test_oai_envelope``); here the same
through the whole harvest: what is kept, what is said, and what the next harvest makes of it.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hostile.bench import Bench
from hostile.faults import Fault
from hostile.repository import Manner
from hostile.scenario import Run, Scenario

SENT = ("true", "whole", "none", "chunked", "chunked, cut")
"""With a Content-Length that is true of the cut or of the whole, without one, and in chunks that end or do not."""
EVERY = [(page, percent, sent) for page in (1, 2, 4) for percent in range(100) for sent in SENT]
SOME = sorted(random.Random(11).sample(EVERY, 15))


@pytest.mark.parametrize(("page", "percent", "sent"), SOME)
def test_a_cut_page_is_no_page(tmp_path: Path, page: int, percent: int, sent: str) -> None:
    play(tmp_path, page, percent, sent)


@pytest.mark.slow
@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize("page", [1, 2, 4])
def test_no_cut_at_any_percent_is_a_page(tmp_path: Path, page: int, sent: str) -> None:
    for percent in range(100):
        folder = tmp_path / str(percent)
        folder.mkdir()
        play(folder, page, percent, sent)


def play(folder: Path, page: int, percent: int, sent: str) -> None:
    """Each list is cut at that page whenever it is sent, and nothing can be had one by one."""
    fault = Fault(page=page, cut=percent / 100, length=sent, verb="ListRecords")  # type: ignore[arg-type]
    server = Manner(get_record=False, list_identifiers=False, announces=percent % 2 == 0)
    scenario = Scenario(what=f"page {page} cut at {percent} %", server=server, fault=(fault,), run=(Run(),))
    bench = Bench(scenario, folder)
    for _, outcome in bench.play():
        everything = {str(n): item.title for n, item in bench.repository.items.items()}
        assert outcome.exit in (0, 3, 4), outcome.said
        assert outcome.titles.items() <= everything.items(), outcome.said
        assert outcome.titles == everything or outcome.complete_through is None, outcome.said
        assert (outcome.exit == 0) == outcome.verdict.startswith("complete"), outcome.said
    assert outcome.exit == 0, outcome.said  # of the harvest after the last one, when nothing is cut any more
    assert outcome.titles == everything, outcome.said

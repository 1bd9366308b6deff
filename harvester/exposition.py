"""Numbers for Prometheus, in the text exposition format 0.0.4. Pure.

Names and units follow https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

Sample = tuple[str, dict[str, str], float]
"""Name, labels, value."""


def exposition(samples: Iterable[Sample], about: Mapping[str, str]) -> Iterator[str]:
    """Lines in the text format: each name with its help (``about``) and type once, and its samples together.

    What ends in ``_total`` is a counter, all else a gauge.
    """
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample[0], []).append(sample)
    for name, group in by_name.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        yield f"# HELP {name} {about[name]}\n# TYPE {name} {kind}\n"
        for _, labels, value in group:
            inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"{name}{{{inside}}} {value:.15g}\n" if inside else f"{name} {value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

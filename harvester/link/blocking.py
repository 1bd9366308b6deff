"""Which records are worth comparing: those that share a key. Pure.

Six to nine keys a record, each of which survives other mistakes than the others. A key that many different descriptions share
(``rules().holders``) says nothing, and is not used: that bounds what one record can cost.
"""

from __future__ import annotations

from harvester.link.features import Features, number
from harvester.link.titles import generic

_BEGINNING, _END = 40, 30


def blocking_keys(features: Features) -> tuple[int, ...]:
    """64-bit keys, each once."""
    f = features
    first = f.names[0] if f.names else ""
    found = []
    for title in (f.title, *f.others[:3], *filter(None, [f.about])):
        letters = title.replace(" ", "")
        if len(letters) >= 8 and not generic(title):
            found.append(f"begins {letters[:_BEGINNING]}")
            words = [w for w in title.split() if len(w) > 3]
            if len(words) >= 3:
                found.append(f"longest {' '.join(sorted(sorted(sorted(set(words)), key=len, reverse=True)[:3]))}")
            if first:
                found.append(f"ends {letters[-_END:]} {first}")
                found.append(f"words {' '.join(words[:3]) or letters} {first}")
            if f.volume and f.issue:
                found.append(f"place {f.volume} {f.issue} {' '.join(title.split()[:2])}")
        elif letters:
            found.append(f"title {letters} {f.volume} {f.issue} {first}")
    page = f.pages[0] if f.pages else ""
    if page and f.volume:
        found.append(f"page {f.volume} {page} {first}" if first else f"page {f.volume} {page}")
        if f.year:
            found.append(f"year {f.volume} {page} {f.year}")
    if first and f.year:
        if page:
            found.append(f"author {first} {f.year} {page}")
        if f.title:
            found.append(f"author {first} {f.year} {max(sorted(f.title.split(), reverse=True), key=len)}")
    if first and f.volume and f.issue:
        found.append(f"issue {f.volume} {f.issue} {first}")
    return tuple(dict.fromkeys(map(number, found)))

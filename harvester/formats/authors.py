"""Whether DSpace still has its authors in order."""

from __future__ import annotations

from harvester.formats.draft import Draft


def check_order(draft: Draft, languages: set[str | None]) -> None:
    """DSpace sends values grouped by language tag, so authors whose tags differ come out of order (ItemUtils.java).

    A citation that names them all puts them right; otherwise the order is noted as unsure.
    """
    if len(languages) < 2:
        return
    authors = [c for c in draft.contributors if c.role == "author"]
    for _, citation in draft.citations:
        places = [citation.find(author.family or author.name) for author in authors]
        if -1 not in places and len(set(places)) == len(places):
            order = iter(sorted(authors, key=lambda a: citation.find(a.family or a.name)))
            draft.contributors = [next(order) if c.role == "author" else c for c in draft.contributors]
            return
    tags = ", ".join(sorted(tag or "none" for tag in languages))
    draft.find(
        "author-order-unsure", "contributors", f"authors came in groups by language ({tags}), not in their order"
    )

"""What titles say about updates: that the work itself was retracted, or that this is the notice of a retraction.

The words are those of Crossref's update types and of Retraction Watch. A title is a candidate, never a proof.
"""

from __future__ import annotations

import re

_UPDATE = re.compile(
    r"[\s\[(*<]{0,3}(?P<word>partially retracted|retracted|withdrawn|removed|temporarily removed|temporary removal|withdrawal)"
    r"(?:[\s-]{1,2}(?:article|paper|chapter|review|manuscript|study|publication|preprint))?(?:\s*[\])*>]{1,3}[\s:.\u2013\u2014-]{0,3}|\s*[:.\u2013\u2014]\s*|\s-\s)",
    re.IGNORECASE,
)
_UPDATE_AFTER = re.compile(
    r"[\s.]*[\[(](?P<word>partially retracted|retracted|withdrawn)(?:[\s.]+(?:article|paper)\b)?[^\[\]()]{0,150}[\])]\s*$",
    re.IGNORECASE,
)
_STATUS = {
    "retracted": "retraction",
    "partially retracted": "retraction",
    "withdrawn": "withdrawal",
    "withdrawal": "withdrawal",
}
_NOTICE = re.compile(
    r"[\s\[(]{0,3}(?:(?:notice|statement) of )?(?P<word>(?:partial )?retraction|withdrawal|removal(?= notice)"
    r"|(?:editorial )?expressions? of concern"
    r"|(?:author |publisher )?corrections?|erratum|corrigend(?:um|a)|errata|addendum)(?:\s+(?:notice|note|statement))?"
    r"(?:\s*[\])]?\s*[:.\u2013\u2014]\s|\u2014(?=\S)|\s+(?:to|regarding)\b"
    r"|\s+(?:of|for|on|in)\s*(?:[:\"\u201c'\u2018]|the (?:article|paper|study)\b)|\s*$|\s*[\])])",
    re.IGNORECASE,
)


def update_prefix(title: str) -> str | None:
    """What a work's own title says happened to it: retraction, withdrawal or removal. A candidate, not a proof.

    Titles of notices ("Retraction: ...") speak of another work: see ``notice``.

    >>> update_prefix("RETRACTED: Ileal-lymphoid-nodular hyperplasia"), update_prefix("Retraction of troops")
    ('retraction', None)
    """
    lowered = title.lower()
    if not (
        "retracted" in lowered or "hdraw" in lowered or "remov" in lowered
    ):  # one is in every mark: most titles end here
        return None
    if not (match := _UPDATE.match(title) or _UPDATE_AFTER.search(title[-250:])):
        return None
    word = match["word"].lower()
    if word == "withdrawal" and not match[0].strip().endswith((":", "]")):
        return None
    return _STATUS.get(word, "removal")


def strip_update_prefix(title: str) -> str:
    """The title as it was before the publisher marked it. For matching only.

    >>> strip_update_prefix("RETRACTED ARTICLE: A trial"), strip_update_prefix("A trial (Retracted article. See vol. 3, pg. 2)")
    ('A trial', 'A trial')
    """
    for _ in range(4):
        if update_prefix(title) is None:
            break
        shorter = _UPDATE.sub("", title, count=1) if _UPDATE.match(title) else _UPDATE_AFTER.sub("", title)
        if not shorter.strip():
            break
        title = shorter.strip()
    return title


def notice(title: str) -> str | None:
    """For a title that announces an update of another work: retraction, withdrawal, removal, expression-of-concern, correction.

    >>> notice("Correction to: Sharing leadership"), notice("Retraction notice: A trial"), notice("Correction of a split nail")
    ('correction', 'retraction', None)
    """
    if not (match := _NOTICE.match(title)):
        return None
    word = match["word"].lower()
    if word == "withdrawal" and re.match(r"\s+to\b", title[match.end("word") :]):
        return None  # withdrawal to somewhere
    for sign, status in (
        ("retraction", "retraction"),
        ("withdrawal", "withdrawal"),
        ("removal", "removal"),
        ("concern", "expression-of-concern"),
    ):
        if sign in word:
            return status
    return "correction"

"""What titles say about updates: that the work itself was retracted, or that this is the notice of a retraction.

The words, in several languages, are those of ``schemas/vocabularies/updates.toml``. A title is a candidate, never a proof.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from harvester import schemas

_AFTER: Final = 250
"""Characters at the end of a title in which a mark in brackets is looked for."""
_MARK: Final = (
    r"[\s\[(*<【]{0,3}(?:%s)"
    r"(?:[\s-]{1,2}(?:article|paper|chapter|review|manuscript|study|publication|preprint))?"
    r"(?:\s*[\])*>】]{1,3}[\s:：.\u2013\u2014-]{0,3}|\s*[:：.\u2013\u2014]\s*|\s-\s)"
)
_MARK_AFTER: Final = r"[\s.]*[\[(【](?:%s)(?:[\s.]+(?:article|paper)\b)?[^\[\]()【】]{0,150}[\])】]\s*$"
_NOTICE: Final = (
    r"[\s\[(【]{0,3}(?:(?:notice|statement|note|nota|aviso|avis) (?:of|de|di) )?(?:%s)(?:\s+(?:notice|note|statement))?"
    r"(?:\s*[\])]?\s*[:.\u2013\u2014](?:\s|$)|\s*：|\u2014(?=\S)|\s+(?:to|regarding|zu[mr]?)\b"
    r"|\s+(?:of|for|on|in)\s*(?:[:\"\u201c'\u2018]|the (?:article|paper|study)\b)"
    r"|\s+(?:à|a|au|al|ao|de|del|do)\s?(?:l['\u2019]\s?)?(?:article|art[ií]culo|artigo)\b"
    r"|(?<=ratum|endum|rrata|genda)\s+(?:à|au|al|ao|a)\b|\s*$|\s*[\])】])"
)


@cache
def _pattern(form: str, column: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """``form`` with the words of a column, one group a type of update; and group -> type of update."""
    rows = {name: row[column] for name, row in schemas.table("vocabularies/updates").items() if column in row}
    groups = {name.replace("-", "_"): name for name in rows}
    # The longest first: "partially retracted" before "retracted", wherever it stands in the table.
    found = [
        (-len(words[0]), f"(?P<{group}>{'|'.join(map(re.escape, words))})")
        for group, name in groups.items()
        for words in [sorted({w for sent in rows[name] for w in (sent, _bare(sent))}, key=lambda w: (-len(w), w))]
    ]
    return re.compile(form % "|".join(words for _, words in sorted(found)), re.IGNORECASE), groups


def _bare(text: str) -> str:
    """Without accents, as titles in capitals often are."""
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def _mark(title: str) -> tuple[re.Match[str], str] | None:
    """The mark of a title, before it or behind it in brackets, and what it says."""
    pattern, groups = _pattern(_MARK, "titles")
    match = pattern.match(title)
    if match is None and title.rstrip()[-1:] in {")", "]", "】"}:
        match = _pattern(_MARK_AFTER, "titles")[0].search(title, max(0, len(title) - _AFTER))
    return (match, groups[match.lastgroup or ""]) if match else None


def update_prefix(title: str) -> str | None:
    """What a work's own title says happened to it: retraction, withdrawal or removal. A candidate, not a proof.

    Titles of notices ("Retraction: ...") speak of another work: see ``notice``.

    >>> update_prefix("RETRACTED: Ileal-lymphoid-nodular hyperplasia"), update_prefix("Retraction of troops")
    ('retraction', None)
    >>> update_prefix("ARTÍCULO PARCIALMENTE RETRACTADO: Un ensayo"), update_prefix("[撤稿] 领导力研究")
    ('partial-retraction', 'retraction')
    """
    found = _mark(title)
    return found[1] if found else None


def strip_update_prefix(title: str) -> str:
    """The title as it was before the publisher marked it. For matching only.

    >>> strip_update_prefix("RETRACTED ARTICLE: A trial"), strip_update_prefix("A trial (Retracted article. See vol. 3, pg. 2)")
    ('A trial', 'A trial')
    """
    for _ in range(4):
        if update_prefix(title) is None or (found := _mark(title)) is None:
            break
        match, _ = found
        shorter = title[match.end() :] if match.start() == 0 else title[: match.start()]
        if not shorter.strip():
            break
        title = shorter.strip()
    return title


def notice(title: str) -> str | None:
    """For a title that announces an update of another work: retraction, withdrawal, removal, expression-of-concern, correction.

    >>> notice("Correction to: Sharing leadership"), notice("Retraction notice: A trial"), notice("Correction of a split nail")
    ('correction', 'retraction', None)
    >>> notice("Berichtigung zu: Geteilte Führung"), notice("Fe de erratas: Un ensayo"), notice("Corrección de la miopía")
    ('correction', 'correction', None)
    """
    pattern, groups = _pattern(_NOTICE, "notices")
    if not (match := pattern.match(title)):
        return None
    group = match.lastgroup or ""
    if group == "withdrawal" and re.match(r"\s+to\b", title[match.end(group) :]):
        return None  # withdrawal to somewhere
    return groups[group]

"""What stands among names and is no letter of them: identifiers, addresses, the signs of footnotes, codes of roles."""

from __future__ import annotations

import re

IDS = re.compile(
    r"[<\[(]?(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid(?: id)?:? ?)?[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X][>\])]?"
    r"|[<\[(]?\b(?:https?://|mailto:)\S{1,500}?[>\])]?(?=[\s;,]|$)"
    r"|[<\[(]?(?<![\w.+-])[\w.+-]{1,100}@[\w-]{1,100}\.[\w.-]{1,100}[>\])]?",
    re.IGNORECASE,
)
ODD = re.compile(r"[@/0-9:_*#^†‡§¶|¹²³⁴⁵⁶⁷⁸⁹⁰$%~=+]")
_MARKS = re.compile(
    r"[*#^†‡§¶|¹²³⁴⁵⁶⁷⁸⁹⁰$%~=+]+(?:·[¹²³⁴⁵⁶⁷⁸⁹⁰]+)*|(?<=[^\W\d_]{3})[0-9](?:\s*,\s*[0-9])*(?=\s*(?:[,;]|$))"
)
FOOTNOTE = re.compile(r" [0-9]{1,2}(?: ?, ?[0-9]{1,2}){0,9}(?=[,;]|$)")
_MARK_BEHIND_COMMA = re.compile(r"(?<=[^\W\d_]),\s?[0-9]{1,2}(?:,[0-9]{1,2}){0,9}\s+(?=[^\W\d_])")
LETTER_MARK = re.compile(r"([A-Z][^\s,]{0,40},? [A-Z][^\s,]{0,40}) [a-z](?:, ?[a-z]){0,5}(?=[,;]|$| and )")
"""``John Smith,1 Jane Doe2`` and ``John Smith a, Jane Doe b``: signs of footnotes that are no letters of a name."""
_ROLE_CODE = re.compile(r", [A-Z]{3,20}(?:_[A-Z]{2,20})+(?= ?[\[(]|,|$)")


def without_marks(text: str) -> str:
    """A field of names without what programs and footnotes have left in it.

    >>> without_marks("Smith, John::rp00001::600"), without_marks("John Smith1, Jane Doe2"), without_marks("Roe, J <j@x.org>")
    ('Smith, John', 'John Smith, Jane Doe', 'Roe, J ')
    """
    text = _MARK_BEHIND_COMMA.sub(", ", text.partition("::")[0])  # DSpace's authority keys
    return _ROLE_CODE.sub("", _MARKS.sub("", IDS.sub("", text)))

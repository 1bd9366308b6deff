"""What stands among names and is no letter of them: identifiers, addresses, the signs of footnotes, codes of roles."""

from __future__ import annotations

import re

from harvester.clean.organisations import is_organisation

IDS = re.compile(
    r"[<\[(]?(?:(?:https?://)?(?:www\.)?orcid\.org/|(?:id[_ ])?orcid(?:[_ ]id)?:? ?)?"
    r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X][>\])]?"
    r"|[<\[(]?\b(?:https?://|mailto:)\S{1,500}?[>\])]?(?=[\s;,]|$)"
    r"|[<\[(]?(?<![\w.+-])[\w.+-]{1,100}@[\w-]{1,100}\.[\w.-]{1,100}[>\])]?"
    r"|(?<=\s)@\w{2,40}",
    re.IGNORECASE,
)
ODD = re.compile(r"[@/0-9:_*#^†‡§¶|¹²³⁴⁵⁶⁷⁸⁹⁰$%~=+]")
MARKS = re.compile(
    r"[*#^†‡§¶|¹²³⁴⁵⁶⁷⁸⁹⁰$%~=+]+(?:·[¹²³⁴⁵⁶⁷⁸⁹⁰]+)*|(?:(?<=[^\W\d_]{3})|(?<=[A-Z]\.))[0-9](?:\s*,\s*[0-9])*(?=\s*(?:[,;]|$))"
)
_SIGNS = "¹²³⁴⁵⁶⁷⁸⁹⁰*†‡§¶#"
_END_OF_NAME = re.compile(
    rf"(?<=[^\W\d_]{{2}}|[^\W\d_]\.)(?:[{_SIGNS}]+(?:,[{_SIGNS}]+)*|[0-9]{{1,2}}(?:,[0-9]{{1,2}}){{0,5}}),\s+(?=[^\W\d_])"
)
"""``Lisa Aufegger¹, Morolake Alabi²``: the sign of a footnote ends a name, whatever the comma."""
FOOTNOTE = re.compile(r" [0-9]{1,2}(?: ?, ?[0-9]{1,2}){0,9}(?=[,;]|$)")
_MARK_BEHIND_COMMA = re.compile(r"(?<=[^\W\d_]),\s?[0-9]{1,2}(?:,[0-9]{1,2}){0,9}\s+(?=[^\W\d_])")
LETTER_MARK = re.compile(r"([A-Z][^\s,]{0,40},? [A-Z][^\s,]{0,40}) [a-z](?:, ?[a-z]){0,5}(?=[,;]|$| and )")
"""``John Smith,1 Jane Doe2`` and ``John Smith a, Jane Doe b``: signs of footnotes that are no letters of a name."""
_ROLE_CODE = re.compile(r", [A-Z]{3,20}(?:_[A-Z]{2,20})+(?= ?[\[(]|,|$)")


_LISTING = re.compile(r",?\s*(?:\. ?\. ?\.|…)\s*(?:& |and )?(?=[^\W\d_])")
_SUPPLIED = re.compile(r"(?:(?<! )|(?<=, ))\[([^\W\d_]{1,30}\.?)\]|\s?\(\?\)|\?(?=,|$)")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u3040-\u30ff]")
_WHOLE_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,4}")
_LATIN = re.compile(
    r"[^\W\d_]{2,40},? [^\W\d_][^\u3000-\u9fff\uac00-\ud7af]{0,60}?(?=[\s(,/]{1,3}[\u3040-\u9fff\uac00-\ud7af])"
)
"""A name in Latin letters before the same name in its own script."""


def in_one_script(text: str) -> str:
    """``Wang Xiaoming 王小明`` and ``王小明 (Wang Xiaoming)``: the name that stands first; several are divided by semicolons.

    >>> in_one_script("Wang Xiaoming 王小明"), in_one_script("王小明 (Wang Xiaoming)"), in_one_script("王小明、李四；张三等")
    ('Wang Xiaoming', '王小明', '王小明; 李四; 张三')
    """
    if not _HAN.search(text):
        return text.replace("，", ", ").replace("；", "; ")
    if match := _LATIN.match(text):
        return match[0].strip(" ,(/")
    text = re.sub(r"\s?[(（][A-Za-z][A-Za-z ,.'-]{1,60}[)）]$", "", text)
    if len(several := re.split(r"[，\s]+", text)) > (1 if "，" in text else 2) and all(
        map(_WHOLE_HAN.fullmatch, several)
    ):
        return "; ".join(several)
    return re.sub(r"\s?[；、]\s?", "; ", text.removesuffix("等"))


def as_supplied(text: str) -> str:
    """Without the brackets and question marks of cataloguers, and with a comma where names were left out of a list.

    >>> as_supplied("Smith, J[ohn]"), as_supplied("Smith, J., ... Jones, K."), as_supplied("Smith?, John")
    ('Smith, John', 'Smith, J., Jones, K.', 'Smith, John')
    """
    return _SUPPLIED.sub(r"\1", _LISTING.sub(", ", text))


def without_marks(text: str) -> str:
    """A field of names without what programs and footnotes have left in it.

    >>> without_marks("Smith, John::rp00001::600"), without_marks("John Smith1, Jane Doe2"), without_marks("Roe, J <j@x.org>")
    ('Smith, John', 'John Smith, Jane Doe', 'Roe, J ')
    """
    text = _MARK_BEHIND_COMMA.sub(", ", text.partition("::")[0])  # DSpace's authority keys
    return _ROLE_CODE.sub("", MARKS.sub("", IDS.sub("", text)))


def parted(text: str) -> str:
    """A field of several names with semicolons between them where signs say so.

    >>> parted("Lisa Aufegger¹, Morolake Alabi²"), parted("Smith, J.1, Roe, K.2"), parted("D.B. Jepsen + T.L. McGuire")
    ('Lisa Aufegger; Morolake Alabi²', 'Smith, J.; Roe, K.2', 'D.B. Jepsen; T.L. McGuire')
    """
    if not is_organisation(text):
        text = text.replace(" + ", "; ")
        whole = text
        text = _END_OF_NAME.sub(
            lambda at: "; " if " " in whole[: at.start()].rpartition(";")[2].strip() else at[0], text
        )
    return text

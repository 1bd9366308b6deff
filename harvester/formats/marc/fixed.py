"""What MARC says by position: characters 6 and 7 of the leader, and the forty characters of 008.

Both are filled by templates more often than by cataloguers. DSpace calls every item a musical sound recording (its marc.xsl
has a fixed leader), OJS writes a quoted 008 that says English whatever the language, Invenio fills leaders with ``#``. What
has not the form of the standard is not read, and what is read counts least.
"""

from __future__ import annotations

import re

from harvester.clean import types
from harvester.formats.draft import Draft
from harvester.formats.rules import terms, words

_DSPACE_LEADER = "00925njm22002777a4500"
"""Without its blanks, which OAI servers trim: dspace/config/crosswalks/oai/metadataFormats/marc.xsl."""
_FORM_008 = re.compile(r"\d{6}[a-z|]", re.ASCII)
_YEAR = re.compile(r"[0-9u]{4}", re.ASCII)
_SERIAL = "b"
_OF_PUBLICATION = frozenset({"issued", "print", "online", "posted", "copyrighted", "created"})
_COMPUTER_FILES = {"a": "dataset", "b": "software"}


def is_dspace(leader: str) -> bool:
    return "".join(leader.split()) == _DSPACE_LEADER


def is_no_work(leader: str) -> bool:
    """Authorities, classes and holdings describe no work: their 100 is a name, and nobody wrote anything.

    >>> is_no_work("00589nz  a2200193n  4500"), is_no_work("00505cy  a22001695n 4500"), is_no_work("01195cam a22004094i 4500")
    (True, True, False)
    """
    return leader[:5].isdigit() and leader[6:7] != "" and leader[6] in "zwquvxy"


def number(draft: Draft, control: tuple[tuple[str, str], ...]) -> None:
    """001, with the code of the catalogue that gave it: a number of one database, which never unites records."""
    known = {tag: value.strip() for tag, value in reversed(control)}
    if found := known.get("001"):
        sent = f"({known['003']}){found}" if known.get("003") else found
        if sent != draft.raw.identifier and ("local", sent) not in draft.identifiers:
            draft.identify("local", sent, "version")


def kind(draft: Draft, leader: str, dialect: str) -> None:
    """The type by the leader; of all that a record says about its type the least sure."""
    if dialect == "dspace" or len(leader) < 8 or (leader.startswith("00000") and "#" in leader):
        return
    record, level = leader[6], leader[7]
    found = "article" if level == _SERIAL and record in "am" else types.named("marc_leader", record + level)
    if found is not None and found != "other":
        draft.types.append((0, found))


def fill(draft: Draft, leader: str, fixed: str) -> None:
    """Language and date of publication by 008 where no field says them; a thesis, proceedings, what a computer file is."""
    if not 35 < len(fixed) <= 41 or _FORM_008.match(fixed) is None:
        return
    if not draft.language and (code := fixed[35:38]).isalpha():
        words.language(draft, code)
    if not any(d.type in _OF_PUBLICATION and d.value for d in draft.dates) and (sent := _date(fixed)):
        terms.date(draft, sent, "issued")
    if leader[6:8] in ("am", "tm") and "m" in fixed[24:28]:
        draft.types.append((1, "thesis"))
    elif leader[6:8] == "am" and fixed[29] == "1":
        draft.types.append((1, "proceedings"))
    if leader[6:7] == "m" and (found := _COMPUTER_FILES.get(fixed[26])):
        draft.types.append((1, found))


def _date(fixed: str) -> str:
    """Date 1 in EDTF, by the type of date; '' where it is unknown.

    >>> _date("830406s1893    xx            000 0 eng d"), _date("760625e20200928xx            000 0 eng d")
    ('1893', '2020-09-28')
    >>> _date("760625c19989999xx            000 0 eng d"), _date("760625q18951899xx            000 0 eng d")
    ('1998/..', '')
    """
    sort, first, second = fixed[6], fixed[7:11], fixed[11:15]
    if _YEAR.fullmatch(first) is None or first == "uuuu":
        return ""
    year = first.replace("u", "X")
    if sort == "e" and second.strip().isdigit():
        month, day = second[:2], second[2:].strip()
        return f"{year}-{month}-{day}" if day and day != "00" else f"{year}-{month}"
    if sort in "cu" and first.isdigit():
        return f"{year}/.."
    if sort in "dikm" and first.isdigit() and second.isdigit():
        return f"{year}/.." if second == "9999" else f"{year}/{second}" if first < second else year
    return year if sort in "strpi" else ""

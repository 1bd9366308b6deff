"""Identifiers as they are written in the wild, to the one form in which they can be compared.

Each function is named after what it returns and gives None where there is no such identifier. Check digits are
verified where the scheme has one. Labels, link templates and proofs of each scheme: ``schemas/identifiers.toml``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

from harvester import schemas
from harvester.clean.characters import flat, trim
from harvester.clean.check_digits import isbn, isni, issn, issns, orcid, ror
from harvester.clean.dois import candidate_doi, doi, dois, is_container_doi
from harvester.clean.text import placeholder
from harvester.clean.urls import host, is_resolver, url, url_key

__all__ = [
    "arxiv", "candidate_doi", "classify", "doi", "dois", "funder_id", "handle", "host", "is_container_doi", "is_resolver",
    "isbn", "isni", "issn", "issns", "link", "orcid", "pmcid", "pmid", "ror", "url", "url_key",
]  # fmt: skip

# --- Handle, OAI -----------------------------------------------------------------------------------------------------

_HANDLE_URL = re.compile(
    r"(?:\bhdl:\s?|\bhandle:\s?|\binfo:hdl/|altIdentifier/hdl/|\bhandle\.net/|/handle/|\boai:[\w.-]{1,200}:)"
    r"(\d{1,9}(?:\.\d{1,9}+)*/[\w.][^\s?#|]{0,500})",
    re.I,
)
_BARE_HANDLE = re.compile(r"(\d{1,9}(?:\.\d{1,9}+)*)/([\w.][^\s?#]{0,500})")
_BITSTREAM = re.compile(r"/bitstream/handle/((?=[\d.]{4})\d{1,9}(?:\.\d{1,9}+)*/\d{1,9}(?:/\d{1,9})?)/[^/]")
_PAGE_OF_DSPACE = re.compile(
    r"/(?:browse|discover|recent-submissions|search|simple-search|search-filter|statistics|submit|edit|community-list)(?:/.*)?$"
)
_YEARS = re.compile(r"\d{1,2}(?:/\d{1,2})?$|(?:1[4-9]|20)\d\d$")
_NUMBER_OF_A_YEAR = re.compile(r"20[0-4]\d/\d{1,4}")
"""``2020/1234``: the number of a thesis or a case. A handle of such a prefix is believed with its label only."""
_NEXT_ADDRESS = re.compile(r"[;,](?=https?:|doi:|hdl:)")


def handle(text: str) -> str | None:
    """A handle out of a bare value, ``hdl:``, a resolver or DSpace URL, or a DSpace OAI identifier. DOIs are not handles.

    >>> handle("http://hdl.handle.net/10044/1/85584"), handle("oai:spiral.imperial.ac.uk:10044/1/85584")
    ('10044/1/85584', '10044/1/85584')
    >>> handle("n/a"), handle("2019/2020"), handle("https://hdl.handle.net/10.1136/x1")
    (None, None, None)
    """
    if "/" not in text and "%2" not in text:
        return None
    text = flat(text[:2000]).strip()
    if "%2" in text:
        text = unquote(text)
    if match := _BITSTREAM.search(text) or _HANDLE_URL.search(text):
        value = match[1]
    elif (match := _BARE_HANDLE.fullmatch(trim(text))) and sum(map(str.isdigit, match[1])) >= 4:
        if len(match[1]) == 4 and "1400" <= match[1] <= "2100" and _YEARS.match(match[2]):
            return None  # a date or a span of years
        value = match[0]
        if _NUMBER_OF_A_YEAR.fullmatch(value):
            return None
    else:
        return None
    value = _PAGE_OF_DSPACE.sub("", trim(_NEXT_ADDRESS.split(value, maxsplit=1)[0], "/"))
    if value.startswith("123456789/"):
        return None  # what a DSpace has that was never given a prefix: the same in all of them
    return value if not value.startswith("10.") and "/" in value and value.isprintable() else None


# --- PubMed, arXiv, funders ------------------------------------------------------------------------------------------

_PMID_LABELLED = re.compile(
    r"(?:\bpmid(?=[\W\d])[\s:=/.-]{0,4}|\bpubmed(?:\s?id)?[\s:=]{1,4}|pubmed\.ncbi\.nlm\.nih\.gov/|pubmed/(?:id/|\?term=)?|pubmed\?term=|list_uids=|\binfo:pmid/|europepmc\.org/(?:article|abstract)/med/)"
    r"(?:pmid:)?0{0,7}([1-9][0-9]{0,7})(?![\w.-]*\d)",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?<![A-Za-z0-9])PMC\s?(?:ID)?[:\s]{0,2}(?:PMC)?([0-9]{3,9})(?![0-9])|(?:/pmc/articles/|pubmedcentral\.(?:nih\.)?gov/\S{1,60}artid=)([0-9]{3,9})\b|\boai:pubmedcentral\.nih\.gov:([0-9]{3,9})\b",
    re.I,
)


def pmid(text: str) -> str | None:
    """A PubMed id out of a field that holds one, or with its label. A bare number elsewhere is none: see ``classify``.

    >>> pmid("PMID: 25263208"), pmid("http://www.ncbi.nlm.nih.gov/pubmed/25263208"), pmid("PMC4270220")
    ('25263208', '25263208', None)
    """
    bare = text[:200].strip().removesuffix(".0")  # what a spreadsheet has made of a number
    if bare.isascii() and bare.isdigit() and len(bare) <= 8:
        return bare.lstrip("0") or None
    match = _PMID_LABELLED.search(text[:2000])
    return match[1] if match else None


def pmcid(text: str) -> str | None:
    """A PubMed Central id with its letters.

    >>> pmcid("http://www.ncbi.nlm.nih.gov/pmc/articles/PMC4270220/"), pmcid("4270220")
    ('PMC4270220', None)
    """
    match = _PMCID.search(text[:2000])
    digits = (match[1] or match[2] or match[3]).lstrip("0") if match else ""
    return f"PMC{digits}" if digits else None


_ARXIV = re.compile(
    r"(?:\barxiv(?:\.org)?(?:/abs|/pdf|/html)?[:./ ]{1,2}|^\s*(?:CoRR,? ?)?(?:abs/)?)"
    r"([0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|(?:[a-z]{2,8}(?:-[a-z]{2,4})?|q-[a-z]{2,3})(?:\.[A-Z]{2})?/[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3})"
    r"(?:v[0-9]{1,2})?(?=\.pdf|[^\w.]|\.?\s|\.?$)",
    re.IGNORECASE,
)


def arxiv(text: str) -> str | None:
    """An arXiv id without its version, old form or new.

    >>> arxiv("https://arxiv.org/pdf/2001.12345v2.pdf"), arxiv("arXiv:hep-th/9901001"), arxiv("10.48550/arXiv.2001.12345")
    ('2001.12345', 'hep-th/9901001', '2001.12345')
    """
    match = _ARXIV.search(text[:2000])
    if not match or not _is_of_its_time(match[1]):
        return None
    return re.sub(r"^([a-z-]{2,13})\.[a-z]{2}(?=/)", r"\1", match[1].lower())


def _is_of_its_time(number: str) -> bool:
    """Four digits behind the dot from April 2007 to 2014, five since; https://info.arxiv.org/help/arxiv_identifier.html"""
    if "/" in number:
        return True
    month, _, running = number.partition(".")
    return "0704" <= month <= f"{_THIS_MONTH:04d}" and len(running) == (5 if month >= "1501" else 4)


_NOW = datetime.now(UTC)
_THIS_MONTH = _NOW.year % 100 * 100 + _NOW.month
_GRID = re.compile(r"\bgrid\.[0-9]{1,7}\.[0-9a-f]{1,2}\b")


def funder_id(text: str) -> str | None:
    """A funder's identifier as given: ROR URL, Funder Registry DOI, GRID or ISNI.

    >>> funder_id("http://dx.doi.org/10.13039/501100000272"), funder_id("501100000272")
    ('10.13039/501100000272', '10.13039/501100000272')
    """
    if found := ror(text):
        return found
    if (found := doi(text)) and found.startswith("10.13039/"):
        return found
    bare = text[:100].strip()
    if re.fullmatch(r"(?:50110[0-9]{7}|100[0-9]{6,8})", bare):  # Funder Registry numbers without their prefix
        return f"10.13039/{bare}"
    if match := _GRID.search(text[:2000]):
        return match[0]
    return isni(text)


# --- grab-bags -------------------------------------------------------------------------------------------------------

_OAI = re.compile(r"oai:[A-Za-z][\w.-]*:\S{1,1000}")
_SCHEME_HOSTS = ("hdl.handle.net/", "/handle/")


def classify(text: str) -> tuple[str, str] | None:
    """What a ``dc:identifier`` is: (scheme, value), or None where it has no scheme that we know.

    >>> classify("2398-631X"), classify("http://hdl.handle.net/10044/1/85584")
    (('issn', '2398-631X'), ('handle', '10044/1/85584'))
    >>> classify("RDB04"), classify("128"), classify("n/a")
    (None, None, None)
    """
    text = text.strip()
    if not text or placeholder(text):
        return None
    if _SIGN_OF_A_SCHEME.search(text) is None:  # ISSN and ISBN alone are told by their digits
        return _numbered(text)
    if _OAI.fullmatch(text):
        return ("oai", text)
    lower = text[:300].lower()
    if "orcid.org" in lower and (found := orcid(text)):
        return ("orcid", found)
    if (
        ("arxiv" in lower or re.match(r"[a-z-]{2,12}/\d{7}", lower))
        and "10.48550" not in lower
        and (found := arxiv(text))
    ):
        return ("arxiv", found)
    found_dois = dois(text)
    if len(found_dois) == 1:
        return ("doi", found_dois[0])
    if found_dois:
        return None  # a list of references, or two works in one value: not ours to choose
    letters = text[:2000].lower()
    if "pmc" in letters and (found := pmcid(text)):
        return ("pmcid", found)
    if ("pm" in letters or "pubmed" in letters) and (match := _PMID_LABELLED.search(text[:2000])):
        return ("pmid", match[1])
    if "://" not in text or any(part in lower for part in _SCHEME_HOSTS):
        if found := handle(text):
            return ("handle", found)
        if numbered := _numbered(text):
            return numbered
        if "ror.org/" in lower and (found := ror(text)):
            return ("ror", found)
    if found := url(text):
        return ("url", found) if lower.startswith(("http", "ftp", "www")) else None
    return None


_SIGN_OF_A_SCHEME = re.compile(r"[/:%&\u2044\u2215\u29f8\uff10-\uff1a]|www\.|pm|arxiv", re.IGNORECASE)
"""One of them stands in every identifier that has no check digit."""


_ONE_NUMBER = re.compile(r"[0-9][0-9-]{8,16}[0-9Xx]")
"""Too long for an ISSN, and nothing in it at which one could end."""


def _numbered(text: str) -> tuple[str, str] | None:
    if _ONE_NUMBER.fullmatch(text) and (found := isbn(text)):
        return ("isbn", found)
    if len(text) <= 60 and (found := issn(text)):
        return ("issn", found)
    if len(text) <= 80 and (found := isbn(text)):
        return ("isbn", found)
    return None


def link(scheme: str, value: str) -> str | None:
    """The address at which an identifier resolves, by the template of its scheme; None where it has none.

    >>> link("doi", "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o")
    'https://doi.org/10.1002/(sici)1097-4571(199806)49:8%3C693::aid-asi4%3E3.0.co;2-o'
    """
    row = schemas.table("identifiers").get(scheme)
    template = row.get("url") if row else None
    if template is None:
        return None
    if template == "{value}":
        return value
    escaped = "".join(c if c.isalnum() or c in "-._~:/()[];,+=@!$'*" else _percent(c) for c in value)
    return str(template).replace("{value}", escaped)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))

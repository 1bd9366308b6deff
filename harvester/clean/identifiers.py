"""Identifiers as they are written in the wild, to the one form in which they can be compared.

Each function is named after what it returns and gives None where there is no such identifier. Check digits are
verified where the scheme has one. Labels, link templates and proofs of each scheme: ``schemas/identifiers.toml``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from harvester import schemas
from harvester.clean.text import placeholder, unescape

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe63\uff0d"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None)
_ASCII_FORM = _HYPHENS | _INVISIBLE
_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
_ENDINGS = ".,;:!'\"*`\u2018\u2019\u201c\u201d\u00bb\u2026"
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_LATEST_YEAR = datetime.now(UTC).year + 5


def _flat(text: str) -> str:
    """Entities resolved, invisible characters gone, all dashes a hyphen."""
    if "&" in text:
        text = unescape(text)
    return text if text.isascii() else text.translate(_ASCII_FORM)


def _trim(value: str, also: str = "") -> str:
    """Without the punctuation of the sentence that it stood in, and without closing brackets that nothing opened."""
    while value:
        last = value[-1]
        if last in _ENDINGS or last in also or (last in _CLOSING and value.count(last) > value.count(_CLOSING[last])):
            value = value[:-1]
        else:
            break
    return value


# --- DOI -------------------------------------------------------------------------------------------------------------

_LONGEST_DOI = 2048
"""Characters: what Crossref accepts at most."""
_DOI = re.compile(r"(?<![\d.])10\.[1-9]\d{3,8}(?:\.\d{1,9})*+(?:/|%(?:25){0,2}2[Ff])\S{1,2100}")
_NEXT_DOI = re.compile(
    r"[,;|](?=(?:doi:?|https?://|10\.\d{4}))|https?://|[\"\u201c\u201d]|'>|</|<[A-Za-z:]{1,20}/?>|\](?=\()",
    re.IGNORECASE,
)
_URL_TAIL = re.compile(
    r"(?:/(?:abstract|full|pdf|epdf|epub|pdfdirect|full-?text|fulltext\.html|summary|meta|html|references|citations|figures)"
    r"|\.(?:full|abstract|short|long|full-text|pdf|html?|full\.pdf|full\+html))$"
)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def doi(text: str) -> str | None:
    """The first DOI found anywhere in the text: bare and in lower case.

    >>> doi("BMJ Leader, 2020, 4 (3), pp.128-134. doi:10.1136/LEADER-2020-000228.")
    '10.1136/leader-2020-000228'
    >>> doi("https://doi.org/10.1002/(SICI)1097-4571(199806)49:8%3C693::AID-ASI4%3E3.0.CO;2-O")
    '10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o'
    >>> doi("10044/1/85584") is None
    True
    """
    return next(iter(_scan(text, 1)), None)


def dois(text: str) -> list[str]:
    """All DOIs in the text, in order, each once.

    >>> dois("10.1136/leader-2020-000228,10.1136/leader-2020-000229; 10.1136/LEADER-2020-000228")
    ['10.1136/leader-2020-000228', '10.1136/leader-2020-000229']
    """
    return _scan(text, 0)


def _scan(text: str, limit: int) -> list[str]:
    if "10." not in text:
        return []
    text = _flat(text)
    found: list[str] = []
    place = 0
    while match := _DOI.search(text, place):
        start, value = match.start(), match.group()
        if cut := _NEXT_DOI.search(value, 8):
            value = value[: cut.start()]
        place = start + max(len(value), 8)
        before = text[max(0, start - 300) : start]
        before = "" if not before or before[-1].isspace() else before.split()[-1].lower()
        clean = _doi_of(value, before) if len(value) <= _LONGEST_DOI else None
        if clean and clean not in found:
            found.append(clean)
            if len(found) == limit:
                break
    return found


def _doi_of(value: str, before: str) -> str | None:
    """A DOI out of what follows ``10.``, knowing what stood right before it: only in a URL do a query or ``/pdf`` go."""
    at_resolver = "doi.org" in before
    in_url = at_resolver or "://" in before or "www." in before
    if in_url:
        value = re.split(r"[?#&]" if "?" in before else r"[?#]|;jsessionid", value, maxsplit=1)[0]
    for _ in range(3):
        if "%" not in value or not _PERCENT.search(value):
            break
        value = unquote(value)
    else:
        if _PERCENT.search(value):
            return None  # encoded more than three times: nobody's identifier
    value = _trim((value.split() or [""])[0].translate(_ASCII_FORM), "/" if in_url else "")
    if in_url and not at_resolver:
        while (shorter := _URL_TAIL.sub("", value)) != value:
            value = _trim(shorter, "/")
        if value.startswith("10.1101/"):  # bioRxiv and medRxiv: the version is no part of the DOI
            value = re.sub(r"v\d{1,3}$", "", value)
    prefix, _, suffix = value.partition("/")
    if prefix == "10.1037":  # the American Psychological Association prints two slashes and registers one
        suffix = suffix.lstrip("/")
    if not any(map(str.isalnum, suffix)):
        return None
    return f"{prefix}/{suffix.translate(_LOWER)}"


_CONTAINER_DOI = re.compile(
    r"10\.\d{4,9}/(?:\(issn\)|issn[.:-]?\d)|10\.\d{4,9}/\d{4}-\d{3}[\dx]$"
    r"|10\.1007/\d+\.\d{4}-\d{3}[\dx]$|10\.1371/journal\.p\w{3}$|10\.1155/\d{4}$"
)


def is_container_doi(doi: str) -> bool:
    """Whether a bare DOI names a journal, not a work in it: it must never unite works.

    >>> is_container_doi("10.1111/(issn)1365-2648"), is_container_doi("10.1136/leader-2020-000228")
    (True, False)
    """
    return _CONTAINER_DOI.match(doi) is not None


_BMJ = re.compile(r"https?://[\w.]{0,80}\bbmj\.com/\S{0,500}?/([a-z]{2,20}-\d{4}-\d{6})(?![\w-])", re.IGNORECASE)


def candidate_doi(url: str) -> str | None:
    """The DOI that a publisher's URL implies by its pattern; to be believed only when the registry confirms it.

    >>> candidate_doi("https://bmjleader.bmj.com/content/early/2022/11/16/leader-2022-000655.info")
    '10.1136/leader-2022-000655'
    """
    match = _BMJ.search(url[:1000])
    return f"10.1136/{match[1].lower()}" if match else None


# --- Handle, OAI -----------------------------------------------------------------------------------------------------

_HANDLE_URL = re.compile(
    r"(?:\bhdl:|\binfo:hdl/|\bhdl\.handle\.net/|/handle/|\boai:[\w.-]{1,200}:)(\d{1,9}(?:\.\d{1,9})*+/[\w.][^\s?#]{0,500})",
    re.I,
)
_BARE_HANDLE = re.compile(r"(\d{1,9}(?:\.\d{1,9})*+)/([\w.][^\s?#]{0,500})")
_YEARS = re.compile(r"\d{1,2}(?:/\d{1,2})?$|(?:1[4-9]|20)\d\d$")


def handle(text: str) -> str | None:
    """A handle out of a bare value, ``hdl:``, a resolver or DSpace URL, or a DSpace OAI identifier. DOIs are not handles.

    >>> handle("http://hdl.handle.net/10044/1/85584"), handle("oai:spiral.imperial.ac.uk:10044/1/85584")
    ('10044/1/85584', '10044/1/85584')
    >>> handle("n/a"), handle("2019/2020"), handle("https://hdl.handle.net/10.1136/x1")
    (None, None, None)
    """
    if "/" not in text and "%2" not in text:
        return None
    text = _flat(text[:2000]).strip()
    if "%2" in text:
        text = unquote(text)
    if match := _HANDLE_URL.search(text):
        value = match[1]
    elif (match := _BARE_HANDLE.fullmatch(_trim(text))) and sum(map(str.isdigit, match[1])) >= 4:
        if len(match[1]) == 4 and "1400" <= match[1] <= "2100" and _YEARS.match(match[2]):
            return None  # a date or a span of years
        value = match[0]
    else:
        return None
    value = _trim(value, "/")
    return value if not value.startswith("10.") and "/" in value and value.isprintable() else None


# --- identifiers with check digits -----------------------------------------------------------------------------------


def _mod11_2(digits: str) -> bool:
    """ISO 7064 MOD 11-2, the check of ORCID and ISNI; the last character may be X."""
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[-1] == ("X" if check == 10 else str(check))


_ISSN = re.compile(
    r"(?:(?P<label>[ep]?-?issn(?:-?l)?(?:\s?\(\w{1,12}\))?[\W_]{0,4})|(?<![\w./-]))"
    r"(?P<a>[0-9]{4})(?P<dash>\s?-\s?|\s)?(?P<b>[0-9]{3}[0-9Xx])(?![\w-]|[./]\w)",
    re.IGNORECASE,
)


def issn(text: str) -> str | None:
    """The first ISSN in the text whose check digit is right.

    >>> issn("ISSN 2398-631x (online)"), issn("2398-6310"), issn("10.12016/j.issn.2096-1456.2017.06.014")
    ('2398-631X', None, None)
    """
    return next(iter(issns(text)), None)


def issns(text: str) -> list[str]:
    """All ISSNs in the text, in order, each once. A span of years and a part of a DOI are none.

    >>> issns("1470-8558;1360-0591"), issns("1998-2002")
    (['1470-8558', '1360-0591'], [])
    """
    if len(text) < 8:
        return []
    text = _flat(text)
    if "10." in text:
        text = _DOI.sub(" ", text)
    found: list[str] = []
    for match in _ISSN.finditer(text):
        label, left, right = match["label"], match["a"], match["b"].upper()
        if not label:
            if match["dash"] is None and (len(text.strip()) != 8 or _is_day(left + right)):
                continue  # eight digits in running text, or a date
            if right.isdigit() and 1900 <= int(left) < int(right) <= _LATEST_YEAR:
                continue  # a span of years
        digits = left + right
        total = sum(int(d) * w for d, w in zip(digits[:7], range(8, 1, -1), strict=True))
        check = -total % 11
        value = f"{left}-{right}"
        if digits[7] == ("X" if check == 10 else str(check)) and value != "0000-0000" and value not in found:
            found.append(value)
    return found


def _is_day(digits: str) -> bool:
    return (
        digits.isdigit()
        and "1400" <= digits[:4] <= "2100"
        and "01" <= digits[4:6] <= "12"
        and "01" <= digits[6:] <= "31"
    )


_ISBN = re.compile(
    r"(?:^\s*|\bisbn(?:[- ]?1[03])?(?:\s?\([^()]{1,20}\))?[\s:.=]{0,4})(?:ISBN[: ])?"
    r"((?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx])(?=\s*$|\s*[(\[,;/.:]|\s[A-Za-z(])",
    re.IGNORECASE,
)


def isbn(text: str) -> str | None:
    """An ISBN as 13 digits. Only a value of its own or one with its label counts: other numbers have ten digits too.

    >>> isbn("0-521-87723-7"), isbn("URN:ISBN:978-0-521-87723-7 (pbk.)")
    ('9780521877237', '9780521877237')
    >>> isbn("0-521-87723-0"), isbn("10.1136/1234567890-x")
    (None, None)
    """
    if len(text) < 10:
        return None
    for match in _ISBN.finditer(_flat(text[:2000])):
        digits = match[1].replace("-", "").replace(" ", "").upper()
        if len(set(digits)) == 1:
            continue
        if len(digits) == 10:
            total = sum((10 if d == "X" else int(d)) * w for d, w in zip(digits, range(10, 0, -1), strict=True))
            if total % 11 == 0:
                return _isbn13("978" + digits[:9])
        elif digits.isdigit() and digits == _isbn13(digits[:12]):
            return digits
    return None


def _isbn13(twelve: str) -> str:
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(twelve))
    return twelve + str(-total % 10)


_SIXTEEN = re.compile(r"(?<![\w-])([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{3}[0-9Xx])(?![\w-])")


def orcid(text: str) -> str | None:
    """A person's ORCID iD: bare, with dashes, check digit verified.

    >>> orcid("http://orcid.org/0000-0002-1825-0097"), orcid("000000021694233x"), orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', '0000-0002-1694-233X', None)
    """
    if len(text) < 16:
        return None
    for match in _SIXTEEN.finditer(_flat(text[:2000])):
        digits = "".join(match.groups()).upper()
        # ORCID's own blocks of ISNI: 0000-0001-5... to 0000-0003-5..., and 0009-...
        if digits.startswith(("0000000", "0009")) and int(digits[:15]) > 1 and _mod11_2(digits):
            return "-".join(match.groups()).upper()
    return None


def isni(text: str) -> str | None:
    """An ISNI as 16 characters without spaces, check digit verified.

    >>> isni("ISNI 0000 0001 2146 438X"), isni("https://isni.org/isni/0000000121464380")
    ('000000012146438X', None)
    """
    if len(text) < 16:
        return None
    for match in _SIXTEEN.finditer(_flat(text[:2000])):
        digits = "".join(match.groups()).upper()
        if _mod11_2(digits) and digits.strip("0"):
            return digits
    return None


_ROR = re.compile(r"(?:\bror\.org/|^\s*(?:ror:\s*)?)(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})(?![\w-])", re.IGNORECASE)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def ror(text: str) -> str | None:
    """An organisation's ROR id as its URL; its last two digits are an ISO 7064 MOD 97-10 check.

    >>> ror("ror.org/041kmwe10"), ror("https://ror.org/041kmwe11")
    ('https://ror.org/041kmwe10', None)
    """
    match = _ROR.search(text[:2000])
    if not match:
        return None
    value = match[1].lower()
    number = 0
    for letter in value[:7]:
        number = number * 32 + _CROCKFORD.index(letter)
    return f"https://ror.org/{value}" if int(value[7:]) == 98 - number * 100 % 97 else None


# --- PubMed, arXiv, funders ------------------------------------------------------------------------------------------

_PMID_LABELLED = re.compile(
    r"(?:\bpmid\b[\s:=/.]{0,4}|\bpubmed(?:\s?id)?[\s:=]{1,4}|pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/|\binfo:pmid/|europepmc\.org/(?:article|abstract)/med/)"
    r"(?:pmid:)?0{0,7}([1-9][0-9]{0,7})(?![\w.-]*\d)",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?<![A-Za-z0-9])PMC\s?(?:ID)?[:\s]{0,2}(?:PMC)?([0-9]{3,9})(?![0-9])|/pmc/articles/([0-9]{3,9})\b", re.I
)


def pmid(text: str) -> str | None:
    """A PubMed id out of a field that holds one, or with its label. A bare number elsewhere is none: see ``classify``.

    >>> pmid("PMID: 25263208"), pmid("http://www.ncbi.nlm.nih.gov/pubmed/25263208"), pmid("PMC4270220")
    ('25263208', '25263208', None)
    """
    bare = text[:200].strip()
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
    return f"PMC{(match[1] or match[2]).lstrip('0')}" if match else None


_ARXIV = re.compile(
    r"(?:\barxiv(?:\.org)?(?:/abs|/pdf|/html)?[:./ ]{1,2}|^\s*)"
    r"([0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z]{2,8}(?:-[a-z]{2,4})?(?:\.[A-Z]{2})?/[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3})"
    r"(?:v[0-9]{1,2})?(?=\.pdf|[^\w.]|\.?\s|\.?$)",
    re.IGNORECASE,
)


def arxiv(text: str) -> str | None:
    """An arXiv id without its version, old form or new.

    >>> arxiv("https://arxiv.org/pdf/2001.12345v2.pdf"), arxiv("arXiv:hep-th/9901001"), arxiv("10.48550/arXiv.2001.12345")
    ('2001.12345', 'hep-th/9901001', '2001.12345')
    """
    match = _ARXIV.search(text[:2000])
    return match[1].lower() if match else None


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


# --- URL -------------------------------------------------------------------------------------------------------------

_URL = re.compile(
    r"(?:https?|ftp)://[^\s<>\"]{1,4000}|(?<![\w/.@-])(?:www\.|(?:dx\.)?doi\.org/10|hdl\.handle\.net/)[^\s<>\"]{1,4000}",
    re.I,
)
_DOUBLED = re.compile(r"^(?:https?:/?/?)+(?=https?://)", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[^\s/?#@]{0,100}@)?(?:[\w-]{1,63}\.)+[\w-]{2,63}\.?(?::\d{1,5})?|localhost(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?"
)
_SPACED_FILE = re.compile(r"[^\s<>\"()]{1,500}(?: [^\s<>\"():]{1,100}){1,12}\.[A-Za-z0-9]{2,4}")


def url(text: str) -> str | None:
    """The first web address in the text: entities and line breaks mended, session id and the sentence's dot gone.

    >>> url("https://www.bmj.com/opinion/leadership-in-the-uk-nhs."), url("www.jobs.ac.uk/job/DGV596/phd")
    ('https://www.bmj.com/opinion/leadership-in-the-uk-nhs', 'https://www.jobs.ac.uk/job/DGV596/phd')
    """
    if "//" not in text and "www." not in text.lower() and ".org/" not in text and ".net/" not in text:
        return None
    text = text[:20000]
    if "&" in text:
        text = unescape(text)
    text = text.translate(_INVISIBLE).strip()
    if "\n" in text or "\r" in text:  # an address that was broken over lines
        text = re.sub(r"\s*[\r\n]\s*", "", text) if _URL.match(text) else text
    if " " in text and _SPACED_FILE.fullmatch(text) and _URL.match(text) and "://" not in text[10:]:
        text = text.replace(" ", "%20")  # a file name with spaces
    match = _URL.search(text)
    if not match:
        return None
    value = _DOUBLED.sub("", match[0])
    value = re.sub(r";jsessionid=[^?#/]*", "", value, flags=re.IGNORECASE)
    value = _trim(value)
    if "://" not in value:
        value = f"https://{value}"
    scheme, _, rest = value.partition("://")
    if (
        not (host := _HOST.match(rest))
        or (len(rest) > host.end() and rest[host.end()] not in "/?#")
        or not rest.isprintable()
    ):
        return None
    return f"{scheme.lower()}://{host[0].translate(_LOWER)}{rest[host.end() :]}"


def url_key(url: str) -> str:
    """For comparison only: no scheme, no ``www.``, no trailing slash, no fragment, host in lower case.

    >>> url_key("http://www.BMJ.com/opinion/") == url_key("https://bmj.com/opinion#top")
    True
    """
    rest = url.strip().partition("://")[2] or url.strip()
    rest = rest.partition("#")[0].strip()
    host, slash, path = rest.partition("/")
    host = host.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")
    return f"{host}{slash}{path}".rstrip("/")


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
    if found := pmcid(text):
        return ("pmcid", found)
    if match := _PMID_LABELLED.search(text[:2000]):
        return ("pmid", match[1])
    if "://" not in text or any(part in lower for part in _SCHEME_HOSTS):
        if found := handle(text):
            return ("handle", found)
        if len(text) <= 60 and (found := issn(text)):
            return ("issn", found)
        if len(text) <= 80 and (found := isbn(text)):
            return ("isbn", found)
        if "ror.org/" in lower and (found := ror(text)):
            return ("ror", found)
    if found := url(text):
        return ("url", found) if lower.startswith(("http", "ftp", "www")) else None
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


def host(url: str) -> str:
    """The host of a URL in lower case, without ``www.``; '' where it cannot be told.

    >>> host("https://www.Spiral.imperial.ac.uk:443/handle/1")
    'spiral.imperial.ac.uk'
    """
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:  # an unbalanced bracket, a character that is not allowed in a host
        return ""
    return name.removeprefix("www.")

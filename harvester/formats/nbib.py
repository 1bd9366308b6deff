"""MEDLINE as PubMed and ERIC give it to reference managers (.nbib): a tag, a hyphen, a value that may go on in indented lines.

https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import structs

from harvester.clean import identifiers, text, types
from harvester.errors import RecordError
from harvester.formats.crosswalk import crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.encodings import Readable, decode
from harvester.formats.rules import links, people, terms, words
from harvester.formats.slicing import LARGEST, Slice, lines
from harvester.record import Affiliation, Funding, Json, RawRecord, Record, Step

_TAG = re.compile(r"(?P<tag>[A-Z]{2,4}) {0,2}- ?(?P<value>.*)", re.DOTALL)
_FIRST = ("PMID", "OWN")
"""PubMed begins a record with its number, ERIC with its own name."""
_IN_PUBMED = re.compile(r"PMID:? (\d{1,9})")
_LABELLED = re.compile(r"(.+?)\s*\[(doi|pii|bookaccession)\]")
_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]\.?")
_EVENT = re.compile(r"(\S+)(?: \d\d:\d\d)? \[(received|accepted)\]")


def fields_of(sent: str) -> list[tuple[str, str]]:
    """(tag, value) in order."""
    found: list[tuple[str, str]] = []
    for line in sent.splitlines():
        if (match := _TAG.fullmatch(line)) is not None:
            found.append((match["tag"], match["value"].strip()))
        elif found and line.strip():
            tag, value = found[-1]
            found[-1] = (tag, f"{value} {line.strip()}")
    return found


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    fields = [(tag, value) for tag, value in fields_of(decode(raw.payload)[0]) if value]
    if not fields:
        raise RecordError("is no MEDLINE: it has no line with a tag")
    said = {tag for tag, _ in fields}
    table = crosswalk("nbib", dialect)
    draft = begin(raw, dialect, trace)
    for tag, value in fields:
        path = f"{tag}.short" if tag in ("AU", "ED") and f"F{tag}" in said else tag
        take(draft, table.field(path), path, value, None)
    if "title" not in draft.container and "short_title" in draft.container:
        draft.container["title"] = draft.container["short_title"]
    return draft.finish()


# --- rules -----------------------------------------------------------------------------------------------------------


def english_title(draft: Draft, sent: str) -> Json:
    """TI: PubMed sets brackets around titles that it has translated; the one as printed is TT."""
    match = _IN_BRACKETS.fullmatch(sent)
    return words.title(draft, match[1] if match else sent)


def affiliation(draft: Draft, sent: str) -> Json:
    """AD: of the one whose name stands before it."""
    said = text.plain(sent)
    if not draft.contributors or not said:
        return None
    last = draft.contributors[-1]
    draft.contributors[-1] = structs.replace(last, affiliations=(*last.affiliations, Affiliation(name=said)))
    return said


def orcid(draft: Draft, sent: str) -> Json:
    """AUID: of the one whose name stands before it."""
    found = identifiers.orcid(sent.removeprefix("ORCID:").strip())
    if not draft.contributors or found is None:
        return None
    draft.contributors[-1] = structs.replace(draft.contributors[-1], orcid=found)
    return found


def article_id(draft: Draft, sent: str) -> Json:
    """AID and LID: ``10.1136/leader-2020-000228 [doi]``; of ERIC an address."""
    match = _LABELLED.fullmatch(sent)
    if match is None:
        return links.identifier(draft, sent) if identifiers.classify(sent) is not None else None
    if match[2] == "doi":
        return links.doi(draft, match[1])
    return links.local(draft, match[1], match[2])


def publication_type(draft: Draft, sent: str) -> Json:
    """PT, of which there are many: the one that says most is the type."""
    draft.type_raw.append(sent)
    if sent == "Retracted Publication":
        return draft.set("update_status", "retraction")
    found = types.resource_type(sent)
    if found is not None and found != "other":
        draft.types.append((1 if found == "article" else 2, found))
    return found or sent


def history(draft: Draft, sent: str) -> Json:
    """PHST: when the publisher received and accepted it; when databases did is nobody's matter."""
    match = _EVENT.fullmatch(sent)
    return terms.date(draft, match[1].replace("/", "-"), match[2]) if match else sent


def grant(draft: Draft, sent: str) -> Json:
    """GR: ``081052/WT_/Wellcome Trust/United Kingdom``; the agency stands before its country."""
    *number, agency, _country = sent.split("/") if sent.count("/") > 1 else ("", sent, "")
    award = "/".join(number[:-1] if len(number) > 1 else number)
    return draft.put(draft.funding, Funding(funder_name=text.plain(agency) or None, award_number=award or None))


def other_article(draft: Draft, sent: str, kind: str) -> Json:
    """RIN, EIN ...: another article, by its number in PubMed, else by its DOI, else by how it is cited."""
    return links.related(draft, sent, kind, _named(sent))


def partial_retraction(draft: Draft, sent: str, kind: str) -> Json:
    """PRIN, PROF: the notice corrects the rest of the article."""
    return links.related(draft, sent, kind, _named(sent), "partial_retraction")


def _named(sent: str) -> tuple[str, str] | None:
    if match := _IN_PUBMED.search(sent):
        return "pmid", match[1]
    doi = identifiers.doi(sent)
    return ("doi", doi) if doi else None


def heading(draft: Draft, sent: str) -> Json:
    """MH: a star marks the main ones."""
    return words.subject(draft, sent.replace("*", ""), "mesh")


def group(draft: Draft, sent: str) -> Json:
    """CN: a body that is an author."""
    return people.person(draft, f"{{{sent}}}" if "," in sent else sent)


# --- files -----------------------------------------------------------------------------------------------------------


def slices(file: Readable) -> Iterator[Slice]:
    """The records of a file: each begins with the tag that the first one begins with."""
    kept: list[str] = []
    line_of, size = 0, 0
    for line in lines(file):
        match = _TAG.fullmatch(line.text.rstrip("\r\n"))
        if match is not None and match["tag"] in _FIRST and not (kept and _only(kept) != match["tag"]):
            if kept:
                yield _slice(kept, line_of)
            kept, line_of, size = [], line.number, 0
        elif not kept:
            continue
        kept.append(line.text)
        size += len(line.text)
        if size > LARGEST:
            raise RecordError(f"has a record of more than {LARGEST >> 20} MB from line {line_of} on")
    if kept:
        yield _slice(kept, line_of)


def _only(kept: list[str]) -> str:
    """The tag that a record begins with."""
    return kept[0].partition("-")[0].strip()


def _slice(kept: list[str], line: int) -> Slice:
    whole = "".join(kept)
    fields = fields_of(whole)
    said = dict(reversed(fields))
    sent = [
        v.removesuffix("[doi]") for tag, v in fields if tag in ("AID", "LID") and (v.endswith("[doi]") or "://" in v)
    ]
    doi = next((found for each in sent if (found := identifiers.doi(each))), None)
    number = f"pmid:{said['PMID']}" if said.get("PMID") else said.get("OID", "")
    return Slice(payload=whole.encode(errors="replace"), line=line, identifier=doi or number)

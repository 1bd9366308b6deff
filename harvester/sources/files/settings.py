"""What may stand in the table of a source of kind ``files``."""

from __future__ import annotations

import msgspec

from harvester import sources


class Settings(sources.Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[source.NAME]`` of kind ``files``."""

    path: str
    """A file, a folder (with all below it) or a pattern such as ``dump/*.json.gz``, relative to the folder of config.toml.
    Packed files (.gz, .zst, .bz2, .xz) and archives (.tar, .zip) are read as they are."""
    format: str = "auto"
    """auto (told from each file), toml or csv (curated entries, or rows by ``columns``), crossref, csl-json, datacite-json, ris,
    bibtex, marc21, jsonl, oai (pages of OAI-PMH), or a metadata format such as mods for XML that does not say what it is."""
    platform: str = ""
    """dspace, eprints, pure, ojs ...: the dialect in which records of OAI-PMH are read; "other": none."""
    partial: bool = False
    """True: the files are increments; what they do not hold is not gone, and files that were read are not read again."""
    distinct: bool = False
    """True: each work stands in the files once, as in what one repository or registry exports, so that two records that only
    look alike are two works. False: they may be what several databases found, with the same work several times."""
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    """What the columns of a spreadsheet mean: ``"Column" = "element"``, or ``"element : rule"`` as in a crosswalk."""
    id_column: str = ""
    """Column that identifies a row; without it the DOI does, or what the row holds."""
    separator: str = ""
    """What divides several values in one cell, for elements that may have several: ``|``."""
    delimiter: str = ""
    """What divides the cells of a row; told from the header where empty."""
    max_unseen: float = 1.0
    """A file of one's own may lose any number of entries."""
    listing: str = ""
    """Listing of the curated entries that name none."""

"""Kind ``files``: whatever comes as a file. Curated entries, references, dumps of Crossref and OAI-PMH, spreadsheets.

A TOML file, or a CSV file without ``columns``, holds entries that a librarian keeps: see ``entries``. Everything else is a file,
a folder or a pattern of files that are cut into records as they stand there: see ``reading``. The files are the whole truth:
what they no longer hold is gone, unless ``partial`` says that they hold changes only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harvester import schemas, sources
from harvester.sources import Quirks
from harvester.sources.files.entries import Entries, entry_id
from harvester.sources.files.settings import Settings
from harvester.wording import did_you_mean

__all__ = ["Settings", "check", "connect", "entry_id"]


def check(settings: Settings) -> Iterator[tuple[str, str]]:
    """Mistakes that types cannot tell: (key, fault; cure)."""
    if Path(settings.path).suffix.lower() in (".xls", ".xlsx", ".ods"):
        yield "path", "names a workbook, which is not read; save its sheet as CSV UTF-8, and name that"
    if settings.format not in ("auto", "toml", "csv"):
        from harvester.sources.files.cutting import known_formats, of_format

        if not of_format(settings.format):
            yield (
                "format",
                f"{settings.format!r} is no format that is read{did_you_mean(settings.format, known_formats())}",
            )
    if settings.columns:
        from harvester.sources.files import columns

        if settings.format not in ("auto", "csv"):
            yield "columns", f"are those of a spreadsheet, and the format is {settings.format}; take one of the two out"
        for column, fault in columns.faults(settings.columns):
            yield f"columns.{column}", fault
    elif curated(settings):
        for key in ("id_column", "separator", "delimiter"):
            if getattr(settings, key):
                yield key, "has no meaning without `columns`, which say what the columns of a spreadsheet mean"
    if settings.platform and settings.platform not in (known := schemas.table("platforms")):
        yield "platform", f"{settings.platform!r} is no platform that is known{did_you_mean(settings.platform, known)}"
    if settings.delimiter and (len(settings.delimiter) > 1 or settings.delimiter in '"\r\n'):
        yield "delimiter", f"{settings.delimiter!r} is not one character that can stand between cells"


def curated(settings: Settings) -> bool:
    """Whether it is one file of curated entries."""
    if settings.format == "toml" or (settings.format == "csv" and not settings.columns):
        return True
    ending = Path(settings.path).suffix.lower()
    return settings.format == "auto" and (ending == ".toml" or (ending == ".csv" and not settings.columns))


def connect(name: str, settings: Settings, session: object, quirks: Quirks) -> sources.Source:  # noqa: ARG001 (a file needs none)
    if curated(settings):
        return Entries(name, settings)
    from harvester.sources.files.reading import Files

    return Files(name, settings, quirks)

"""index.db: a pure function of store.db, ``schemas/`` and the configuration. Disposable.

``rebuild`` makes it anew beside the one in use and switches; ``update`` brings it up to date in place. Both give, row for
row, the same index. Readers see the old or the new, whole.
"""

from harvester.index.build import Finish, Progress, build, verify
from harvester.index.changes import ElementChange, WorkChange, diff, difference
from harvester.index.generations import rollback, switch
from harvester.index.provided import keep_provided, provide, provide_again
from harvester.index.settings import Check, Reader, Report, Settings, SourceInfo
from harvester.index.staleness import stale
from harvester.index.update import rebuild, update
from harvester.index.whole import replace_listing, replace_times

__all__ = [
    "Check",
    "ElementChange",
    "Finish",
    "Progress",
    "Reader",
    "Report",
    "Settings",
    "SourceInfo",
    "WorkChange",
    "build",
    "diff",
    "difference",
    "keep_provided",
    "provide",
    "provide_again",
    "rebuild",
    "replace_listing",
    "replace_times",
    "rollback",
    "stale",
    "switch",
    "update",
    "verify",
]

"""Which records describe the same work: by shared identifiers, with guards, and by likeness, with vetoes. Pure.

Equal match keys make records candidates for one work. An identifier that is claimed by clearly different works (chapters
under the DOI of their book, an erratum under that of its article) does not unite them: it becomes a finding. Records without
an identifier in common are compared where they share a blocking key: ``features`` is what of a record is compared, and
``compare`` says same, unsure, related or different, with the evidence. Weights, kinds and words stand in
``schemas/linking.toml``. The result depends on the records alone, never on the order in which they arrived, and two records
that cannot be one work never meet in a cluster through a third.

A component is what match keys and likenesses connect; a cluster is the part of a component that is one work. What
people decided about pairs of records (``Decided``) holds whatever these say.
"""

from harvester.link.blocking import blocking_keys
from harvester.link.clustering import Cluster, Linked, clusters
from harvester.link.comparing import Compared, compare
from harvester.link.decided import NOTHING, Decided, Judgement, Overruled
from harvester.link.evidence import Facts, facts, in_conflict, likeness, words
from harvester.link.features import Features, decode, encode, features, profile
from harvester.link.forest import Forest
from harvester.link.identity import claims, match_key, match_keys, repository_doi
from harvester.link.likenesses import FIRST, Likenesses, Tie
from harvester.link.rules import rules
from harvester.link.sources import Sources, unnumbered

__all__ = [
    "FIRST",
    "NOTHING",
    "Cluster",
    "Compared",
    "Decided",
    "Facts",
    "Features",
    "Forest",
    "Judgement",
    "Likenesses",
    "Linked",
    "Overruled",
    "Sources",
    "Tie",
    "blocking_keys",
    "claims",
    "clusters",
    "compare",
    "decode",
    "encode",
    "facts",
    "features",
    "in_conflict",
    "likeness",
    "match_key",
    "match_keys",
    "profile",
    "repository_doi",
    "rules",
    "unnumbered",
    "words",
]

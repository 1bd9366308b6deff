"""Which records describe the same work: by shared identifiers, with guards. Pure.

Equal match keys make records candidates for one work. An identifier that is claimed by clearly different works (chapters
under the DOI of their book, an erratum under that of its article) does not unite them: it becomes a finding. The result
depends on the records alone, never on the order in which they arrived, and two records that cannot be one work never meet
in a cluster through a third.

A component is what match keys connect; a cluster is the part of a component that is one work. Other evidence than
identifiers (similar titles, people's decisions) would add edges and conflicts to ``clusters`` and leave the rest alone.
"""

from harvester.link.clustering import Cluster, Linked, clusters, components
from harvester.link.evidence import Facts, facts, in_conflict, likeness, words
from harvester.link.identity import claims, match_keys, repository_doi

__all__ = [
    "Cluster",
    "Facts",
    "Linked",
    "claims",
    "clusters",
    "components",
    "facts",
    "in_conflict",
    "likeness",
    "match_keys",
    "repository_doi",
    "words",
]

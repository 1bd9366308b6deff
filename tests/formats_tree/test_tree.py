"""Tables of paths over XML and JSON, with a format that exists here only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harvester import schemas
from harvester.errors import ConfigError, RecordError
from harvester.formats.crosswalk import Crosswalk, crosswalk
from harvester.formats.draft import Draft, begin
from harvester.formats.tree import all_said, attribute_of, branches, children, reader, said, said_json, walk, walk_json
from harvester.record import Contributor, Json, RawRecord, Record, Step

NAME = "sample_of_paths"
TABLE: dict[str, Any] = {
    "title": "A format of the tests",
    "roots": ["work"],
    "prefix": "s:",
    "namespaces": {"other": "https://example.org/other"},
    "fields": {
        "title": "title : title",
        "title[@type=short]": "titles : title short",
        "title[@type=sub]": "titles : title subtitle",
        "other:title": "titles : title alternative",
        "note": "descriptions : description note",
        "part/volume": "volume : number volume",
        "part[@kind=box]/volume": "extent : nothing-of-it",
        "links/@href": "identifiers : bag",
        "links/@rel": "type : type",
        "agent": "contributors : somebody editor | name, address/country, address/street",
        "agent/shoe": "descriptions : description other",
        "holder": "contributors : somebody | *",
        "keyword": "subjects : subject",
    },
    "ignored": {"stamp": "when the record was made, which the header says too"},
    "dialect": {"shop": {"fields": {"note": "descriptions : description abstract"}}},
}
XMLNS = 'xmlns="https://example.org/work" xmlns:other="https://example.org/other"'


def somebody(draft: Draft, node: etree._Element, role: str = "author") -> Json:
    name = said(draft, node, "name")
    if not name:
        return None
    found = Contributor(name, role)
    draft.contributors.append(found)
    return found


def nothing_of_it(draft: Draft, sent: str) -> Json:
    return None


def somebody_of_json(draft: Draft, item: dict[str, Json]) -> Json:
    name = said_json(draft, item, "name", "family")
    draft.contributors += [Contributor(name)] if name else []
    return name or None


@pytest.fixture(scope="module", autouse=True)
def _format() -> Iterator[None]:
    """A table and a module of rules, as if they stood in their folders."""
    module = ModuleType(f"harvester.formats.{NAME}")
    module.__spec__ = ModuleSpec(module.__name__, None)
    for rule in (somebody, nothing_of_it, somebody_of_json):
        setattr(module, rule.__name__, rule)
        rule.__module__ = module.__name__
    known = schemas.table
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        patch.setattr(schemas, "table", lambda name: TABLE if name == f"crosswalks/{NAME}" else known(name))
        yield
    crosswalk.cache_clear()


def read(inner: str, dialect: str = "", trace: list[Step] | None = None) -> Record:
    payload = f"<record><metadata><work {XMLNS}>{inner}</work></metadata></record>".encode()
    raw = RawRecord(source="test", identifier="oai:x:1", format=NAME, payload=payload)
    return reader(NAME)(raw, dialect, trace)


def titles(record: Record) -> list[tuple[str, str]]:
    return [(t.title, t.type) for t in record.titles]


def test_a_path_names_elements_in_whatever_namespace() -> None:
    assert read('<title xmlns="urn:wrong">Leading</title>').title == "Leading"


def test_a_namespace_that_the_table_gives_tells_elements_of_one_name_apart() -> None:
    record = read("<title>Leading</title><other:title>Lead</other:title>")
    assert (record.title, titles(record)) == ("Leading", [("Lead", "alternative")])


@pytest.mark.parametrize("written", ['type="short"', 'type="SHORT"', 'other:type="short"'])
def test_a_row_may_ask_for_an_attribute(written: str) -> None:
    assert titles(read(f"<title>Leading</title><title {written}>L.</title>")) == [("L.", "short")]


def test_an_attribute_that_no_row_asks_for_leaves_the_row_without_one() -> None:
    assert read('<title type="uniform">Leading</title>').title == "Leading"


def test_a_variant_in_the_midst_of_a_path() -> None:
    assert read("<part><volume>4</volume></part>").volume == "4"
    assert read('<part kind="box"><volume>4</volume></part>').extra == {"s:part[@kind=box]/volume": ["4"]}


def test_a_path_may_end_in_an_attribute_and_an_element_have_several() -> None:
    record = read('<links other:href="https://doi.org/10.5555/a1" rel="article"/>')
    assert {("doi", "10.5555/a1")} <= {(i.scheme, i.value) for i in record.identifiers}
    assert record.type == "article"


def test_a_rule_for_a_whole_reads_its_parts_and_the_rest_goes_on() -> None:
    record = read(
        "<agent><name>Weir, B</name><shoe>size 9</shoe><address><country>UK</country><town>Leeds</town></address></agent>"
    )
    assert [(c.name, c.role) for c in record.contributors] == [("Weir, B", "editor")]
    assert [d.text for d in record.descriptions] == ["size 9"]
    assert record.extra == {"s:agent/address/town": ["Leeds"]}


def test_a_whole_in_which_its_rule_finds_nothing_is_kept_as_it_is() -> None:
    assert read("<agent><address><country>UK</country></address></agent>").extra == {"s:agent/address/country": ["UK"]}


def test_a_star_takes_all_that_is_below() -> None:
    record = read("<holder><name>BMJ</name><x><y>z</y></x></holder>")
    assert [c.name for c in record.contributors] == ["BMJ"]
    assert record.extra == {}


def test_what_no_row_names_is_kept_by_its_path() -> None:
    found = read("<shelf><row>3</row><row>4</row></shelf><shelf>left</shelf>").extra
    assert found == {"s:shelf/row": ["3", "4"], "s:shelf": ["left"]}


def test_a_text_with_elements_in_its_midst_is_kept_whole() -> None:
    assert read("<shelf>see <i>this</i> one</shelf>").extra == {"s:shelf": ["see this one"]}


def test_a_text_between_elements_is_not_lost() -> None:
    assert read("<part>Vol. <volume>4</volume> of five</part>").extra == {"s:part": ["Vol. of five"]}
    assert read("loose<title>Leading</title>").extra == {"work": ["loose"]}


def test_what_is_left_out_on_purpose_is_not_kept() -> None:
    trace: list[Step] = []
    assert read("<stamp>2020</stamp>", trace=trace).extra == {}
    assert [(s.path, s.rule) for s in trace] == [("s:stamp", "ignored")]


def test_a_platform_has_rows_of_its_own() -> None:
    assert read("<note>Funded.</note>").descriptions[0].type == "note"
    assert read("<note>Funded.</note>", "shop").descriptions[0].type == "abstract"


def test_a_language_is_that_of_the_nearest_element_that_says_one() -> None:
    record = read('<part xml:lang="de"><x/></part><note xml:lang="fr">Une note</note><note>A note</note>')
    assert [d.language for d in record.descriptions] == ["fr", None]
    table = Crosswalk(NAME, "")
    root = etree.fromstring('<work xml:lang="de"><note>Notiz</note><note xml:lang="en">Note</note></work>')
    draft = begin(RawRecord(source="test", identifier="oai:x:1", format=NAME), "", None)
    walk(root, branches(table), draft)
    assert [d.language for d in draft.descriptions] == ["de", "en"]


def test_the_trace_names_each_value_and_what_became_of_it() -> None:
    trace: list[Step] = []
    read("<title>Leading</title><agent><name>Weir,\n B</name></agent><shelf>3</shelf>", trace=trace)
    assert [(s.path, s.raw, s.element) for s in trace] == [
        ("s:title", "Leading", "title"),
        ("s:agent", "Weir, B", "contributors"),
        ("s:shelf", "3", "extra"),
    ]


def test_placeholders_and_addresses_of_people_are_no_parts() -> None:
    record = read("<agent><name>n/a</name></agent><agent><name>Weir, B (b.weir@example.org)</name></agent>")
    assert [c.name for c in record.contributors] == ["Weir, B"]
    assert "email-dropped" in {f.code for f in record.findings}


def test_helpers_find_by_name_alone() -> None:
    root = etree.fromstring(
        '<a xmlns="u:1" xmlns:x="u:2" x:href="h"><b><c> 1 </c><c>2</c></b><b><c/><x:c>3</x:c></b></a>'
    )
    draft = begin(RawRecord(source="test", identifier="oai:x:1", format=NAME), "", None)
    assert (attribute_of(root, "href"), attribute_of(root, "ref")) == ("h", "")
    assert [e.text for e in children(root, "b", "c")] == [" 1 ", "2", None, "3"]
    assert all_said(draft, root, "b", "c") == ["1", "2", "3"]
    assert (said(draft, root, "b", "c"), said(draft, root, "d")) == ("1", "")


# --- JSON ------------------------------------------------------------------------------------------------------------


def read_json(item: dict[str, Any]) -> Record:
    fields = {**TABLE["fields"], "agent": "contributors : somebody-of-json | name/family", "holder": "title : title"}
    table = Crosswalk.__new__(Crosswalk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TABLE, "fields", fields)
        table.__init__(NAME, "")  # type: ignore[misc]
    draft = begin(RawRecord(source="test", identifier="oai:x:1", format=NAME), "", None)
    walk_json(item, branches(table), draft)
    return draft.finish()


def test_the_values_of_an_array_are_read_one_by_one() -> None:
    record = read_json({"title": "Leading", "keyword": ["NHS", "teams", None, ""], "part": [{"volume": 4}]})
    assert [s.term for s in record.subjects] == ["NHS", "teams"]
    assert record.volume == "4"


def test_a_rule_for_a_whole_reads_an_object_and_the_rest_goes_on() -> None:
    record = read_json(
        {"agent": [{"name": {"family": "Weir", "given": "B"}, "shoe": "size 9", "fax": [1, {"x": 2.5}]}]}
    )
    assert [c.name for c in record.contributors] == ["Weir"]
    assert [d.text for d in record.descriptions] == ["size 9"]
    assert record.extra == {"s:agent/name/given": ["B"], "s:agent/fax": ["1"], "s:agent/fax/x": ["2.5"]}


@pytest.mark.parametrize("value", [{"a": 1}, [["x"]], {"a": {"b": [True]}}])
def test_a_value_of_another_shape_is_kept(value: Json) -> None:
    assert read_json({"keyword": value}).extra


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*TABLE["fields"], "x", "name"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["title", "part", "agent", "note", "links", "y"]), JSON, max_size=5))
def test_whatever_json_holds_is_read(item: dict[str, Any]) -> None:
    assert msgspec.json.encode(read_json(item))


@given(
    st.lists(
        st.sampled_from(
            [
                "<title>",
                "</title>",
                "<agent>",
                "</agent>",
                "<name>",
                "</name>",
                "<part>",
                "</part>",
                "a",
                "\x00",
                "&",
                "<x/>",
            ]
        ),
        max_size=12,
    )
)
def test_whatever_xml_holds_is_read_or_refused(pieces: list[str]) -> None:
    with suppress(RecordError):
        assert msgspec.json.encode(read("".join(pieces)))


def test_a_row_whose_rule_is_unknown_is_a_mistake_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, "fields", {"title": "title : titel"})
    monkeypatch.setattr(schemas, "mistake", lambda name, key, fault: f"{name}: {'.'.join(key)}: {fault}")
    with pytest.raises(ConfigError, match="no rule is called 'titel'"):
        Crosswalk(NAME, "")

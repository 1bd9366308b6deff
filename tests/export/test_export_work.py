"""Works as XML of our own: valid against its schema whatever they hold, and read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from lxml import etree
from msgspec import structs

from export.generated import works
from export.works import ALL
from export.works import work as made_of
from harvester import schemas
from harvester.errors import RecordError
from harvester.formats import exported, work, writer
from harvester.record import Date, RawRecord, Record, Work

SCHEMA = etree.XMLSchema(etree.parse(schemas.folder() / "xsd" / "work.xsd"))


def read(one: Work) -> Record:
    return work.read(RawRecord(source="t", identifier="t", format="work", payload=alone(one).encode()), "")


def alone(one: Work) -> str:
    return work.element(one, f"{work.NAMESPACE} https://library.example.org/oai/work.xsd")


def test_the_schema_is_made_from_the_records() -> None:
    """``python -c 'from harvester.formats import work; print(work.schema(), end="")' > schemas/xsd/work.xsd``"""
    assert (schemas.folder() / "xsd" / "work.xsd").read_text(encoding="utf-8") == work.schema()


def test_all_works_are_valid() -> None:
    SCHEMA.assertValid(etree.ElementTree(etree.fromstring("".join(writer("work")(ALL)).encode())))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_a_work_is_read_as_it_was_written(one: Work) -> None:
    assert _clean(read(one)) == _clean(one.record)


@given(works())
def test_any_work_is_read_as_it_was_written(one: Work) -> None:
    SCHEMA.assertValid(etree.ElementTree(etree.fromstring(alone(one))))
    assert read(one) == structs.replace(one.record, extra={}, findings=())


def test_what_must_be_said_and_is_null_comes_back() -> None:
    """Dryad: ``9999-01-01``, which is no date."""
    record = Record(title="T", dates=(Date("issued", "2015-05-15"), Date("unknown", None, "9999-01-01")))
    one = made_of(1, record)
    SCHEMA.assertValid(etree.ElementTree(etree.fromstring(alone(one))))
    assert read(one) == record


def _clean(record: Record) -> Record:
    """Without what is left out, and without what no XML can hold."""
    text = exported.xml_text(record.title) if record.title else record.title
    return structs.replace(
        record, extra={}, findings=(), title=text or None, contributors=(), descriptions=(), subjects=()
    )


def test_what_is_no_work_is_refused() -> None:
    payload = b"<work><contributors><role>author</role></contributors></work>"
    with pytest.raises(RecordError, match="is no work as this program provides it"):
        work.read(RawRecord(source="t", identifier="t", format="work", payload=payload), "")

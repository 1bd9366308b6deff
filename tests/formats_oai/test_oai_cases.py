"""Dialects of the OAI-PMH formats: DSpace's are read alike whatever the config says."""

from __future__ import annotations

from golden.pairs import cases, raw_case

from harvester.normalise import normalise


def test_a_wrong_dialect_in_the_config_does_not_change_dspace_formats() -> None:
    for path in cases("dim", "xoai"):
        raw = raw_case(path)
        assert normalise(raw, "eprints") == normalise(raw)

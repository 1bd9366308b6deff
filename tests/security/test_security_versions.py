"""No package is used in a version with a known fault that could reach us.

The list is kept by hand: tools that ask a server for it say "no known vulnerabilities" when they cannot reach it.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MINIMUMS = {
    # package: (first version without, what was wrong)
    "lxml": (
        "6.1.3",
        "CVE-2026-41066 (files read by iterparse, 6.1.0); external parameter entities (LP#2165901, 6.1.3)",
    ),
    "urllib3": (
        "2.7.0",
        "CVE-2026-44431 (logins sent on in proxied redirects), CVE-2026-44432, CVE-2026-21441, CVE-2025-66471, CVE-2025-66418"
        " (bombs)",
    ),
    "requests": (
        "2.33.0",
        "CVE-2024-47081 (logins of .netrc to another host, 2.32.4), CVE-2026-25645 (temporary files)",
    ),
    "idna": ("3.15", "CVE-2026-45409, CVE-2024-3651 (minutes for one host name)"),
    "jinja2": ("3.1.6", "CVE-2025-27516 (out of the sandbox)"),
    "click": ("8.3.3", "CVE-2026-7246 (commands by click.edit)"),
    "certifi": ("2024.7.4", "CVE-2024-39689 (authorities that are trusted no more)"),
    "h11": ("0.16.0", "CVE-2025-43859 (chunked bodies read wrongly); comes with habanero"),
    "pygments": ("2.20.0", "CVE-2026-4539 (minutes for one text); comes with rich"),
    "tqdm": ("4.66.3", "CVE-2024-34062 (arguments evaluated); comes with habanero"),
}
DECLARED = ("lxml", "urllib3", "requests", "jinja2", "click")
"""What we ask for ourselves: whoever installs without our lock has them too."""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==([\w.]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_what_is_locked_has_no_known_fault(lock: str) -> None:
    locked = _locked(lock)
    late = {name: locked[name] for name, (least, _) in MINIMUMS.items() if _numbers(locked[name]) < _numbers(least)}
    assert late == {}


def test_what_is_installed_has_no_known_fault() -> None:
    late = {}
    for name, (least, why) in MINIMUMS.items():
        try:
            found = version(name)
        except PackageNotFoundError:  # of another way to install
            continue
        if _numbers(found) < _numbers(least):
            late[name] = f"{found}: {why}"
    assert late == {}


def test_what_we_ask_for_has_no_known_fault() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = dict(re.findall(r"([\w-]+)>=([\d.]+)", " ".join(project["dependencies"])))
    assert {
        name for name in DECLARED if _numbers(asked[name]) < _numbers(MINIMUMS[name][0])[: len(_numbers(asked[name]))]
    } == set()


def test_everything_is_locked_with_its_hashes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text("utf-8").strip())
        assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []

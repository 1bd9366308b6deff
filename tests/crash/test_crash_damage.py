"""Damaged pages: the right answer or a loud error, never a wrong answer, never a traceback; an index heals by itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.forked import answer
from tests.crash.program import contents, copied, unsound

PAGE = 8192
READING = (
    ("status",),
    ("search", "--json", "leadership"),
    ("show", "--json", "1"),
    ("show", "--raw", "2"),
    ("explain", "--json", "3"),
    ("export", "--format", "jsonl"),
    ("quarantine", "--json"),
    ("publish",),
)
WRITING = (("index",), ("reindex",), ("backup", "copy.db"), ("harvest", "fmlm", "--full"))

Damage = Callable[[Path, random.Random], None]
Right = dict[tuple[str, ...], bytes]


def noise(path: Path, chance: random.Random) -> None:
    _overwrite(path, chance, chance.randbytes(PAGE))


def zeros(path: Path, chance: random.Random) -> None:
    _overwrite(path, chance, bytes(PAGE))


def sector(path: Path, chance: random.Random) -> None:
    _overwrite(path, chance, chance.randbytes(512), 512 * chance.randrange(PAGE // 512))


def swapped(path: Path, chance: random.Random) -> None:
    """A page where another one belongs, as after a lost write of the disk's."""
    data = path.read_bytes()
    start = PAGE * chance.randrange(len(data) // PAGE)
    _overwrite(path, chance, data[start : start + PAGE])


def cut(path: Path, chance: random.Random) -> None:
    with path.open("r+b") as file:
        file.truncate(chance.randrange(path.stat().st_size))


def _overwrite(path: Path, chance: random.Random, data: bytes, offset: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(PAGE * chance.randrange(path.stat().st_size // PAGE) + offset)
        file.write(data)


DAMAGES = (noise, zeros, sector, swapped, cut)


@pytest.fixture(scope="module")
def whole(_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All in the database files, nothing in write-ahead logs."""
    folder = copied(_made, tmp_path_factory.mktemp("whole") / "folder")
    assert unsound(folder) == []  # the last connection to close empties the log
    return folder


@pytest.fixture(scope="module")
def right(whole: Path) -> Right:
    found = {}
    for command in READING:
        said = answer(whole, *command)
        assert said.code == 0, said.err
        found[command] = said.out
    return found


@pytest.mark.parametrize(("name", "damage"), [("store.db", zeros), ("index.db", noise)])
def test_a_damaged_page(whole: Path, right: Right, tmp_path: Path, name: str, damage: Damage) -> None:
    assert_right_or_loud(whole, right, tmp_path, name, damage, 0)


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["store.db", "index.db"])
def test_damaged_pages(whole: Path, right: Right, tmp_path: Path, name: str, damage: Damage) -> None:
    for seed in range(24):
        assert_right_or_loud(whole, right, tmp_path / str(seed), name, damage, seed)


def assert_right_or_loud(whole: Path, right: Right, below: Path, name: str, damage: Damage, seed: int) -> None:
    below.mkdir(exist_ok=True)
    folder = copied(whole, below / "folder")
    damage((folder / name).resolve(), random.Random(f"{name} {damage.__name__} {seed}"))
    found = answer(folder, "check", "--thorough")
    wrong = []
    for command in READING:
        said = answer(folder, *command)
        if said.code == 0:
            wrong += [command] if said.out != right[command] else []
        else:
            assert said.code == 6, (command, said.err)
            assert name in said.err or (folder / name).resolve().name in said.err
            assert "Traceback" not in said.err
            assert found.code == 6, (command, said.err)
    if wrong:  # SQLite keeps no sums: what stands in a row may be another's; but it is found
        assert found.code == 6, wrong
        assert damage in (swapped, sector)
    for command in WRITING:
        said = answer(copied(folder, below / command[0]), *command)
        assert said.code in (0, 3, 6), (command, said.err)
        assert "Traceback" not in said.err


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 30))])
def test_a_damaged_index_is_made_anew(whole: Path, tmp_path: Path, seed: int) -> None:
    """By `index`, where reading meets the damage; by `reindex` in any case."""
    folder, damage = copied(whole, tmp_path / "folder"), DAMAGES[seed % len(DAMAGES)]
    damage((folder / "index.db").resolve(), random.Random(f"anew {damage.__name__} {seed}"))
    said = answer(folder, "index")
    assert said.code == 0, said.err
    assert (b"made anew" in said.out) == (b"damaged" in said.out)
    if answer(folder, "check", "--thorough").code == 6:
        assert answer(folder, "reindex").code == 0
    assert unsound(folder) == []
    assert contents(folder) == contents(whole)

"""config.toml: every mistake at once, each with file, line, key, fault and cure."""

from __future__ import annotations

import doctest
import re
import time
from importlib import import_module
from pathlib import Path

import pytest

from harvester.cli import call
from harvester.config import Config, load
from harvester.errors import ConfigError
from harvester.lines import lines
from harvester.schemas import data_folder

SOUND = """\
[harvester]
contact = "librarian@example.org"

[source.leader]
kind = "crossref"
rank = 1
[source.leader.filter]
issn = "2398-631X"

[source.spiral]
kind = "oai_pmh"
url = "https://repository.example.org/oai/request"
metadata_prefix = "xoai"

[listing.base]
title = "Evidence base"
[[listing.base.section]]
title = "Articles"
source = "leader"
since = 2020-01-31
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text))
    return [m.removeprefix(f"{tmp_path / 'config.toml'}") for m in caught.value.mistakes]


def test_a_sound_file(tmp_path: Path) -> None:
    config = load(write(tmp_path, SOUND))
    assert isinstance(config, Config)
    assert list(config.sources) == ["leader", "spiral"]
    assert config.store == tmp_path / "data" / "store.db"
    section = config.listings["base"].sections[0]
    assert (section.source, section.since) == (("leader",), "2020-01-31")


def test_the_shipped_file_is_sound() -> None:
    config = load(data_folder() / "config.toml")
    assert {"bmj-leader", "spiral", "curated"} <= {name for name, s in config.sources.items() if s.enabled}
    assert not config.sources["whiterose"].enabled
    assert "evidence-base" in config.listings


def test_what_the_shipped_file_shows_in_comments_is_sound(tmp_path: Path) -> None:
    shipped = (data_folder() / "config.toml").read_text()
    sources = re.findall(
        r"(?:^# (?:\[source\.\w+\]|\w+ = ).*\n)+", shipped.partition("[source.curated]")[2], re.MULTILINE
    )
    config = load(write(tmp_path, "".join(sources).replace("# ", "", 1).replace("\n# ", "\n")))
    assert {s.kind for s in config.sources.values()} == {"files", "web"}


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert load(write(tmp_path, "\ufeff" + SOUND)).harvester.contact == "librarian@example.org"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[http]\ntimout = 3", ":2: http.timout: is not a setting"),
        ("[http]\nconect_timeout = 3", "did you mean 'connect_timeout'?"),
        ("[http]\nretries = -1", ":2: http.retries: must not be negative"),
        ("[http]\nread_timeout = 0", ":2: http.read_timeout: must be more than 0"),
        ('[http]\nread_timeout = "ten"', ":2: http.read_timeout: must be a number, not 'ten'"),
        ('[harvester]\ncontact = "me"', ":2: harvester.contact: 'me' is not an e-mail address"),
        ("[harvester]\nworkers = 0", ":2: harvester.workers: must be at least 1"),
        ("[sources.x]\nkind = 'files'", ":1: sources: is not a setting; did you mean 'source'?"),
        ("[source.x]\nurl = 'https://a.example/oai'", ":1: source.x.kind: is missing; one of"),
        ("[source.x]\nkind = 'OAI-PMH'", "'OAI-PMH' is no kind of source; did you mean 'oai_pmh'?"),
        ("[source.x]\nkind = 'oai_pmh'", ":1: source.x.url: is missing"),
        ("[source.x]\nkind = 'oai_pmh'\nurl = 5", ":3: source.x.url: must be text in quotes, not 5"),
        ("[source.x]\nkind = 'oai_pmh'\nurl = 'ftp://a.example'", ":3: source.x.url: "),
        ("[source.x]\nkind = 'oai_pmh'\nurl = 'https://a.example/o'\nrank = 0", ":4: source.x.rank: must be 1 or more"),
        ("[source.'X y']\nkind = 'files'\npath = 'a.toml'", "a name has small letters, digits, - and _ only"),
        ("[source.x]\nkind = 'crossref'\nrows = 5000", ":3: source.x.rows: "),
        ("[source.x]\nkind = 'crossref'\n[source.x.filter]\nissn = '2398-6310'", ":4: source.x.filter.issn: "),
        ("[source.x]\nkind = 'crossref'\n[source.x.filter]\nisnn = '2398-631X'", ":4: source.x.filter.isnn: "),
        ("source = 5", ":1: source: must be tables with a name each: write [source.NAME]"),
        ("[listing.x]\ntitle = 'T'\nsection = 'a'", ":3: listing.x.section: must be tables"),
        (
            "[listing.x]\ntitle = 'T'\n[[listing.x.section]]\ntype = 'article'",
            ":3: listing.x.section.0.title: is missing",
        ),
        (
            "[listing.x]\ntitle = 'T'\n[[listing.x.section]]\ntitle = 'S'\ntype = 'artikel'",
            ":5: listing.x.section.0.type: ",
        ),
        ("[listing.x]\ntitle = 'T'\n[[listing.x.section]]\ntitle = 'S'\nsource = 'y'", "'y' is no source"),
        ("[harvester]\n[harvester]", "is not valid TOML"),
        ("[harvester", ":1: is not valid TOML"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    found = mistakes(tmp_path, text)
    assert any(said in mistake for mistake in found), found
    assert list(tmp_path.iterdir()) == [tmp_path / "config.toml"]


def test_all_mistakes_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "[http]\nretries = -1\nfoo = 1\n[source.x]\nkind = 'oai'\n[source.y]\nkind = 'files'\n")
    assert [m.split(":")[1] for m in found] == ["2", "3", "5", "6"]


def test_no_file_a_folder_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; `harvester init` writes one"):
        load(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="is a folder"):
        load(tmp_path)
    path = tmp_path / "latin1.toml"
    path.write_bytes(b"[harvester]\ncontact = '\xe9'\n")
    with pytest.raises(ConfigError, match=r"latin1.toml:2: is not UTF-8"):
        load(path)


@pytest.mark.parametrize("module", ["wording", "config.checks", "lines", "config.writing", "clock"])
def test_doctests(module: str) -> None:
    failed, tried = doctest.testmod(import_module(f"harvester.{module}"))
    assert not failed
    assert tried


def test_what_is_shown_can_be_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SOUND + '[source.spiral.headers]\n"X-Key" = "${KEY}"\n[source.spiral.expect]\nmin_records = 5\n')
    before = load(path)
    assert call(["-c", str(path), "config", "show"]) == 0
    path.write_text(capsys.readouterr().out)
    assert load(path) == before


def test_harvesters_write_to_the_contact_where_nobody_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[harvester]\ncontact = 'a@example.org'\n[provider]\nenabled = true\nnamespace = 'example.org'\n")
    assert load(path).provider.admin_email == "a@example.org"
    path.write_text(path.read_text() + "admin_email = 'b@example.org'\n")
    assert load(path).provider.admin_email == "b@example.org"


def test_no_secret_is_shown(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        "[notify]\nping = 'https://hc.example/canary'\n[source.x]\nkind = 'oai_pmh'\n"
        "url = 'https://me:canary@a.example/oai?apikey=canary'\nheaders.X-Key = 'canary'\n"
    )
    for command in (["config", "show"], ["config", "show", "--json"], ["config", "check"], ["sources"]):
        assert call(["-c", str(path), *command]) == 0
        said = b"".join(capsysbinary.readouterr())
        assert said
        assert b"canary" not in said, command


def test_notes_are_no_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        "[source.x]\nkind = 'oai_pmh'\nurl = 'https://me:canary@a.example/oai'\nenabled = false\nverify = false\n"
    )
    assert call(["-c", str(path), "config", "check"]) == 0
    said = capsys.readouterr().err
    for words in ("`contact` is empty", "url holds a password", "no source is enabled", "whoever stands between"):
        assert words in said


def test_a_loop_of_links_a_large_file_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.symlink_to(path)
    with pytest.raises(ConfigError, match=r"config.toml: cannot be read: Too many levels of symbolic links"):
        load(path)
    path.unlink()
    path.write_bytes(b"#" * (5 << 20))
    with pytest.raises(ConfigError, match=r"is larger than 4 MiB; is this the config file\?"):
        load(path)
    path.write_bytes(SOUND.encode("utf-16"))
    with pytest.raises(ConfigError, match=r"config.toml:1: is UTF-16; save the file as UTF-8"):
        load(path)
    with pytest.raises(ConfigError, match="is no path"):
        load(Path("a\0b"))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    path = write(tmp_path, SOUND)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied; see to its path and permissions"):
        load(path)


def test_thousands_of_sources_are_read_in_a_moment(tmp_path: Path) -> None:
    """A generous ceiling: what costs milliseconds a source is looked up once."""
    source = '[source.s{0}]\nkind = "oai_pmh"\nurl = "https://a{0}.example/oai"\nrank = 0\n'
    started = time.monotonic()
    assert len(mistakes(tmp_path, "".join(source.format(n) for n in range(3_000)))) == 3_000
    assert time.monotonic() - started < 60


def test_paths_begin_at_the_config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.pem").write_text("")
    path = write(tmp_path, "[source.x]\nkind = 'oai_pmh'\nurl = 'https://a.example/oai'\nverify = 'ca.pem'\n")
    monkeypatch.chdir("/")
    assert load(path).sources["x"].verify == str(tmp_path / "ca.pem")


def test_lines_of_keys() -> None:
    text = "a.b = 1 # [c]\n[ t . 'u v' ]\nx = '''\n[d]\ne = 1\n'''\nw = [ # ]\n '[f]', {g = 1}\n]\n"
    assert lines(text) == {
        ("a",): 1,
        ("a", "b"): 1,
        ("t",): 2,
        ("t", "u v"): 2,
        ("t", "u v", "x"): 3,
        ("t", "u v", "w"): 7,
    }

"""Mistakes that people make in config.toml: each costs exit code 2, and says file, line, key, fault and cure. Nothing is
written, nobody is asked, and no traceback is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harvester.cli import call
from harvester.config import load
from harvester.errors import ConfigError

OAI = '[source.x]\nkind = "oai_pmh"\nurl = "https://a.example/oai"\n'
CROSSREF = '[source.x]\nkind = "crossref"\n'
LISTING = '[listing.l]\ntitle = "T"\n[[listing.l.section]]\ntitle = "S"\n'

CASES = {
    # the file
    "empty": ("", ":1: is empty; `harvester init` writes one"),
    "blank": ("\n  \n", ":1: is empty; `harvester init` writes one"),
    "comments only": ("# nothing\n", ":1: source: there is none, so there is nothing to harvest; add a table [source.NAME]"),
    "no source": ("[http]\nretries = 1\n", ":1: source: there is none"),
    "none enabled": (OAI + "enabled = false\n", ":1: source: none is enabled, so there is nothing to harvest; set enabled"),
    "syntax": ("[harvester]\ncontact = me@example.org\n", ":2: is not valid TOML: "),
    "text not closed": ('[harvester]\ncontact = "me\n', ":2: is not valid TOML: "),
    "list not closed": ("[linking]\nrepository_doi_prefixes = [\n", ":2: is not valid TOML: "),
    "table twice": ("[http]\nretries = 1\n[http]\npace = 1\n", ":3: is not valid TOML: "),
    "source twice": (OAI + OAI, ":4: is not valid TOML: Cannot declare"),
    "key twice": ("[http]\nretries = 1\nretries = 2\n", ":3: is not valid TOML: "),
    "NUL": ("[http]\nretries = 1\x00\n", ":2: is not valid TOML: "),
    "no such day": ("[source.x]\nkind = 'oai_pmh'\nurl = 2024-13-45\n", ":3: is not valid TOML: "),
    "number without end": (f"[http]\nretries = {'9' * 5000}\n", ":2: is not valid TOML: so long a number"),
    "lists in lists": ("a = " + "[" * 5000, ": tables or lists are nested too deeply"),
    "a byte order mark in the middle": ("[http]\n\ufeffretries = 1\n", ":2: is not valid TOML: "),
    # keys
    "unknown table": ("[sources.x]\nkind = 'files'\n", ":1: sources: is not a setting; did you mean 'source'?"),
    "unknown key on top": ('contact = "a@b.example"\n', ":1: contact: is not a setting; it belongs into [harvester]"),
    "unknown key": ("[http]\ntimout = 3\n", ":2: http.timout: is not a setting"),
    "a key of another table": (OAI + "retries = 3\n", ":4: source.x.retries: is not a setting; it belongs into [http]"),
    "a key with hyphens": (OAI + 'metadata-prefix = "xoai"\n', ":4: source.x.metadata-prefix: is not a setting; did you mean"),
    "a key of other harvesters": ("[source.x]\nkind = 'oai_pmh'\nbase_url = 'x'\n", "did you mean 'url'?"),
    "from": (OAI + "from = 2030-01-01\n", ":4: source.x.from: is not a setting; for a span of your own call `harvester harvest"),
    "a password by itself": (OAI + 'password = "x"\n', "with variables of the environment"),
    "a quoted key": (OAI + '"od.d \\u0041" = 1\n', ":4: source.x.od.d A: is not a setting"),
    "a dotted key": ("http.retires = 1\n", ":1: http.retires: is not a setting; did you mean 'retries'?"),
    "after a text of many lines": (
        '[listing.l]\ntitle = "T"\nintroduction = """\n[http]\nretries = 1\n"""\n[http]\nretires = 1\n',
        ":8: http.retires: is not a setting",
    ),
    "an array of tables too many": ("[[http]]\nretries = 1\n", ":1: http: must be a table: write [http]"),
    "a table where there should be several": ("[source]\nkind = 'files'\n", ":2: source.kind: must be a table: write [source"),
    # sources
    "no kind": ("[source.x]\nurl = 'https://a.example/oai'\n", ":1: source.x.kind: is missing; one of crossref, files, oai_pmh"),
    "kind in capitals": ("[source.x]\nkind = 'OAI_PMH'\n", ":2: source.x.kind: 'OAI_PMH' is no kind of source; did you mean"),
    "kind with hyphen": ("[source.x]\nkind = 'oai-pmh'\n", "did you mean 'oai_pmh'?"),
    "kind oai": ("[source.x]\nkind = 'oai'\n", "did you mean 'oai_pmh'?"),
    "kind is a number": ("[source.x]\nkind = 5\n", ":2: source.x.kind: 5 is no kind of source"),
    "name in capitals": ("[source.Spiral]\nkind = 'files'\npath = 'a.toml'\n", ":1: source.Spiral: a name has small letters"),
    "name as a path": ("[source.'../x']\nkind = 'files'\npath = 'a.toml'\n", ":1: source.../x: a name has small letters"),
    "no url": ("[source.x]\nkind = 'oai_pmh'\n", ":1: source.x.url: is missing"),
    "url without scheme": ("[source.x]\nkind = 'oai_pmh'\nurl = 'a.example/oai'\n", ":3: source.x.url: 'a.example/oai' is not"),
    "url of ftp": ("[source.x]\nkind = 'oai_pmh'\nurl = 'ftp://a.example/oai'\n", ":3: source.x.url: 'ftp://a.example/oai' is"),
    "url of a file": ("[source.x]\nkind = 'oai_pmh'\nurl = 'file:///etc/passwd'\n", ":3: source.x.url: "),
    "url with a space": ("[source.x]\nkind = 'oai_pmh'\nurl = 'https://a.example/o ai'\n", ":3: source.x.url: "),
    "url of a request": ("[source.x]\nkind = 'oai_pmh'\nurl = 'https://a.example/oai?verb=Identify'\n", "has a verb in it: the"),
    "url with no such port": ("[source.x]\nkind = 'oai_pmh'\nurl = 'https://a.example:99999/oai'\n", ":3: source.x.url: "),
    "url is a number": ("[source.x]\nkind = 'oai_pmh'\nurl = 5\n", ":3: source.x.url: must be text in quotes, not 5"),
    "a variable without a name": (
        "[source.x]\nkind = 'oai_pmh'\nurl = 'https://${}@a.example/oai'\n",
        ":3: source.x.url: ${} names no variable",
    ),
    "a variable that is not set": (
        "[source.x]\nkind = 'oai_pmh'\nurl = 'https://me:${NOT_SET_1}@a.example/oai'\n",
        ":3: source.x.url: the environment variable NOT_SET_1 is not set; export it",
    ),
    "a variable of a header": (
        OAI + '[source.x.headers]\nX-Key = "${NOT_SET_2}"\n',
        ":5: source.x.headers.X-Key: the environment variable NOT_SET_2 is not set",
    ),
    "prefix empty": (OAI + 'metadata_prefix = ""\n', ":4: source.x.metadata_prefix: must be a format or several"),
    "prefix a number": (OAI + "metadata_prefix = 5\n", ":4: source.x.metadata_prefix: must be "),
    "set a number": (OAI + "set = 12\n", ":4: source.x.set: must be "),
    "set blank": (OAI + 'set = ["com 1"]\n', ":4: source.x.set: must be setSpecs"),
    "rank 0": (OAI + "rank = 0\n", ":4: source.x.rank: must be 1 or more"),
    "overlap without end": (OAI + "overlap_days = inf\n", ":4: source.x.overlap_days: must be 0 or more"),
    "overlap of no number": (CROSSREF + 'overlap_days = nan\nfilter.issn = "2398-631X"\n', ":3: source.x.overlap_days: must not"),
    "rank as text": (OAI + 'rank = "1"\n', ":4: source.x.rank: must be a whole number, not '1'"),
    "enabled as text": (OAI + 'enabled = "yes"\n', ":4: source.x.enabled: must be true or false, not 'yes'"),
    "granularity": (OAI + 'granularity = "days"\n', ":4: source.x.granularity: "),
    "pace below 0": (OAI + "pace = -1\n", ":4: source.x.pace: must not be negative"),
    "every misspelt": (OAI + 'every = "1 dya"\n', ":4: source.x.every: '1 dya' is no span of time; did you mean '1 day'?"),
    "every as cron": (OAI + 'every = "0 3 * * *"\n', ":4: source.x.every: '0 3 * * *' is no span of time; write '1 day'"),
    "every daily": (OAI + 'every = "daily"\n', "did you mean '1 day'?"),
    "every a number": (OAI + "every = 1\n", ":4: source.x.every: must be text in quotes, not 1"),
    "every 0": (OAI + 'every = "0 days"\n', ":4: source.x.every: '0 days' is no span of time; write '1 day'"),
    "full_every too short": (
        OAI + 'every = "1 day"\nfull_every = "6 hours"\n',
        ":5: source.x.full_every: '6 hours' is shorter than every = '1 day'",
    ),
    "max_unseen in percent": (OAI + "max_unseen = 10\n", ":4: source.x.max_unseen: is a share between 0 and 1, not 10; for 10 %"),
    "max_unseen not a number": (OAI + "max_unseen = nan\n", ":4: source.x.max_unseen: is a share between 0 and 1, not nan"),
    "expect unknown": (OAI + "[source.x.expect]\nmin_record = 5\n", ":5: source.x.expect.min_record: is not a setting; did you"),
    "expect below 0": (OAI + "[source.x.expect]\nmax_deleted = -5\n", ":5: source.x.expect.max_deleted: must not be negative"),
    "expect no table": (OAI + "expect = 5\n", ":4: source.x.expect: must be a table, not 5"),
    "host with scheme": (OAI + 'hosts = ["https://b.example/oai"]\n', "the bare name of a host; did you mean 'b.example'?"),
    "header with a line break": (OAI + '[source.x.headers]\nA = "b\\r\\nc"\n', ":5: source.x.headers.A: its value must be"),
    "header with an odd name": (OAI + '[source.x.headers]\n"A b" = "c"\n', "is not the name of a header"),
    "header a number": (OAI + "[source.x.headers]\nA = 5\n", "source.x.headers: each value in it must be text in quotes"),
    "quirk": (OAI + '[source.x.quirks]\ntokem = "verbatim"\n', ":5: source.x.quirks.tokem: "),
    "a quirk's value": (OAI + '[source.x.quirks]\ntoken = "odd"\n', ":5: source.x.quirks.token: "),
    "a CA file that is not there": (OAI + 'verify = "ca.pem"\n', ":4: source.x.verify: there is no file "),
    "two of one list": (OAI + OAI.replace(".x", ".y"), ":4: source.y: harvests the same as source.x; take one of them out"),
    "two of one journal": (
        CROSSREF + 'filter.issn = "2398-631X"\n' + CROSSREF.replace(".x", ".y") + 'filter.issn = "2398-631X"\n',
        ":4: source.y: harvests the same as source.x",
    ),
    "a number beyond all": (OAI + f"max_pages = {10**30}\n", ":4: source.x.max_pages: is too large a number"),
    "rows": (CROSSREF + 'rows = 5000\nfilter.issn = "2398-631X"\n', ":3: source.x.rows: 5000 is not between 1 and 1000"),
    "mailto": (CROSSREF + 'mailto = "me"\nfilter.issn = "2398-631X"\n', ":3: source.x.mailto: 'me' is not an e-mail address"),
    "ISSN": (CROSSREF + 'filter.issn = "2398-6310"\n', ":3: source.x.filter.issn: '2398-6310' is not an ISSN"),
    "a filter misspelt": (CROSSREF + 'filter.isnn = "2398-631X"\n', ":3: source.x.filter.isnn: is no filter"),
    "all of Crossref": (CROSSREF, ":1: source.x.filter: is missing: without a filter or a query"),
    "a table instead of a filter": (CROSSREF + "filter.issn = {a = 1}\n", "source.x.filter.issn: must be text in quotes"),
    "a curated file without path": ("[source.x]\nkind = 'files'\n", ":1: source.x.path: is missing"),
    "a workbook": ("[source.x]\nkind = 'files'\npath = 'a.xls'\n", ":3: source.x.path: names a workbook"),
    "files of no known format": (
        "[source.x]\nkind = 'files'\npath = 'a'\nformat = 'crosref'\n",
        ":4: source.x.format: 'crosref' is no format that is read; did you mean 'crossref'?",
    ),
    "a column of no element": (
        "[source.x]\nkind = 'files'\npath = 'a.csv'\n[source.x.columns]\nTitle = 'titel'\n",
        ":5: source.x.columns.Title: 'titel' is no element; did you mean 'title'?",
    ),
    "a column of no rule": (
        "[source.x]\nkind = 'files'\npath = 'a.csv'\n[source.x.columns]\nDate = 'dates : day issued'\n",
        ":5: source.x.columns.Date: no rule is called 'day'",
    ),
    "a path with NUL": ("[source.x]\nkind = 'files'\npath = \"a\\u0000.toml\"\n", ":3: source.x.path: has a character that no"),
    "home": ("[source.x]\nkind = 'files'\npath = '~/a.toml'\n", ":3: source.x.path: '~/a.toml': ~ is the shell's"),
    # [http]
    "timeout 0": (OAI + "[http]\nread_timeout = 0\n", ":5: http.read_timeout: must be more than 0"),
    "timeout as text": (OAI + '[http]\nread_timeout = "ten"\n', ":5: http.read_timeout: must be a number, not 'ten'"),
    "timeout nan": (OAI + "[http]\nconnect_timeout = nan\n", ":5: http.connect_timeout: must be more than 0"),
    "timeout inf": (OAI + "[http]\ntotal_timeout = inf\n", ":5: http.total_timeout: must be more than 0 seconds, and a day"),
    "timeout of a year": (OAI + "[http]\nread_timeout = 31536000\n", ":5: http.read_timeout: "),
    "retries below 0": (OAI + "[http]\nretries = -1\n", ":5: http.retries: must not be negative"),
    "retries 1.5": (OAI + "[http]\nretries = 1.5\n", ":5: http.retries: must be a whole number, not 1.5"),
    "retries without end": (OAI + "[http]\nretries = 1000000000\n", ":5: http.retries: must not be negative, and 100 at most"),
    "pace inf": (OAI + "[http]\npace = inf\n", ":5: http.pace: must not be negative, and an hour"),
    "max_bytes 0": (OAI + "[http]\nmax_bytes = 0\n", ":5: http.max_bytes: must be more than 0"),
    # [harvester]
    "contact": (OAI + '[harvester]\ncontact = "me"\n', ":5: harvester.contact: 'me' is not an e-mail address"),
    "workers": (OAI + "[harvester]\nworkers = 0\n", ":5: harvester.workers: must be at least 1"),
    "many workers": (OAI + "[harvester]\nworkers = 100000\n", ":5: harvester.workers: "),
    "generations": (OAI + "[harvester]\nkeep_generations = 0\n", ":5: harvester.keep_generations: must be at least 1"),
    "store is empty": (OAI + '[harvester]\nstore = ""\n', ":5: harvester.store: is empty; name a path"),
    "store is this file": (OAI + '[harvester]\nstore = "config.toml"\n', ":5: harvester.store: is this config file itself"),
    "store below a file": (OAI + '[harvester]\nstore = "config.toml/store.db"\n', "config.toml, which is a file"),
    "store is a folder": (OAI + '[harvester]\nstore = "."\n', ":5: harvester.store: '.' is a folder; name a file in it"),
    "store at home": (OAI + '[harvester]\nstore = "~/store.db"\n', "harvester.store: '~/store.db': ~ is the shell's"),
    "store with NUL": (OAI + '[harvester]\nstore = "a\\u0000b"\n', "has a character that no path should have"),
    "index is the store": (OAI + '[harvester]\nindex = "data/./store.db"\n', "harvester.index: is the same file as the store"),
    "index in the site": (OAI + '[harvester]\nindex = "site/index.db"\n', "'site' holds index, which would be published with it"),
    "site is everything": (OAI + '[harvester]\nsite = "."\n', ":5: harvester.site: '.' holds this config file"),
    "site is the disk": (OAI + '[harvester]\nsite = "/"\n', ":5: harvester.site: '/' holds store, which would be published"),
    "site is a file": (OAI + '[harvester]\nsite = "config.toml"\n', ":5: harvester.site: 'config.toml' is a file; name a folder"),
    # [linking], [notify]
    "doi prefix": (OAI + '[linking]\nrepository_doi_prefixes = ["25560"]\n', "'25560' is not a DOI prefix such as"),
    "ping": (OAI + '[notify]\nping = "hc-ping.com/1"\n', ":5: notify.ping: must be an address that begins with https://"),
    "a command with an open quote": (OAI + "[notify]\non_failure = \"mail 'me\"\n", ":5: notify.on_failure: cannot be taken"),
    "metrics": (OAI + '[notify]\nmetrics = "harvester.txt"\n', "reads files that end in .prom only"),
    "base URL": (OAI + '[web]\nbase_url = "library.example.org"\n', ":5: web.base_url: 'library.example.org' is no address"),
    "works": (OAI + '[web]\nworks = "some"\n', ":5: web.works: 'some' is none of listed, all, none"),
    "style": (OAI + '[web]\nstyles = ["bjm"]\n', ":5: web.styles: 'bjm' is no citation style; did you mean 'bmj'"),
    "metrics nowhere": (OAI + '[notify]\nmetrics = "no/harvester.prom"\n', ":5: notify.metrics: there is no folder "),
    "a provider without a name of its own": (OAI + "[provider]\nenabled = true\n", ":4: provider.namespace: is missing; write"),
    "a provider without a person": (OAI + "[provider]\nenabled = true\n", ":4: provider.admin_email: is missing, and so is"),
    "namespace": (OAI + '[provider]\nnamespace = "library"\n', ":5: provider.namespace: 'library' is no domain name"),
    "namespace with a path": (OAI + '[provider]\nnamespace = "a.org/b"\n', ":5: provider.namespace: 'a.org/b' is no domain"),
    "admin_email": (OAI + '[provider]\nadmin_email = "me"\n', ":5: provider.admin_email: 'me' is not an e-mail address"),
    "page_size": (OAI + "[provider]\npage_size = 0\n", ":5: provider.page_size: must be at least 1, and 1000 at most"),
    "provider misspelt": (OAI + "[provider]\npagesize = 5\n", ":5: provider.pagesize: is not a setting; did you mean"),
    "notify misspelt": (OAI + '[notify]\nonfailure = "x"\n', ":5: notify.onfailure: is not a setting; did you mean"),
    # [listing]
    "a source that there is not": (OAI + LISTING + 'source = "z"\n', ":8: listing.l.section.0.source: 'z' is no source;"),
    "a type that there is not": (OAI + LISTING + 'type = "artikel"\n', ":8: listing.l.section.0.type: 'artikel' is no type"),
    "a section without title": (OAI + '[listing.l]\ntitle = "T"\n[[listing.l.section]]\n', "section.0.title: is missing"),
    "the second section": (OAI + LISTING + "[[listing.l.section]]\ntitle = 'U'\nlimit = 0\n", ":10: listing.l.section.1.limit:"),
    "two sections of one title": (OAI + LISTING + "[[listing.l.section]]\ntitle = 's'\n", "is the title of another section"),
    "since": (OAI + LISTING + 'since = "2024-13"\n', ":8: listing.l.section.0.since: '2024-13' is not a date"),
    "a section as text": (OAI + '[listing.l]\ntitle = "T"\nsection = "S"\n', ":6: listing.l.section: must be tables"),
    "a table instead of a title": (OAI + "[listing.l]\ntitle = {a = 1}\n", ":5: listing.l.title: must be text in quotes, not a"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_mistake(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, words = CASES[name]
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8", newline="")
    for command in (["run"],) if name == "none enabled" else (["config", "check"], ["run"]):
        assert call(["-c", str(path), *command]) == 2
        out, said = capsys.readouterr()
        assert out == ""
        mistakes = said.removeprefix("harvester: ").splitlines()
        assert any(words in mistake for mistake in mistakes), said
        assert all(mistake.startswith(f"{path}:") for mistake in mistakes), said
        assert "Traceback" not in said
        assert [p.name for p in tmp_path.iterdir()] == ["config.toml"]


def test_the_same_with_the_line_ends_of_windows(tmp_path: Path) -> None:
    for name, (text, words) in CASES.items():
        if "\n" not in text or name in ("no such day",) or words.startswith((":1: source:", ":1: is empty")):
            continue
        path = tmp_path / "config.toml"
        path.write_bytes(text.replace("\n", "\r\n").encode())
        if "environment variable" in words:
            continue
        with pytest.raises(ConfigError) as caught:
            load(path)
        assert any(words in mistake for mistake in caught.value.mistakes), (name, caught.value.mistakes)


def test_a_password_is_in_no_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    for url in (
        "https://me:s3cret canary@a.example/oai",
        "ftp://me:s3cretcanary@a.example/",
        "http://me:s3cretcanary@[/oai",
    ):
        path.write_text(f"[source.x]\nkind = 'oai_pmh'\nurl = '{url}'\nrank = 0\n")
        assert call(["-c", str(path), "run"]) == 2
        said = capsys.readouterr().err
        assert "source.x.rank" in said
        assert "canary" not in said
        path.write_text(f"[source.x]\nurl = '{url}'\nkind = \n")
        assert call(["-c", str(path), "run"]) == 2
        assert "canary" not in capsys.readouterr().err


def test_all_at_once_and_each_once(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    parts = [re.sub(r"^\[source\.x", f"[source.x{n}", text, flags=re.MULTILINE) for n, (text, words) in enumerate(CASES.values())
             if words.startswith((":4: source.x.", ":5: source.x.")) and "environment" not in words]  # fmt: skip
    path.write_text("\n".join(parts))
    with pytest.raises(ConfigError) as caught:
        load(path)
    mistakes = [m for m in caught.value.mistakes if "harvests the same" not in m]
    assert len(mistakes) == len(set(mistakes)) >= len(parts)
    lines = [int(m.removeprefix(f"{path}:").partition(":")[0]) for m in caught.value.mistakes]
    assert lines == sorted(lines)


@pytest.mark.parametrize("key", ["store", "index", "site"])
def test_a_folder_that_is_not_there_yet_is_no_mistake(tmp_path: Path, key: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(OAI + f'[harvester]\n{key} = "new/{key}/x"\n')
    assert load(path).path == path
    assert [p.name for p in tmp_path.iterdir()] == ["config.toml"]

"""A throw-away certificate authority, made by the openssl program, and the certificates that it signs."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


class Authority:
    """``file``: what a client has to trust."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        if shutil.which("openssl") is None:
            pytest.skip("needs the openssl program to make certificates")
        self._folder = folder
        self._made = 0
        self.file = folder / "ca.pem"
        self._key = folder / "ca.key"
        self._run("req", "-x509", *_EC, "-days", "2", "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.file)

    def server(self, names: str, *, days: tuple[str, str] | None = None) -> ssl.SSLContext:
        """The context of a server with a certificate for ``names`` ("IP:127.0.0.1,DNS:example.org").

        ``days``: from and until as openssl writes them (20200101000000Z), for one that has expired.
        """
        self._made += 1
        stem = self._folder / f"server-{self._made}"
        key, asked, signed, extra = (stem.with_suffix(end) for end in (".key", ".csr", ".pem", ".cnf"))
        self._run("req", *_EC, "-subj", "/CN=server", "-keyout", key, "-out", asked)
        extra.write_text(f"subjectAltName={names}\n")
        if days is None:
            ca = ["-CA", self.file, "-CAkey", self._key, "-CAcreateserial"]
            self._run("x509", "-req", "-in", asked, *ca, "-days", "2", "-extfile", extra, "-out", signed)
        else:
            book = stem.with_suffix(".txt")
            book.touch()
            conf = stem.with_suffix(".ca.cnf")
            conf.write_text(
                f"[ca]\ndefault_ca=x\n[x]\ndatabase={book}\nnew_certs_dir={self._folder}\nserial={stem}.srl\n"
                "default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n"
            )
            span = ["-startdate", days[0], "-enddate", days[1]]
            signing = ["-cert", self.file, "-keyfile", self._key, "-in", asked, "-out", signed, "-extfile", extra]
            self._run("ca", "-batch", "-config", conf, "-rand_serial", "-notext", *signing, *span)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        return context

    def _run(self, *arguments: str | Path) -> None:
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=self._folder)


_EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")

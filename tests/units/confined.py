"""Run a command with no more system calls than a unit leaves it: the filter that systemd would make, made by libseccomp.

    python confined.py UNIT PROGRAM ARGUMENT...

Of the unit, ``SystemCallFilter``, ``RestrictAddressFamilies`` and ``MemoryDenyWriteExecute`` are kept to.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM)
EQUAL, MASKED_EQUAL = 4, 7
WRITE, EXECUTE = 2, 4


class Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    ]


def calls(group: str) -> set[str]:
    """The system calls of a group such as ``@system-service``."""
    said = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    found: set[str] = set()
    for line in said.stdout.splitlines():
        word = line.strip()
        if word.startswith("@") and word != group:
            found |= calls(word)
        elif word and not word.startswith(("#", "@")):
            found.add(word)
    return found


def confine(unit: str) -> None:
    allowed = {"execve", "exit", "exit_group", "rt_sigreturn"}
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE):
        for group in line.removeprefix("~").split():
            allowed = allowed - calls(group) if line.startswith("~") else allowed | calls(group)
    found = re.search(r"^RestrictAddressFamilies=(.*)$", unit, re.MULTILINE)
    assert found is not None
    assert "MemoryDenyWriteExecute=yes" in unit
    families = [int(getattr(socket, name)) for name in found[1].split()]
    rules = {
        "socket": [Comparison(0, EQUAL, family, 0) for family in families],
        "mmap": [Comparison(2, MASKED_EQUAL, WRITE | EXECUTE, part) for part in (0, WRITE, EXECUTE)],
        "mprotect": [Comparison(2, MASKED_EQUAL, EXECUTE, 0)],
        "pkey_mprotect": [Comparison(2, MASKED_EQUAL, EXECUTE, 0)],
    }
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(REFUSE)))
    for name in allowed:
        number = library.seccomp_syscall_resolve_name(name.encode())
        for rule in rules.get(name, [None]) if number >= 0 else ():
            array = (Comparison * 1)(rule) if rule else None
            library.seccomp_rule_add_array(context, ctypes.c_uint32(ALLOW), number, int(bool(rule)), array)
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    assert library.seccomp_load(context) == 0


if __name__ == "__main__":
    confine(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for attempt in (lambda: os.nice(1), lambda: socket.socket(16, socket.SOCK_RAW)):  # the filter is there, and bites
        try:
            attempt()
        except PermissionError:
            continue
        sys.exit("the filter lets everything through")
    os.execvp(sys.argv[2], sys.argv[2:])

"""E-mail addresses in bibliographic values: personal data that no reader of a bibliography needs."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"(?<![\w/.])(?:mailto:)?[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}\b")
"""Not after a slash: a user name inside of a URL is part of the URL."""
_REST = re.compile(r"[\s,;]*\b(?:e-?mail)\s*:?\s*$|[(<\[]\s*[)>\]]", re.IGNORECASE)


def without_emails(text: str) -> tuple[str, int]:
    """The text without its e-mail addresses, and how many there were.

    >>> without_emails("Aja University, Tehran. Email: someone@example.com")
    ('Aja University, Tehran.', 1)
    """
    if "@" not in text:
        return text, 0
    rest, count = ADDRESS.subn("", text)
    return (_REST.sub("", rest.strip(" \t\r\n,;")).strip(" \t\r\n,;") if count else text), count

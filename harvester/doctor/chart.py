"""What is found on the way, and the questions that lead to it: each is counted, and there are not many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct, field

from harvester.errors import SourceUnavailable
from harvester.masking import shown

if TYPE_CHECKING:
    from harvester.http import Answer, Session

MOST: Final = 24
"""Questions to one server; with second tries and redirects there may be a few requests more."""


Level: TypeAlias = Literal["ok", "note", "problem"]


class Finding(Struct, frozen=True, kw_only=True):
    level: Level
    """note: it is harvested all the same; problem: it is not, or not wholly."""
    about: str
    """What was looked at, in one or two words."""
    text: str
    cure: str = ""


class Diagnosis(Struct, frozen=True, kw_only=True):
    target: str
    fit: bool
    """Without a problem."""
    findings: list[Finding]
    config: str
    """A block for config.toml; '' where none can be told."""
    requests: int
    seconds: float


class Chart(Struct, kw_only=True):
    """The findings so far, and every answer that was heard."""

    findings: list[Finding] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    """Of every request, also of those that were refused or led elsewhere."""
    sessions: list[Session] = field(default_factory=list)
    questions: int = 0

    @property
    def requests(self) -> int:
        return sum(session.count for session in self.sessions)

    def ok(self, about: str, text: str) -> None:
        self._add("ok", about, text, "")

    def note(self, about: str, text: str, cure: str = "") -> None:
        self._add("note", about, text, cure)

    def problem(self, about: str, text: str, cure: str = "") -> None:
        self._add("problem", about, text, cure)

    def _add(self, level: Level, about: str, text: str, cure: str) -> None:
        self.findings.append(Finding(level=level, about=about, text=shown(text), cure=shown(cure)))

    @property
    def problems(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "problem"]

    def listen(self, session: Session) -> None:
        """Hear every answer of a session."""
        self.sessions.append(session)
        session.on_answer = self.answers.append

    def question(self) -> None:
        """To be called before each question. SourceUnavailable where there were enough of them."""
        if self.questions >= MOST:
            raise SourceUnavailable(f"{MOST} questions are enough for one visit; the rest was not looked at")
        self.questions += 1

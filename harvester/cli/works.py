"""A work, and the way its values came, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from harvester.brief import brief, happened
from harvester.cli.tables import counted, cut, safe
from harvester.listing.curation import told
from harvester.record import CURATOR, Choice, Contributor, Description, Identifier, Work

if TYPE_CHECKING:
    from harvester.jobs import Explained
    from harvester.jobs.curating import Standing
    from harvester.query import Judged

_WIDTH = 20  # of the column with the names of elements
_LONG = 100  # where explain cuts a raw value: `show --raw` has it whole


def text(work: Work) -> str:
    """All elements of a work, one a line; lists have one line an item, with the source in brackets."""
    source = _sources(work)
    lines = [_line("key", work.key)]
    for element, value in _elements(work):
        if isinstance(value, tuple):
            said = work.origins.get(element, ())
            for position, item in enumerate(value):
                who = f"  [{source[said[position]]}]" if position < len(said) and said[position] in source else ""
                if decided := _decided(work, element, item):
                    who = f"  [{decided}]"
                lines.append(_line(element if position == 0 else "", brief(item) + who))
        else:
            choice = work.choices.get(element)
            who = f"  [{_whom(choice, source)}]" if choice and choice.record_id in source else ""
            lines.append(_line(element, brief(value) + who))
    lines += [_line("update" if n == 0 else "", happened(update)) for n, update in enumerate(work.updates)]
    lines.append("")
    lines += [_line("record", f"{m.source}: {m.identifier} ({m.format}), rank {m.rank}") for m in work.members]
    return "\n".join(lines)


def _decided(work: Work, element: str, item: Any) -> str:
    """``curator: NAME`` where it is somebody's decision that an item stands in its list."""
    match item:
        case Contributor(role="author") | Description(type="abstract") | Identifier(scheme="doi", relation="self"):
            pinned = {"identifiers": "doi", "descriptions": "abstract"}.get(element, element)
        case _:
            pinned = element if element == "language" else ""
    choice = work.choices.get(pinned)
    return choice.rule if choice and choice.rule.startswith(CURATOR) else ""


def _whom(choice: Choice, source: dict[int, str]) -> str:
    return choice.rule if choice.rule.startswith(CURATOR) else source[choice.record_id]


def explanation(explained: Explained) -> str:
    """First each record, from raw to cleaned; then each value of the work, with its source and rule."""
    work = explained.work
    source = _sources(work)
    lines = [f"{work.key}: {work.record.title or 'without title'}", ""]
    for record in explained.records:
        lines.append(f"{record.source}: {record.identifier} ({record.format}, {record.datestamp or 'no datestamp'})")
        with_ = f", with {record.joined_to}" if record.joined_to else ""
        lines.append(f"  joined by: {record.joined_by}{with_}")
        if record.evidence:
            score = "" if record.score is None else f"{record.score:g} = "
            lines.append(f"      {score}{', '.join(record.evidence)}")
        lines += [f"  repaired: {repair}" for repair in record.repairs]
        for step in record.steps:
            value = "nothing" if step.value is None else _cut(brief(step.value))
            lines.append(f"  {step.path} = {_cut(step.raw)!r}")
            lines.append(f"      {step.rule}" + (f": {step.element} = {value}" if step.element else ""))
        lines.append("")
    if explained.decisions:
        lines.append("decided")
        lines += [f"  {line}" for judged in explained.decisions for line in _judged(judged)]
        lines.append("")
    if explained.listed:
        lines.append("listed")
        lines += [f"  {_placed(one)}" for one in explained.listed]
        lines.append("")
    lines.append("merged")
    chosen = ""
    for element, value in _elements(work):
        choice = work.choices.get(element)
        if choice:
            chosen = element
            rest = f"; {counted(choice.alternatives, 'other value')}" if choice.alternatives else ""
            pinned = choice.rule.startswith(CURATOR)
            said_by = choice.rule if pinned else source.get(choice.record_id, "?")
            why = f"from {said_by} ({'pinned' if pinned else choice.rule}{rest})"
        else:
            said = ", ".join(dict.fromkeys(source.get(r, "?") for r in work.origins.get(element, ())))
            why = f"from {said}" if said else f"with {chosen}"  # first and last page come with the pages
        shown = counted(len(value), "value") if isinstance(value, tuple) and not choice else _cut(brief(value))
        lines.append(f"  {_line(element, shown)}  {why}")
        lines += [f"  {_line('', beside)}" for beside in _beside(work, element, source)]
    lines += [f"  {_line('update' if n == 0 else '', happened(update))}" for n, update in enumerate(work.updates)]
    return "\n".join(lines)


def _placed(one: Standing) -> str:
    where = f"{one.listing}, {one.section!r} ({one.reason})" if one.section else f"{one.listing}: not in it"
    if one.said is None:
        return where
    return f"{where}: {told(one.said)}" + (f"; by {one.by}" if one.by else "") + f", {one.at}"


def _judged(judged: Judged) -> Iterator[str]:
    what = f"{judged.element} = {judged.value or '(none)'}" if judged.kind == "pin" else judged.name
    yield f"{judged.id}  {judged.kind} {what}"
    reason = f": {judged.reason}" if judged.reason else ""
    yield f"    {judged.decided[:19].replace('T', ' ')} by {judged.decided_by}{reason}"
    if judged.state != "holds":
        yield f"    {judged.state}" + (f" ({judged.because})" if judged.because else "")


def _beside(work: Work, element: str, source: dict[int, str]) -> list[str]:
    """What other records filled into a value, and what they say in its place."""
    told = []
    for filled in work.completions:
        if filled.element == element:
            item = getattr(work.record, element)
            whose = f" of {_cut(brief(item[filled.position]))}" if filled.position is not None else ""
            told.append(f"{filled.part}{whose} from {source.get(filled.record_id, '?')}")
    for lost in work.alternatives:
        if lost.element == element:
            how = "differs" if lost.differs else "written otherwise"
            told.append(f"not {_cut(lost.value)!r} from {source.get(lost.record_id, '?')} ({how})")
    return told


def _sources(work: Work) -> dict[int, str]:
    """Record -> its source, also of records of other works that say something of this one."""
    return {id_: name.partition(" ")[0] for id_, name in work.elsewhere.items()} | {
        m.id: m.source for m in work.members
    }


def _elements(work: Work) -> list[tuple[str, Any]]:
    """What a work has; ``(none)`` where somebody has decided that it has no such value."""
    names = [name for name in work.record.__struct_fields__ if name not in ("extra", "findings")]
    values = [(name, getattr(work.record, name)) for name in names]
    return [
        (name, "(none)" if value in (None, (), "") else value)
        for name, value in values
        if value not in (None, (), "") or (name in work.choices and work.choices[name].rule.startswith(CURATOR))
    ]


def _line(name: str, value: str) -> str:
    return f"{name:<{_WIDTH}}{safe(value)}"


def _cut(value: str) -> str:
    return cut(" ".join(value.split()), _LONG)

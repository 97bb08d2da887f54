"""What a recording holds, as `pgtoll inspect` shows it."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path

from pgtoll.cli.output import print_facts, print_json, print_table, say
from pgtoll.counts import plural
from pgtoll.errors import BadRecording
from pgtoll.recording.files import MAGIC, Recording, looks_like

SHAPES = 10  # that are shown, of those sent most often
TEXT = 100  # characters of each


def is_recording(path: Path) -> bool:
    """Tell whether a file may be a recording; one that cannot be read is none."""
    try:
        if not path.is_file():  # a pipe can be read once
            return False
        with path.open("rb") as file:
            return looks_like(file.read(len(MAGIC)))
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False


def inspect_recording(path: Path, *, json_: bool) -> None:
    """Show what a recording says of itself, once all of it has been read. Raises BadRecording."""
    runs: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    refused = 0
    with path.open("rb") as file:
        try:
            recording = Recording(file)
            for number, entry, count in recording.entries():
                runs[number] += count.runs
                kinds[entry.kind.value] += count.runs
                refused += count.refused
        except BadRecording as exc:
            raise BadRecording(f"{path}: {exc}") from exc
    header = recording.header
    if json_:
        print_json({"kind": "recording", **asdict(header), "verdicts": kinds, "refused": refused})
        return
    print_facts(
        {
            "kind": "recording",
            "recorded": header.when,
            "by": f"{header.made_by}, with {header.program}",
            "workers": header.workers,
            "statements": f"{header.statements:,}",
            "shapes": f"{header.shapes:,}",
            "users": f"{header.users:,}",
            "verdicts": ", ".join(f"{kind} {number:,}" for kind, number in kinds.most_common()),
            "refused": ("would have been " if header.observes else "") + f"{refused:,}",
            "not in it": plural(header.lost, "statement") if header.lost else None,
            "not read": plural(header.unread, "statement") if header.unread else None,
        }
    )
    say("")
    rows = [
        (number, " ".join(recording.shapes[shape].title.split())[:TEXT])
        for shape, number in runs.most_common(SHAPES)
    ]
    print_table(["SENT", "SHAPE"], rows)

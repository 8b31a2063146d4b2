"""The generated parts of the README. ``python -m tests.docs --write`` renews them; ``tests/test_docs.py`` compares.

A part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def commands() -> str:
    """Every command with its arguments, from the parser itself."""
    from timeline.cli import parser

    actions = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    about = {choice.dest: choice.help or "" for choice in actions._choices_actions}
    lines = ["| command | what it does | options |", "|---|---|---|"]
    for name, command in actions.choices.items():
        flags = [a for a in command._actions if a.option_strings and "--help" not in a.option_strings]
        places = [_place(a) for a in command._actions if not a.option_strings]
        options = " ".join(f"`{_flag(a)}`" for a in flags)
        lines.append(f"| `{' '.join([name, *places])}` | {about[name]} | {options} |")
    return "\n".join(lines)


def _place(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest).upper()
    return {"*": f"[{name}…]", "+": f"{name}…", "?": f"[{name}]"}.get(str(action.nargs), name)


def _flag(action: argparse.Action) -> str:
    name = (
        action.option_strings[-1]
        if len(action.option_strings[0]) == 2 and len(action.option_strings) > 1
        else action.option_strings[0]
    )
    if action.nargs == 0:
        return name
    value = "/".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest.strip("_").upper())
    return f"{name} {value}"


def settings() -> str:
    """Every setting, its default and its meaning, from the dataclass."""
    from timeline.settings import Settings

    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for field in fields(Settings):
        default = {None: "", (): ""}.get(field.default, str(field.default))
        lines.append(f"| `{field.name}` | {default} | {field.metadata['help']} |")
    return "\n".join(lines)


def columns() -> str:
    """The data dictionary, from the schema."""
    from timeline.store.dictionary import data_dictionary

    return data_dictionary()


def confidence() -> str:
    """How often a date of an event is right, by its basis, from the events' calibration."""
    from timeline.events.confidence import confidences, counted

    lines = ["| `date_basis` | confidence | our own words: right, of | event time corpus |", "|---|---|---|---|"]
    for basis, share in confidences().items():
        told = [
            "{} of {}".format(*counted()[basis][corpus]) if corpus in counted()[basis] else "" for corpus in ("own", "eventtime")
        ]
        lines.append(f"| {basis} | {share:.2f} | {' | '.join(told)} |")
    return "\n".join(lines)


def formats() -> str:
    """The input formats, from the registry."""
    from timeline.reading import formats as known

    return "\n".join(
        ["| format | endings | |", "|---|---|---|", *(f"| {name} | {endings} | {about} |" for name, endings, about in known())]
    )


def trust() -> str:
    """How far each kind of publication date is trusted, from the measured table."""
    from timeline.language.trust import trust_table

    return trust_table()


def languages() -> str:
    """Which locale has what, from the packs."""
    from timeline.language.table import language_table

    return language_table()


PARTS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "settings": settings,
    "columns": columns,
    "confidence": confidence,
    "formats": formats,
    "trust": trust,
    "languages": languages,
}


def renewed(text: str) -> str:
    """``text`` with every generated part renewed."""
    for name, make in PARTS.items():
        pattern = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        made = make().strip()
        text = pattern.sub(lambda found, made=made: f"{found[1]}{made}\n{found[2]}", text)
    return text


def main() -> int:
    """Renew the README, or say whether it is true."""
    text = README.read_text(encoding="utf-8")
    new = renewed(text)
    if "--write" in sys.argv:
        README.write_text(new, encoding="utf-8")
        return 0
    return int(new != text)


if __name__ == "__main__":
    sys.exit(main())

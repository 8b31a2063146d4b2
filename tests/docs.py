"""The generated parts of the documents. ``python -m tests.docs --write`` renews them; ``tests/test_docs.py`` compares.

A part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

README = Path(__file__).parents[1] / "README.md"
ROOMS = README.parent / "timeline" / "README.md"

EVENTS = {
    "what is read": "tokens view read pack cues lexicon spacy_reader",
    "which words name events": "trigger model window linear features senses worded verbs naming",
    "did it happen": "factuality denial",
    "when": "anchor dating evidence option facts choice apart things other_clauses grounding confidence",
    "completed by": "details close",
    "who": "names persons people words phrases who nouns sight participants",
    "where": "gazetteer compile_gazetteer caseless place_words where spot settling whereabouts",
    "who says so, in which line": "attribution clauses lines summary",
}
"""The modules of ``timeline/events`` in the order in which they explain each other."""
_LONG = 110
"""Characters from which only what stands before the first colon says what a module holds."""


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

    return _settings_of(Settings, "setting")


def _settings_of(kind: Any, called: str) -> str:
    lines = [f"| {called} | default | meaning |", "|---|---|---|"]
    for field in fields(kind):
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


def manners() -> str:
    """How the collector behaves, from the dataclass."""
    from timeline.collecting import Manners

    return _settings_of(Manners, "entry")


def events() -> str:
    """What each module of the events' room holds, from its first sentence."""
    lines = ["| | module | what it holds |", "|---|---|---|"]
    for about, modules in EVENTS.items():
        for place, name in enumerate(modules.split()):
            lines.append(f"| {'' if place else about} | `{name}` | {_holds(ROOMS.parent / 'events' / f'{name}.py')} |")
    return "\n".join(lines)


def _holds(module: Path) -> str:
    told = " ".join((ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").split())
    sentence = re.split(r"\.(?: |$)", told, maxsplit=1)[0]
    return re.sub(r":\w+:(?=`)|`(?=`)", "", sentence if len(sentence) < _LONG else sentence.split(": ")[0])


def languages() -> str:
    """Which locale has what, from the packs."""
    from timeline.language.table import language_table

    return language_table()


PARTS: dict[Path, dict[str, Callable[[], str]]] = {
    README: {
        "commands": commands,
        "settings": settings,
        "manners": manners,
        "formats": formats,
        "columns": columns,
        "confidence": confidence,
        "trust": trust,
        "languages": languages,
    },
    ROOMS: {"events": events},
}


def renewed(page: Path) -> str:
    """The text of a page with every generated part renewed."""
    text = page.read_text(encoding="utf-8")
    for name, make in PARTS[page].items():
        pattern = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        made = make().strip()
        text = pattern.sub(lambda found, made=made: f"{found[1]}{made}\n{found[2]}", text)
    return text


def main() -> int:
    """Renew the pages, or say whether they are true."""
    old = 0
    for page in PARTS:
        new = renewed(page)
        if "--write" in sys.argv:
            page.write_text(new, encoding="utf-8")
        else:
            old |= new != page.read_text(encoding="utf-8")
    return old


if __name__ == "__main__":
    sys.exit(main())

"""Print every figure beside its floor. ``--update`` raises floors; lowering one needs ``--allow-regression`` as well.

A part is a module of this package with ``measure() -> Iterable[Figure]``; name parts to run only those.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import sys

from tests.quality.figures import FLOORS, SHARED, Figure, floors

PARTS = ("ours", "timex", "events", "who", "reading", "merging")
SLACK = 0.002  # one flipped expression moves a figure by less; noise must not fail a build


def met(figure: Figure, floor: float) -> bool:
    """True where the figure is no worse than its floor."""
    return figure.value <= floor + SLACK if figure.lower else figure.value >= floor - SLACK


def measured(parts: list[str]) -> list[Figure]:
    """The figures of these parts, those whose gold is not here left out (said on standard error)."""
    found: list[Figure] = []
    for part in parts:
        try:
            module = importlib.import_module(f"tests.quality.{part}")
        except ModuleNotFoundError as error:
            if error.name != f"tests.quality.{part}":
                raise
            print(f"{part}: no such part yet", file=sys.stderr)
            continue
        found += module.measure()
    if not SHARED.exists():
        print("The shared gold is not here: only the figures on our own words.", file=sys.stderr)
    return found


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    known = floors()
    lines = ["| corpus | measure | figure | floor | baseline | |", "|---|---|---|---|---|---|"]
    for f in figures:
        floor, base = known.get(f.key), f.baseline
        cells = [
            f.corpus,
            f.measure,
            f"{f.value:.3f}",
            "" if floor is None else f"{floor:.3f}",
            "" if base is None else f"{base:.3f}",
        ]
        verdict = "" if floor is None or met(f, floor) else "**below its floor** "
        lines.append(f"| {' | '.join(cells)} | {verdict}{f.note} |")
    return "\n".join(lines)


def updated(figures: list[Figure], allow_regression: bool) -> dict[str, float]:
    """Floors raised to these figures (rounded down to the third place); raises ``SystemExit`` rather than lower one."""
    new = floors()
    for f in figures:
        pinned = math.ceil(f.value * 1000) / 1000 if f.lower else math.floor(f.value * 1000) / 1000
        if f.key in new and not met(f._replace(value=pinned), new[f.key]) and not allow_regression:
            raise SystemExit(f"{f.key}: {pinned} would lower the floor {new[f.key]}; --allow-regression says you mean it")
        new[f.key] = pinned
    return dict(sorted(new.items()))


def main() -> int:
    """Measure, print, and fail where a figure lies below its floor."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    arguments.add_argument("--update", action="store_true", help="pin the floors to what was measured")
    arguments.add_argument("--allow-regression", action="store_true", help="with --update: floors may fall")
    options = arguments.parse_args()
    figures = measured(options.parts or list(PARTS))
    print(table(figures))
    if options.update:
        FLOORS.write_text(
            json.dumps(updated(figures, options.allow_regression), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        return 0
    known = floors()
    return any(not met(f, known[f.key]) for f in figures if f.key in known)


if __name__ == "__main__":
    sys.exit(main())

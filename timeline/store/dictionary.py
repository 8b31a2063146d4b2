"""The data dictionary, generated from the schema."""

from __future__ import annotations

import pyarrow as pa

from timeline.store.asking import VIEWS
from timeline.store.schema import CREDITS, SCHEMA_VERSION, SORTED_BY, TABLES, columns

__all__ = ["data_dictionary"]

_ROWS = {
    "articles": "an article",
    "expressions": "a time expression",
    "mentions": "an event told in one sentence",
    "events": "an event of the timeline, its mentions merged over articles",
    "issues": "something that was not understood",
}


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    if pa.types.is_struct(kind):
        return f"({', '.join(f'{field.name} {_type(field.type)}' for field in kind)})"
    return str(kind)


def data_dictionary() -> str:
    """Markdown: a section a table, a row a column with its type and what it holds, then the flat views."""
    lines = [f"Schema version {SCHEMA_VERSION}. {CREDITS}", ""]
    for table in TABLES:
        lines += [f"### {table}", "", f"One row is {_ROWS[table]}; sorted by {', '.join(SORTED_BY[table])}.", ""]
        lines += ["| column | type | may be null | what it holds |", "|---|---|---|---|"]
        lines += [f"| `{c.name}` | {_type(c.type)} | {'yes' if c.nullable else ''} | {c.description} |" for c in columns(table)]
        lines.append("")
    lines += ["### Flat views (in `timeline sql`)", "", "| view | query |", "|---|---|"]
    lines += [f"| `{name}` | `{query}` |" for name, query in VIEWS.items()]
    return "\n".join(lines) + "\n"

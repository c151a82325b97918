"""Plain tables that are Markdown too, so that a run's output can stand in the docs as it is."""

from __future__ import annotations

from collections.abc import Sequence


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> None:
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(head), *cells]) for at in range(len(head))]
    print(f"\n### {title}\n")
    for row in [list(head), ["-" * width for width in widths], *cells]:
        shown = [
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("| " + " | ".join(shown) + " |")
    if note:
        print(f"\n{note}")
    print(end="", flush=True)

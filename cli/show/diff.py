"""A diff on the terminal: marks in colour and in characters, since colour alone says nothing to some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cli.app import App

_OPS = {
    "added": "Added", "removed": "Removed", "changed": "Changed",
    "moved": "Moved", "split": "Split", "merged": "Merged",
}  # fmt: skip


def print_diff_document(app: App, document: dict[str, Any], indent: int = 0) -> None:
    """Print what `diff --json` would say: fields first, then the blocks that differ."""
    pad = " " * indent
    for name, (old, new) in document["fields"].items():
        app.out.print(f"{pad}{name}")
        app.out.print(f"{pad}  - {_one_line(old)}", style="red")
        app.out.print(f"{pad}  + {_one_line(new)}", style="green")
    for change in document["body"]:
        app.out.print(f"{pad}{_OPS[change['op']]}")
        app.out.print(_words(change["words"], pad) if change["words"] else _plain(change, pad), soft_wrap=True)
    if not document["fields"] and not document["body"]:
        app.out.print(f"{pad}No difference.")


def _words(words: list[list[str]], pad: str) -> Any:
    from rich.text import Text

    line = Text(f"{pad}  ")
    for sign, text in words:
        if sign == "=":
            line.append(text)
        elif sign == "-":
            line.append(f"[-{text}-]", style="red strike")
        else:
            line.append(f"{{+{text}+}}", style="green underline")
    return line


def _plain(change: dict[str, Any], pad: str) -> str:
    return "\n".join(
        f"{pad}  {sign} {_one_line(change[side])}" for sign, side in (("-", "old"), ("+", "new")) if change[side]
    )


def _one_line(text: str) -> str:
    return text.replace("\n", " / ") if text else "(nothing)"

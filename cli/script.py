"""Our own name, as it can be typed here."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

NAME = "nieuwswacht"


def typed() -> str:
    """`nieuwswacht` where the PATH leads to it, else the way that led here: what we say can be copied and run."""
    script = Path(sys.argv[0])
    if script.name != NAME:  # python -m, or a test
        return NAME
    on_path = shutil.which(NAME)
    if on_path and Path(on_path).resolve() == script.resolve():
        return NAME
    here = Path.cwd()
    return str(script.relative_to(here) if script.is_relative_to(here) else script)


def as_typed(message: str) -> str:
    """A message that names commands of ours in backticks, each as it can be typed."""
    return message.replace(f"`{NAME} ", f"`{typed()} ") if f"`{NAME} " in message else message

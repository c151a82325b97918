"""Log lines on stderr: for people, or one JSON document a line. Scrapy's and Twisted's come by here, too.

structlog is loaded with the first line, so that a command with nothing to log does not pay for it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

_LEVELS = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PASSWORD_IN_URL = re.compile(r"(://[^/@\s:]*):[^/@\s]+@")
_SHORTEST_SECRET = 4  # hiding a shorter one would make lines unreadable, and tell what it is

_secrets: set[str] = set()


def configure(verbosity: int, log_format: str) -> None:
    """`verbosity`: -1 errors only, 0 warnings, 1 what happens, 2 everything. A later call replaces an earlier one."""
    level = _LEVELS[max(-1, min(verbosity, 2))]
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _Stderr):
            root.removeHandler(handler)
    handler = _Stderr(log_format)
    # On the handler too: Scrapy gives its own loggers a level, which passes the root's by.
    handler.setLevel(level)
    root.addHandler(handler)
    root.setLevel(level)


def take_over_stderr() -> None:
    """Let what Python itself would print there, a warning or the end of a thread, be a log line, too."""
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_failed


def hide(*secrets: str) -> None:
    """Never show these again, whoever logs them."""
    _secrets.update(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)


def shown(message: str) -> str:
    """A message as people may see it: without secrets, and without what would steer their terminal."""
    return _clean(message, lines=True)


def message_line(message: str, level: str) -> str:
    """A message to people as the line of a JSON log, where everything on stderr is one document a line."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"timestamp": moment, "level": level, "event": _clean(message)}, ensure_ascii=False)


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        name = failed.thread.name if failed.thread else "unknown"
        logging.getLogger("threads").error("a thread failed", exc_info=failed.exc_value, extra={"thread_name": name})


class _Stderr(logging.Handler):
    """Writes to whatever stderr is at that moment, and makes its formatter when the first record comes."""

    def __init__(self, log_format: str) -> None:
        super().__init__()
        self.log_format = log_format

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self.formatter is None:
                self.formatter = _formatter(self.log_format)
            sys.stderr.write(self.formatter.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # a log line must never be what stops a job
            self.handleError(record)


def _formatter(log_format: str) -> logging.Formatter:
    import structlog

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: Any
    if log_format == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    else:
        colours = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
        renderer = structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0)
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _harmless,
            renderer,
        ],
        foreign_pre_chain=shared,
    )


def _harmless(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """No control character steers a terminal, no line break makes a second line, no secret is shown."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _clean(value, lines=name in ("exception", "stack"))
        elif isinstance(value, (list, tuple)):
            event[name] = [_clean(item) if isinstance(item, str) else item for item in value]
    return event


def _clean(text: str, *, lines: bool = False) -> str:
    for secret in _secrets:
        text = text.replace(secret, "***")
    text = _CONTROL.sub("", _PASSWORD_IN_URL.sub(r"\1:***@", text))
    return text if lines else " ".join(text.splitlines())

"""What a person at a terminal sees, on a terminal: colours unless they are unwanted, and progress while one waits."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Archive
from tests.nursery import Child

# Select Graphic Rendition with a colour: 30-38, 40-48, and the bright ones.
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10[0-7])(?:;\d+)*m")
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
BAR = "Reading pages"


@dataclass(frozen=True)
class Seen:
    """What came on each stream, escapes and all."""

    code: int
    out: str
    err: str


class Screen:
    """The reading end of a terminal, 100 columns wide."""

    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self._read: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(OSError):  # EIO: nobody has the other end any more
            while some := os.read(self._master, 65536):
                self._read.append(some)

    @property
    def path(self) -> Path:
        return Path(os.ttyname(self._slave))

    def text(self) -> str:
        """All that was shown; the terminal is closed with it."""
        os.close(self._slave)
        self._thread.join(20)
        os.close(self._master)
        return b"".join(self._read).decode().replace("\r\n", "\n")


def at(folder: Path, *arguments: str, terminal: Sequence[str] = ("out", "err"), **variables: str) -> Seen:
    """Run a command with these of its streams on a terminal, the others in pipes."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    screens = {name: Screen() for name in terminal}
    streams = {f"std{name}": screen.path for name, screen in screens.items()}
    child = Child(*arguments, cwd=folder, env=inherited | {"TERM": "xterm-256color"} | variables, **streams)
    piped = dict(zip(("out", "err"), child.communicate(timeout=100), strict=True))
    shown = {name: screens[name].text() if name in screens else piped[name] for name in ("out", "err")}
    return Seen(child.wait(0), shown["out"], shown["err"])


def plain(text: str) -> str:
    return " ".join(ESCAPE.sub("", text).split())


def test_a_diff_is_coloured_on_a_terminal_and_nowhere_else(archive: Archive) -> None:
    command = ("diff", archive.url("edited"))
    on, off = at(archive.folder, *command), at(archive.folder, *command, terminal=())
    assert (on.code, off.code) == (0, 0)
    assert len(COLOUR.findall(on.out)) >= 2
    assert "\x1b" not in off.out
    assert plain(on.out) == plain(off.out)
    assert re.search(r"\[-.+?-\]|\n\s+- ", off.out), "what is gone is marked without colour too"


def test_only_the_stream_that_is_a_terminal_is_coloured(archive: Archive) -> None:
    seen = at(archive.folder, "diff", archive.url("edited"), terminal=("err",))
    assert "\x1b" not in seen.out
    assert seen.out.strip()


@pytest.mark.parametrize("command", ["diff", "articles", "recrawl"])
def test_no_color_takes_the_colours_away_and_no_words(command: str, archive: Archive) -> None:
    target = () if command == "articles" else (archive.url("edited"),)
    seen = at(archive.folder, command, *target, NO_COLOR="1")
    assert seen.code == 0
    assert COLOUR.findall(seen.out + seen.err) == []
    assert plain(seen.out)


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}], ids=["", "NO_COLOR"])
def test_log_lines_are_coloured_on_a_terminal_where_that_is_wanted(variables: dict[str, str], archive: Archive) -> None:
    nobody = {"NIEUWSWACHT_MAIL__CHANNEL": "smtp", "NIEUWSWACHT_MAIL__HOST": "127.0.0.1", "NIEUWSWACHT_MAIL__PORT": "1"}
    at(archive.folder, "subscribe", "ander@example.org", terminal=())
    on = at(archive.folder, "digest", **nobody, **variables)
    off = at(archive.folder, "digest", terminal=("out",), **nobody, **variables)
    assert (on.code, off.code) == (6, 6)
    assert "mail not accepted" in plain(on.err)
    assert bool(COLOUR.search(on.err)) == (not variables)
    assert "\x1b" not in off.err


def test_a_dumb_terminal_gets_no_colours(archive: Archive) -> None:
    seen = at(archive.folder, "diff", archive.url("edited"), TERM="dumb")
    assert seen.code == 0
    assert COLOUR.findall(seen.out) == []


def test_who_waits_at_a_terminal_sees_how_far_it_is_and_how_long_it_takes(archive: Archive) -> None:
    seen = at(archive.folder, "recrawl", "--all", "--json", terminal=("err",), NIEUWSWACHT_CRAWL__DELAY="0.1")
    frames = re.findall(rf"{BAR} .*?(\d+)/(\d+) (\S+)", ESCAPE.sub("", seen.err))
    assert seen.code == 0
    assert json.loads(seen.out)["requests"] > 10
    assert len({done for done, _, _ in frames}) > 2, "it moves"
    assert all(int(done) <= int(of) for done, of, _ in frames)
    assert any(re.fullmatch(r"\d:\d\d:\d\d", left) for _, _, left in frames)
    assert seen.err.rstrip().endswith(("\x1b[2K", "\x1b[?25h")), "it is gone at the end"


@pytest.mark.parametrize(
    ("terminal", "more"),
    [(("out",), ()), ((), ()), (("out", "err"), ("-q",)), (("out", "err"), ("--log-format", "json"))],
    ids=["only stdout", "pipes", "quiet", "log for programs"],
)
def test_no_bar_is_drawn_for_those_who_do_not_watch(
    terminal: tuple[str, ...], more: tuple[str, ...], archive: Archive
) -> None:
    seen = at(archive.folder, "recrawl", archive.url("edited"), *more, terminal=terminal)
    assert seen.code == 0
    assert BAR not in seen.err + seen.out
    assert "\x1b" not in seen.err

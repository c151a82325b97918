"""One disturbance after another, each on a fresh copy of the same small service, and what must be so after each."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.databases import contents, dropped_afterwards
from tests.delivery.aftermath import Mailboxes, archive, damage, mailboxes
from tests.delivery.processes import Ended, in_a_process
from tests.delivery.small_service import LATER, RESTART, START, WELL, SmallService
from tests.delivery.smtp_server import ScriptedServer
from tests.delivery.steps import Steps, watch_sends

Watch = Callable[[Steps, SmallService], None]


@dataclass
class Future:
    """What came of a restart, which follows from the state it found."""

    mail: Mailboxes
    archive: dict[str, list[Any]]
    unfinished: list[str]  # files that are half a mail


@dataclass
class Trials:
    """`prepared`: what each trial begins with. Mails go to `server`, or into a folder where there is none.

    `notice`: what the operator is to hear once, among what else he may hear.
    """

    prepared: SmallService
    folder: Path
    server: ScriptedServer | None = None
    notice: str = "in quarantine and not told"
    futures: dict[str, Future] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # In this process: what it compiles and imports, all further ones then find.
        with self._place() as place, pytest.MonkeyPatch.context() as patch:
            place.run(START, patch=patch)
            place.run(RESTART, later=LATER, patch=patch)
            self.expected = self._future(place)

    def count(self, watch: Watch) -> Steps:
        """The steps of an undisturbed run, and at which of them a server had just taken a mail."""
        steps = Steps()

        def disturb() -> None:
            watch(steps, place)
            watch_sends(lambda: steps.accepted.append(len(steps.names)))

        with self._place() as place:
            steps.names, steps.accepted = in_a_process(
                lambda: [place.run(START, disturb), steps.names, steps.accepted][1:]
            ).said
        return steps

    def disturb(
        self,
        label: str,
        disturb: Callable[[SmallService], object] = lambda _place: None,
        *,
        codes: Collection[int] | None = None,
        repeats: int = 0,
    ) -> list[str]:
        """Run once with the disturbance and once without; what is wrong with what is there then.

        `codes`: one of the commands must have ended with one of them; None where the process is to be killed.
        `repeats`: how many mails may have come once more.
        """
        with self._place() as place:
            ended = in_a_process(lambda: place.run(START, lambda: disturb(place)))
            if self.server is not None:
                self.server.rest()
            wrong = damage(place.url)
            # What two disturbances leave alike has one future: it is lived through once.
            state = self._state(place)
            if state not in self.futures:
                place.begin(RESTART, later=LATER)
                self.futures[state] = self._future(place)
        wrong += _wrong_end(ended, codes) + self._wrong_future(self.futures[state], ended, repeats)
        return [f"{label}: {one}" for one in wrong]

    def _wrong_future(self, future: Future, ended: Ended, repeats: int) -> list[str]:
        crashed = any(command == "crawl --json" and code not in WELL for command, code in ended.said or [])
        notices = {self.notice: 1, "did not come to its": 2 * crashed}
        wrong = [
            f"not {count} times to the operator: {subject}, but {future.mail.operator}"
            for subject, count in notices.items()
            if sum(times for text, times in future.mail.operator.items() if subject in text) != count
        ]
        wrong += future.unfinished + _differences(self.expected.archive, future.archive)
        if future.mail.told != self.expected.mail.told:
            wrong.append(f"told {future.mail.told}")
        if future.mail.welcomes != self.expected.mail.welcomes:
            wrong.append(f"welcomed {future.mail.welcomes}")
        if future.mail.repeated > repeats:
            wrong.append(f"{future.mail.repeated} repeated")
        return wrong

    def _future(self, place: SmallService) -> Future:
        unfinished = [file.name for file in place.folder.rglob("*.tmp")]
        return Future(mailboxes(self._arrived(place)), archive(place.url), unfinished)

    def _state(self, place: SmallService) -> str:
        held = contents(place.url)
        held["crawls"] = [tuple(row)[:5] + tuple(row)[6:] for row in held["crawls"]]
        return hashlib.blake2b(repr((held, self._arrived(place))).encode()).hexdigest()

    def _arrived(self, place: SmallService) -> list[bytes]:
        if self.server is not None:
            return [one.message for one in self.server.accepted]
        before = {file.name for file in (self.prepared.folder / "mails").glob("*.eml")}
        return [file.read_bytes() for file in sorted((place.folder / "mails").glob("*.eml")) if file.name not in before]

    @contextmanager
    def _place(self) -> Iterator[SmallService]:
        """Always of the same name, so that its engine is the same one."""
        mail = 'folder = "mails"'
        if self.server is not None:
            self.server.accepted.clear()
            mail = f'channel = "smtp"\nhost = "127.0.0.1"\nport = {self.server.port}\nsecurity = "none"'
        with dropped_afterwards():
            yield self.prepared.copy(self.folder / "trial", mail)
        shutil.rmtree(self.folder / "trial")


def _wrong_end(ended: Ended, codes: Collection[int] | None) -> list[str]:
    if ended.killed or codes is None:
        return [] if ended.killed and codes is None else [f"it ended with {ended}"]
    failed = [code for _, code in ended.said if code not in WELL] or [0]
    return [] if len(failed) == 1 and failed[0] in codes else [f"it ended with {ended.said}"]


def _differences(expected: dict[str, list[Any]], found: dict[str, list[Any]]) -> list[str]:
    return [
        f"{len(found[key])} instead of {len(expected[key])} {key}, lost: {_without(expected[key], found[key])},"
        f" strange: {_without(found[key], expected[key])}"
        for key in expected
        if expected[key] != found[key]
    ]


def _without(these: list[Any], others: list[Any]) -> list[Any]:
    return [one for one in these if one not in others]

"""P1-P3 and P7: whichever statement of a crawl and its digest fails or dies, each reader hears of each change once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from tests.databases import answers
from tests.delivery.processes import in_a_process
from tests.delivery.small_service import (
    EDITED,
    GONE,
    MOVED,
    NEWCOMER,
    READERS,
    RETURNED,
    REVERTED,
    START,
    SmallService,
    prepare_site_text,
)
from tests.delivery.smtp_server import ScriptedServer
from tests.delivery.steps import Steps, disk_error, killed, watch_commits, watch_statements
from tests.delivery.trials import Trials

CODES = {"fails": [8], "dies": None}
HALF_WAY = 20  # commits of the run: a handful of pages has been read
# Each process has a limit of its own.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]
HOWS = {"fails": disk_error, "dies": killed}


@pytest.fixture(scope="module")
def recovering(small_service: SmallService, server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Trials:
    """Each begins where a crawl was killed half-way."""
    folder = tmp_path_factory.mktemp("recovering")
    place = small_service.copy(folder / "killed")
    in_a_process(lambda: place.run(START, lambda: watch_commits(Steps(HALF_WAY, killed))))
    assert answers(place.url, "SELECT count(*) FROM crawls WHERE outcome = 'running'") == [(1,)]
    [(pending,)] = answers(place.url, "SELECT count(*) FROM versions WHERE status = 'pending'")
    assert pending >= 2
    return Trials(place, folder, server)


@pytest.fixture(scope="module")
def rebuilt(server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Trials:
    """Each begins where the site has put a text of its own into each article."""
    folder = tmp_path_factory.mktemp("rebuilt")
    (folder / "prepared").mkdir()
    return Trials(prepare_site_text(folder / "prepared"), folder, server, notice="text appeared")


def _lose_statements(trials: Trials, how: str, chosen: Callable[[Steps], Iterable[int]]) -> None:
    counted, wrong = trials.count(lambda steps, _place: watch_statements(steps)), []
    assert len(counted.names) > 300
    for number in chosen(counted):
        wrong += trials.disturb(
            f"statement {number} {how}: {counted.names[number - 1]}",
            lambda _place, number=number: watch_statements(Steps(number, HOWS[how])),
            codes=CODES[how],
            repeats=int(counted.may_repeat(number)),
        )
    assert wrong == []


def test_undisturbed_each_reader_hears_of_all_that_happened_once(trials: Trials) -> None:
    happened = (EDITED, REVERTED, GONE, RETURNED, f"{MOVED}-2", "aic4nl-begint-leergemeenschap-voor-inspecties")
    urls = [f"http://127.0.0.1/artikel/{slug}/" for slug in happened]
    mail = trials.expected.mail
    assert mail.told == Counter({(reader, url): 1 for reader in (*READERS, NEWCOMER) for url in urls})
    assert (mail.welcomes, mail.repeated) == ({NEWCOMER: 1}, 0)
    assert trials.expected.archive["mails"] == ["sent"]
    assert trials.expected.archive["crawls at work"] == []


@pytest.mark.parametrize("how", HOWS)
def test_whichever_statement_is_lost_nothing_is_told_twice_or_never(
    how: str, trials: Trials, numbers: Callable[[Steps, int], range]
) -> None:
    _lose_statements(trials, how, lambda counted: numbers(counted, 83))


@pytest.mark.parametrize("how", HOWS)
def test_whichever_statement_of_a_recovery_is_lost_nothing_is_told_twice_or_never(
    how: str, recovering: Trials, numbers: Callable[[Steps, int], range]
) -> None:
    _lose_statements(recovering, how, lambda counted: numbers(counted, 131))


def test_what_the_site_did_is_told_to_the_operator_once_even_if_the_crawl_dies_right_after_it_was_settled(
    rebuilt: Trials, every_step: bool
) -> None:
    def after_commits(counted: Steps) -> list[int]:
        settled = next(at for at, name in enumerate(counted.names) if name.startswith("INSERT INTO boilerplate"))
        commits = [at for at, name in enumerate(counted.names) if name == "COMMIT"]
        chosen = commits[:-1] if every_step else [min(at for at in commits if at > settled)]
        return [at + 2 for at in chosen]  # steps are numbered from 1, and it is the next one that is lost

    _lose_statements(rebuilt, "dies", after_commits)


@pytest.mark.parametrize("how", HOWS)
def test_whichever_commit_takes_effect_without_our_hearing_of_it_nothing_is_told_twice_or_never(
    how: str, trials: Trials, numbers: Callable[[Steps, int], range]
) -> None:
    counted, wrong = trials.count(lambda steps, _place: watch_commits(steps)), []
    assert len(counted.names) > 40
    for number in numbers(counted, 13):
        wrong += trials.disturb(
            f"after commit {number} {how}",
            lambda _place, number=number: watch_commits(Steps(number, HOWS[how])),
            codes=CODES[how],
        )
    assert wrong == []

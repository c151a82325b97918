"""P7: whichever file cannot be written, or is the last that a process touches, each reader gets each mail once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.delivery.small_service import SmallService
from tests.delivery.steps import Steps, disk_full, killed, watch_files
from tests.delivery.trials import Trials

# 6: a mail was not accepted, by its folder; 8: no lock could be made beside the archive.
# Each process has a limit of its own.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]
HOWS = {"fails": (disk_full, (6, 8)), "dies": (killed, None)}


@pytest.fixture(scope="module")
def trials(small_service: SmallService, tmp_path_factory: pytest.TempPathFactory) -> Trials:
    return Trials(small_service, tmp_path_factory.mktemp("trials"))


@pytest.mark.parametrize("how", HOWS)
def test_whichever_write_is_lost_each_mail_arrives_once_and_no_piece_of_one_is_left(
    how: str, trials: Trials, numbers: Callable[[Steps, int], range]
) -> None:
    fail, codes = HOWS[how]
    counted = trials.count(lambda steps, place: watch_files(steps, place.folder))
    assert {"fsync", "write"} < set(counted.names)
    wrong = []
    for number in numbers(counted, 5):
        wrong += trials.disturb(
            f"{number} {how}: {counted.names[number - 1]}",
            lambda place, number=number: watch_files(Steps(number, fail), place.folder),
            codes=codes,
        )
    assert wrong == []

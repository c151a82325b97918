"""When an article is worth another look: often while it is young or lively, rarely once it has settled."""

from __future__ import annotations

from datetime import datetime, timedelta

# (younger than, look again after). The first hours get a look in each crawl: half of all edits come within one hour.
# A piece that we have only just met counts as young whatever its date: its rhythm is not known yet.
_BY_AGE = (
    (timedelta(hours=6), timedelta(0)),
    (timedelta(days=7), timedelta(hours=1)),
    (timedelta(days=60), timedelta(days=1)),
    (timedelta(days=365), timedelta(days=7)),
)
_SETTLED = timedelta(days=30)
_JUST_MET = timedelta(hours=1)
_SPREAD = 0.2
# What is gone may come back, but seldom does.
GONE_LOOK_AGAIN = timedelta(days=1)


def next_due(
    now: datetime, *, first_seen: datetime, published: datetime | None, last_changed: datetime | None, spread: int
) -> datetime:
    """The time of the next look. `spread` (an article's id) shifts it by up to a fifth, so that looks do not bunch."""
    if now - first_seen < _JUST_MET:
        return now
    born = max(filter(None, (published or first_seen, last_changed)))
    age = now - born
    wait = next((wait for limit, wait in _BY_AGE if age < limit), _SETTLED)
    return now + wait * (1 + _SPREAD * ((spread * 2654435761 % 1000) / 1000 - 0.5))


def after_failure(now: datetime, failures: int) -> datetime:
    """A page that fails is asked again in each crawl at first, then less and less, at least weekly."""
    if failures < 5:
        return now
    return now + min(timedelta(minutes=30 * (1 << min(failures - 5, 10))), timedelta(days=7))

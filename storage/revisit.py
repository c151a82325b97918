"""When an article is worth another look: often while it is young or lively, rarely once it has settled."""

from __future__ import annotations

from datetime import datetime, timedelta

# (younger than, look again after). Half of all edits come within an hour of publication, three quarters within three,
# and the rest over months: the first hours get a look in each crawl. `bench/rhythm.py` weighs the rest.
_BY_AGE = (
    (timedelta(hours=6), timedelta(0)),
    (timedelta(days=2), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=6)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=365), timedelta(days=7)),
)
_SETTLED = timedelta(days=30)
# For so long we look in each crawl at whatever we have just met, whatever its date: it may be in the making.
_JUST_MET = timedelta(hours=1)
# Sites tell the day of publication, some not the hour: what was met this soon after is as old as our knowing it.
_SAME_NEWS = timedelta(hours=36)
# Looks come up to this share early, each article's by its own, so that those met together do not stay together.
_SPREAD = 0.25
# A listing's further pages seldom hold what its first does not show. On a source's first day they are read each time.
_FIRST_DAY, _LISTINGS_WHOLE = timedelta(days=1), timedelta(hours=6)
# What a person has to settle is looked at less and less, and never seldom: the site may have recovered by itself.
_HELD_SHARE, _HELD_LONGEST = 0.25, timedelta(hours=6)
# What is gone may come back, but seldom does.
GONE_LOOK_AGAIN = timedelta(days=1)
# After a listing says something new of an article whose page does not show it yet: caches lag behind.
ANNOUNCED_LOOK_AGAIN = timedelta(hours=1)


def next_due(
    now: datetime, *, first_seen: datetime, published: datetime | None, last_changed: datetime | None, spread: int
) -> datetime:
    """The time of the next look. `spread` is an article's id.

    An edit makes an article young again; its first version, whose time `last_changed` is at first, does not.
    """
    if now - first_seen < _JUST_MET:
        return now
    born = first_seen if published is None or first_seen - published < _SAME_NEWS else published
    if last_changed is not None and last_changed > first_seen:
        born = max(born, last_changed)
    wait = next((wait for limit, wait in _BY_AGE if now - born < limit), _SETTLED)
    return now + wait * (1 - _SPREAD * (spread * 2654435761 % 1000) / 1000)


def after_failure(now: datetime, failures: int) -> datetime:
    """A page that fails is asked again in each crawl at first, then less and less, at least weekly."""
    if failures < 5:
        return now
    return now + min(timedelta(minutes=30 * (1 << min(failures - 5, 10))), timedelta(days=7))


def while_held(now: datetime, since: datetime) -> datetime:
    """A page that still says what is in quarantine `since` then."""
    return now + min(max(now - since, timedelta(0)) * _HELD_SHARE, _HELD_LONGEST)


def listings_due(now: datetime, *, since: datetime | None, whole: datetime | None) -> bool:
    """Whether listings are read to their end. `since`: when the source's first crawl was; `whole`: when last so."""
    if since is None or whole is None or now - since < _FIRST_DAY:
        return True
    return not timedelta(0) <= now - whole < _LISTINGS_WHOLE  # a clock that was ahead may have said so

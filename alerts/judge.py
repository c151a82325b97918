"""Which versions match which watch: decided once per version, so that a widened watch cannot mail old news."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import CompoundSelect, func, insert, select
from sqlalchemy.orm import Session

from alerts.installation import put_setting, setting
from alerts.summaries import summarise_changes
from alerts.watch import Watch, match
from storage.article import Article
from storage.tables import Change, Judgement, Version

_BATCH = 200
_LATEST = "judged_change_id"


@dataclass(frozen=True)
class Reach:
    """How far a watch has been judged. Changes up to `floor` were there before the watch was: never its news."""

    change: int = 0
    version: int = 0
    floor: int = 0


def judge(session: Session, watches: Sequence[Watch], *, language: str = "nl") -> int:
    """Judge what was accepted since the last call, for every watch, and say how much each edit matters.

    Runs in the caller's transaction; with nothing new it reads no version at all. Returns the number of verdicts.
    A watch that is new to this database, or back after an absence, has its past judged without making it news.
    A rule that changed applies to what comes: versions judged before keep their verdict.
    """
    latest = int(setting(session, _LATEST, "0"))
    now_at = Reach(change=_newest(session, Change), version=_newest(session, Version))
    if now_at.change > latest:
        summarise_changes(session, after=latest, upto=now_at.change, language=language)
    pending: defaultdict[Reach, list[Watch]] = defaultdict(list)
    for watch in watches:
        before = reach(session, watch.name)
        absent = before.change < latest
        after = Reach(now_at.change, now_at.version, latest if absent else before.floor)
        if after != before:
            pending[Reach(before.change, before.version)].append(watch)
            put_setting(session, _key(watch.name), json.dumps(asdict(after)))
    judged = sum(_judge_since(session, before, group) for before, group in pending.items())
    if now_at.change != latest:
        put_setting(session, _LATEST, str(now_at.change))
    session.flush()
    return judged


def reach(session: Session, watch: str) -> Reach:
    """How far this watch has been judged; all zero for one never judged."""
    return Reach(**json.loads(setting(session, _key(watch), "{}")))


def _key(watch: str) -> str:
    return f"watch:{watch}"


def _newest(session: Session, table: type[Change] | type[Version]) -> int:
    return session.scalar(select(func.max(table.id))) or 0


def _judge_since(session: Session, before: Reach, watches: Sequence[Watch]) -> int:
    count = 0
    names = [watch.name for watch in watches]
    for ids in _batches(_unjudged(session, before)):
        known = set(
            session.execute(
                select(Judgement.watch, Judgement.version_id).where(
                    Judgement.watch.in_(names), Judgement.version_id.in_(ids)
                )
            )
        )
        verdicts = []
        rows = select(Version.id, Version.status, Version.data).where(Version.id.in_(ids))
        for version_id, status, data in session.execute(rows):
            if status != "accepted":
                continue
            article = Article.from_dict(data)
            for watch in watches:
                if (watch.name, version_id) not in known:
                    verdict = match(watch, article)
                    verdicts.append(
                        {
                            "watch": watch.name,
                            "version_id": version_id,
                            "matches": verdict.matches,
                            "because": [reason.to_dict() for reason in verdict.because or verdict.ruled_out],
                        }
                    )
        if verdicts:
            session.execute(insert(Judgement), verdicts)
        count += len(verdicts)
    return count


def _unjudged(session: Session, before: Reach) -> list[int]:
    """Come since then, whatever became of it. One taken out of quarantine has an old id; the change it made is new.

    Asked also for what is accepted, a database might begin with that, which is everything there is.
    """
    later = session.scalars(select(Version.id).where(Version.id > before.version))
    return sorted({*later, *filter(None, session.scalars(_named_by_changes(before.change)))})


def _named_by_changes(after: int) -> CompoundSelect[int | None]:
    recent = Change.id > after
    before = select(Change.from_id).where(recent, Change.from_id.is_not(None))
    return before.union(select(Change.to_id).where(recent, Change.to_id.is_not(None)))


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]

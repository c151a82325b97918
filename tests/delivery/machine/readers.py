"""What each reader knows, step by step: where he stood when he subscribed, and what his mails told him since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from tests.delivery.machine.letters import Letter, Told
from tests.delivery.machine.newsroom import Newsroom, Said
from tests.delivery.machine.sightings import Known, Sightings


@dataclass(frozen=True)
class Belief:
    """All that he may think of one piece; `introduced` False: that he never heard of it."""

    said: frozenset[Said]
    places: frozenset[str]
    live: frozenset[bool]
    introduced: frozenset[bool] = frozenset({True})

    def or_else(self, other: Belief) -> Belief:
        return Belief(
            self.said | other.said, self.places | other.places, self.live | other.live,
            self.introduced | other.introduced,
        )  # fmt: skip


@dataclass
class Reader:
    address: str
    rhythm: str
    beliefs: dict[str, Belief] = field(default_factory=dict)
    letters: int = 0
    quiet: int = 0

    @classmethod
    def beginning(cls, address: str, rhythm: str, known: Mapping[str, Known]) -> Reader:
        """He is thought to know all that crawls had seen when he subscribed."""
        reader = cls(address, rhythm)
        for name, piece in known.items():
            reader.takes_for_granted(name, piece)
        return reader

    def takes_for_granted(self, name: str, piece: Known) -> None:
        """A starting point is never told, and he is not to be surprised by it later."""
        certain = piece.met == {True} and piece.news != {True, False}
        introduced = frozenset({True}) if certain else frozenset({True, False})
        belief = Belief(piece.said, piece.places, piece.live, introduced)
        known = self.beliefs.get(name)
        self.beliefs[name] = belief if known is None else known.or_else(belief)

    def may_have_missed(self, name: str, piece: Known) -> None:
        """What the site did at the same time may hide an editor's move; whether he was told of it or not is fine."""
        belief = self.beliefs.get(name)
        if belief is not None:
            self.beliefs[name] = replace(belief, places=belief.places | piece.places)

    # --- his mails ---

    def reads(self, letter: Letter, seen: Sightings, newsroom: Newsroom) -> None:
        self.letters += 1
        if letter.kind == "welcome":
            assert self.letters == 1, f"{self.address} was welcomed twice, or late"
            for told in letter.told:
                assert told.name in newsroom.on_subject, f"{told.name} is not on the subject"
            return
        assert self.letters > 1, f"the first mail to {self.address} is no welcome"
        if letter.kind == "quiet":
            assert self.rhythm == "weekly", f"a mail without news to {self.address}, {self.rhythm}"
            self.quiet += 1
            return
        assert letter.told, f"a digest for {self.address} tells nothing"
        names = [told.name for told in letter.told]
        assert len(set(names)) == len(names), f"one piece twice in one mail: {names}"
        for told in letter.told:
            assert told.name in newsroom.on_subject, f"{told.name} is not on the subject"
            self.beliefs[told.name] = self._learns(told, seen, newsroom)

    def _learns(self, told: Told, seen: Sightings, newsroom: Newsroom) -> Belief:
        who = f"{self.address}, {told}"
        piece = seen.known.get(told.name)
        assert piece is not None, f"{who}: no crawl ever saw it"
        belief = self.beliefs.get(told.name)
        said = {version for version in piece.said if _fits(version, told.now)}
        assert said, f"{who}: it does not say that; {set(piece.said)}"
        assert told.place in piece.places, f"{who}: it is not there; {set(piece.places)}"
        assert (told.kind == "gone") in {not live for live in piece.live}, f"{who}: it is not gone, or not back"
        if told.kind == "gone":
            assert seen.may_be_gone(told.name), f"{who}: too early for that"
        if told.kind == "new":
            assert belief is None or False in belief.introduced, f"{who}: it is not new to him; {belief}"
            assert True in piece.news, f"{who}: it was a starting point"
        elif belief is None or belief.introduced == {False}:
            assert told.kind == "gone", f"{who}: he was never told of this piece"
        else:
            said = self._continues(told, belief, said, who)
        return Belief(frozenset(said), frozenset({told.place}), frozenset({told.kind != "gone"}))

    def _continues(self, told: Told, belief: Belief, said: set[Said], who: str) -> set[Said]:
        """What is told sets out from where he stood, and leads elsewhere."""
        pairs = {
            (old, new)
            for old in belief.said
            for new in said
            if _fits(old, told.was) and _differ(old, new) <= _shown(told)
        }
        assert pairs, f"{who}: does not follow from what he knew, {set(belief.said)}; now {said}"
        changes = any(old != new for old, new in pairs)
        moves = belief.places != {told.place}
        turns = belief.live != {told.kind != "gone"}
        assert changes or moves or turns, f"{who}: nothing new to him"
        assert not told.was or changes, f"{who}: compares what is the same"
        if told.kind in ("gone", "returned"):
            assert turns, f"{who}: he knew"
        if told.kind == "moved":
            assert moves, f"{who}: he knew that address"
        if told.place not in belief.places:
            assert told.former_place is not None, f"{who}: moved without a word"
        if told.former_place is not None:
            assert told.former_place in belief.places, f"{who}: he knew it elsewhere, {set(belief.places)}"
        return {new for _, new in pairs}

    # --- what he should know ---

    def misses_nothing(self, seen: Sightings, newsroom: Newsroom, *, besides: Collection[str] = ()) -> None:
        for name in (newsroom.on_subject & seen.known.keys()).difference(besides):
            piece, belief = seen.known[name], self.beliefs.get(name)
            if belief is None:
                assert False in piece.news | piece.live | piece.met, f"{self.address} was never told of {name}"
                continue
            assert belief.live & piece.live, f"{self.address} does not know of {name} that live is {set(piece.live)}"
            if piece.live == {False} and belief.live == {False}:
                continue
            assert belief.said & piece.said, f"{self.address} believes {name} says {belief.said}, it says {piece.said}"
            assert belief.places & piece.places, (
                f"{self.address} believes {name} is at {belief.places}, not {piece.places}"
            )


def _fits(said: Said, facets: Mapping[str, object]) -> bool:
    return all(getattr(said, facet) == value for facet, value in facets.items())


def _differ(old: Said, new: Said) -> set[str]:
    return {facet for facet in ("headline", "amount", "year") if getattr(old, facet) != getattr(new, facet)}


def _shown(told: Told) -> set[str]:
    return set(told.was)

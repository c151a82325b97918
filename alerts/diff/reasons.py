"""Why one stretch of changed words matters: compared as what it counts, denies, hedges and names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from alerts.diff import lexicon
from alerts.diff.tokens import WORD, fold

_YEAR = re.compile(r"(?:19|20)\d\d$")
_DIGITS = re.compile(r"\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+$")
_SENTENCE_OPENING = re.compile(r"(?:^|[.!?…:]['’”\")]*\s|\n)[\s'‘“\"„(\[*#><!–-]*$")
_SIGN = re.compile(r"(?:^|[\s(])[-−–+±<>≤≥]\s?$")
_CAPITAL_NEXT = re.compile(r"\s[A-Z]")
_SYMBOL = re.compile(r"[€$£%‰]")
_LISTED = lexicon.DATE_WORDS | lexicon.NEGATIONS | lexicon.HEDGES

IsName = Callable[[str, bool], bool]  # word, whether it opens a sentence


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    key: str  # folded, in lower case
    number: str  # what it counts, or empty
    whole: str  # the text it stands in, and where
    start: int
    end: int

    @property
    def context(self) -> set[str]:
        """One token before, two after."""
        before, after = _tokens(self.whole[max(0, self.start - 40) : self.start]), _tokens(self.whole[self.end :][:40])
        return {*before[-1:], *after[:2]}

    @property
    def opens_sentence(self) -> bool:
        return bool(_SENTENCE_OPENING.search(self.whole[max(0, self.start - 40) : self.start]))


@dataclass(frozen=True)
class Side:
    """The characters from `start` to `end` of one of the two texts."""

    text: str
    start: int
    end: int

    @cached_property
    def changed(self) -> str:
        return self.text[self.start : self.end]

    @cached_property
    def words(self) -> list[Word]:
        return [self._word(*found.span()) for found in WORD.finditer(self.text, self.start, self.end)]

    def _word(self, start: int, end: int) -> Word:
        text = self.text[start:end]
        key = fold(text).casefold()
        return Word(text, key, _number(key), self.text, start, end)

    @property
    def neighbours(self) -> tuple[str, str]:
        before, after = _tokens(self.text[max(0, self.start - 40) : self.start]), _tokens(self.text[self.end :][:40])
        return (before[-1] if before else ""), (after[0] if after else "")

    @property
    def symbols(self) -> Counter[str]:
        return Counter(_SYMBOL.findall(self.changed))

    @property
    def ends_in_sign(self) -> bool:
        """A minus (or: less than) before a number that itself was kept."""
        return self.text[self.end : self.end + 1].isdigit() and bool(
            _SIGN.search(self.text[max(0, self.start - 1) : self.end])
        )

    def touches(self, spans: Iterable[tuple[int, int]]) -> bool:
        return any(self.start < end and start < self.end for start, end in spans)


def judge_stretch(old: Side, new: Side, is_name: IsName) -> set[str]:
    """All reasons that hold; those of typography, case, punctuation and spelling only when nothing weighs more."""
    if old.changed.split() == new.changed.split():
        return set()
    if fold(old.changed) == fold(new.changed):
        return {"typography"}
    if [word.key for word in old.words] == [word.key for word in new.words]:
        return _surface(old, new)
    gone, came = _unshared(old.words, new.words), _unshared(new.words, old.words)
    reasons = _counted(gone, came) | _symbols(old, new) | _turned(gone, came)
    told = {word.key for word in [*gone, *came] if word.number or word.key in _LISTED}
    if _letters(old.changed) == _letters(new.changed):
        return reasons or {"spelling"}
    names = [word for word in [*gone, *came] if _names(word, is_name)]
    if names:
        reasons.add("name")
        told |= {word.key for word in names}
    if {word.key for word in [*gone, *came]} <= told and reasons:
        return reasons
    if _is_slip(old, new):
        return reasons or {"spelling"}
    return reasons | {"wording"}


def _surface(old: Side, new: Side) -> set[str]:
    reasons = _symbols(old, new)
    if old.ends_in_sign != new.ends_in_sign:
        reasons.add("number")
    if reasons:
        return reasons
    same_case = [fold(word.text) for word in old.words] == [fold(word.text) for word in new.words]
    return {"punctuation"} if same_case else {"case"}


def _symbols(old: Side, new: Side) -> set[str]:
    differing = set(((old.symbols - new.symbols) + (new.symbols - old.symbols)).elements())
    # "procent" for "%" is a matter of style.
    spelled = {word.key for word in [*old.words, *new.words]}
    reasons = set()
    if differing & {"%", "‰"} and not spelled & lexicon.PERCENT:
        reasons.add("percentage")
    if differing & {"€", "$", "£"} and not spelled & lexicon.CURRENCY:
        reasons.add("amount")
    return reasons


def _counted(gone: list[Word], came: list[Word]) -> set[str]:
    """amount | percentage | date | number: which numbers differ."""
    before, after = Counter(word.number for word in gone), Counter(word.number for word in came)
    reasons = set()
    for word in [*gone, *came]:
        if word.key in lexicon.DATE_WORDS and (word.key != "may" or word.text[0].isupper()):
            reasons.add("date")
        elif word.number and before[word.number] != after[word.number]:
            reasons.add(_number_kind(word))
    if gone and came and _digits(gone) != _digits(came):
        reasons.add("number")
    return reasons


def _number_kind(word: Word) -> str:
    if word.context & lexicon.CURRENCY:
        return "amount"
    if word.context & lexicon.PERCENT:
        return "percentage"
    if word.context & lexicon.MONTHS or _YEAR.match(word.number):
        return "date"
    return "number"


def _turned(gone: list[Word], came: list[Word]) -> set[str]:
    reasons = set()
    keys = [word.key for word in [*gone, *came]]
    if any(key in lexicon.NEGATIONS for key in keys):
        reasons.add("negation")
    if any(key in lexicon.HEDGES for key in keys):
        reasons.add("hedge")
    if len(gone) == len(came) and any(lexicon.are_opposites(a.key, b.key) for a, b in zip(gone, came, strict=True)):
        reasons.add("negation")
    return reasons


def _names(word: Word, is_name: IsName) -> bool:
    if word.number or word.key in lexicon.DATE_WORDS or lexicon.is_common_noun(word.key):
        return False
    if word.key in lexicon.PARTICLES:  # Van den Berg: "den" is part of the name
        return bool(_CAPITAL_NEXT.match(word.whole, word.end))
    return is_name(word.text, word.opens_sentence)


def _digits(words: list[Word]) -> Counter[str]:
    """Numbers inside words: GPT-4, artikel-22."""
    return Counter(run for word in words if not word.number for run in _DIGITS.findall(word.key))


def _is_slip(old: Side, new: Side) -> bool:
    """Each word is within two letters of the one it replaces, or a word stood there twice."""
    if len(old.words) == len(new.words):
        return _digits(old.words) == _digits(new.words) and all(
            (a.number and a.number == b.number) or _near(a.key, b.key)
            for a, b in zip(old.words, new.words, strict=True)
        )
    extra = old if len(old.words) > len(new.words) else new
    return len(old.words) + len(new.words) == 1 and extra.words[0].key in extra.neighbours


def _near(old: str, new: str) -> bool:
    if old == new or lexicon.is_gender_slip(old, new):
        return True
    if old in lexicon.DIRECTIONS and new in lexicon.DIRECTIONS:
        return False
    distance, longer = OSA.distance(old, new, score_cutoff=2), max(len(old), len(new))
    # Slips of the pen seldom hit the first letter; other words often do.
    if old[0] != new[0] and sorted(old[:2]) != sorted(new[:2]):
        return distance == 1 and longer >= 6
    return distance <= 2 and distance * 3 <= longer


def _unshared(words: list[Word], others: list[Word]) -> list[Word]:
    """The words that the other side does not have as often."""
    left = Counter(word.key for word in others)
    found = []
    for word in words:
        if left[word.key]:
            left[word.key] -= 1
        else:
            found.append(word)
    return found


def _letters(text: str) -> str:
    return "".join(char for char in fold(text).casefold().replace("%", "procent") if char.isalnum())


def _tokens(text: str) -> list[str]:
    return [token.strip('.,;:!?()"“”‘’').casefold() for token in re.findall(r"[€$£%‰]|[^\s€$£%‰]+", text)]


def _number(key: str) -> str:
    if key[0].isdigit():
        return key.replace(".", "") if _THOUSANDS.match(key) else key
    return lexicon.number(key)

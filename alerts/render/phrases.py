"""The shape of a language: every word of ours that a mail can hold. Article text is never translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal


class Plural(NamedTuple):
    """Both forms of a phrase; `{n}` is the number."""

    one: str
    other: str


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """One language. Words in braces are filled in; mappings are keyed by the words of the domain."""

    language: str
    locale: str

    # Moments
    clock: str
    at: str
    at_full: str
    before: str
    around: str
    between_same_day: str
    between_days: str

    # Subjects
    subject_single: Mapping[str, str]
    subject_edited_part: str
    subject_edited_kind: str
    subject_edited_text: str
    subject_edited_minor: str
    subject_many: str
    subject_weekly: str
    subject_quiet: str
    subject_welcome: str
    version: str
    short_counts: Mapping[str, Plural]
    operator_prefix: Mapping[str, str]

    # The top of the mail
    welcome_word: str
    rhythm: Mapping[str, str]
    masthead: str
    period: str
    days_covered: Plural
    week_page: str
    counts: Mapping[str, Plural]
    quiet_text: Plural
    welcome_text: str
    welcome_promise: Mapping[str, str]
    welcome_newest: Plural
    welcome_none: str

    # Sections and entries
    sections: Mapping[str, str]
    listed_more: Plural
    post_more: Plural
    changed: str
    labels: Mapping[str, str]
    facets: Mapping[str, str]
    byline_published: str
    first_seen: str
    seen: Mapping[str, str]
    versions_between: Plural
    became_relevant: str
    flapping: str
    former_address: str
    was: str
    now: str
    quoted: str
    rewritten: str
    rewritten_block: str
    sentence_added: str
    sentence_removed: str
    more_changes: Plural
    all_changes: str
    stored_text: str
    read_article: str
    empty_value: str

    # Changes inside the text
    blocks: Mapping[str, str]
    block_changes: Mapping[str, str]
    kinds: Mapping[str, str]
    place_of: str
    place_after: str
    place_first: str
    place_was: str
    place_moved: str

    # The end of the mail
    health_good: Plural
    health_bad: Plural
    health_since: str
    health_more: Plural
    quarantined: Plural
    causes: Mapping[str, str]
    cause_other: str
    why: Mapping[str, str]
    reply_for_rhythm: str
    reply_to_stop: str
    unsubscribe: str
    unsubscribe_mail: str
    preferences: str
    times: str
    times_between: str
    zones: Mapping[str, str]

    def number(self, n: int) -> str:
        return format_decimal(n, locale=self.locale)

    def plural(self, forms: Plural, n: int, **words: str) -> str:
        form = forms.one if _locale(self.locale).plural_form(n) == "one" else forms.other
        return form.format(n=self.number(n), **words)

    def join(self, words: Sequence[str]) -> str:
        return format_list(list(words), locale=self.locale)


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def sentence(text: str) -> str:
    """`text` with a capital."""
    return text[:1].upper() + text[1:]

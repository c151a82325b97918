"""Every word of ours that a page can hold and a mail does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.render.phrases import Plural


@dataclass(frozen=True, kw_only=True)
class PageWords:
    """One language. Words in braces are filled in; mappings are keyed by the words of the domain."""

    # Every page
    product: str
    skip: str
    menu: str
    nav: Mapping[str, str]
    footer: str
    footer_times: str
    day: str
    language_of_texts: str

    # Overview
    overview: str
    overview_lead: str
    filters: str
    all_watches: str
    all_kinds: str
    all_significances: str
    kinds: Mapping[str, str]
    significances: Mapping[str, str]
    label_watch: str
    label_kind: str
    label_significance: str
    label_words: str
    label_since: str
    label_until: str
    show: str
    clear: str
    bad_date: str
    days_between: str
    days_since: str
    days_until: str
    nothing: str
    nothing_yet: str
    feed: str
    feed_title: str
    older: str
    newest: str
    found: Plural
    see_change: str
    see_text: str
    about: str
    chart_title: str
    chart_weeks: str
    chart_weeks_until: str
    chart_text: str
    chart_chosen: str
    chart_none: str
    chart_week: str
    chart_changes: Plural
    chart_table: str
    chart_column_week: str
    chart_column_changes: str

    # Articles
    articles: str
    articles_lead: Plural
    on_site: str
    facts_heading: str
    facts: Mapping[str, str]
    versions: str
    version_row: str
    version_seen: str
    version_present: str
    version_extractor: str
    degree: str
    degree_text: str
    degree_none: str
    compare: str
    compare_from: str
    compare_to: str
    compare_do: str
    compare_previous: str
    is_gone: str
    is_older: str
    to_present: str
    citation: str
    citation_text: str
    citation_help: str
    former: str
    links: str
    caption: str
    related: str
    whole_history: str

    # Comparisons
    comparison: str
    comparison_of: str
    view: str
    view_pieces: str
    view_beside: str
    same: str
    earlier: str
    later: str
    unchanged: str
    moved_away: str
    moved_here: str
    nothing_here: str
    version_head: str

    # Sources
    sources: str
    sources_lead: str
    no_sources: str
    states: Mapping[str, str]
    state_since: str
    last_good: str
    next_look: str
    next_unknown: str
    never: str
    known_articles: str
    failures: str
    failures_none: str
    technical: str
    quarantine: str
    quarantine_lead: str
    quarantine_none: str
    quarantine_row: str
    quarantine_see: str
    quarantine_accept: str
    quarantine_quietly: str
    quarantine_reject: str
    quarantine_done: str
    quarantine_busy: str
    operator: str
    operator_enter: str
    operator_enter_do: str
    operator_is: str
    operator_leave: str

    # Search
    search: str
    search_label: str
    search_do: str
    search_help: str
    search_found: Plural
    search_more: str
    search_none: str
    search_no_longer: str
    search_in_version: str

    # Subscribing
    subscribe: str
    subscribe_lead: str
    label_address: str
    address_help: str
    label_rhythm: str
    rhythms: Mapping[str, str]
    subscribe_do: str
    subscribe_privacy: str
    bad_address: str
    bad_choice: str
    asked: str
    asked_text: str
    too_many: str
    too_many_text: str
    confirm: str
    confirm_text: str
    confirm_do: str
    confirmed: str
    confirmed_text: str
    confirm_bad: str
    confirm_bad_text: str
    preferences: str
    preferences_text: str
    preferences_do: str
    preferences_done: str
    preferences_bad: str
    preferences_bad_text: str
    unsubscribe: str
    unsubscribe_text: str
    unsubscribe_do: str
    unsubscribed: str
    unsubscribed_text: str
    stale_form: str
    mail_subject: str
    mail_lines: tuple[str, ...]

    # Trouble
    not_found: str
    not_found_text: str
    refused: str
    refused_text: str
    broken: str
    broken_text: str
    unavailable: str
    unavailable_text: str
    home: str

"""An edition as a mail in words: what is told, in which order, and what every mail says at its end."""

from __future__ import annotations

from datetime import timedelta

from alerts.entries import Edition, Entry
from alerts.render import health
from alerts.render.clean import clean, mail_link, web_link
from alerts.render.items import ItemMaker, title_of, told_as
from alerts.render.moments import Moments
from alerts.render.phrases import Phrases, sentence
from alerts.render.subject import counted, subject
from alerts.render.view import Link, Section, View

MAX_ARTICLES = 40
_NEWEST = 10
# A digest is late, and says so, when it covers more than its rhythm and half of that again.
_USUAL_HOURS = {"daily": 36, "weekly": 252}


class Composer:
    """Composes one edition; how much of it is told in full can be asked for again and again."""

    def __init__(self, edition: Edition, phrases: Phrases) -> None:
        self._edition, self._phrases = edition, phrases
        self._moments = Moments(phrases, edition.timezone, edition.until)
        self._maker = ItemMaker(phrases, self._moments)
        self._entries = tuple(sorted(edition.entries, key=_place_in_mail))
        self.subject = subject(edition, self._entries, phrases, self._moments)

    def view(self, full: int = MAX_ARTICLES, listed: int | None = None) -> View:
        """`full` articles with their changes, then at most `listed` titles, then a count of the others."""
        edition, phrases = self._edition, self._phrases
        rest = self._entries[full:]
        sections = [*self._sections(self._entries[:full]), *self._rest(rest[:listed])]
        missing = len(rest) - len(rest[:listed])
        return View(
            language=phrases.language,
            subject=self.subject,
            preheader=self._preheader(),
            masthead=self._masthead(),
            heading=clean(edition.watch_title),
            intro=tuple(self._intro()),
            overview=_linked((phrases.week_page, web_link(edition.overview_url))),
            sections=tuple(sections),
            not_listed=phrases.plural(phrases.listed_more, missing) if missing else "",
            health=tuple(health.sentences(edition, phrases, self._moments)),
            unreadable=tuple(health.pages(edition, phrases)),
            why=tuple(self._why(self._entries[:full])),
        )

    def _sections(self, entries: tuple[Entry, ...]) -> list[Section]:
        if self._edition.kind == "welcome" and self._edition.newest:
            items = tuple(self._maker.newest(article) for article in self._edition.newest[:_NEWEST])
            return [Section(self._phrases.sections["newest"], "full", items)]
        sections = []
        for name in ("major", "new", "minor", "whereabouts"):
            form = "lines" if name == "minor" else "full"
            make = self._maker.short if name == "minor" else self._maker.full
            items = tuple(make(entry) for entry in entries if _section_of(entry) == name)
            if items:
                sections.append(Section(self._phrases.sections[name], form, items))
        return sections

    def _rest(self, entries: tuple[Entry, ...]) -> list[Section]:
        items = tuple(self._maker.listed(entry) for entry in entries)
        return [Section(self._phrases.sections["listed"], "list", items)] if items else []

    def _masthead(self) -> str:
        phrases, edition = self._phrases, self._edition
        return phrases.masthead.format(
            source=clean(edition.source_title),
            rhythm=phrases.welcome_word if edition.kind == "welcome" else phrases.rhythm[edition.rhythm],
            moment=self._moments.at_full(edition.until),
        )

    def _intro(self) -> list[str]:
        edition, phrases = self._edition, self._phrases
        if edition.kind == "welcome":
            names = {"watch": clean(edition.watch_title), "source": clean(edition.source_title)}
            newest = len(edition.newest[:_NEWEST])
            start = phrases.plural(phrases.welcome_newest, newest) if newest else phrases.welcome_none
            return [phrases.welcome_text.format(**names), phrases.welcome_promise[edition.rhythm], start]
        paragraphs = []
        if self._entries:
            counts = [phrases.plural(phrases.counts[change], n) for change, n in counted(self._entries)]
            paragraphs.append(sentence(phrases.join(counts)) + ".")
        else:
            paragraphs.append(phrases.plural(phrases.quiet_text, edition.checked))
        covered = self._period()
        return [*paragraphs, covered] if covered else paragraphs

    def _period(self) -> str:
        edition, phrases = self._edition, self._phrases
        if edition.since is None:
            return ""
        usual = _USUAL_HOURS.get(edition.rhythm)
        span = edition.until - edition.since
        start, end = self._moments.at(edition.since), self._moments.at(edition.until)
        if start == end:  # a reader who was written to within the same minute: no period that words could name
            return ""
        words = phrases.period.format(start=start, end=end)
        if usual and span > timedelta(hours=usual):
            words += " " + phrases.plural(phrases.days_covered, round(span / timedelta(days=1)))
        return words

    def _preheader(self) -> str:
        if self._entries:
            titles = [title_of(entry.article) for entry in self._entries[:2]]
        elif self._edition.newest:
            titles = [title_of(article) for article in self._edition.newest[:2]]
        else:
            titles = [clean(self._edition.watch_title), clean(self._edition.source_title)]
        return " · ".join(titles)

    def _why(self, timed: tuple[Entry, ...]) -> list[str]:
        """`timed`: the entries that say when."""
        edition, phrases = self._edition, self._phrases
        names = {"watch": clean(edition.watch_title), "source": clean(edition.source_title)}
        zone = phrases.zones.get(edition.timezone, edition.timezone)
        times = phrases.times.format(zone=zone)
        if any(self._moments.lie_apart(*entry.seen_between) for entry in timed):
            times += " " + phrases.times_between
        why = [phrases.why[edition.rhythm].format(**names), times]
        return [*why, *self._ways_without_pages()]

    def _ways_without_pages(self) -> list[str]:
        """A reader is never left without a way to change or stop the mails."""
        edition, phrases = self._edition, self._phrases
        if edition.command_hint:
            return [clean(edition.command_hint)]
        ways = [] if web_link(edition.preferences_url) else [phrases.reply_for_rhythm]
        if not web_link(edition.unsubscribe_url) and not mail_link(edition.unsubscribe_mailto):
            ways.append(phrases.reply_to_stop)
        return ways


def reader_links(edition: Edition, phrases: Phrases) -> tuple[Link, ...]:
    """How to change or stop the mails: all in a mail that is this one reader's."""
    return _linked(
        (phrases.preferences, web_link(edition.preferences_url)),
        (phrases.unsubscribe, web_link(edition.unsubscribe_url)),
        (phrases.unsubscribe_mail, mail_link(edition.unsubscribe_mailto)),
    )


def _linked(*links: tuple[str, str]) -> tuple[Link, ...]:
    """Those that lead somewhere."""
    return tuple(Link(text, url) for text, url in links if url)


def _section_of(entry: Entry) -> str:
    change = told_as(entry)
    if change in ("moved", "gone", "returned"):
        return "whereabouts"
    if change == "new":
        return "new"
    return "major" if entry.significance == "major" else "minor"


def _place_in_mail(entry: Entry) -> int:
    return ("major", "new", "minor", "whereabouts").index(_section_of(entry))

"""From the configuration to what each job needs of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.channels import Channel
    from alerts.compose import DigestContext
    from cli.app import App
    from cli.jobs.crawl import CrawlContext
    from cli.timetable import Times
    from crawler.settings import FetchOptions


def fetch_options(app: App) -> FetchOptions:
    from crawler.settings import FetchOptions

    settings = app.config.crawl
    return FetchOptions(
        settings.contact,
        settings.delay,
        settings.concurrency,
        settings.timeout,
        settings.max_page_bytes,
        settings.allow_private_hosts,
    )


def crawl_context(app: App, progress: Callable[[int, int], None] = lambda _done, _asked: None) -> CrawlContext:
    from cli.jobs.crawl import CrawlContext

    return CrawlContext(
        fetch_options(app),
        timedelta(hours=app.config.crawl.gone_after_hours),
        app.watches,
        app.config.language,
        app.clock,
        progress,
        app.config.storage.min_free_bytes,
    )


def digest_context(app: App) -> DigestContext:
    from email.utils import parseaddr
    from functools import partial

    from alerts.compose import DigestContext
    from alerts.permalinks import preferences_url, unsubscribe_url
    from alerts.windows import Timetable

    config = app.config
    base_url = config.web.base_url
    links = {
        "unsubscribe_url": partial(unsubscribe_url, base_url),
        "preferences_url": partial(preferences_url, base_url),
    }
    return DigestContext(
        watches=app.watches,
        sender=config.mail.sender,
        source_title=", ".join(source.title for source in app.sources),
        language=config.language,
        timetable=Timetable(str(config.schedule.daily), str(config.schedule.weekly), config.timezone),
        base_url=base_url,
        unsubscribe_to=parseaddr(config.mail.sender)[1],
        **(links if base_url else {}),
    )


def mail_channel(app: App) -> Channel:
    """The configured way out for mails, and that of posts."""
    from alerts.channels import FolderChannel, SmtpChannel, Ways

    mail = app.config.mail
    if mail.channel == "folder":
        return Ways(FolderChannel(mail.folder))
    return Ways(SmtpChannel(mail.host, mail.port, mail.security, mail.username, mail.password))


def times(app: App) -> Times:
    """When the jobs of the service run."""
    from cli.timetable import Times

    schedule = app.config.schedule
    return Times(schedule.crawl, schedule.daily, schedule.weekly, app.config.zone)

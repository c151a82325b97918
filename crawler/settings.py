"""Every Scrapy setting that is not Scrapy's default, with the reason why.

Scrapy's defaults suit a scraper that takes what it can get. A monitor must know whom it talks to, be polite,
survive a hostile page in little memory, and hear of every request that failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec

PRODUCT = "nieuwswacht"
ALLOW_PRIVATE_HOSTS = "NIEUWSWACHT_ALLOW_PRIVATE_HOSTS"


@dataclass(frozen=True)
class FetchOptions:
    """What an operator may decide about fetching: the keys of `[crawl]` with the same names."""

    contact: str = ""
    delay: float = 1.0
    concurrency: int = 4
    timeout: float = 30
    max_page_bytes: int = 5_000_000
    allow_private_hosts: bool = False


def scrapy_settings(options: FetchOptions) -> dict[str, object]:
    """The settings of a crawl, for Scrapy's Settings or a settings module."""
    return _project() | _politeness(options) | _limits(options) | _closed_doors(options) | _COMPONENTS | _event_loop()


def user_agent(contact: str) -> str:
    """Says who fetches and, once the operator has filled it in, how to reach them."""
    return f"{PRODUCT}/{version(PRODUCT)}" + (f" (+{contact})" if contact else "")


def _project() -> dict[str, object]:
    return {
        "BOT_NAME": PRODUCT,
        # The root logger belongs to the command line, which may print JSON on stdout.
        "LOG_INSTALL_ROOT_HANDLER": False,
    }


def _politeness(options: FetchOptions) -> dict[str, object]:
    return {
        "USER_AGENT": user_agent(options.contact),
        "ROBOTSTXT_OBEY": True,
        # Rules are matched against the product's name alone: the contact address may contain another bot's name.
        "ROBOTSTXT_USER_AGENT": PRODUCT,
        "DOWNLOAD_DELAY": options.delay,
        # Scrapy's jitter halves the delay at times; the configured delay is the promise.
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "CONCURRENT_REQUESTS": options.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
        # First request and two repetitions; which faults are worth one is decided in crawler.retry.
        "RETRY_TIMES": 2,
        # A page given up is a row in our own ledger and an expected event, not an error in the log.
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        # Scrapy asks for English; a bilingual site would then serve other articles than its readers see.
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "nl,en;q=0.5",
        },
    }


def _limits(options: FetchOptions) -> dict[str, object]:
    return {
        # 180 s by default: a hanging server would eat the whole crawl.
        "DOWNLOAD_TIMEOUT": options.timeout,
        # 1 GiB by default. Holds for the bytes on the wire and, in crawler.encoding, for what they unpack to.
        "DOWNLOAD_MAXSIZE": options.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        # A body shorter than announced is a fault, never a shorter article.
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "REDIRECT_MAX_TIMES": 5,
        # The default of 100 creates 100 tasks per response: a third of all CPU.
        "CONCURRENT_ITEMS": 4,
    }


def _closed_doors(options: FetchOptions) -> dict[str, object]:
    return {
        # Off by default: anyone on the path could rewrite the news.
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # OpenSSL's own minimum differs between distributions.
        "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
        # Both listen and run Python for whoever connects; remote control is on by default since Scrapy 2.19.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        # A page must not make us read local files or speak other protocols.
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        # Names and literals, redirects included, meet this resolver before anything is dialled.
        "TWISTED_DNS_RESOLVER": "crawler.safety.PublicAddressResolver",
        ALLOW_PRIVATE_HOSTS: options.allow_private_hosts,
        # A proxy would dial on our behalf, past the resolver above.
        "HTTPPROXY_ENABLED": False,
        # A visitor without history: nothing personal is served, nothing set by a page is sent back.
        "COOKIES_ENABLED": False,
        # A redirect is what the server says, not what the page says.
        "METAREFRESH_ENABLED": False,
        # No header of a page (Referrer-Policy) names the code that answers it.
        "REFERER_ENABLED": False,
        # An HTTP cache may skip the request altogether and so hide an outage; conditional requests are our own.
        "HTTPCACHE_ENABLED": False,
        # A dupefilter kept on disk would see nothing on the second crawl.
        "JOBDIR": None,
    }


# In full, in the place of Scrapy's own lists: what those name is imported, put to None as well, and a remote control
# that is off brought an HTTP server and client all the same. That was a quarter of a short crawl.
_COMPONENTS: dict[str, object] = {
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "DOWNLOADER_MIDDLEWARES": {
        # For OffsiteMiddleware: drops requests with neither callback nor errback, and lets `dont_filter` pass.
        "crawler.hosts.HostGuard": 50,
        # For RobotsTxtMiddleware: crawls on when robots.txt cannot be read, or while others wait for it.
        "crawler.robots.PoliteRobotsMiddleware": 100,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        # For RetryMiddleware: ignores Retry-After and repeats within 0.3 s.
        "crawler.retry.PatientRetryMiddleware": 550,
        # For HttpCompressionMiddleware: takes the intact part of a broken compressed page for the page.
        "crawler.encoding.StrictCompressionMiddleware": 590,
        # For RedirectMiddleware: the duplicates filter swallows a redirect to a page already seen.
        "crawler.hosts.AccountableRedirectMiddleware": 600,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
        # Nearest the network, so that a refused address is named before it counts as a fault to retry.
        "crawler.safety.AddressGuard": 900,
        # Not needed: log-ins, <meta> redirects, cookies, proxies, a cache; each costs a call per page.
    },
    "SPIDER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": 800,
        # Which pages to read is a question of URL rules, not of depth; nor is a page to be told where we came from.
    },
    "EXTENSIONS_BASE": {},
    "EXTENSIONS": {
        "scrapy.extensions.corestats.CoreStats": 0,
        "scrapy.extensions.logcount.LogCount": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
        "scrapy.extensions.feedexport.FeedExporter": 0,
        # A crawl is its own process with a deadline and leaves no state behind but the database: no doors into it,
        # no watch on its memory. Progress is shown by the command line.
    },
}


def _event_loop() -> dict[str, object]:
    settings: dict[str, object] = {"TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor"}
    if find_spec("uvloop"):  # a tenth less CPU per page; does not exist for Windows
        settings["ASYNCIO_EVENT_LOOP"] = "uvloop.Loop"
    return settings

"""One test holds every hardened setting, so that none is lost in passing."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version

from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from crawler.settings import FetchOptions, scrapy_settings, user_agent

from .child import ROOT

OPTIONS = FetchOptions("beheer@example.org", delay=2.5, concurrency=3, timeout=12, max_page_bytes=1_000_000)


def test_every_hardened_setting_is_set() -> None:
    settings = Settings(scrapy_settings(OPTIONS))
    expected = {
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_MAXSIZE": 1_000_000,
        "DOWNLOAD_TIMEOUT": 12,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_DELAY": 2.5,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "CONCURRENT_ITEMS": 4,
        "CONCURRENT_REQUESTS": 3,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 3,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "nieuwswacht",
        "COOKIES_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "REFERER_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "JOBDIR": None,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 2,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "USER_AGENT": f"nieuwswacht/{version('nieuwswacht')} (+beheer@example.org)",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TWISTED_DNS_RESOLVER": "crawler.safety.PublicAddressResolver",
        "NIEUWSWACHT_ALLOW_PRIVATE_HOSTS": False,
    }
    assert {name: settings[name] for name in expected} == expected
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_only_the_components_a_monitor_needs_are_loaded() -> None:
    settings = Settings(scrapy_settings(OPTIONS))

    def loaded(kind: str) -> list[str]:
        paths = build_component_list(settings.get_component_priority_dict_with_base(kind))
        return [load_object(path).__name__ for path in paths]

    assert loaded("DOWNLOADER_MIDDLEWARES") == [
        "HostGuard",
        "PoliteRobotsMiddleware",
        "DownloadTimeoutMiddleware",
        "DefaultHeadersMiddleware",
        "UserAgentMiddleware",
        "PatientRetryMiddleware",
        "StrictCompressionMiddleware",
        "AccountableRedirectMiddleware",
        "DownloaderStats",
        "AddressGuard",
    ]
    assert set(loaded("SPIDER_MIDDLEWARES")) == {"StartSpiderMiddleware", "HttpErrorMiddleware", "UrlLengthMiddleware"}
    assert set(loaded("EXTENSIONS")) == {"CoreStats", "LogCount", "CloseSpider", "FeedExporter"}


def test_what_scrapy_would_load_of_itself_is_what_was_looked_at() -> None:
    """Its lists are replaced by ours: what a later Scrapy adds to them is for a person to weigh, here."""
    settings = Settings()

    def names(kind: str) -> set[str]:
        return {path.rpartition(".")[2] for path in settings[f"{kind}_BASE"]}

    assert names("DOWNLOADER_MIDDLEWARES") == {
        "OffsiteMiddleware", "RobotsTxtMiddleware", "HttpAuthMiddleware", "DownloadTimeoutMiddleware",
        "DefaultHeadersMiddleware", "UserAgentMiddleware", "RetryMiddleware", "MetaRefreshMiddleware",
        "HttpCompressionMiddleware", "RedirectMiddleware", "CookiesMiddleware", "HttpProxyMiddleware",
        "DownloaderStats", "HttpCacheMiddleware",
    }  # fmt: skip
    assert names("SPIDER_MIDDLEWARES") == {
        "StartSpiderMiddleware", "HttpErrorMiddleware", "RefererMiddleware", "UrlLengthMiddleware", "DepthMiddleware",
        "MetaCopyDetectionMiddleware",
    }  # fmt: skip
    assert names("EXTENSIONS") == {
        "CoreStats", "LogCount", "TelnetConsole", "MemoryUsage", "MemoryDebugger", "CloseSpider", "FeedExporter",
        "LogStats", "SpiderState", "AutoThrottle", "RemoteControl",
    }  # fmt: skip


def test_the_user_agent_says_who_we_are_with_or_without_a_contact() -> None:
    assert user_agent("") == f"nieuwswacht/{version('nieuwswacht')}"
    assert user_agent("https://example.org/bot").endswith(" (+https://example.org/bot)")


def test_scrapy_in_the_checkout_has_the_same_hardening() -> None:
    program = (
        "import json; from scrapy.utils.project import get_project_settings as found;"
        "print(json.dumps(found().copy_to_dict(), default=repr))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    expected = json.loads(json.dumps(Settings(scrapy_settings(FetchOptions())).copy_to_dict(), default=repr))
    assert found == expected | {"SPIDER_MODULES": ["crawler.spiders"], "SETTINGS_MODULE": "crawler.scrapy_project"}
    assert found["SPIDER_MODULES"] == ["crawler.spiders"]

"""Settings module for `scrapy list` and `scrapy crawl` in the checkout: the same hardening as the command line.

Scrapy's `-s NAME=VALUE` overrides one setting, for instance `-s NIEUWSWACHT_ALLOW_PRIVATE_HOSTS=1` for a local replica.
"""

from crawler.settings import FetchOptions, scrapy_settings

SPIDER_MODULES = ["crawler.spiders"]
globals().update(scrapy_settings(FetchOptions()))

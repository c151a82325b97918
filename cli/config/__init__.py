"""The configuration: where it is found, what it may say, what it means. Cheap to import."""

from .errors import ConfigError, ConfigWarning
from .init import write_init
from .load import load

__all__ = ["ConfigError", "ConfigWarning", "load", "write_init"]

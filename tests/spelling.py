"""What hunspell does not know of our own words."""

from __future__ import annotations

import shutil
import subprocess

import pytest

DICTIONARIES = {"nl": "nl_NL", "en": "en_GB"}


def misspelt(words: str, language: str) -> list[str]:
    """Skips the test where hunspell, or its list of this language, is not installed."""
    hunspell, dictionary = shutil.which("hunspell"), DICTIONARIES[language]
    if hunspell is None:
        pytest.skip("hunspell is not installed")
    listed = subprocess.run([hunspell, "-D"], input="", capture_output=True, text=True, check=False).stderr
    if f"/{dictionary}\n" not in listed:
        pytest.skip(f"hunspell has no dictionary {dictionary}")
    found = subprocess.run(
        [hunspell, "-d", dictionary, "-i", "utf-8", "-l"], input=words, capture_output=True, text=True, check=True
    )
    return found.stdout.split()

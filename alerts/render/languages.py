"""The languages mails are written in."""

from __future__ import annotations

from alerts.render.phrases import Phrases
from alerts.render.phrases_en import ENGLISH
from alerts.render.phrases_nl import DUTCH

LANGUAGES: dict[str, Phrases] = {"nl": DUTCH, "en": ENGLISH}

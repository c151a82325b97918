"""Digests as mails: pure but for the templates. No database, no clock, no network."""

from alerts.render.mails import Parts, render, render_operator, render_parts
from alerts.render.message import ForeignHeaderError
from alerts.render.post import render_post

__all__ = ["ForeignHeaderError", "Parts", "render", "render_operator", "render_parts", "render_post"]

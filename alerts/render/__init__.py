"""Digests as mails: pure but for the templates. No database, no clock, no network."""

from alerts.render.body import ForeignHeaderError
from alerts.render.mails import Parts, Renderer, render, render_operator, render_parts
from alerts.render.post import render_post

__all__ = ["ForeignHeaderError", "Parts", "Renderer", "render", "render_operator", "render_parts", "render_post"]

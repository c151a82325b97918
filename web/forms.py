"""Reading a posted form, and telling our own form from one that another site made up."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from alerts.tokens import make_token, read_token
from web.site import site_of

Form = Mapping[str, str]
COOKIE = "nieuwswacht_form"


def posted(handler: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """A handler of a form, in a thread of its own like all that read the archive."""

    async def endpoint(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=20, max_part_size=8192) as fields:
            form = {name: value for name, value in fields.items() if isinstance(value, str)}
        return await run_in_threadpool(handler, request, form)

    return endpoint


def form_values(request: Request, session: Session) -> dict[str, Any]:
    """What a template needs for a form of ours: a token that belongs to the browser's cookie."""
    cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(16)
    return {"form_token": make_token(session, "form", cookie, site_of(request).clock()), "form_cookie": cookie}


def remember(request: Request, response: Response, cookie: str) -> Response:
    """Give the browser the cookie that its forms belong to."""
    set_cookie(request, response, COOKIE, cookie, 12 * 3600)
    return response


def is_ours(request: Request, session: Session, form: Form) -> bool:
    cookie = request.cookies.get(COOKIE, "")
    signed = read_token(session, "form", form.get("form_token", ""), site_of(request).clock())
    return bool(cookie) and isinstance(signed, str) and secrets.compare_digest(signed.encode(), cookie.encode())


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    site = site_of(request)
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=f"{site.root}/",
        secure=site.base_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )

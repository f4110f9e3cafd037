"""Puts everything of `web` into an application, in the order that matters."""

from __future__ import annotations

from typing import Any

from flask import Flask, get_flashed_messages, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix

from community_book.base import files, registers
from community_book.base.actor import ROLE_LABELS, Role
from community_book.base.registered import NavigationItem
from community_book.base.settings import ROOT, Settings
from community_book.base.site import site
from community_book.web import (
    access,
    addresses,
    commands,
    database,
    errors,
    form_keys,
    forms,
    headers,
    health,
    logs,
    opening,
    paging,
    sign_in,
    theme,
    words,
)


class SharingGlobals(Template):
    """A template that takes for granted that whoever imports it has the same globals, which here all have.

    Jinja compares the two sets at every import inside a macro: a fifth of the time of a page with a long form.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


LARGEST_BODY_WITHOUT_FILES = 1_000_000


def install(app: Flask, settings: Settings) -> None:
    """Templates, database, words, sign-in, marks, form keys, errors, headers and health."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=120 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=1_000,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.template_class = SharingGlobals
    _limit_bodies(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), govuk])
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    files.use_store(files.FolderStore(settings.evidence_dir))
    addresses.install(app)
    database.install(app, settings.database_url)
    commands.install(app)
    words.install(app)
    sign_in.install(app, secure=settings.public_url.startswith("https://"))
    logs.install(app, in_production=settings.is_production)
    access.install(app)
    form_keys.install(app)
    errors.install(app)
    opening.install(app)
    headers.install(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(theme.blueprint)
    _templates(app)


def _limit_bodies(app: Flask) -> None:
    @app.before_request
    def without_files() -> None:
        """Only a form with files may be as large as those; any other body is read whole into memory."""
        if request.mimetype != "multipart/form-data":
            request.max_content_length = LARGEST_BODY_WITHOUT_FILES


def _templates(app: Flask) -> None:
    stamp = _asset_stamp()

    def asset(name: str) -> str:
        return url_for("static", filename=f"built/{name}", v=stamp)

    def navigation() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The places of somebody's own work, then those open to everybody, which come first where there is no work."""
        own: list[dict[str, Any]] = []
        everybodys: list[dict[str, Any]] = []
        here = request.path
        for item in registers.navigation_for(access.actor()):
            if item.seldom:
                continue
            address = url_for(item.endpoint)
            waiting = _waiting(item)
            (everybodys if item.permission is None else own).append(
                {
                    "text": f"{words.say(item.label)} ({waiting})" if waiting else words.say(item.label),
                    "href": address,
                    "active": here == address or here.startswith(address + "/"),
                }
            )
        return (own, everybodys) if own else (everybodys, [])

    app.jinja_env.globals.update(
        asset=asset,
        navigation=navigation,
        actor=access.actor,
        panels=forms.panels,
        page_url=paging.page_url,
        site=theme.SiteInTemplates(),
        example_data=lambda: site().has_example_data,
        said=lambda: get_flashed_messages(with_categories=True),
        address_of=registers.address_of,
        role_label=lambda role: ROLE_LABELS[Role(role)],
    )


def _waiting(item: NavigationItem) -> int:
    """How many wait behind a place in the navigation; 0 while the database does not answer."""
    if item.count is None:
        return 0
    try:
        return item.count(database.reading(), access.actor())
    except DBAPIError:
        return 0


def _asset_stamp() -> str:
    built = ROOT / "static" / "built" / "app.css"
    return str(int(built.stat().st_mtime)) if built.exists() else "0"


def check_marks(app: Flask) -> None:
    """Stops the start of a site with a view nobody has decided about."""
    unmarked = access.unmarked(app)
    if unmarked:
        raise RuntimeError("views without an access mark: " + ", ".join(unmarked))

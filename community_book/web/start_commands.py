"""`flask deploy-check`, and the refusal to start that web server, worker and clocks share."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from community_book.web import start


def refuse_to_start() -> None:
    """In production says everything that is not as it must be, a line each, and ends with exit code 1."""
    reasons = start.reasons()
    for reason in reasons:
        click.echo(reason, err=True)
    if reasons:
        raise SystemExit(1)


@click.command("deploy-check")
@with_appcontext
def deploy_check() -> None:
    """Looks at everything an installation needs: a line for each, and what to do. Exit 1 when anything is not ok."""
    findings = [*start.stopping(), *start.further()]
    width = max(len(found.about) for found in findings)
    for found in findings:
        state = "ok" if found.is_ok else "not ok"
        detail = "" if found.is_ok else f"  {found.wrong}{' (keeps the site from starting)' if found.stops else ''}"
        click.echo(f"{state:<6}  {found.about:<{width}}{detail}".rstrip())
        if not found.is_ok:
            click.echo(f"        {'':<{width}}  -> {found.to_do}")
    wrong = sum(not found.is_ok for found in findings)
    if wrong:
        click.echo(f"{wrong} of {len(findings)} are not ok")
        raise SystemExit(1)
    click.echo(f"all {len(findings)} are ok")


def install(app: Flask) -> None:
    app.cli.add_command(deploy_check)

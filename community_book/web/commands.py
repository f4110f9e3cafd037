"""The floor's own commands: worker, clocks, invariants, audit export, backup and restore."""

from __future__ import annotations

import signal
import threading
from contextlib import closing, suppress
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from community_book.base import audit, backup, dispatcher, files, jobs, registers, schedule, sweeping, work
from community_book.base.clock import LONDON, now_utc
from community_book.base.errors import Refused
from community_book.base.restoring import restoring
from community_book.base.settings import settings
from community_book.web import health, start_commands
from community_book.web.database import db

worker = AppGroup("worker", help="The process beside the web server: events, mail, jobs.")
clocks = AppGroup("clocks", help="Acts of the system that time brings.")
audit_group = AppGroup("audit", help="The audit chain.")
evidence = AppGroup("evidence", help="The files of reports.")


@worker.command("run")
def run_worker() -> None:
    """Runs the dispatcher, the pulse and the jobs until told to stop."""
    start_commands.refuse_to_start()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    stop_jobs = jobs.jobs().start()
    threads = [
        threading.Thread(target=dispatcher.run_pulse, args=(stop,), name="pulse"),
        threading.Thread(target=dispatcher.make_missing_index, name="index", daemon=True),
        threading.Thread(target=dispatcher.run_dispatcher, args=(stop,), name="dispatcher"),
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    stop_jobs()
    for thread in threads:
        thread.join(timeout=10)


@worker.command("drain")
def drain() -> None:
    """Hands on everything that waits, then ends: for scripts and tests."""
    click.echo(f"{dispatcher.dispatch_all()} handed on")


@clocks.command("run")
@click.argument("names", nargs=-1)
def run_clocks(names: tuple[str, ...]) -> None:
    """Runs every clock once, or those named: lapses, unanswered deliveries, ends of windows."""
    start_commands.refuse_to_start()
    failed = []
    for name in _known(names) or sorted(registers.clocks()):
        changed = schedule.run_and_note(name)
        click.echo(f"{name}: {'failed' if changed is None else changed}")
        failed += [name] if changed is None else []
    if failed:
        raise SystemExit(1)


@clocks.command("list")
def list_clocks() -> None:
    """Says of every clock when it ran last, what that changed, and when it runs next (times of England)."""
    for seen in schedule.clocks_seen():
        last = f"{seen.last_ran_at_utc.astimezone(LONDON):%Y-%m-%d %H:%M}" if seen.last_ran_at_utc else "never"
        how = f"failed: {seen.failed}" if seen.failed else f"changed {seen.changed}" if seen.changed is not None else ""
        following = f"{seen.next_at.astimezone(LONDON):%Y-%m-%d %H:%M}" if seen.next_at else "when asked"
        click.echo(f"{seen.name:28} last {last:16}  next {following:16}  {how}".rstrip())


@clocks.command("ask")
@click.argument("names", nargs=-1, required=True)
def ask_clocks(names: tuple[str, ...]) -> None:
    """Has the worker run the clocks named."""
    with closing(jobs.jobs()) as queue:
        for name in _known(names):
            queue.ask_clock(name)
            click.echo(f"{name}: the worker will run it")


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in registers.clocks():
            there_are = ", ".join(sorted(registers.clocks())) or "none"
            raise click.ClickException(f"There is no clock {name}. There are: {there_are}.")
    return names


@worker.command("housekeeping")
def run_housekeeping() -> None:
    """Throws away at once what the worker throws away at night."""
    for name, gone in jobs.run_housekeeping().items():
        click.echo(f"{name}: {gone}")


@evidence.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--even-most", is_flag=True, help="Remove though that is most of all files there are.")
def sweep_evidence(*, dry_run: bool, even_most: bool) -> None:
    """Removes files that have lain for a day without a row, names rows without a file; exit 1 where there are such."""
    try:
        swept = sweeping.sweep(dry_run=dry_run, even_most=even_most)
    except Refused as refused:
        raise click.ClickException(str(refused.problems[0].message)) from refused
    for sha256 in swept.without_row:
        click.echo(f"no row: {sha256}")
    for reference in swept.without_file:
        click.echo(f"no file: {reference}")
    would = f"{len(swept.without_row)} would be removed" if dry_run else f"{swept.removed} removed"
    click.echo(f"{swept.kept} files, {would}; {len(swept.without_file)} rows without a file")
    if swept.without_file:
        raise SystemExit(1)


@click.command("invariants")
def check_invariants() -> None:
    """Recomputes what must always be true from database and files alone; exit 1 and a line for each breach."""
    found = 0
    with work.reading() as reading:
        for name, check in sorted(registers.invariants().items()):
            for breach in check(reading):
                found += 1
                click.echo(f"{name}: {breach.rule}: {breach.subject}: {breach.detail}")
    if found:
        raise SystemExit(1)
    click.echo(f"{len(registers.invariants())} rules hold")


@audit_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-texts", is_flag=True, help="Leave out names and words; the chain can be checked all the same.")
def export(file: Path, *, without_texts: bool) -> None:
    """Writes the whole chain as JSON lines; `tools/check_audit.py FILE` checks it without the site."""
    count = 0
    with work.reading() as reading, file.open("w", encoding="utf-8") as out:
        for line in audit.export_lines(reading, with_texts=not without_texts):
            out.write(line + "\n")
            count += 1
    click.echo(f"{count - 2} entries written to {file}")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def make_backup(file: Path) -> None:
    """Writes an online copy of the database and every evidence file into FILE, a tar; the site may go on working.

    Exit 1 and a line for each evidence file that was left out because it no longer has its hash.
    """
    try:
        manifest = backup.backup(db.engine, files.store(), file)
    except backup.BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    _note_backup()
    click.echo(f"Written {file}: {said_of(manifest)}")
    for sha256 in manifest.left_out:
        click.echo(f"Left out, the file in the store is damaged: {sha256}", err=True)
    if manifest.left_out:
        raise SystemExit(1)


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away what the database and the evidence folder hold now.")
@with_appcontext
def restore_backup(file: Path, replace: bool) -> None:
    """Puts a backup in the place of an empty database; stop the site and its worker first.

    Everything is verified before anything is touched. On PostgreSQL run `flask db upgrade` before.
    """
    if replace:
        for room in restoring().values():
            with suppress(SQLAlchemyError):  # nothing can be kept of a database that cannot be read
                room.before()
    try:
        manifest = backup.restore(
            db.engine, files.store(), file, newest_migration=health.newest_migration(), replace=replace
        )
    except backup.BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"Restored {file}, made at {manifest.made_at_utc}: {said_of(manifest)}")
    for name, room in restoring().items():
        if count := room.after():
            click.echo(f"{name}: {count}")


def _note_backup() -> None:
    """Keeps when the last backup was made, for `flask deploy-check`."""
    settings().last_backup_note.write_text(now_utc().isoformat() + "\n")


def said_of(manifest: backup.Manifest) -> str:
    copy = manifest.database
    return (
        f"{len(copy.tables)} tables, {copy.rows} rows, {len(manifest.evidence)} evidence files, "
        f"migration {copy.migration}, audit head {copy.audit_sequence} {copy.audit_hash[:12]}"
    )


def install(app: Flask) -> None:
    app.cli.add_command(worker)
    app.cli.add_command(clocks)
    app.cli.add_command(audit_group)
    app.cli.add_command(evidence)
    app.cli.add_command(check_invariants)
    app.cli.add_command(make_backup)
    app.cli.add_command(restore_backup)
    start_commands.install(app)

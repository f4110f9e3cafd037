"""Taking in frameworks from files: all or nothing, the same again changes nothing, tried first where asked."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference, tidy_reference
from community_book.base.work import Work, changed, refuse
from cwb.frameworks.actions.taking_in import Taker
from cwb.frameworks.rules import MANAGE_FRAMEWORKS, FileRead, FrameworkRead, ReleaseRead, read_file
from cwb.frameworks.rules.merging import merge, what_is_new
from cwb.frameworks.tables import Framework, FrameworkImport, FrameworkUpload
from cwb.frameworks.views import ImportDone

LINES_AT_MOST = 100
UPLOADS_KEPT_HOURS = 24


class _OnlyLooking(Exception):
    """Ends a dry run: everything is undone, what it would have done is carried out."""

    def __init__(self, done: ImportDone) -> None:
        self.done = done


def import_file(actor: Actor, content: bytes, *, name: str = "", dry_run: bool = False) -> ImportDone:
    """Takes in a CSV file or an OCDS release package, or says what that would change.

    `name` is the framework of a spreadsheet, or another name for the one framework of a package. Raises
    Refused with a line for everything that is wrong with the file; nothing is saved then.
    """
    actor.must(MANAGE_FRAMEWORKS)
    read = read_file(content)
    if read.bad:
        raise Refused(*(Problem("file", row.says()) for row in read.bad[:LINES_AT_MOST]))
    name = " ".join(name.split())
    if len(name) > 200:
        raise refuse("name", N_("Use 200 characters or fewer for the name"))
    try:
        with transactions.work(actor) as work:
            done = _take_in(work, read, name, content)
            if dry_run:
                raise _OnlyLooking(done)
    except _OnlyLooking as looked:
        return looked.done
    return done


def _take_in(work: Work, read: FileRead, name: str, content: bytes) -> ImportDone:
    takers = []
    if read.table is not None:
        takers.append(_table(work, read.table, name, content))
    elif name and len(read.releases) > 1:
        raise refuse("name", N_("This package holds notices of several frameworks, so none can be given a name here"))
    else:
        takers += [_notices(work, ocid, releases, name) for ocid, releases in sorted(read.releases.items())]
    changes = tuple(message for taker in takers for message in taker.changes)
    warnings = (*read.warnings, *(message for taker in takers for message in taker.warnings))
    references = tuple(taker.framework.reference for taker in takers)
    for taker in takers:
        work.record(
            "framework.import",
            f"framework:{taker.framework.reference}",
            facts={"sha256": hashlib.sha256(content).hexdigest(), "changes": len(taker.changes)},
        )
    said = "\n".join(str(message) for message in (*changes, *warnings))
    return ImportDone(references, changes, tuple(dict.fromkeys(warnings)), hashlib.sha256(said.encode()).hexdigest())


def _table(work: Work, table: FrameworkRead, name: str, content: bytes) -> Taker:
    if not name:
        raise refuse("name", N_("Name the framework this table is of"))
    taker = Taker(work, _framework(work, name=name, ocid=None), name=name)
    taker.take_in(table)
    sha256 = hashlib.sha256(content).hexdigest()
    _note_import(work, taker.framework, "csv", sha256, {})
    return taker


def _notices(work: Work, ocid: str, releases: tuple[ReleaseRead, ...], name: str) -> Taker:
    """Merges what was taken in before with what is new, and does only what the new notices change."""
    stored = {
        row.release: ReleaseRead(ocid, row.release, str(row.content["at"]), row.content)
        for row in work.execute(select(FrameworkImport).where(FrameworkImport.source == ocid)).scalars()
    }
    fresh = {release.release: release for release in releases if release.release not in stored}
    before = merge(ocid, stored.values()).framework if stored else None
    merged = merge(ocid, [*stored.values(), *fresh.values()])
    if merged.wrong:
        raise Refused(*(Problem("file", message) for message in merged.wrong[:LINES_AT_MOST]))
    wanted = name or merged.framework.name
    taker = Taker(work, _framework(work, name=wanted, ocid=ocid), name=wanted)
    for release in releases:
        known = stored.get(release.release)
        if known is not None and dict(known.content) != dict(release.content):
            taker.warnings.append(
                Message(
                    N_("Release %(id)s was taken in before with other content. It is left as it was."),
                    id=release.release,
                )
            )
    if not fresh:
        return taker
    taker.warnings += merged.warnings
    taker.take_in(what_is_new(before, merged.framework))
    for release in sorted(fresh.values(), key=lambda one: (one.at, one.release)):
        _note_import(work, taker.framework, ocid, release.release, dict(release.content))
    if not merged.framework.suppliers:
        taker.warnings.append(Message(N_("No suppliers are named yet: nobody is admitted.")))
    return taker


def _framework(work: Work, *, name: str, ocid: str | None) -> Framework | None:
    """The framework meant: that of the ocid, else that of the name unless it has another ocid."""
    if ocid is not None:
        found = work.execute(select(Framework).where(Framework.ocid == ocid)).scalar_one_or_none()
        if found is not None:
            return found
    named = work.execute(select(Framework).where(Framework.name == name)).scalar_one_or_none()
    if named is not None and ocid is not None and named.ocid is not None:
        raise refuse(
            "name",
            N_("A framework of this name has another ocid, %(ocid)s. Give this one another name"),
            ocid=named.ocid,
        )
    return named


def _note_import(work: Work, framework: Framework, source: str, release: str, content: dict[str, object]) -> None:
    known = work.execute(
        select(FrameworkImport).where(FrameworkImport.source == source, FrameworkImport.release == release)
    ).scalar_one_or_none()
    if known is None:
        work.add(
            FrameworkImport(
                framework_id=framework.id, source=source, release=release, content=content, at_utc=now_utc()
            )
        )
        work.flush()


# --- looked at first, taken in then ----------------------------------------------------------------


def keep_upload(actor: Actor, file_name: str, content: bytes, *, name: str = "") -> tuple[str, ImportDone]:
    """Says what a file would change and keeps it for `take_in_upload`; returns its reference. Raises Refused."""
    actor.must(MANAGE_FRAMEWORKS)
    looked = import_file(actor.for_form(None), content, name=name, dry_run=True)
    with transactions.bookkeeping(actor) as work:
        row = FrameworkUpload(
            reference=new_reference("FU"),
            name=file_name[:120],
            framework_name=name,
            content=content,
            added_by=actor.pseudonym,
        )
        work.add(row)
        work.flush()
        return row.reference, looked


def take_in_upload(actor: Actor, reference: str, fingerprint: str) -> ImportDone:
    """Takes in a file that was looked at, if it still changes what was shown then. Raises WrongState otherwise."""
    actor.must(MANAGE_FRAMEWORKS)
    with transactions.reading() as reading:
        row = reading.execute(
            select(FrameworkUpload).where(
                FrameworkUpload.reference == tidy_reference(reference), FrameworkUpload.added_by == actor.pseudonym
            )
        ).scalar_one_or_none()
        if row is None:
            raise NotThere
        content, name = row.content, row.framework_name
    read = read_file(content)
    with transactions.work(actor) as work:
        done = _take_in(work, read, name, content)
        if done.fingerprint != fingerprint:
            raise WrongState(
                Message(N_("Something changed since you looked: the file would do something else now. Look again."))
            )
        work.execute(delete(FrameworkUpload).where(FrameworkUpload.reference == row.reference))
    return done


def drop_old_uploads(actor: Actor) -> int:
    """Throws away files that were looked at and left; returns how many."""
    with transactions.bookkeeping(actor) as work:
        before = now_utc() - timedelta(hours=UPLOADS_KEPT_HOURS)
        return changed(work, delete(FrameworkUpload).where(FrameworkUpload.created_at_utc < before))

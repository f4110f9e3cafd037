"""Files: checked and kept before the act begins, rows inside it. Evidence belongs to one delivery."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import text, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import Refused
from community_book.base.file_checking import FileLimits, Infected, check_file
from community_book.base.file_checking.looks import BANDS, bands_of
from community_book.base.files import store
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference
from community_book.base.settings import settings
from community_book.base.tables import StoredFile
from community_book.base.work import Work, changed, refuse
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.queries import kept as kept_files
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.queries.alike import similar_picture_elsewhere
from cwb.deliveries.rules import Flag, SentFile
from cwb.deliveries.tables import Delivery, Evidence

NOT_AGREED = Message(
    N_(
        "Tick this if nobody can be recognised on your photographs, or everybody who can be has agreed. "
        "Otherwise send the report without them"
    )
)


GONE = Message(N_("A file you sent is not kept any more. Choose it again"))


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in the store already and waits for its row."""

    name: str
    media_type: str
    extension: str
    sha256: str
    sha256_original: str
    size_bytes: int
    look: int | None = None


@dataclass(frozen=True)
class KeptFiles:
    """Files of one report, checked and kept. Made before the act opens its Work: decoding would hold the database."""

    files: tuple[KeptFile, ...] = ()
    people_agreed: bool = False
    waiting: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        actor: Actor,
        about: str,
        files: Iterable[SentFile],
        *,
        people_agreed: bool,
        waiting: Collection[str] = (),
    ) -> KeptFiles:
        """Checks each file and puts it into the store, one at a time. Raises Refused with all that is wrong.

        A virus is written down with its name, beside what the file was sent for (`about`, such as "pledge:P-7K2M9Q").
        `waiting` are references of files that were checked before (`keeping.receive_files`).
        """
        sent = list(files)
        most = settings().files_per_delivery
        if len(sent) > most:
            raise refuse("files", N_("Send %(most)s files or fewer"), most=most)
        kept, problems = check_and_store(actor, about, sent)
        if any(file.media_type.startswith("image/") for file in kept) and not people_agreed:
            problems.append(Problem("people_agreed", NOT_AGREED))
        if problems:
            raise Refused(*problems)
        return cls(tuple(kept), people_agreed, tuple(waiting))


def check_and_store(actor: Actor, about: str, files: Iterable[SentFile]) -> tuple[list[KeptFile], list[Problem]]:
    """Checks each file and puts what is good into the store; returns that, and what is wrong with the others."""
    limits = FileLimits(bytes_at_most=settings().file_bytes_at_most)
    kept: list[KeptFile] = []
    problems: list[Problem] = []
    for file in files:
        try:
            content = file.read(limits.bytes_at_most + 1)
            checked = check_file(file.name, content, limits, scanner=settings().clamd)
        except Refused as refused:
            if isinstance(refused, Infected):
                _note_virus(actor, about, refused.finding)
            problems += refused.problems
            continue
        store().put(checked.content)
        kept.append(
            KeptFile(
                checked.name,
                checked.media_type,
                checked.extension,
                checked.sha256,
                checked.sha256_original,
                len(checked.content),
                checked.look,
            )
        )
    return kept, problems


def _note_virus(actor: Actor, about: str, finding: str) -> None:
    """Writes down what was found; the form it came with may be sent again without the file."""
    with transactions.work(actor.for_form(None)) as work:
        work.record("delivery.refuse_infected_file", about, facts={"finding": finding})


def stored_row(actor: Actor, file: KeptFile, owner_kind: str, owner_id: int) -> StoredFile:
    """The row of a file that lies in the store."""
    bands = bands_of(file.look) if file.look is not None else (None,) * BANDS
    return StoredFile(
        reference=new_reference("FI"),
        sha256=file.sha256,
        sha256_original=file.sha256_original,
        size_bytes=file.size_bytes,
        media_type=file.media_type,
        extension=file.extension,
        name=file.name,
        owner_kind=owner_kind,
        owner_id=owner_id,
        added_by=actor.pseudonym,
        added_as_organisation_id=actor.organisation_id,
        look_1=bands[0],
        look_2=bands[1],
        look_3=bands[2],
        look_4=bands[3],
    )


def attach(work: Work, row: Delivery, kept: KeptFiles) -> list[str]:
    """Step: the rows of a report's files; returns their hashes. Raises Refused beyond the most a report may have."""
    most = settings().files_per_delivery
    count = len(kept.files) + len(set(kept.waiting))
    if count and reads.file_count(work, row.id) + count > most:
        raise refuse("files", N_("A report can have %(most)s files at most"), most=most)
    rows = [stored_row(work.actor, file, "delivery", row.id) for file in kept.files]
    work.add_all(rows)
    work.flush()
    rows += _take_over(work, row, kept)
    work.add_all(Evidence(delivery_id=row.id, file_id=file.id, people_agreed=kept.people_agreed) for file in rows)
    work.flush()
    _one_after_another(work, rows)
    return [file.sha256 for file in rows]


_LOCKED_IN_ORDER = text("""
    SELECT pg_advisory_xact_lock(hashtext('same file'), key)
    FROM (SELECT DISTINCT hashtext(one) AS key FROM unnest(CAST(:hashes AS text[])) AS one ORDER BY key) AS keys
""")


def _one_after_another(work: Work, files: Collection[StoredFile]) -> None:
    """Makes acts that bring the same file wait for one another, so that the second sees the first and is flagged.

    On SQLite one act writes at a time anyway.
    """
    if work.get_bind().dialect.name != "postgresql":
        return
    hashes = {kept for file in files for kept in (file.sha256, file.sha256_original)}
    if hashes:
        work.execute(_LOCKED_IN_ORDER, {"hashes": sorted(hashes)})


def _take_over(work: Work, row: Delivery, kept: KeptFiles) -> list[StoredFile]:
    """Makes waiting files those of a report. Each is taken over once, by whoever sent it."""
    wanted = set(kept.waiting)
    if not wanted:
        return []
    files = list(kept_files.waiting_rows(work, work.actor, wanted))
    if any(file.media_type.startswith("image/") for file in files) and not kept.people_agreed:
        raise Refused(Problem("people_agreed", NOT_AGREED))
    taken = changed(
        work,
        update(StoredFile)
        .where(StoredFile.id.in_([file.id for file in files]), StoredFile.owner_kind == kept_files.WAITING)
        .values(owner_kind="delivery", owner_id=row.id),
    )
    if taken != len(wanted):
        raise Refused(Problem("files", GONE))
    return files


def add_evidence(
    actor: Actor,
    reference: str,
    files: Iterable[SentFile] = (),
    *,
    waiting: Collection[str] = (),
    people_agreed: bool = False,
    version: int | None = None,
) -> str:
    """Adds files to a report while a decision is still to come."""
    actor.must(rules.REPORT_DELIVERY)
    kept = KeptFiles.of(actor, f"delivery:{reference}", files, people_agreed=people_agreed, waiting=waiting)
    if not kept.files and not kept.waiting:
        raise refuse("files", N_("Choose at least one file"))
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "add_evidence", version)
        attached = attach(work, taken.row, kept)
        flags = set(rules.known(taken.row.flags)) - {Flag.NO_EVIDENCE}
        if reads.same_file_elsewhere(work, taken.row.id):
            flags.add(Flag.SAME_FILE)
        if similar_picture_elsewhere(work, taken.row.id):
            flags.add(Flag.SIMILAR_PICTURE)
        taken.row.flags = [str(flag) for flag in Flag if flag in flags]
        standing.note(work, taken.row, "add_evidence", amount=len(attached))
        standing.record(work, taken, "add_evidence", facts={"files": attached}, texts={})
    return reference

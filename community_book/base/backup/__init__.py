"""One file that holds everything: an online copy of the database and every evidence file.

The archive is a plain tar. Its members are `database/…` and `evidence/<sha256>`; the last two are the manifest
and the manifest's own hash, so that a torn archive is one without its end. Nothing is ever held in memory whole.
The key that signs cookies is left out on purpose: after a restore on another machine people sign in again.
"""

from community_book.base.backup.archive import BackupFault, Manifest
from community_book.base.backup.backing_up import backup
from community_book.base.backup.restoring import restore

__all__ = ["BackupFault", "Manifest", "backup", "restore"]

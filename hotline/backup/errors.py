"""Why a backup is not written, not read, or not restored."""

from hotline.errors import HotlineError
from hotline.wording import N_


class BackupError(HotlineError):
    """A backup was refused."""


class FileTakenError(BackupError):
    """An older backup is never written over."""

    sentence = N_("There is already a file %(file)s: choose another name.")


class NotWrittenError(BackupError):
    """The disk, or the folder, refused."""

    sentence = N_("The backup could not be written to %(file)s: %(reason)s. Nothing was left behind.")


class NotReadError(BackupError):
    """The file is not there, or may not be read."""

    sentence = N_("%(file)s cannot be read: %(reason)s.")


class NoBackupError(BackupError):
    """Some other file."""

    sentence = N_("%(file)s is not a backup of this service.")


class DamagedError(BackupError):
    """What is in the file is not what was written."""

    sentence = N_("This backup is damaged or cut short: %(part)s is not as it was written.")


class WrongBackupKeyError(BackupError):
    """An encrypted backup without its key."""

    sentence = N_(
        "This backup is encrypted under another key: set HOTLINE_BACKUP_KEY to the one of that time."
    )


class WrongSealKeyError(BackupError):
    """Without the seal keys nobody could read callers' names and numbers, nor find them."""

    sentence = N_(
        "Callers' data in this backup is sealed with other keys: set HOTLINE_SEAL_KEY to the keys of that"
        " time (or put seal_key into HOTLINE_DATA), then restore."
    )


class NotEmptyError(BackupError):
    """Restoring over data would mix two desks."""

    sentence = N_(
        "There is data here already. A backup is restored into an empty place: choose another HOTLINE_DATA"
        " or DATABASE_URL."
    )


class LaterVersionError(BackupError):
    """Written by a version that knows more tables than this one."""

    sentence = N_("This backup was written by a later version of the service: install that version first.")

"""Errors that the analyst can mend: what is wrong, where, what was found, what to do."""


class SeqrecError(Exception):
    """Something the analyst can mend; its text is shown on the page as it is."""


class LogFormatError(SeqrecError):
    """The uploaded file cannot be read as a behaviour log."""


class MappingError(SeqrecError):
    """A column of the mapping is missing from the file or chosen twice."""


class ConfigError(SeqrecError):
    """A choice (support, learning rate, epochs...) is outside its range."""


class OverLimitError(SeqrecError):
    """The work asked for would not fit in time or memory; says what would."""


class TooSmallError(SeqrecError):
    """The log has too few users, events or items for what was asked."""


class WorkspaceError(SeqrecError):
    """The workspace cannot be read or written, or was made by a newer version."""


class ReadOnlyError(SeqrecError):
    """The studio is shown in demo mode: nothing may be stored, changed or deleted."""


class NotStoredError(SeqrecError):
    """A log, run or mined result that is asked for is not in the workspace."""


class EngineError(SeqrecError):
    """An engine beside our own is missing, cannot be reached or ended the work."""


class BundleError(SeqrecError):
    """An exported model is damaged, of another version, or holds what it must not."""


class BackboneError(SeqrecError):
    """A language model cannot be found, read, or used for what was asked."""

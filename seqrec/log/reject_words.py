"""Rejected rows in the reader's language; stored files and downloads keep the English reasons."""

import re

import pandas as pd

from seqrec.translation.texts import tr

_MISSING = re.compile(r"no (\w+)(?: \('(.*)'\))?")
_LONG = re.compile(r"(\w+) of more than ([\d,]+) characters")


def tell_reason(reason: str) -> str:
    """Why a row could not be used, as a reader is told."""
    if found := _MISSING.fullmatch(reason):
        role, marker = found.groups()
        if marker is None:
            return tr("no {role}", role=tr(role))
        return tr("no {role} ('{marker}')", role=tr(role), marker=marker)
    if found := _LONG.fullmatch(reason):
        return tr("{role} of more than {n} characters", role=tr(found[1]), n=found[2])
    return tr(reason)


def tell_rejects(rejects: pd.DataFrame) -> pd.DataFrame:
    """The same rows with headings and reasons as a reader is told.

    Args:
        rejects: as `reject_frame` gives them.
    """
    told = rejects.assign(Reason=rejects["Reason"].map(tell_reason))
    return told.rename(columns={name: tr(name) for name in map(str, told)})

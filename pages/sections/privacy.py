"""Data page: what is done for the people in the log."""

import streamlit as st

from pages.shared.texts import plain
from seqrec.log.columns import ColumnMapping
from seqrec.log.guess import Guess
from seqrec.log.source import DEFAULT_MIN_USERS, Privacy
from seqrec.translation.texts import mark, tr


def draw_privacy(guess: Guess, mapping: ColumnMapping) -> tuple[Privacy, bool]:
    """The choices about personal data, and whether the given bytes are kept."""
    personal = {found.column: found for found in guess.personal}
    for found in guess.personal:
        if found.column in mapping.columns().values():
            said = mark("Column '{column}' is used: it seems to hold {what} ({reason}).")
        else:
            said = mark("Column '{column}' is left out: it seems to hold {what} ({reason}).")
        told = tr(said, column=found.column, what=tr(found.kind), reason=found.reason)
        st.warning(plain(told), icon=":material/shield_person:")
    user_is_personal = mapping.user in personal
    with st.expander(tr("Privacy"), icon=":material/shield:", expanded=bool(personal)):
        pseudonyms = st.toggle(
            tr("Replace user ids by pseudonyms"),
            user_is_personal,
            key="privacy-pseudonyms",
            help=tr(
                "A keyed hash; the key stays in this workspace. It is not anonymity: who holds "
                "the key can find a user again."
            ),
        )
        min_users = st.number_input(
            tr("Publish nothing that fewer users than this show"),
            1,
            1_000_000,
            DEFAULT_MIN_USERS,
            key="privacy-min-users",
            help=tr("Exports and reports leave out patterns and rules of fewer distinct users."),
        )
        keep = st.toggle(
            tr("Keep the original file beside the log"),
            value=False,
            key="privacy-keep",
            disabled=pseudonyms,
            help=tr(
                "Without it the file is deleted once the log is stored. With pseudonyms it is "
                "never kept."
            ),
        )
        st.caption(tr("Only the columns chosen above are stored; all others are left out."))
    return Privacy(pseudonyms=pseudonyms, min_users=min_users), keep and not pseudonyms

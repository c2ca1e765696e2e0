"""Recommend page: the rule file that is kept with the log and that no list bypasses."""

import streamlit as st

from pages.shared import cached
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import current_workspace, show_refusal
from pages.shared.texts import plain
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.list_rules import ListRules, describe_rules
from seqrec.recommend.rule_store import load_rules, read_rule_text, save_rules
from seqrec.translation.texts import mark, tr

_IDS = mark("ids of the log")
EXAMPLE = """version: 1
block:
  items: []              # ids of the log
  categories: []
gates: []                # - {category: Wine, after: Food}
limits: []               # - {category: Sale, at_most: 3}
include: []              # - {category: New, at_least: 1}
"""


def draw_rule_file(log: BehaviourLog) -> ListRules | None:
    """The rules of the file, and the means to change it; None (and why) where it must be."""
    workspace, catalogue = current_workspace(), cached.catalogue(log)
    stored = read_rule_text(workspace, log)
    rules = None
    with show_refusal():
        rules = load_rules(workspace, log, catalogue)
        st.caption(plain(tr("Rule file: {rules}", rules=describe_rules(rules))))
    if is_locked(Locked.RULES):
        return rules
    with st.expander(tr("Rule file of this log")):
        st.caption(
            tr(
                "Kept with the log and all its versions. Every list obeys it, here, in a batch and "
                "in the service; it is applied after scoring."
            )
        )
        given = st.file_uploader(tr("A rule file (YAML)"), type=["yaml", "yml"], key="rule-upload")
        text = st.text_area(
            tr("Rules"),
            stored or EXAMPLE.replace(_IDS, tr(_IDS)),
            height=220,
            key=f"rule-text-{log.log_id}",
        )
        with st.container(horizontal=True):
            if st.button(tr("Keep these rules"), key="rule-save", type="primary"):
                _save(log, text.encode() if given is None else given.getvalue())
            if st.button(tr("Remove the rules"), key="rule-remove", disabled=not stored):
                _save(log, b"")
    return rules


def _save(log: BehaviourLog, data: bytes) -> None:
    with show_refusal():
        save_rules(current_workspace(), log, cached.catalogue(log), data)
        st.rerun()

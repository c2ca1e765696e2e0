"""The rule file that an organisation keeps with a log; all versions of the log share it."""

from pathlib import Path

from seqrec.errors import ConfigError
from seqrec.log.behaviour_log import BehaviourLog, Catalogue
from seqrec.recommend.list_rules import NO_RULES, ListRules
from seqrec.recommend.obligations import read_obligations
from seqrec.recommend.shelf import name_categories
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace, write_whole


def rule_file(workspace: Workspace, log: BehaviourLog) -> Path:
    """Where the rule file of a log lies, or would lie."""
    return workspace.rules / f"{log.family}.yaml"


def read_rule_text(workspace: Workspace, log: BehaviourLog) -> str:
    """The rule file as it was given; "" where there is none."""
    path = rule_file(workspace, log)
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def load_rules(workspace: Workspace, log: BehaviourLog, catalogue: Catalogue) -> ListRules:
    """The rules that every list of this log obeys; none where there is no rule file.

    Raises:
        ConfigError: the file does not suit the log, say because a version of it has lost a
            category: nothing may be listed before it does, for no rule is passed over.
    """
    text = read_rule_text(workspace, log)
    return check_rules(text, catalogue) if text else NO_RULES


def check_rules(text: str, catalogue: Catalogue) -> ListRules:
    """The rules of a text, checked against the items of a log.

    Raises:
        ConfigError: it is no rule file, names what the log has not, or contradicts itself.
    """
    categories = frozenset[str]().union(*name_categories(catalogue))
    return read_obligations(text, catalogue.item_keys, categories)


def save_rules(
    workspace: Workspace, log: BehaviourLog, catalogue: Catalogue, data: bytes
) -> ListRules:
    """Keep a rule file with a log; the one before stays where the new one is refused.

    Args:
        workspace: where it is kept.
        log: whose lists are to obey.
        catalogue: of the log.
        data: the file, UTF-8; empty removes the rules.

    Raises:
        ConfigError: it is no rule file for this log.
    """
    workspace.check_writable()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            tr(
                "the rule file is not text in UTF-8 (byte {byte}); save it as UTF-8",
                byte=error.start,
            )
        ) from error
    if not text.strip():
        rule_file(workspace, log).unlink(missing_ok=True)
        return NO_RULES
    rules = check_rules(text, catalogue)
    workspace.rules.mkdir(exist_ok=True)
    write_whole(rule_file(workspace, log), text.encode())
    return rules

"""Which share of a backbone would learn, from its facts alone; nothing here loads torch."""

from seqrec.errors import ConfigError
from seqrec.language.backbones import BackboneFacts
from seqrec.language.tuning_config import Tuning, TuningConfig
from seqrec.translation.texts import tr

_MATRICES = 2  # of a layer that get additions: query and value


def estimate_share(facts: BackboneFacts, config: TuningConfig) -> float:
    """Share of the weights that learn, additions among them; 0 to 1.

    Exact for a prefix, and for LoRA where query and value are square matrices of their own (BERT
    and its kin); otherwise near it. In full, layers count by their share of what is no word vector.

    Raises:
        ConfigError: there are fewer layers than are to stay frozen.
    """
    if config.frozen_layers >= facts.n_layers:
        raise ConfigError(
            tr(
                "{frozen} layers are to stay frozen and the backbone has {layers}; freeze at most "
                "{most}, or choose 'frozen' for all",
                frozen=config.frozen_layers,
                layers=facts.n_layers,
                most=facts.n_layers - 1,
            )
        )
    n_learning = facts.n_layers - config.frozen_layers
    if config.tuning is Tuning.FULL:
        words = facts.n_words * facts.width
        layers = facts.n_parameters - words
        learned = layers * n_learning / facts.n_layers if config.frozen_layers else layers + words
        return learned / facts.n_parameters
    added = {
        Tuning.FROZEN: 0,
        Tuning.PREFIX: config.prefix_tokens * facts.n_layers * 2 * facts.width,
        Tuning.LORA: n_learning * _MATRICES * 2 * config.rank * facts.width,
    }[config.tuning]
    return added / (facts.n_parameters + added)

"""Blocks of `transformers`, fed with item embeddings: one signature for each architecture."""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import (
    BertConfig,
    BertModel,
    GPT2Config,
    GPT2Model,
    LlamaConfig,
    LlamaModel,
)

from seqrec.models.dropout import ByteDropout
from seqrec.models.shape import Architecture, ModelConfig

# What writes into the residual stream starts at zero: training starts from the embeddings alone.
_LAST_PROJECTIONS = ("c_proj.weight", "o_proj.weight", "down_proj.weight", "output.dense.weight")


class Gpt2Blocks(nn.Module):
    """Pre-norm causal blocks with learned positions, counted from the newest event backwards."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.model = GPT2Model(_gpt2(config))
        del self.model.wte  # items come in through `inputs_embeds`

    def forward(self, embedded: Tensor, lengths: Tensor) -> Tensor:
        """What is known after each event.

        Args:
            embedded: right-padded; (B, L, D).
            lengths: events in each row; (B,).

        Returns:
            (B, L, D); rows of padding hold nothing of use.
        """
        output: Tensor = self.model(
            inputs_embeds=embedded,
            position_ids=positions_from_the_newest(embedded, lengths),
            attention_mask=_nothing_masked(embedded),
            use_cache=False,
        ).last_hidden_state
        return output


class LlamaBlocks(nn.Module):
    """Pre-norm causal blocks with rotary positions, RMS norms and gated layers.

    Unlike Llama, what enters the residual stream is dropped out at random, as in GPT-2.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.model = LlamaModel(llama_config(config))
        del self.model.embed_tokens
        self.drop = nn.Dropout(config.dropout)
        for name, module in self.model.named_modules():
            if name.endswith(("o_proj", "down_proj")):
                module.register_forward_hook(self._drop_output)

    def forward(self, embedded: Tensor, lengths: Tensor) -> Tensor:
        """As `Gpt2Blocks.forward`; rotary positions are relative, so lengths do not matter."""
        del lengths
        output: Tensor = self.model(
            inputs_embeds=self.drop(embedded),
            attention_mask=_nothing_masked(embedded),
            use_cache=False,
        ).last_hidden_state
        return output

    def _drop_output(self, _projection: nn.Module, _given: Any, output: Tensor) -> Tensor:  # noqa: ANN401
        dropped: Tensor = self.drop(output)
        return dropped


class BertBlocks(nn.Module):
    """Post-norm blocks that see both sides, positions counted from the newest event backwards."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.model = BertModel(_bert(config), add_pooling_layer=False)
        del self.model.embeddings.word_embeddings

    def forward(self, embedded: Tensor, lengths: Tensor) -> Tensor:
        """As `Gpt2Blocks.forward`, but what is known at each event from all others."""
        places = torch.arange(embedded.shape[1], device=embedded.device)
        # A row without an event sees its padding: attention over nothing is not a number.
        mask = (places < lengths.clamp(min=1)[:, None]).long()
        output: Tensor = self.model(
            inputs_embeds=embedded,
            position_ids=positions_from_the_newest(embedded, lengths),
            attention_mask=mask,
        ).last_hidden_state
        return output


Blocks = Gpt2Blocks | LlamaBlocks | BertBlocks


def make_blocks(config: ModelConfig) -> Blocks:
    """New blocks of the chosen architecture, which pass their input on until they have learned."""
    kinds: dict[Architecture, type[Gpt2Blocks | LlamaBlocks | BertBlocks]] = {
        Architecture.GPT2: Gpt2Blocks,
        Architecture.LLAMA: LlamaBlocks,
        Architecture.BERT: BertBlocks,
    }
    blocks = kinds[config.architecture](config)
    for name, weight in blocks.named_parameters():
        if name.endswith(_LAST_PROJECTIONS):
            nn.init.zeros_(weight)
    _make_dropout_cheap(blocks)
    return blocks


def llama_config(config: ModelConfig) -> LlamaConfig:
    """The shape in the words of `transformers`; it drops out nothing by itself."""
    return LlamaConfig(
        vocab_size=1,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
        hidden_size=config.width,
        # Three matrices instead of two: as many weights as four times the width has in GPT-2.
        intermediate_size=-(-8 * config.width // 3),
        num_hidden_layers=config.n_blocks,
        num_attention_heads=config.n_heads,
        num_key_value_heads=config.n_heads,
        max_position_embeddings=config.max_length,
    )


def _make_dropout_cheap(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, nn.Dropout):
            setattr(module, name, ByteDropout(child.p))
        else:
            _make_dropout_cheap(child)


def positions_from_the_newest(embedded: Tensor, lengths: Tensor) -> Tensor:
    """Position 0 for the newest event of each row, rising backwards; padding has 0; (B, L)."""
    places = torch.arange(embedded.shape[1], device=embedded.device)
    positions: Tensor = (lengths[:, None] - 1 - places).clamp(min=0)
    return positions


def _nothing_masked(embedded: Tensor) -> Tensor:
    """A mask of ones, (B, L).

    Right-padded and causal: no real position can see padding, so nothing is masked. But without a
    mask `transformers` takes falling positions for sequences of one event each, packed into a
    row, and lets no event see another.
    """
    return torch.ones(embedded.shape[:2], dtype=torch.long, device=embedded.device)


def _gpt2(config: ModelConfig) -> GPT2Config:
    return GPT2Config(
        vocab_size=1,
        bos_token_id=None,
        eos_token_id=None,
        n_positions=config.max_length,
        n_embd=config.width,
        n_layer=config.n_blocks,
        n_head=config.n_heads,
        resid_pdrop=config.dropout,
        embd_pdrop=config.dropout,
        attn_pdrop=0.0,  # with it, attention is not fused, and a block takes half as long again
        # The same function as the default, fused.
        activation_function="gelu_pytorch_tanh",
    )


def _bert(config: ModelConfig) -> BertConfig:
    return BertConfig(
        vocab_size=1,
        pad_token_id=None,
        hidden_size=config.width,
        intermediate_size=4 * config.width,
        num_hidden_layers=config.n_blocks,
        num_attention_heads=config.n_heads,
        max_position_embeddings=config.max_length + 1,  # the mask that stands for the next event
        hidden_dropout_prob=config.dropout,
        attention_probs_dropout_prob=0.0,
    )

"""Softmax losses over many items whose logits are never held all at once."""

import math
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

_LOGITS_AT_ONCE = 1 << 21  # 8 MiB at most: they stay near a core
# Exponentials of such logits, and sums of millions of them, neither overflow nor vanish.
_STEADY_LOGIT = 70.0


def product_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the device multiplies its matrices much faster than others, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if device.type == "cpu" and _has_amx() else torch.float32


def full_softmax_loss(
    hidden: Tensor,
    outputs: Tensor,
    bias: Tensor,
    wanted: Tensor,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Mean cross-entropy (nats) of the wanted items among all items.

    Args:
        hidden: what is known before each target; (n, D).
        outputs: vectors of all items, padding first; (V, D).
        bias: of all items; (V,).
        wanted: the targets, from 1; (n,).
        dtype: of the products over all items; the logits of the targets are float32.
    """
    own = _own_logits(hidden, outputs, bias, wanted)
    return _shared_loss(hidden, own, outputs[1:], bias[1:], wanted - 1, dtype)


def sampled_softmax_loss(
    hidden: Tensor,
    outputs: Tensor,
    bias: Tensor,
    wanted: Tensor,
    n_negatives: int,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Estimate of `full_softmax_loss` from uniform negatives that all targets share.

    The logits of the negatives are raised by the log of the items that each stands for (Jean et
    al. 2015, section 3). Unlike the paper, a negative is counted once however often it is drawn,
    and not at all for a target that it is.

    Args:
        hidden: as in `full_softmax_loss`; (n, D).
        outputs: likewise; (V, D).
        bias: likewise; (V,).
        wanted: likewise; (n,).
        n_negatives: drawn with replacement.
        dtype: as in `full_softmax_loss`.
    """
    n_items = outputs.shape[0] - 1
    drawn = torch.randint(1, n_items + 1, (n_negatives,), device=hidden.device)
    negatives = torch.unique(drawn)  # (N,)
    share = 1.0 - (1.0 - 1.0 / n_items) ** n_negatives  # of the items that are drawn
    places = torch.full((n_items + 1,), -1, device=hidden.device)
    places[negatives] = torch.arange(len(negatives), device=hidden.device)
    own = _own_logits(hidden, outputs, bias, wanted)
    raised = bias.index_select(0, negatives) - math.log(share)
    shared = outputs.index_select(0, negatives)
    return _shared_loss(hidden, own, shared, raised, places[wanted], dtype)


@cache
def _has_amx() -> bool:
    return bool(torch.cpu.get_capabilities().get("amx_bf16", False))


def _own_logits(hidden: Tensor, outputs: Tensor, bias: Tensor, wanted: Tensor) -> Tensor:
    vectors = outputs.index_select(0, wanted)  # its gradient is added up faster than indexing's
    return (hidden * vectors).sum(dim=1) + bias.index_select(0, wanted)  # (n,)


def _shared_loss(*arguments: Tensor | torch.dtype) -> Tensor:
    loss: Tensor = _SharedSoftmax.apply(*arguments)  # type: ignore[no-untyped-call] # torch's
    return loss


class _SharedSoftmax(torch.autograd.Function):
    """Mean of log(exp(own) + sum of exp of the shared candidates' logits) - own.

    The gradient is made in the forward pass, a block of rows at a time while its logits are in
    the cache: each is exponentiated once, and memory does not grow with rows x candidates.
    """

    @staticmethod
    def forward(  # noqa: PLR0913, PLR0917 - the context is torch's
        ctx: Any,  # noqa: ANN401 - torch's context
        hidden: Tensor,
        own: Tensor,
        candidates: Tensor,
        bias: Tensor,
        clash: Tensor,
        dtype: torch.dtype,
    ) -> Tensor:
        """The loss.

        Args:
            ctx: of torch.
            hidden: (n, D).
            own: logit of each target; (n,).
            candidates: vectors of the items that all rows share; (C, D).
            bias: theirs; (C,).
            clash: which candidate is the row's own target, -1 for none; (n,).
            dtype: of the products with candidates.
        """
        with torch.autocast(hidden.device.type, enabled=False):
            loss, gradients = _loss_and_gradients(
                (hidden.float(), own.float(), candidates.float(), bias.float()),
                clash,
                dtype,
                need_gradients=any(ctx.needs_input_grad),
            )
        ctx.save_for_backward(*gradients)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        """The gradients that the forward pass made, scaled."""
        return (*(saved * gradient for saved in ctx.saved_tensors), None, None)


def _loss_and_gradients(
    tensors: tuple[Tensor, Tensor, Tensor, Tensor],
    clash: Tensor,
    dtype: torch.dtype,
    *,
    need_gradients: bool,
) -> tuple[Tensor, list[Tensor]]:
    hidden, own, candidates, bias = tensors
    near, near_bias, near_hidden = candidates.to(dtype), bias.to(dtype), hidden.to(dtype)
    gradients = [torch.empty_like(hidden), torch.empty_like(own)]
    gradients += [torch.zeros_like(candidates), torch.zeros_like(bias)]
    steady = _is_steady(hidden, candidates, bias) and bool(own.abs().amax() <= _STEADY_LOGIT)
    total = torch.zeros((), device=hidden.device)
    size = max(64, _LOGITS_AT_ONCE // max(len(candidates), 1))
    room = near.new_empty(min(size, len(hidden)), len(candidates))
    for start in range(0, len(hidden), size):
        rows = slice(start, start + size)
        some = near_hidden[rows]
        logits = torch.addmm(near_bias, some, near.T, out=room[: len(some)])  # (rows, C)
        clashing = torch.nonzero(clash[rows] >= 0).squeeze(1)
        logits[clashing, clash[rows][clashing]] = -torch.inf
        top = torch.zeros_like(own[rows])
        if not steady:
            top = torch.maximum(logits.amax(dim=1).float(), own[rows])  # (rows,)
            logits.sub_(top[:, None])
        weights = logits.exp_()
        own_weight = (own[rows] - top).exp()
        # Not summed into float32: torch would copy all weights first.
        sums = weights.sum(dim=1).float() + own_weight
        total += (sums.log() + top - own[rows]).sum()
        if need_gradients:
            part = 1.0 / (sums * len(hidden))
            gradients[0][rows] = (weights @ near) * part[:, None]
            gradients[1][rows] = (own_weight * part) - 1.0 / len(hidden)
            _add_product(gradients[2], weights.T, (hidden[rows] * part[:, None]).to(dtype))
            gradients[3] += weights.T @ part.to(dtype)
    return total / len(hidden), gradients if need_gradients else []


def _is_steady(hidden: Tensor, candidates: Tensor, bias: Tensor) -> bool:
    """Whether no logit can be so large that its exponential needs a shift."""
    if not len(hidden) or not len(candidates):
        return False
    longest = hidden.norm(dim=1).amax() * candidates.norm(dim=1).amax()
    return bool(longest + bias.abs().amax() <= _STEADY_LOGIT)


def _add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    if left.dtype is total.dtype:
        total.addmm_(left, right)
    else:
        total += left @ right

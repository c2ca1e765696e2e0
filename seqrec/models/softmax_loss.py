"""Softmax losses over many items whose logits are never held all at once."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

_LOGITS_AT_ONCE = 1 << 20  # 4 MiB: they stay in the cache of a core


def full_softmax_loss(hidden: Tensor, outputs: Tensor, bias: Tensor, wanted: Tensor) -> Tensor:
    """Mean cross-entropy (nats) of the wanted items among all items.

    Args:
        hidden: what is known before each target; (n, D).
        outputs: vectors of all items, padding first; (V, D).
        bias: of all items; (V,).
        wanted: the targets, from 1; (n,).
    """
    own = (hidden * outputs[wanted]).sum(dim=1) + bias[wanted]  # (n,)
    return _shared_loss(hidden, own, outputs[1:], bias[1:], wanted - 1)


def sampled_softmax_loss(
    hidden: Tensor, outputs: Tensor, bias: Tensor, wanted: Tensor, n_negatives: int
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
    """
    n_items = outputs.shape[0] - 1
    drawn = torch.randint(1, n_items + 1, (n_negatives,), device=hidden.device)
    negatives = torch.unique(drawn)  # (N,)
    share = 1.0 - (1.0 - 1.0 / n_items) ** n_negatives  # of the items that are drawn
    places = torch.full((n_items + 1,), -1, device=hidden.device)
    places[negatives] = torch.arange(len(negatives), device=hidden.device)
    own = (hidden * outputs[wanted]).sum(dim=1) + bias[wanted]  # (n,)
    raised = bias[negatives] - torch.log(torch.tensor(share, device=hidden.device))
    return _shared_loss(hidden, own, outputs[negatives], raised, places[wanted])


def _shared_loss(*tensors: Tensor) -> Tensor:
    loss: Tensor = _SharedSoftmax.apply(*tensors)  # type: ignore[no-untyped-call] # torch's
    return loss


class _SharedSoftmax(torch.autograd.Function):
    """Mean of log(exp(own) + sum of exp of the shared candidates' logits) - own.

    The gradient is made in the forward pass, a block of rows at a time while its logits are in
    the cache: each is exponentiated once, and memory does not grow with rows x candidates.
    """

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401 - torch's context
        hidden: Tensor,
        own: Tensor,
        candidates: Tensor,
        bias: Tensor,
        clash: Tensor,
    ) -> Tensor:
        """The loss.

        Args:
            ctx: of torch.
            hidden: (n, D).
            own: logit of each target; (n,).
            candidates: vectors of the items that all rows share; (C, D).
            bias: theirs; (C,).
            clash: which candidate is the row's own target, -1 for none; (n,).
        """
        with torch.autocast(hidden.device.type, enabled=False):
            loss, gradients = _loss_and_gradients(
                (hidden.float(), own.float(), candidates.float(), bias.float()),
                clash,
                need_gradients=any(ctx.needs_input_grad),
            )
        ctx.save_for_backward(*gradients)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        """The gradients that the forward pass made, scaled."""
        return (*(saved * gradient for saved in ctx.saved_tensors), None)


def _loss_and_gradients(
    tensors: tuple[Tensor, Tensor, Tensor, Tensor], clash: Tensor, *, need_gradients: bool
) -> tuple[Tensor, list[Tensor]]:
    hidden, own, candidates, bias = tensors
    gradients = [torch.empty_like(hidden), torch.empty_like(own)]
    gradients += [torch.zeros_like(candidates), torch.zeros_like(bias)]
    total = torch.zeros((), device=hidden.device)
    size = max(64, _LOGITS_AT_ONCE // max(len(candidates), 1))
    for start in range(0, len(hidden), size):
        rows = slice(start, start + size)
        logits = torch.addmm(bias, hidden[rows], candidates.T)  # (rows, C)
        clashing = torch.nonzero(clash[rows] >= 0).squeeze(1)
        logits[clashing, clash[rows][clashing]] = -torch.inf
        top = torch.maximum(logits.amax(dim=1), own[rows])  # (rows,)
        weights = logits.sub_(top[:, None]).exp_()
        own_weight = (own[rows] - top).exp()
        sums = weights.sum(dim=1) + own_weight
        total += (sums.log() + top - own[rows]).sum()
        if need_gradients:
            shares = weights.div_(sums[:, None] * len(hidden))
            gradients[0][rows] = shares @ candidates
            gradients[1][rows] = (own_weight / sums - 1) / len(hidden)
            gradients[2].addmm_(shares.T, hidden[rows])
            gradients[3] += shares.sum(dim=0)
    return total / len(hidden), gradients if need_gradients else []

"""Dropout from random bytes: on a CPU, drawing a random number a value costs more than a block."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

_LEVELS = 256  # of a byte


class ByteDropout(nn.Module):
    """Sets values to 0 at random in training and scales up the others.

    Unlike `nn.Dropout`, on a CPU the probability is rounded to a multiple of 1 / 256, and one
    random number of 64 bits decides on eight values.
    """

    def __init__(self, probability: float) -> None:
        """Dropout of each value with a probability, 0 to below 1."""
        super().__init__()
        self.p = probability

    def forward(self, values: Tensor) -> Tensor:
        """The values with some of them 0; the same shape."""
        if not self.training or not self.p:
            return values
        if values.device.type != "cpu":
            return nn.functional.dropout(values, self.p)
        threshold = min(max(round(self.p * _LEVELS), 1), _LEVELS - 1)
        dropped: Tensor = _ByteDrop.apply(values, threshold)  # type: ignore[no-untyped-call]
        return dropped


class _ByteDrop(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, threshold: int) -> Tensor:  # noqa: ANN401 - torch's
        # From torch's own generator, so that a resumed run draws the same.
        words = torch.empty(-(-values.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
        drawn = words.view(torch.uint8)[: values.numel()].view(values.shape)
        kept = drawn >= threshold
        ctx.save_for_backward(kept)
        ctx.scale = _LEVELS / (_LEVELS - threshold)
        return (values * kept).mul_(ctx.scale)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401 - torch's
        (kept,) = ctx.saved_tensors
        return (gradient * kept).mul_(ctx.scale), None

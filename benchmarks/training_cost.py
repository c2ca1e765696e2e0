"""What a step of training costs an event, beside the bare blocks: one thread, random events."""

import time
from collections.abc import Callable
from dataclasses import replace

import torch
from transformers import LlamaModel

from benchmarks.sections import Section, goal
from seqrec.models.blocks import llama_config, make_blocks
from seqrec.models.item_transformer import make_transformer
from seqrec.models.shape import Architecture, ModelConfig
from seqrec.models.softmax_loss import product_dtype
from seqrec.training.config_parts import ObjectiveConfig, OptimiserConfig
from seqrec.training.objectives import Objective
from seqrec.training.optimisers import make_optimiser

TITLE = "Cost of a step"
MOST_TIMES = 1.5
N_ROWS, LENGTH, N_ITEMS = 16, 128, 3416
WIDTHS = (64, 128)
_N_TIMED, _N_WARM = 12, 3
_SHAPE = ModelConfig(architecture=Architecture.LLAMA, dropout=0.2, max_length=LENGTH)


def measure_cost() -> Section:
    """Microseconds an event of bare blocks and of whole steps, by width."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    rows, goals = [], []
    for width in WIDTHS:
        costs = cost_of(replace(_SHAPE, width=width))
        rows.append(f"| {width} | " + " | ".join(f"{us:.1f}" for us in costs) + " |")
        bare, _, full, sampled = costs
        for name, us in (("full", full), ("sampled", sampled)):
            times = us / bare
            goals.append(
                goal(f"step-{width}-{name}-over-bare", times, MOST_TIMES, times <= MOST_TIMES)
            )
    torch.set_num_threads(n_threads)
    dtype = str(product_dtype(torch.device("cpu"))).removeprefix("torch.")
    lines = [
        f"Microseconds of one processor an event: {N_ROWS} histories of {LENGTH} events, 2 blocks",
        f"of Llama, {N_ITEMS:,} items, products of the softmax in {dtype}. The bare blocks are",
        "those of `transformers` without dropout, forward and backward, no loss; a step is the",
        "embedding, dropout, blocks, loss, gradients, clipping and AdamW.",
        "",
        "| width | bare blocks | ours with dropout | step, full softmax | step, 1,024 sampled |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    return Section(TITLE, [*lines, *rows], goals)


def cost_of(shape: ModelConfig) -> tuple[float, float, float, float]:
    """Of bare blocks, ours with dropout, a step with the full softmax, one with a sample."""
    torch.manual_seed(0)
    bare = LlamaModel(llama_config(shape)).train()
    ours = make_blocks(shape).train()
    embedded = torch.randn(N_ROWS, LENGTH, shape.width, requires_grad=True)
    lengths = torch.full((N_ROWS,), LENGTH)

    def pass_bare() -> None:
        bare(inputs_embeds=embedded, use_cache=False).last_hidden_state.sum().backward()

    def pass_ours() -> None:
        ours(embedded, lengths).sum().backward()

    full, sampled = (make_step(shape, most) for most in (N_ITEMS, 0))
    return time_us(pass_bare), time_us(pass_ours), time_us(full), time_us(sampled)


def make_step(shape: ModelConfig, full_items: int) -> Callable[[], None]:
    """A step of training on random histories."""
    items, targets = torch.randint(1, N_ITEMS + 1, (2, N_ROWS, LENGTH))
    choices = ObjectiveConfig(full_items=full_items)
    model = Objective(make_transformer(shape, N_ITEMS), choices).train()
    config = OptimiserConfig()
    optimiser = make_optimiser(model, config)

    def step() -> None:
        model(items, targets)["loss"].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), config.clip)
        optimiser.step()
        optimiser.zero_grad()

    return step


def time_us(step: Callable[[], None]) -> float:
    """Microseconds an event; the median, since others may be at work."""
    taken = []
    for _ in range(_N_WARM + _N_TIMED):
        started = time.process_time()
        step()
        taken.append(time.process_time() - started)
    return sorted(taken[_N_WARM:])[_N_TIMED // 2] * 1e6 / (N_ROWS * LENGTH)

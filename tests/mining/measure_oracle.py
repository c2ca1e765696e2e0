"""Every measure of one rule in plain probabilities, written from its definition.

`p` are probabilities: x (antecedent), y (consequent), xy (both), x_ny (antecedent alone), nx_y
(consequent alone), nx_ny (neither), nx, ny. A definition may divide by zero: undefined.
"""

import math
from types import SimpleNamespace

from seqrec.mining.rule_measures import RuleMeasure as M


def table(both: int, before: int, after: int, n: int) -> SimpleNamespace:
    return SimpleNamespace(
        n=n,
        x=before / n,
        y=after / n,
        xy=both / n,
        x_ny=(before - both) / n,
        nx_y=(after - both) / n,
        nx_ny=(n - before - after + both) / n,
        nx=(n - before) / n,
        ny=(n - after) / n,
    )


def plogq(p: float, q: float) -> float:
    return 0.0 if p == 0 else p * math.log(q)


def entropy(p: float) -> float:
    return -plogq(p, p) - plogq(1 - p, 1 - p)


def divergence(p: SimpleNamespace) -> float:
    cells = ((p.xy, p.x * p.y), (p.x_ny, p.x * p.ny), (p.nx_y, p.nx * p.y), (p.nx_ny, p.nx * p.ny))
    return sum(plogq(cell, cell / chance) if cell else 0.0 for cell, chance in cells)


def odds(p: SimpleNamespace) -> float:
    return (p.xy / p.x_ny) / (p.nx_y / p.nx_ny)


def linkage(p: SimpleNamespace) -> float:
    d = p.xy * p.nx_ny - p.x_ny * p.nx_y
    return d / (d + min(p.x_ny, p.nx_y)) if d > 0 else d / (d - min(p.xy, p.nx_ny))


def gini(share: float) -> float:
    return 1 - share**2 - (1 - share) ** 2


DEFINITIONS = {
    M.SUPPORT: lambda p: p.xy,
    M.CONFIDENCE: lambda p: p.xy / p.x,
    M.LIFT: lambda p: p.xy / (p.x * p.y),
    M.LEVERAGE: lambda p: p.xy - p.x * p.y,
    M.CONVICTION: lambda p: p.x * p.ny / p.x_ny,
    M.ZHANG: lambda p: (p.xy - p.x * p.y) / max(p.xy * (1 - p.x), p.x * (p.y - p.xy)),
    M.JACCARD: lambda p: p.xy / (p.xy + p.x_ny + p.nx_y),
    M.COSINE: lambda p: math.sqrt(p.xy / p.x * p.xy / p.y),
    M.CERTAINTY: lambda p: (p.xy / p.x - p.y) / p.ny,
    M.KULCZYNSKI: lambda p: (p.xy / p.x + p.xy / p.y) / 2,
    M.IMBALANCE: lambda p: abs(p.x - p.y) / (p.xy + p.x_ny + p.nx_y),
    M.PHI: lambda p: (p.xy - p.x * p.y) / math.sqrt(p.x * p.y * p.nx * p.ny),
    M.COVERAGE: lambda p: p.x,
    M.PREVALENCE: lambda p: p.y,
    M.REPRESENTATIVITY: lambda _: 1.0,
    M.BACKWARD_CONFIDENCE: lambda p: p.xy / p.y,
    M.ALL_CONFIDENCE: lambda p: min(p.xy / p.x, p.xy / p.y),
    M.MAX_CONFIDENCE: lambda p: max(p.xy / p.x, p.xy / p.y),
    M.ADDED_VALUE: lambda p: p.xy / p.x - p.y,
    M.CERTAINTY_FACTOR: lambda p: (p.xy / p.x - p.y) / (p.ny if p.xy > p.x * p.y else p.y),
    M.ODDS_RATIO: odds,
    M.YULE_Q: lambda p: (odds(p) - 1) / (odds(p) + 1),
    M.YULE_Y: lambda p: (math.sqrt(odds(p)) - 1) / (math.sqrt(odds(p)) + 1),
    M.RELATIVE_RISK: lambda p: (p.xy / p.x) / (p.nx_y / p.nx),
    M.DIFFERENCE_OF_CONFIDENCE: lambda p: p.xy / p.x - p.nx_y / p.nx,
    M.CHI_SQUARED: lambda p: (
        p.n
        * (
            (p.xy - p.x * p.y) ** 2 / (p.x * p.y)
            + (p.x_ny - p.x * p.ny) ** 2 / (p.x * p.ny)
            + (p.nx_y - p.nx * p.y) ** 2 / (p.nx * p.y)
            + (p.nx_ny - p.nx * p.ny) ** 2 / (p.nx * p.ny)
        )
    ),
    M.KAPPA: lambda p: (p.xy + p.nx_ny - p.x * p.y - p.nx * p.ny) / (1 - p.x * p.y - p.nx * p.ny),
    M.COLLECTIVE_STRENGTH: lambda p: (
        (p.xy + p.nx_ny)
        / (p.x * p.y + p.nx * p.ny)
        * (1 - p.x * p.y - p.nx * p.ny)
        / (p.x_ny + p.nx_y)
    ),
    M.CASUAL_CONFIDENCE: lambda p: (p.xy / p.x + p.nx_ny / p.ny) / 2,
    M.CASUAL_SUPPORT: lambda p: p.xy + p.nx_ny,
    M.CONFIRMED_CONFIDENCE: lambda p: p.xy / p.x - p.x_ny / p.x,
    M.COUNTEREXAMPLE_RATE: lambda p: 1 - p.x_ny / p.xy,
    M.LEAST_CONTRADICTION: lambda p: (p.xy - p.x_ny) / p.y,
    M.RALAMBONDRAINY: lambda p: p.x_ny,
    M.RULE_POWER_FACTOR: lambda p: p.xy * p.xy / p.x,
    M.SEBAG: lambda p: p.xy / p.x_ny,
    M.VARYING_LIAISON: lambda p: p.xy / (p.x * p.y) - 1,
    M.LAPLACE: lambda p: (p.n * p.xy + 1) / (p.n * p.x + 2),
    M.IMPORTANCE: lambda p: math.log10(
        ((p.n * p.xy + 1) / (p.n * p.x + 2)) / ((p.n * p.nx_y + 1) / (p.n * p.nx + 2))
    ),
    M.GINI: lambda p: gini(p.y) - p.x * gini(p.xy / p.x) - p.nx * gini(p.nx_y / p.nx),
    M.GOODMAN_KRUSKAL: lambda p: (
        (max(p.xy, p.x_ny) + max(p.nx_y, p.nx_ny) - max(p.y, p.ny)) / (1 - max(p.y, p.ny))
    ),
    M.J_MEASURE: lambda p: (
        plogq(p.xy, p.xy / p.x / p.y) + (plogq(p.x_ny, p.x_ny / p.x / p.ny) if p.x_ny else 0.0)
    ),
    M.MUTUAL_INFORMATION: lambda p: divergence(p) / min(entropy(p.x), entropy(p.y)),
    M.LOG_LIFT: lambda p: math.log2(p.xy / p.x / p.y),
    M.KLOSGEN: lambda p: math.sqrt(p.xy) * (p.xy / p.x - p.y),
    M.LERMAN: lambda p: math.sqrt(p.n) * (p.xy - p.x * p.y) / math.sqrt(p.x * p.y),
    M.IMPLICATION_INDEX: lambda p: math.sqrt(p.n) * (p.x_ny - p.x * p.ny) / math.sqrt(p.x * p.ny),
    M.STANDARDISED_LIFT: lambda p: (
        (p.xy / (p.x * p.y) - max(p.x + p.y - 1, 1 / p.n) / (p.x * p.y))
        / (1 / max(p.x, p.y) - max(p.x + p.y - 1, 1 / p.n) / (p.x * p.y))
    ),
    M.LINKAGE_DISEQUILIBRIUM: linkage,
}

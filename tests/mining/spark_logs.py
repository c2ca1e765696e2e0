"""Small random logs for Spark beside our own engine, stored as every upload is."""

import numpy as np


def random_csv(seed: int, columns: tuple[str, ...]) -> str:
    """Events of a dozen users: items recur, times tie, pauses end sessions.

    Args:
        seed: of the draw.
        columns: of `user`, `item`, `time`, `event`, `session`, `category`.
    """
    random = np.random.default_rng(seed)
    rows = []
    for user in range(12):
        time_s = 1_600_000_000
        for _ in range(int(random.integers(1, 15))):
            # 1,800 s end no session yet, 1,801 s do.
            time_s += int(random.choice([0, 60, 1_800, 1_801, 40_000]))
            item = int(random.integers(1, 7))
            cells = {
                "user": f"u{user}'; --",
                "item": f"i{item}",
                "time": time_s,
                "event": random.choice(["view", "buy"]),
                "session": random.choice(["s1", "s2", ""]),
                "category": f"c{item % 3}",
            }
            rows.append(",".join(str(cells[name]) for name in columns))
    return "\n".join([",".join(columns), *rows]) + "\n"

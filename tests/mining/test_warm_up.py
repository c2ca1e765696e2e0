from seqrec.mining.warm_up import warm_up


def test_second_warm_up_takes_next_to_no_time() -> None:
    warm_up()
    assert warm_up() < 1.0

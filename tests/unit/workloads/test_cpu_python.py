"""Computing in Python: the result is known without computing it, and every task is the same work."""

from hypothesis import given
from hypothesis import strategies as st

from workloads.cpu_python import MODULUS, churn, churn_directly

SMALL_INTEGERS = range(-5, 257)  # CPython makes these once


@given(st.integers(0, 1 << 40), st.integers(0, 2_000))
def test_the_closed_form_is_what_the_loop_computes(seed: int, rounds: int) -> None:
    assert churn_directly(seed, rounds) == churn(seed, rounds)


@given(st.integers(0, 1 << 40))
def test_every_task_takes_the_same_values_in_turn(seed: int) -> None:
    values = [churn(seed, rounds) for rounds in range(MODULUS - 1)]
    assert sorted(values) == list(range(MODULUS - 1))
    assert churn(seed, MODULUS - 1) == values[0]
    assert all(2 * value + 1 in SMALL_INTEGERS for value in values)

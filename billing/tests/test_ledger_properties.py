"""Any sequence of verbs leaves what plain arithmetic leaves; `make properties` runs many more of them."""

from collections import Counter

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from billing.tests.ledger_machine import LedgerMachine

SHORT = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a failure is shown as it was found: to make it small takes minutes
)


@pytest.mark.django_db
def test_it_does_what_arithmetic_does() -> None:
    LedgerMachine.verbs = Counter()
    run_state_machine_as_test(LedgerMachine, settings=SHORT)
    assert LedgerMachine.verbs.total() > 500
    assert len(LedgerMachine.verbs) == 10

"""`python -m billing.tests.properties`: many random verbs on the ledger, many random prices; `make properties`."""

import argparse
import os
import secrets
import sys
import time

import django
from django.core.management import call_command

STEPS = 50


def main() -> int:
    """Run on the database of DATABASE_URL; 0 only if no property broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verbs", type=int, default=20_000)
    parser.add_argument("--prices", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    options = parser.parse_args()
    tell(f"seed {options.seed}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    told = [*verbs_of_the_ledger(options.verbs, options.seed), *prices(options.prices, options.seed)]
    tell(*told, f"{time.monotonic() - began:.0f} s, nothing broke")
    return 0


def verbs_of_the_ledger(wanted: int, seed: int) -> list[str]:
    """Random verbs until at least so many were done, in rounds; the books are compared after each sequence."""
    # These import models.
    from hypothesis import Phase, settings
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    from billing import ledger
    from billing.models import Capture, Transfer
    from billing.tests.ledger_machine import LedgerMachine

    quiet = settings(max_examples=20, stateful_step_count=STEPS, deadline=None, database=None, phases=[Phase.generate])
    rounds = 0
    while LedgerMachine.verbs.total() < wanted:
        rounds += 1
        run_state_machine_as_test(seeded(seed + rounds)(LedgerMachine), settings=quiet)
        tell(f"{LedgerMachine.verbs.total():7} verbs, {Transfer.objects.count()} transfers")
    if differences := ledger.check_books():
        raise AssertionError(differences)
    done = [f"{count:7}  {verb}" for verb, count in LedgerMachine.verbs.most_common()]
    return [
        *done,
        f"{LedgerMachine.verbs.total():7}  verbs in all, {Capture.objects.count()} revisions captured once each",
    ]


def prices(wanted: int, seed: int) -> list[str]:
    """Random prices and consumptions."""
    from billing.tests.properties_of_prices import run

    run(examples=wanted, seed=seed)
    return [f"{wanted:7}  examples of each property of prices"]


def tell(*lines: str) -> None:
    """Say something at once."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""Runs the suite and prints what became of each case; `make conformance` calls it with servers at hand."""

import sys
from pathlib import Path

import pytest

from ocpp_consumer.tests.conformance.cases import CASES, OCTT, OURS, case_of

MISSING, PASSED, FAILED = "missing", "passed", "FAILED"


class Results:
    """What became of each case, as pytest tells it."""

    def __init__(self) -> None:
        self.of = dict.fromkeys(CASES, MISSING)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a case that ran; one that broke before, in or after its test has failed."""
        case = case_of(report.nodeid)
        if case not in self.of:
            return
        if not report.passed:
            self.of[case] = FAILED
        elif self.of[case] == MISSING and report.when == "call":
            self.of[case] = PASSED

    def passed(self, cases: dict[str, str]) -> int:
        """How many of these cases passed."""
        return sum(self.of[case] == PASSED for case in cases)

    def table(self) -> str:
        """A line for each case, and one for all of them."""
        width = max(len(case) for case in CASES)
        lines = [f"{case:{width}}  {self.of[case]:7}  {title}" for case, title in CASES.items()]
        total = f"{self.passed(OCTT)} of {len(OCTT)}, DP_ {self.passed(OURS)} of {len(OURS)}"
        return "\n".join([f"{'case':{width}}  {'result':7}  title", *lines, total, ""])


def main(arguments: list[str]) -> int:
    """Run pytest on this folder with these arguments; 0 only if every case passed and nothing else failed."""
    results = Results()
    code = pytest.main(["-q", "--no-header", str(Path(__file__).parent), *arguments], plugins=[results])
    sys.stdout.write(f"\n{results.table()}")
    return int(code) or int(results.passed(CASES) < len(CASES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""No case goes missing: each has a test of its name, which says its title."""

import ast
from pathlib import Path

from ocpp_consumer.tests.conformance.cases import CASES, OCTT, case_of
from ocpp_consumer.tests.conformance.test_dp_frames import KINDS


def written() -> dict[str, str]:
    """The case of every test of this folder, and the first line of its docstring."""
    found = {}
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(("test_tc_", "test_dp_")):
                found[case_of(node.name)] = (ast.get_docstring(node) or "").partition("\n")[0]
    del found["DP_FRAME"]  # which stands for one case of each kind
    kinds = [case_of(f"test_dp_frame[{kind}]") for kind in KINDS]
    return found | {case: CASES[case] for case in kinds}


def test_it_has_all_cases_of_the_certification() -> None:
    assert len(OCTT) == 77


def test_it_has_a_test_of_each_case_and_no_others() -> None:
    assert written() == CASES

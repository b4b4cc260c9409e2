import pytest

from accounts.phones import normalise


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0555 123 456", "+996555123456"),
        ("555123456", "+996555123456"),
        ("+996 (555) 12-34-56", "+996555123456"),
        ("996555123456", "+996555123456"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+49 1512 3456789", "+4915123456789"),
    ],
)
def test_it_keeps_a_number_in_e164(written: str, kept: str) -> None:
    assert normalise(written) == kept


@pytest.mark.parametrize("written", ["", "12", "+", "+996", "aida@example.com", "1" * 400, "+999123456789"])
def test_it_refuses_what_is_no_number(written: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        normalise(written)

"""The findings by name, and which of them keep money from moving until a person has looked."""

NEGATIVE = "negative"
ZERO_WITH_POWER = "zero_with_power"
TOO_LARGE = "too_large"
IMPOSSIBLE = "impossible_energy"
BEGIN_ZERO = "begin_zero"
STOP_BEFORE_START = "stop_before_start"
TOO_LONG = "too_long"
CLOCK = "clock"
CLOCK_BEHIND = "clock_behind"
WENT_BACK = "meter_went_back"
INFERRED = "inferred"
GUESSED = "guessed"
NO_PRICE = "no_price"
NO_PAYER = "no_payer"
PRICE_TOO_LARGE = "price_too_large"
UNAUTHORIZED = "unauthorized"
REPAIR = "repair"
ODD_METER = "odd_meter"
MALFORMED_STOP = "malformed_stop"
ONLY_STOP = "only_stop"
# Another session says the same energy, and a finding `overlaps:KEY` says which.
OVERLAPS = "overlaps"
# A late truth meets what a person has decided about the same charge.
REFUNDED_BEFORE = "refunded_before"
WAIVED_BEFORE = "waived_before"
CORRECTED_BEFORE = "corrected_before"
# These only tell; they do not hold the bill.
SECOND_STOP = "second_stop_differs"
CONNECTOR_ZERO = "connector_zero"
NO_HOLD = "no_hold"
OVERSHOOT = "overshoot"
REBOOTED = "rebooted"
METER_GAP = "meter_gap"
UNPRICED = "unpriced"
SOC_UNKNOWN = "soc_unknown"

# What the meter and the times say, looked at each time that a session is settled.
OF_METER = frozenset(
    {NEGATIVE, ZERO_WITH_POWER, TOO_LARGE, IMPOSSIBLE, BEGIN_ZERO, STOP_BEFORE_START, TOO_LONG, CLOCK_BEHIND, WENT_BACK}
)
OF_PAST = frozenset({REFUNDED_BEFORE, WAIVED_BEFORE, CORRECTED_BEFORE})
OF_LIFE = frozenset({CLOCK, INFERRED, GUESSED, UNAUTHORIZED, REPAIR, ODD_METER, MALFORMED_STOP, ONLY_STOP, OVERLAPS})

OF_BILL = frozenset({NO_PRICE, NO_PAYER, PRICE_TOO_LARGE})

SUSPECT = OF_METER | OF_PAST | OF_LIFE | OF_BILL
# The rest was noted while the charge went on and stays; these are found anew, or have gone.
FOUND_ANEW = OF_METER | OF_PAST | OF_BILL | {METER_GAP, OVERSHOOT, UNPRICED}
ALL = tuple(
    sorted({*SUSPECT, SECOND_STOP, CONNECTOR_ZERO, NO_HOLD, OVERSHOOT, UNPRICED, REBOOTED, METER_GAP, SOC_UNKNOWN})
)

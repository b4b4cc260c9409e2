"""No play money in real wallets, no real money in a demo: what providers may be set to."""

import pytest

from drivepower.tests.test_settings import start

ODENGI = {"PAYMENT_PROVIDER": "odengi", "ODENGI_SID": "1", "ODENGI_PASSWORD": "p"}
STRIPE = {"CARD_PROVIDER": "stripe", "STRIPE_WEBHOOK_SECRET": "w"}
TEST_HOST = "https://mw-api-test.dengi.kg/api/json/json.php"
LIVE_HOST = "https://mw-api.dengi.kg/api/json/json.php"
HERE = "http://127.0.0.1:9999"
DEMO = {"DEMO_MODE": "1"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ODENGI_URL", ODENGI),
        ("ODENGI_URL", ODENGI | {"ODENGI_URL": TEST_HOST}),
        ("ODENGI_URL", ODENGI | {"ODENGI_URL": "http://mw-api.dengi.kg/"}),
        ("ODENGI_URL", ODENGI | DEMO | {"ODENGI_URL": LIVE_HOST}),
        ("ODENGI_SID", ODENGI | {"ODENGI_URL": LIVE_HOST, "ODENGI_SID": ""}),
        ("STRIPE_API_KEY", STRIPE),
        ("STRIPE_API_KEY", STRIPE | {"STRIPE_API_KEY": "sk_test_1"}),
        ("STRIPE_API_KEY", STRIPE | {"STRIPE_API_KEY": "rk_test_1"}),
        ("STRIPE_API_KEY", STRIPE | DEMO | {"STRIPE_API_KEY": "sk_live_1"}),
        ("STRIPE_API_URL", STRIPE | {"STRIPE_API_KEY": "sk_live_1", "STRIPE_API_URL": "http://api.stripe.com"}),
    ],
    ids=range(10),
)
def test_it_stops_where_money_is_of_the_wrong_kind(name: str, said: dict[str, str]) -> None:
    answer = start(**said)

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("DrivePower cannot start: the setting")
    assert (name in answer.stderr, answer.stderr.count("\n")) == (True, 1)


@pytest.mark.parametrize(
    "said",
    [
        ODENGI | {"ODENGI_URL": LIVE_HOST},
        ODENGI | {"ODENGI_URL": HERE},
        ODENGI | DEMO | {"ODENGI_URL": TEST_HOST},
        ODENGI | DEMO | {"ODENGI_URL": HERE},
        STRIPE | {"STRIPE_API_KEY": "sk_live_1"},
        STRIPE | DEMO | {"STRIPE_API_KEY": "sk_test_1"},
    ],
    ids=range(6),
)
def test_it_starts_where_it_is_of_the_right_one(said: dict[str, str]) -> None:
    answer = start(**said)

    assert (answer.returncode, answer.stderr) == (0, "")

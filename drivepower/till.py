"""Whether the providers of money may be used as set: no play money in real wallets, no real one in a demo."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from drivepower.environment import stop

NEEDED = {
    "PAYMENT_PROVIDER": ("odengi", ("ODENGI_URL", "ODENGI_SID", "ODENGI_PASSWORD")),
    "CARD_PROVIDER": ("stripe", ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET")),
}
TEST_KEYS = ("sk_test_", "rk_test_")


def check_providers(settings: Mapping[str, Any]) -> None:
    """Stop the start where a provider that is chosen lacks something, or its money is not of the kind of this house."""
    for choice, (provider, names) in NEEDED.items():
        missing = [name for name in names if not settings[name]]
        if settings[choice] == provider and missing:
            stop(f"the settings {', '.join(missing)} are needed where {choice} is {provider}.")
    if settings["PAYMENT_PROVIDER"] == "odengi":
        address = settings["ODENGI_URL"]
        check_address("ODENGI_URL", address)
        check_kind(settings, "ODENGI_URL", test="test" in host_of(address), here=is_here(address))
    if settings["CARD_PROVIDER"] == "stripe":
        address = settings["STRIPE_API_URL"]
        check_address("STRIPE_API_URL", address)
        check_kind(
            settings, "STRIPE_API_KEY", test=settings["STRIPE_API_KEY"].startswith(TEST_KEYS), here=is_here(address)
        )


def check_address(name: str, address: str) -> None:
    """Stop where an address would carry secrets in the clear, unless it is on this machine."""
    if not address.startswith("https://") and not (address.startswith("http://") and is_here(address)):
        stop(f"the setting {name} must be an https:// address.")


def check_kind(settings: Mapping[str, Any], name: str, *, test: bool, here: bool) -> None:
    """Stop where test money would fill real wallets, or a demo take real money; `here`: a double on this machine."""
    if test and not settings["DEMO_MODE"]:
        stop(f"the setting {name} is one for tests, whose money is not real; that goes with DEMO_MODE only.")
    if settings["DEMO_MODE"] and not test and not here:
        stop(f"the setting {name} is one for real money, and DEMO_MODE is on.")


def host_of(address: str) -> str:
    """The host in an address; empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_here(address: str) -> bool:
    """Whether an address leads to this machine."""
    host = host_of(address)
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

"""What several tests of people need."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts import keyring
from accounts.tests.identity_house import AUDIENCE, ISSUER, IdentityHouse, open_house


@pytest.fixture
def house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityHouse]:
    """An outside identity provider that is set up, and of which no key is known yet."""
    monkeypatch.setattr("accounts.outside.keyring", keyring.Keyring())
    with open_house() as house:
        settings.OIDC_ISSUER, settings.OIDC_AUDIENCE, settings.OIDC_JWKS_URL = ISSUER, AUDIENCE, house.address
        yield house

import re

from pytest_django import Settings

from drivepower.core.keys import hash_key, new_key


def test_it_makes_twenty_random_bytes_as_hex() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(re.fullmatch(r"[0-9a-f]{40}", key) for key in keys)


def test_it_hashes_with_the_pepper(settings: Settings) -> None:
    settings.OCPP_KEY_PEPPER = "pepper"
    of_openssl = "23e49db7721548ac8aa1dfcce7a931f57b045fb1b72bf44c1eefa9f60a7bc3f8"  # dgst -sha256 -hmac pepper
    assert hash_key(b"key") == of_openssl
    settings.OCPP_KEY_PEPPER = "another pepper"
    assert hash_key(b"key") != of_openssl

"""The suite that plays every certification case against a running server."""

import pytest

# What a helper finds wrong is told as fully as what a test does.
pytest.register_assert_rewrite(*(f"{__name__}.{name}" for name in ("asking", "charger", "schemas", "site")))

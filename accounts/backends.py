"""One way in for every door: e-mail or phone, with a password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts import people
from accounts.models import User


class EmailOrPhoneBackend(ModelBackend):
    """Django's login (the portal's form) by the same check as the API's."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person whose e-mail or phone and password these are and who may log in, or None."""
        name = username or kwargs.get(User.USERNAME_FIELD)
        if not name or password is None:
            return None
        user = people.check(name, password)
        return user if user is not None and self.user_can_authenticate(user) else None

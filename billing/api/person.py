"""Who asks."""

from typing import cast

from rest_framework.request import Request

from accounts.models import User


def driver_of(request: Request) -> User:
    """The person behind a request that has passed the permissions."""
    return cast(User, request.user)

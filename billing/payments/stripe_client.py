"""Stripe's library as we use it: short patience, nothing repeated behind our back, every error one of ours."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import stripe
from django.conf import settings

from billing.payments import told
from billing.payments.protocol import ProviderAway, ProviderRefuses, ProviderTrouble

# To connect, and to answer.
TIMEOUT_SECONDS = (3.0, 10.0)
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, ArithmeticError)

stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)  # we tell of each call ourselves


@contextmanager
def talking() -> Iterator[stripe.StripeClient]:
    """A client for a few calls and for reading their answers.

    What goes wrong becomes ProviderAway, ProviderRefuses, or ProviderTrouble, also where an answer is not as it should.
    """
    with requests.Session() as connections:
        try:
            yield stripe.StripeClient(
                settings.STRIPE_API_KEY,
                base_addresses={"api": settings.STRIPE_API_URL},
                max_network_retries=0,
                http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS, session=connections),
            )
        except stripe.APIConnectionError as error:
            raise ProviderAway(f"Stripe does not answer: {error.__cause__!r}") from error
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise ProviderRefuses(f"Stripe refuses: {error.user_message}") from error
        except stripe.StripeError as error:
            raise ProviderTrouble(f"Stripe is in trouble: {type(error).__name__} {error.http_status}") from error
        except UNREADABLE as error:
            raise ProviderTrouble(f"Stripe's answer cannot be read: {error!r}") from error


def taken(answer: stripe.StripeObject) -> dict[str, Any]:
    """An answer as plain data, also kept raw beside the call."""
    told.answered(str(answer))
    said: dict[str, Any] = answer.to_dict()
    return said


def text(value: Any) -> str:
    """A name or an address; TypeError for everything else."""
    if not isinstance(value, str) or not value:
        raise TypeError(f"{value!r} is no text")
    return value

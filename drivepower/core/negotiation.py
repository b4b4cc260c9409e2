"""As what an answer comes: `?format=` names one of the view's renderers, or is refused like any wrong parameter."""

from collections.abc import Iterable

from django.http import Http404
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from drivepower.core.refusals import Refusal


class HouseNegotiation(DefaultContentNegotiation):
    """As the framework does it, but an unknown format is no missing page."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        """Those of that format; Refusal invalid_parameters names all there are."""
        try:
            return list(super().filter_renderers(renderers, format))
        except Http404 as error:
            known = ", ".join(sorted(str(renderer.format) for renderer in renderers))
            details = {"format": [known]}
            raise Refusal("invalid_parameters", "The answer does not come in that format.", details) from error

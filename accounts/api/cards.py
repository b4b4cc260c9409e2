"""A driver's cards."""

import uuid
from typing import cast

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import cards
from accounts.api.code_forms import Done
from accounts.api.profile_forms import CardForm
from accounts.api.shapes import CardShape
from accounts.models import IdTag, IdTagQuerySet, User
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle


class CardDoor(APIView):
    """Cards of whoever asks, and of nobody else."""

    def by(self) -> str:
        """Who acts, as rows keep it."""
        return f"driver:{cast(User, self.request.user).public_id}"

    def one(self, card: uuid.UUID) -> IdTag:
        """One's own card; Refusal card_not_found."""
        found = own(self.request).filter(public_id=card).first()
        if found is None:
            raise Refusal("card_not_found", "There is no such card.")
        return found

    def shown(self, card: uuid.UUID) -> Response:
        """The card as it stands now."""
        return Response({"success": True, "card": CardShape(self.one(card), context={"by": self.by()}).data})


class CardsView(CardDoor):
    """GET|POST /api/v1/cards"""

    def get_throttles(self) -> list[BaseThrottle]:
        """Adding is slow: whoever adds many is trying values out."""
        return [CriticalThrottle()] if self.request.method == "POST" else super().get_throttles()

    @documented("One's cards", rows=CardShape)
    def get(self, request: Request) -> Response:
        """The newest first."""
        pages = NewestFirst()
        page = pages.paginate_queryset(own(request), request, view=self)
        return pages.get_paginated_response(CardShape(page, many=True, context={"by": self.by()}).data)

    @documented(
        "Add a card",
        answer={"card": CardShape()},
        name="Card",
        status=201,
        request=CardForm,
        errors=["card_taken", "card_limit_reached"],
    )
    def post(self, request: Request) -> Response:
        """Add a card that nobody has; stations take it from now on."""
        form = CardForm(data=request.data)
        form.is_valid(raise_exception=True)
        card = cards.add(user=cast(User, request.user), value=form.validated_data["value"])
        answer = self.shown(card.public_id)
        answer.status_code = status.HTTP_201_CREATED
        return answer


class CardView(CardDoor):
    """DELETE /api/v1/cards/{id}"""

    @documented("Give a card up", answer=Done, errors=["card_not_found", "access_denied"])
    def delete(self, request: Request, card: uuid.UUID) -> Response:
        """Nobody charges with it from now on; a company's card stays."""
        cards.give_up(card=self.one(card))
        return Response({"success": True})


class BlockView(CardDoor):
    """POST /api/v1/cards/{id}/block"""

    @documented("Block a card", answer={"card": CardShape()}, name="Card", errors=["card_not_found"])
    def post(self, request: Request, card: uuid.UUID) -> Response:
        """For a card that is lost: no station takes it."""
        cards.block(card=self.one(card), by=self.by())
        return self.shown(card)


class UnblockView(CardDoor):
    """POST /api/v1/cards/{id}/unblock"""

    @documented("Unblock a card", answer={"card": CardShape()}, name="Card", errors=["card_not_found", "access_denied"])
    def post(self, request: Request, card: uuid.UUID) -> Response:
        """For one that was found again; a block of the operator stays."""
        cards.unblock(card=self.one(card), by=self.by())
        return self.shown(card)


def own(request: Request) -> IdTagQuerySet:
    """The cards of whoever asks; tags of apps and sessions are no cards."""
    return IdTag.objects.filter(user=cast(User, request.user), kind=IdTag.Kind.RFID).select_related("company")

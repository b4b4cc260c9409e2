"""What a driver was told, where they take push messages, and what they want to be told at all."""

import uuid
from typing import Any, cast

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.notification_forms import (
    ChoicesForm,
    Choosing,
    ListForm,
    NotificationShape,
    SubscriptionForm,
    UnsubscribeForm,
)
from accounts.models import Notification, User
from accounts.notifying import choices, subscriptions, telling
from accounts.words import vapid
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle


class NotificationsView(APIView):
    """GET /api/v1/notifications"""

    @documented("What I was told", rows=NotificationShape, query=ListForm)
    def get(self, request: Request) -> Response:
        """Newest first, in the language of Accept-Language, or else of the profile; `unread` leaves out the rest."""
        form = ListForm(data=request.query_params.dict())
        form.is_valid(raise_exception=True)
        mine = Notification.objects.filter(user=person_of(request))
        if form.validated_data["unread"]:
            mine = mine.filter(read_at=None)
        pages = NewestFirst()
        rows = pages.paginate_queryset(mine, request, view=self)
        return pages.get_paginated_response([shown(row, request) for row in rows])


class ReadView(APIView):
    """POST /api/v1/notifications/{id}/read"""

    @documented(
        "Mark as read",
        answer={"notification": NotificationShape()},
        name="NotificationRead",
        errors=["notification_not_found"],
    )
    def post(self, request: Request, notification: uuid.UUID) -> Response:
        """The driver has seen it; one that was read before keeps its time."""
        mine = Notification.objects.filter(user=person_of(request), public_id=notification)
        mine.filter(read_at=None).update(read_at=timezone.now())
        found = mine.first()
        if found is None:
            raise Refusal("notification_not_found", "There is no such notification.")
        return Response({"success": True, "notification": shown(found, request)})


class ReadAllView(APIView):
    """POST /api/v1/notifications/read-all"""

    @documented("Mark all as read", answer={"read": serializers.IntegerField()}, name="NotificationsRead")
    def post(self, request: Request) -> Response:
        """All that were told so far; answers how many were new."""
        unread = Notification.objects.filter(user=person_of(request), read_at=None)
        return Response({"success": True, "read": unread.update(read_at=timezone.now())})


class SubscribeView(APIView):
    """POST /api/v1/notifications/subscribe"""

    @documented(
        "Take push messages here",
        request=SubscriptionForm,
        answer={"id": serializers.UUIDField()},
        name="Subscribed",
        status=201,
    )
    def post(self, request: Request) -> Response:
        """What `PushSubscription.toJSON()` of a browser gives; the same address again takes the newer keys."""
        form = SubscriptionForm(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        kept = subscriptions.keep(user=person_of(request), endpoint=said["endpoint"], **said["keys"], at=timezone.now())
        return Response({"success": True, "id": kept.public_id}, status=status.HTTP_201_CREATED)


class UnsubscribeView(APIView):
    """POST /api/v1/notifications/unsubscribe"""

    @documented(
        "Take no push messages here",
        request=UnsubscribeForm,
        answer={"removed": serializers.IntegerField()},
        name="Unsubscribed",
    )
    def post(self, request: Request) -> Response:
        """The address goes, if it was this driver's; answers how many went."""
        form = UnsubscribeForm(data=request.data)
        form.is_valid(raise_exception=True)
        gone = subscriptions.drop(user=person_of(request), endpoint=form.validated_data["endpoint"])
        return Response({"success": True, "removed": gone})


class PushKeyView(APIView):
    """GET /api/v1/notifications/vapid-public-key"""

    authentication_classes = ()
    permission_classes = ()

    @documented(
        "The key that browsers subscribe with",
        answer={"public_key": serializers.CharField(allow_null=True)},
        name="PushKey",
        is_open=True,
    )
    def get(self, request: Request) -> Response:
        """As base64url; null where this house sends no push messages."""
        key = settings.WEB_PUSH_KEY
        return Response({"success": True, "public_key": vapid.public_key(key) if key else None})


class TestView(APIView):
    """POST /api/v1/notifications/test"""

    throttle_classes = (CriticalThrottle,)

    @documented(
        "Try whether push messages arrive",
        answer={"notification": NotificationShape()},
        name="NotificationTest",
        status=202,
    )
    def post(self, request: Request) -> Response:
        """A notification to every browser of the driver's."""
        made = telling.test(user=person_of(request), at=timezone.now())
        answer = {"success": True, "notification": shown(made, request)}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class ChoicesView(APIView):
    """GET and PATCH /api/v1/notifications/choices"""

    @documented("What I want to be told", answer={"choices": Choosing()}, name="Choices")
    def get(self, request: Request) -> Response:
        """Every kind with every channel."""
        return Response({"success": True, "choices": choices.all_of(person_of(request))})

    @documented("Change what I want to be told", request=ChoicesForm, answer={"choices": Choosing()}, name="Choices")
    def patch(self, request: Request) -> Response:
        """What is not named stays as it was."""
        form = ChoicesForm(data=request.data)
        form.is_valid(raise_exception=True)
        choices.change(user=person_of(request), choices=form.validated_data["choices"])
        return self.get(request)


def person_of(request: Request) -> User:
    """Who asks."""
    return cast(User, request.user)


def shown(row: Notification, request: Request) -> dict[str, Any]:
    """A notification as its driver sees it."""
    return dict(NotificationShape(row, context={"request": request}).data)

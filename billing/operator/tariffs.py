"""Tariff plans for staff: found, made, followed by a next version, made the default."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.operator.doors import for_staff, read
from accounts.operator.keeping import by_name, keep
from accounts.staff import StaffView
from billing import tariffs
from billing.models import TariffPlan, TariffRule, TariffVersion
from billing.operator.tariff_shapes import (
    OperatorPlan,
    OperatorVersion,
    PlanForm,
    RuleForm,
    VersionForm,
)
from billing.tariffs.defaults import make_default
from drivepower.core.refusals import Refusal

NAMED = ["tariff_plan_not_found"]
PLAN: dict[str, Any] = {"answer": {"plan": OperatorPlan()}, "name": "OperatorPlanShown"}


class HouseView(StaffView):
    """Prices are the house's: staff of a company have no door to them."""

    house_only = frozenset({"GET", "POST", "PATCH"})


class PlansView(HouseView):
    """/api/v1/operator/tariff-plans"""

    rights = {"GET": "billing.view_tariffplan", "POST": "billing.add_tariffplan"}

    @for_staff("Tariff plans", rows=OperatorPlan, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first, each with the version in force."""
        return self.listed(plans(at=timezone.now()), OperatorPlan)

    @for_staff("Make a tariff plan", request=PlanForm, status=201, **PLAN)
    def post(self, request: Request) -> Response:
        """Without prices: publish a version next."""
        plan = keep(TariffPlan(), read(PlanForm, request.data), PlanForm, by=self.person)
        return shown(plan, status=201)


class PlanView(HouseView):
    """/api/v1/operator/tariff-plans/{id}"""

    rights = {"GET": "billing.view_tariffplan", "PATCH": "billing.change_tariffplan"}

    @for_staff("One tariff plan", errors=NAMED, **PLAN)
    def get(self, request: Request, public_id: UUID) -> Response:
        """With the version in force and its rules."""
        return shown(plan_of(public_id))

    @for_staff("Rename a tariff plan", request=PlanForm(partial=True), errors=NAMED, **PLAN)
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Its name; the currency stays once there is a version."""
        plan, said = plan_of(public_id), read(PlanForm, request.data, partial=True)
        if said.get("currency", plan.currency) != plan.currency and plan.versions.exists():
            raise serializers.ValidationError({"currency": "Prices have been published in the other one."})
        return shown(keep(plan, said, PlanForm, by=self.person))


class VersionsView(HouseView):
    """/api/v1/operator/tariff-plans/{id}/versions"""

    rights = {"GET": "billing.view_tariffversion", "POST": "billing.change_tariffplan"}

    @for_staff("Versions of a plan", rows=OperatorVersion, errors=[*NAMED, "not_found"])
    def get(self, request: Request, public_id: UUID) -> Response:
        """The last made first, each with its rules."""
        return self.listed(plan_of(public_id).versions.prefetch_related("rules"), OperatorVersion)

    @for_staff(
        "Publish a plan's next version",
        request=VersionForm,
        status=201,
        answer={"version": OperatorVersion()},
        name="OperatorVersionShown",
        errors=[*NAMED, "version_moved"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Prices are never edited, only followed: charges that run keep theirs."""
        plan, said = plan_of(public_id), read(VersionForm, request.data)
        rules = [TariffRule(**rule) for rule in said.pop("rules")]
        check(rules)
        after = said.pop("after", None)
        with transaction.atomic():
            # Two who publish at once do so one after the other, and the second may say what it had seen.
            TariffPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
            if after is not None and after != last_number(plan):
                raise Refusal("version_moved", "Somebody has published a version meanwhile.")
            version = tariffs.publish_version(plan=plan, rules=rules, at=timezone.now(), made_by=self.by, **said)
        return Response({"success": True, "version": OperatorVersion(version).data}, status=201)


class DefaultView(HouseView):
    """/api/v1/operator/tariff-plans/{id}/make-default"""

    rights = {"POST": "billing.change_tariffplan"}

    @for_staff("Make a plan the default", errors=NAMED, **PLAN)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Of its currency, instead of the one before: it prices every connector that has no plan."""
        plan = plan_of(public_id)
        make_default(plan=plan, at=timezone.now())
        return shown(plan)


def plans(*, at: datetime) -> "QuerySet[TariffPlan]":
    """All plans, each with the version that is in force then, and its rules."""
    held = TariffVersion.objects.filter(in_force_from__lte=at).order_by("plan_id", "-in_force_from", "-number")
    newest = held.distinct("plan_id").prefetch_related("rules")
    return TariffPlan.objects.prefetch_related(Prefetch("versions", queryset=newest, to_attr="held"))


def plan_of(public_id: UUID) -> TariffPlan:
    """The plan of that id; Refusal tariff_plan_not_found."""
    plan = TariffPlan.objects.filter(public_id=public_id).first()
    if plan is None:
        raise Refusal("tariff_plan_not_found", "There is no such tariff plan.")
    return plan


def shown(plan: TariffPlan, *, status: int = 200) -> Response:
    """The plan as it is now."""
    row = plans(at=timezone.now()).get(pk=plan.pk)
    return Response({"success": True, "plan": OperatorPlan(row).data}, status=status)


def check(rules: list[TariffRule]) -> None:
    """Refuse by field what the table would."""
    for rule in rules:
        try:
            rule.full_clean(exclude=["version"])
        except ValidationError as error:
            raise serializers.ValidationError({"rules": [by_name(error, RuleForm)]}) from error


def last_number(plan: TariffPlan) -> int:
    """The number of the plan's last version, 0 without any."""
    number: int | None = plan.versions.aggregate(last=Max("number"))["last"]
    return number or 0

"""Who may charge where, for operators; and what is odd about some firmware, to be read."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Company, User
from accounts.operator.keeping import delete, keep
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from drivepower.core.texts import storable
from stations.models import AccessRule, QuirkProfile
from stations.models.access import AccessRuleQuerySet
from stations.operator.doors import for_staff, location_of, read, station_of


class AccessRuleShape(serializers.Serializer[Any]):
    """Who may charge at a location or station, and when by its clock."""

    id = serializers.IntegerField()
    location_id = serializers.CharField(source="location.code", allow_null=True)
    station_id = serializers.CharField(source="station.code", allow_null=True)
    whom = serializers.ChoiceField(AccessRule.Whom.values)
    company_id = serializers.UUIDField(source="company.public_id", allow_null=True)
    group = serializers.CharField(allow_blank=True)
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday; empty: all.")
    opens = serializers.TimeField(allow_null=True)
    closes = serializers.TimeField(allow_null=True)


class AccessRuleSearch(serializers.Serializer[Any]):
    """Filters of the list of rules."""

    location = serializers.CharField(max_length=50, required=False)
    station = serializers.CharField(max_length=50, required=False)


class AccessRuleForm(StrictSerializer):
    """Whom a rule lets in, and when; both ends of the hours or neither."""

    whom = serializers.ChoiceField(AccessRule.Whom.values, default=AccessRule.Whom.EVERYONE.value)
    company_id = serializers.UUIDField(source="company", allow_null=True, default=None)
    group = serializers.CharField(max_length=20, allow_blank=True, default="")
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, default=list
    )
    opens = serializers.TimeField(allow_null=True, default=None)
    closes = serializers.TimeField(allow_null=True, default=None)


class NewAccessRuleForm(AccessRuleForm):
    """A rule for one place: a location or a station."""

    location_id = serializers.CharField(source="location", max_length=50, allow_null=True, default=None)
    station_id = serializers.CharField(source="station", max_length=50, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both."""
        if (attrs["location"] is None) == (attrs["station"] is None):
            raise serializers.ValidationError("Name a location or a station.")
        return attrs


SHOWN: dict[str, Any] = {"answer": {"rule": AccessRuleShape()}, "name": "AccessRuleShown"}


class RulesView(StaffView):
    """/api/v1/operator/access-rules"""

    rights = {"GET": "stations.view_accessrule", "POST": "stations.add_accessrule"}

    @for_staff("Access rules", rows=AccessRuleShape, query=AccessRuleSearch)
    def get(self, request: Request) -> Response:
        """Where a place has none, everyone may always."""
        asked, rows = read(AccessRuleSearch, request.query_params.dict()), shown(self.person)
        for name, code in asked.items():
            rows = rows.filter(**{f"{name}__code": storable(code)})
        return self.listed(rows, AccessRuleShape)

    @for_staff(
        "Make an access rule", request=NewAccessRuleForm, status=201,
        errors=["location_not_found", "station_not_found", "company_not_found"], **SHOWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """From the next start on."""
        said = settled(read(NewAccessRuleForm, request.data))
        if said["location"] is not None:
            said["location"] = location_of(self.person, said["location"])
        if said["station"] is not None:
            said["station"] = station_of(self.person, said["station"])
        rule = keep(AccessRule(), said, NewAccessRuleForm, by=self.person)
        return Response({"success": True, "rule": AccessRuleShape(rule).data}, status=201)


class RuleView(StaffView):
    """/api/v1/operator/access-rules/{id}"""

    rights = {
        "GET": "stations.view_accessrule",
        "PATCH": "stations.change_accessrule",
        "DELETE": "stations.delete_accessrule",
    }

    @for_staff("One access rule", errors=["rule_not_found"], **SHOWN)
    def get(self, request: Request, key: int) -> Response:
        """As it stands."""
        return Response({"success": True, "rule": AccessRuleShape(rule_of(self.person, key)).data})

    @for_staff(
        "Change an access rule",
        request=AccessRuleForm(partial=True),
        errors=["rule_not_found", "company_not_found"],
        **SHOWN,
    )
    def patch(self, request: Request, key: int) -> Response:
        """Only what is said; the place stays."""
        rule = rule_of(self.person, key)
        said = settled(read(AccessRuleForm, request.data, partial=True))
        return Response(
            {"success": True, "rule": AccessRuleShape(keep(rule, said, AccessRuleForm, by=self.person)).data}
        )

    @for_staff("Delete an access rule", answer={}, name="AccessRuleDeleted", errors=["rule_not_found"])
    def delete(self, request: Request, key: int) -> Response:
        """From the next start on."""
        rule = rule_of(self.person, key)
        delete(rule, by=self.person, code="rule_in_use", why_not="Something stands on this rule.")
        return Response({"success": True})


def shown(person: User) -> AccessRuleQuerySet:
    """The rules that this person may see."""
    return AccessRule.objects.seen_by(person).select_related("location", "station", "company")


def rule_of(person: User, key: int) -> AccessRule:
    """One rule; Refusal rule_not_found."""
    rule = shown(person).filter(pk=key).first()
    if rule is None:
        raise Refusal("rule_not_found", "There is no such rule.")
    return rule


def settled(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with the row of the company that it names: a host may let in any."""
    if said.get("company") is not None:
        company = Company.objects.filter(public_id=said["company"]).first()
        if company is None:
            raise Refusal("company_not_found", "There is no such company.")
        said["company"] = company
    return said


class QuirkShape(serializers.ModelSerializer[QuirkProfile]):
    """How stations of some vendor, model and firmware are understood."""

    class Meta:
        model = QuirkProfile
        fields = "__all__"


class QuirksView(StaffView):
    """/api/v1/operator/quirks"""

    rights = {"GET": "stations.view_quirkprofile"}

    @for_staff("Quirk profiles", rows=QuirkShape)
    def get(self, request: Request) -> Response:
        """Kept in the admin; one applies from a station's next connection or boot on."""
        return self.listed(QuirkProfile.objects.all(), QuirkShape)

"""Companies and memberships for staff."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Company, Membership
from accounts.operator.doors import company_of, for_staff, read
from accounts.operator.forms import CompanyForm, MembershipForm
from accounts.operator.keeping import keep
from accounts.operator.shapes import OperatorCompany, OperatorMembership
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal

COMPANY: dict[str, Any] = {"answer": {"company": OperatorCompany()}, "name": "OperatorCompanyShown"}
MEMBERSHIP: dict[str, Any] = {"answer": {"membership": OperatorMembership()}, "name": "OperatorMembershipShown"}


class CompaniesView(StaffView):
    """/api/v1/operator/companies"""

    rights = {"GET": "accounts.view_company", "POST": "accounts.add_company"}
    house_only = frozenset({"POST"})

    @for_staff("Companies", rows=OperatorCompany, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first; staff of a company see theirs."""
        return self.listed(Company.objects.seen_by(self.person), OperatorCompany)

    @for_staff("Make a company", request=CompanyForm, status=201, **COMPANY)
    def post(self, request: Request) -> Response:
        """Staff of a company make no other."""
        company = keep(Company(), read(CompanyForm, request.data), CompanyForm, by=self.person)
        return Response({"success": True, "company": OperatorCompany(company).data}, status=201)


class CompanyView(StaffView):
    """/api/v1/operator/companies/{id}"""

    rights = {"GET": "accounts.view_company", "PATCH": "accounts.change_company"}

    @for_staff("One company", errors=["company_not_found"], **COMPANY)
    def get(self, request: Request, public_id: UUID) -> Response:
        """As it is kept."""
        company = company_of(self.person, public_id)
        return Response({"success": True, "company": OperatorCompany(company).data})

    @for_staff("Change a company", request=CompanyForm(partial=True), errors=["company_not_found"], **COMPANY)
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Only what is said."""
        said = read(CompanyForm, request.data, partial=True)
        company = keep(company_of(self.person, public_id), said, CompanyForm, by=self.person)
        return Response({"success": True, "company": OperatorCompany(company).data})


class MembershipsView(StaffView):
    """/api/v1/operator/memberships"""

    rights = {"GET": "accounts.view_membership", "POST": "accounts.add_membership"}
    house_only = frozenset(rights)

    @for_staff("Memberships", rows=OperatorMembership, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The tiers of drivers, which are the house's."""
        return self.listed(Membership.objects.all(), OperatorMembership)

    @for_staff("Make a membership", request=MembershipForm, status=201, **MEMBERSHIP)
    def post(self, request: Request) -> Response:
        """A tier that drivers may belong to."""
        tier = keep(Membership(), read(MembershipForm, request.data), MembershipForm, by=self.person)
        return Response({"success": True, "membership": OperatorMembership(tier).data}, status=201)


class MembershipView(StaffView):
    """/api/v1/operator/memberships/{id}"""

    rights = {"GET": "accounts.view_membership", "PATCH": "accounts.change_membership"}
    house_only = frozenset(rights)

    @for_staff("One membership", errors=["membership_not_found"], **MEMBERSHIP)
    def get(self, request: Request, key: int) -> Response:
        """As it is kept."""
        return Response({"success": True, "membership": OperatorMembership(tier_of(key)).data})

    @for_staff(
        "Change a membership", request=MembershipForm(partial=True), errors=["membership_not_found"], **MEMBERSHIP
    )
    def patch(self, request: Request, key: int) -> Response:
        """Only what is said; charges that run keep what held when they began."""
        tier = keep(tier_of(key), read(MembershipForm, request.data, partial=True), MembershipForm, by=self.person)
        return Response({"success": True, "membership": OperatorMembership(tier).data})


def tier_of(key: int) -> Membership:
    """The tier of that number; Refusal membership_not_found."""
    tier = Membership.objects.filter(pk=key).first() if key < 2**63 else None
    if tier is None:
        raise Refusal("membership_not_found", "There is no such membership.")
    return tier

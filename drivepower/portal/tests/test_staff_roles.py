"""What each role of staff may do, as the migration made it."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.urls import reverse

from drivepower.core.tenancy import CutQuerySet
from drivepower.portal.tests.making import staff
from drivepower.portal.theme import NAVIGATION

pytestmark = pytest.mark.django_db


def test_it_makes_seven_roles() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Owner",
        "Operator",
        "Support",
        "Finance",
        "Technician",
        "Site host",
        "Fleet manager",
    }


def test_it_makes_the_permissions_that_django_would() -> None:
    made = names_of_rights()

    Permission.objects.filter(group=None).delete()
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)

    assert names_of_rights() == made


def names_of_rights() -> dict[tuple[str, str], str]:
    """All rights; those of second factors without their names, which migrations have from the library and we do not."""
    rights = Permission.objects.select_related("content_type")
    return {
        (right.content_type.app_label, right.codename): ""
        if right.content_type.app_label.startswith("otp_")
        else right.name
        for right in rights
    }


def test_it_lets_support_see_answer_reports_start_for_drivers_and_change_no_station() -> None:
    person = staff("Support")

    rights = person.get_all_permissions()

    assert {"charging.view_session", "ocpp_consumer.view_frame", "billing.view_wallet"} <= rights
    network = {right for right in rights if right.startswith(("stations.", "charging.", "core.", "ocpp_consumer."))}
    assert {right for right in network if ".view_" not in right} == {
        "stations.send_safe_command",
        "stations.add_report",
        "stations.change_report",
        "charging.add_session",
    }
    assert person.has_perms(["accounts.block_user", "billing.ask_refund"])
    assert not person.has_perm("billing.add_adjustment")
    assert not person.has_perm("accounts.change_user")


def test_it_lets_finance_see_money_and_what_explains_it_and_command_no_station() -> None:
    person = staff("Finance")

    assert person.has_perms(["billing.view_wallet", "billing.view_receipt", "charging.view_settlement"])
    heard = {right for right in person.get_all_permissions() if right.startswith(("stations.", "ocpp_consumer."))}
    assert {"ocpp_consumer.view_frame", "stations.view_command", "stations.view_statusspan"} < heard
    assert all(".view_" in right for right in heard)


def test_it_lets_an_operator_keep_the_network_and_leave_money_alone() -> None:
    person = staff("Operator")

    assert person.has_perms(["stations.change_station", "billing.add_tariffplan", "stations.add_command"])
    assert not person.has_perm("billing.view_wallet")
    assert not person.has_perm("auth.change_group")


def test_it_lets_owner_operator_and_support_start_for_a_driver() -> None:
    allowed = {name for name in Group.objects.values_list("name", flat=True) if may_start(name)}

    assert allowed == {"Owner", "Operator", "Support"}


def may_start(role: str) -> bool:
    return staff(role).has_perm("charging.add_session")


def test_it_lets_a_technician_command_stations_and_see_no_driver() -> None:
    person = staff("Technician")

    assert person.has_perms(["stations.add_command", "ocpp_consumer.view_frame", "core.change_alert"])
    people = {right for right in person.get_all_permissions() if right.startswith(("accounts.", "billing."))}
    assert people == {"accounts.view_dutyshift", "accounts.view_dutynotice"}


@pytest.mark.parametrize("role", ["Site host", "Fleet manager"])
def test_it_lets_companies_see_only_what_is_cut_to_them_and_report_problems(role: str) -> None:
    rights = staff(role).get_all_permissions()

    assert {"charging.view_session", "stations.add_report"} < rights
    for right in rights - {"stations.add_report"}:
        app, codename = right.split(".")
        verb, model = codename.split("_")
        assert verb == "view"
        rows = apps.get_model(app, model)._default_manager.all()
        assert isinstance(rows, CutQuerySet)
        assert rows.company_paths, right


def test_it_lets_some_role_see_every_page() -> None:
    seen = set(Permission.objects.filter(group__isnull=False).values_list("content_type__app_label", "codename"))

    unseen = [model._meta.label for model in admin.site._registry if right_to_see(model) not in seen]

    assert unseen == []


def right_to_see(model: type[Model]) -> tuple[str, str]:
    return model._meta.app_label, f"view_{model._meta.model_name}"


def test_it_leads_to_every_page_that_stands_for_itself() -> None:
    led = {str(item["link"]) for group in NAVIGATION for item in group["items"]}
    # Spans stand on their station's page, roll-ups behind the figures of the start page.
    apart = {"connectionspan", "statusspan", "dailyfigures", "hourlyenergy", "figuresmark"}

    lists = {
        model._meta.model_name: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
        if model._meta.app_label in {"stations", "charging"} and model._meta.model_name not in apart
    }

    assert {name for name, address in lists.items() if address not in led} == set()


def test_it_lets_a_technician_keep_firmware_and_see_no_reservation() -> None:
    person = staff("Technician")

    assert person.has_perms(["stations.add_firmwareimage", "stations.view_upload", "stations.view_certificate"])
    assert not person.has_perm("stations.change_quirkprofile")
    assert not person.has_perm("charging.view_reservation")


def test_it_lets_owners_alone_see_what_the_sandbox_keeps() -> None:
    """Codes by which a driver comes in may be among it."""
    rights = Permission.objects.filter(codename="view_sandboxmessage")

    assert list(Group.objects.filter(permissions__in=rights).values_list("name", flat=True)) == ["Owner"]


def test_it_gives_no_role_the_right_to_give_rights() -> None:
    given = Permission.objects.filter(group__isnull=False, content_type__app_label="auth")

    assert set(given.values_list("codename", flat=True)) == {"view_group"}

"""What people changed meanwhile is read by everybody of the house who may see the row; the trail is the owner's."""

import pytest
from django.urls import reverse

from accounts.models import User
from billing.models import TariffPlan
from charging.tests.world import World
from drivepower.core.acting import acting
from drivepower.portal.tests.companies import host_of, populate
from drivepower.portal.tests.explain.meanwhile import READERS, boss, running, told_of_station, told_to
from drivepower.portal.tests.explain.pages import browser, count_of, page_of
from drivepower.portal.tests.making import staff
from stations.models import AccessRule, Connector, Location, Station

pytestmark = pytest.mark.django_db
WAS, IS = "Day", "Night"
TOLD = {
    "price": "Owen changed connector 1: tariff plan: «Day» → «Night».",
    "that it changed": "Owen changed connector 1: tariff plan.",
    "place": "address: Chuy 1 → Chuy 2.",
    "key": "Owen changed station BSK-01: hash of its key.",
    "rule": "Owen changed access rule: group: A → B.",
    "driver": "phone: +996700000001 → +996700000002.",
}
HOUSE = set(TOLD) - {"that it changed"}


def change_all(world: World, driver: User, by: User) -> None:
    """Owen changes one thing of each kind."""
    plans = [TariffPlan.objects.create(name=name) for name in (WAS, IS)]
    Connector.objects.filter(pk=world.one.pk).update(tariff_plan=plans[0])
    rule = AccessRule.objects.create(station=world.station, whom="group", group="A")
    User.objects.filter(pk=driver.pk).update(phone="+996700000001")
    with acting(f"staff:{by.public_id}"):
        Connector.objects.filter(pk=world.one.pk).update(tariff_plan=plans[1])
        Location.objects.update(address="Chuy 2")
        Station.objects.filter(pk=world.station.pk).update(key_hash="f" * 64)
        AccessRule.objects.filter(pk=rule.pk).update(group="B")
        User.objects.filter(pk=driver.pk).update(phone="+996700000002")


@pytest.mark.parametrize(
    ("role", "sees"),
    [("Support", HOUSE), ("Finance", HOUSE - {"rule"}), ("Technician", {"that it changed", "place", "key", "rule"})],
)
def test_each_role_reads_what_was_changed_of_what_it_may_see(world: World, role: str, sees: set[str]) -> None:
    session = running(world)
    assert session.driver is not None
    change_all(world, session.driver, boss())
    person = staff(role)
    for page in (told_to(person, session), told_of_station(person, session)):
        assert {what for what, words in TOLD.items() if words in page} == sees
        assert "f" * 64 not in page


@pytest.mark.parametrize("role", READERS)
def test_the_trail_itself_stays_the_owners(role: str) -> None:
    assert browser(staff(role)).get(reverse("admin:portal_change_changelist")).status_code == 403


def test_it_is_told_in_russian(world: World) -> None:
    session = running(world)
    assert session.driver is not None
    change_all(world, session.driver, boss())
    assert "Изменено (Owen), коннектор 1: тарифный план: «Day» → «Night»." in told_to(
        staff("Support"), session, language="ru"
    )


def test_staff_of_a_company_read_none_of_it(world: World) -> None:
    ours, session = populate(world, "OURS"), running(world)
    Location.objects.filter(stations=world.station).update(host=ours)
    with acting(f"staff:{boss().public_id}"):
        Location.objects.update(address="Chuy 2")
    assert "Chuy 2" not in told_of_station(host_of(ours), session)
    assert "Chuy 2" in told_of_station(staff("Support"), session)


def test_it_asks_as_often_for_many_changes_as_for_one(world: World) -> None:
    session, client = running(world), browser(staff("Support"))
    plans = [TariffPlan.objects.create(name=f"Plan {n}") for n in range(12)]
    with acting(f"staff:{boss().public_id}"):
        Connector.objects.filter(pk=world.one.pk).update(tariff_plan=plans[0])
        few = [count_of(client, page_of(session)), count_of(client, page_of(session))][1]
        for plan in plans[1:]:
            Connector.objects.filter(pk=world.one.pk).update(tariff_plan=plan)
    assert count_of(client, page_of(session)) == few
    assert "«Plan 10» → «Plan 11»" in told_to(User.objects.get(name="Support"), session)

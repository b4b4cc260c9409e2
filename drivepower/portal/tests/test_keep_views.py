"""People keep lists as they want them again, share them with a role, and find them above the list."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from charging.tests.world import World
from drivepower.portal.models import SavedView
from drivepower.portal.tests.companies import OURS, host_of, populate
from drivepower.portal.tests.making import staff, superuser

KEEP = "/admin/views/"
LIST = "/admin/stations/station/"
MODEL = "stations.station"
HOSTILE = "<script>alert(1)</script>"


def as_person(person: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def keep(client: Client, name: str = "Mine", query: str = "q=BSK", **said: str) -> str:
    """Save a view and answer where that led."""
    return client.post(KEEP, {"verb": "keep", "model": MODEL, "name": name, "query": query, **said})["Location"]


def change(client: Client, verb: str, view: SavedView, **said: str) -> int:
    return client.post(KEEP, {"verb": verb, "model": MODEL, "view": str(view.public_id), **said}).status_code


def test_it_keeps_filters_order_and_columns(world: World) -> None:
    client = as_person(staff("Operator"))

    address = keep(client, query="q=BSK&columns=code,model&o=-2&p=7&view=all&e=1")

    view = SavedView.objects.get()
    assert (view.model, view.name, view.query, view.columns) == (MODEL, "Mine", "o=-2&q=BSK", ["code", "model"])
    assert address == f"{LIST}?o=-2&q=BSK&columns=code%2Cmodel&view={view.public_id}"
    page = client.get(address)
    assert page.status_code == 200
    assert f'view={view.public_id}" aria-current="true"' in page.text


def test_it_keeps_a_name_without_what_no_column_holds(world: World) -> None:
    keep(as_person(staff("Operator")), name="Mi\x00ne")
    assert SavedView.objects.get().name == "Mine"


def test_it_opens_the_list_with_the_first_view(world: World) -> None:
    client = as_person(staff("Operator"))
    keep(client, name="Old", is_first="on")
    keep(client, name="New", query="q=XYZ", is_first="on")

    assert SavedView.objects.get(is_first=True).name == "New"
    assert client.get(LIST)["Location"].startswith(f"{LIST}?q=XYZ")
    assert client.get(LIST, {"view": "all"}).status_code == 200
    assert as_person(staff("Owner")).get(LIST).status_code == 200


def test_a_view_whose_filter_is_refused_by_now_shows_the_whole_list(world: World) -> None:
    client = as_person(staff("Operator"))
    keep(client, query="key_hash__startswith=a", is_first="on")

    page = client.get(LIST, follow=True)

    assert page.redirect_chain[-1] == (f"{LIST}?view=all", 302)
    assert "This view asks for a filter that the list does not take" in page.text
    assert client.get(LIST, {"key_hash__startswith": "a"}).status_code == 400


def test_it_renames_renews_and_deletes(world: World) -> None:
    client = as_person(staff("Operator"))
    keep(client)
    view = SavedView.objects.get()

    change(client, "rename", view, name="Better", query="q=other")
    view.refresh_from_db()
    assert (view.name, view.query) == ("Better", "q=BSK")
    change(client, "renew", view, query="q=other&columns=code")
    view.refresh_from_db()
    assert (view.name, view.query, view.columns) == ("Better", "q=other", ["code"])
    change(client, "delete", view)
    assert not SavedView.objects.exists()


def test_it_touches_nobody_elses(world: World) -> None:
    keep(as_person(staff("Operator")))
    view = SavedView.objects.get()
    stranger = as_person(staff("Support"))

    for verb in ("rename", "renew", "delete"):
        assert change(stranger, verb, view, name="Taken") == 404
    assert SavedView.objects.get().name == "Mine"
    assert "Mine" not in stranger.get(LIST, {"view": "all"}).text


def test_it_shares_with_ones_own_role_and_no_other(world: World) -> None:
    operator, support = Group.objects.get(name="Operator"), Group.objects.get(name="Support")
    client = as_person(staff("Operator"))

    keep(client, name="For us", role=str(operator.pk))
    keep(client, name="For them", role=str(support.pk))

    assert set(SavedView.objects.values_list("name", "role__name")) == {("For us", "Operator")}
    colleague = User.objects.create_user(email="second@example.com", role=User.Role.STAFF)
    colleague.groups.add(operator)
    assert "For us" in as_person(colleague).get(LIST, {"view": "all"}).text
    assert "For us" not in as_person(staff("Support")).get(LIST, {"view": "all"}).text


def test_it_lets_staff_of_a_company_keep_their_own_and_share_nothing(world: World) -> None:
    company: Company = populate(world, OURS)
    client = as_person(host_of(company))

    keep(client)
    keep(client, name="Shared", role=str(Group.objects.get(name="Site host").pk))

    assert list(SavedView.objects.values_list("name", flat=True)) == ["Mine"]


def test_it_refuses_in_words(world: World) -> None:
    client = as_person(staff("Operator"))
    keep(client)

    for said, sentence in [
        ({"name": "mine"}, "You have a view of this name already."),
        ({"name": "  "}, "A saved view needs a name."),
        ({"name": "Long", "query": "q=" + "x" * 1200}, "These filters are too long to be kept."),
    ]:
        answer = client.post(KEEP, {"verb": "keep", "model": MODEL, "query": "q=a", **said}, follow=True)
        assert sentence in answer.text
    assert SavedView.objects.count() == 1


def test_it_keeps_no_more_than_a_bar_holds(world: World) -> None:
    person = staff("Operator")
    SavedView.objects.bulk_create(SavedView(model=MODEL, name=f"v{number}", owner=person) for number in range(30))

    keep(as_person(person), name="One more")

    assert SavedView.objects.count() == 30


@pytest.mark.parametrize(
    "said",
    [
        {"verb": "destroy"},
        {"verb": "keep", "model": "auth.permission"},
        {"verb": "keep", "model": "../../x"},
        {"verb": "delete", "view": "nothing"},
        {"verb": "delete", "view": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_it_knows_only_its_verbs_and_lists(world: World, said: dict[str, str]) -> None:
    client = as_person(superuser())

    assert client.post(KEEP, {"model": MODEL, "name": "x", "query": "", **said}).status_code == 404


def test_it_keeps_no_view_of_a_list_that_one_may_not_open(world: World) -> None:
    client = as_person(staff("Technician"))

    assert client.post(KEEP, {"verb": "keep", "model": "billing.wallet", "name": "x"}).status_code == 403
    assert client.get(KEEP).status_code == 405


def test_it_shows_names_as_text_and_leads_nowhere_else(world: World) -> None:
    client = as_person(staff("Operator"))

    address = keep(client, name=HOSTILE, query='q="><script>&next=https://elsewhere.example&columns=<x>,code')

    assert address.startswith(f"{LIST}?")
    page = client.get(address, follow=True).text
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_it_asks_the_database_as_often_for_many_views_as_for_none(world: World) -> None:
    person = staff("Operator")
    client = as_person(person)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST, {"view": "all"})
        return len(queries)

    none = cost()
    SavedView.objects.bulk_create(
        SavedView(model=MODEL, name=f"v{number}", owner=person, role=person.groups.get()) for number in range(9)
    )
    assert cost() == none


def test_its_page_shows_ones_own_and_to_the_owner_all(world: World) -> None:
    keep(as_person(staff("Operator")), name="An operator's")
    keep(as_person(staff("Support")), name="A supporter's")
    page = "/admin/portal/savedview/"

    shown = as_person(User.objects.get(email="support@example.com")).get(page).text
    assert "A supporter&#x27;s" in shown
    assert "An operator&#x27;s" not in shown
    view = SavedView.objects.get(name="An operator's")
    assert as_person(User.objects.get(email="support@example.com")).get(f"{page}{view.pk}/change/").status_code == 302
    everything = as_person(superuser()).get(page).text
    assert "An operator&#x27;s" in everything
    assert "A supporter&#x27;s" in everything

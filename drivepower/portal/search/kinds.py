"""What can be found: for each kind its rows by a saying, and what a line says of a row. Each costs one query."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Company, IdTag, User
from billing.models import Receipt, SecondPayment, TopUp
from charging.models import Session
from drivepower.portal import wording
from drivepower.portal.search.kind import Kind
from drivepower.portal.search.papers import PAPERS
from drivepower.portal.search.saying import Saying
from stations.access import zone_of
from stations.models import Location, Station


def of_session(said: Saying, at: datetime) -> Q | None:
    """By its public id, or its number, which OCPP calls the transaction."""
    if said.public_id:
        return Q(public_id=said.public_id)
    return Q(pk=said.number) if said.number else None


def of_station(said: Saying, at: datetime) -> Q:
    """By a part of its code, OCPP identity or serial: there are few stations beside everything else."""
    return Q(code__icontains=said.text) | Q(identity__icontains=said.text) | Q(serial__icontains=said.text)


def of_location(said: Saying, at: datetime) -> Q:
    """By a part of its code, address or a name in any language."""
    return Q(code__icontains=said.text) | Q(address__icontains=said.text) | Q(name__icontains=said.text)


def of_person(said: Saying, at: datetime) -> Q:
    """By public id, phone in any spelling or its last digits, the beginning of the e-mail, or a part of the name."""
    if said.public_id:
        return Q(public_id=said.public_id)
    found = Q(email__startswith=said.text.lower())
    if said.last_digits:
        found |= Q(phone__iendswith=said.last_digits)
    for phone in said.phones:
        found |= Q(phone__startswith=phone)
    return found | Q(name__icontains=said.text) if said.is_like_a_name else found


def of_card(said: Saying, at: datetime) -> Q:
    """By its whole number, whatever its case."""
    found = Q()
    for value in said.cards:
        found |= Q(value__iexact=value)
    return found


def of_company(said: Saying, at: datetime) -> Q:
    """By a part of its name, or its tax id."""
    return Q(name__icontains=said.text) | Q(tax_id=said.text)


def of_top_up(said: Saying, at: datetime) -> Q:
    """By our id, which a person sees as the invoice, or by the provider's invoice or transaction."""
    if said.public_id:
        return Q(public_id=said.public_id) | by_provider(said)
    return by_provider(said)


def by_provider(said: Saying) -> Q:
    """What a provider calls it; the index, which begins with the provider, is skipped through."""
    return Q(provider_invoice=said.text) | Q(provider_transaction=said.text)


def of_second_payment(said: Saying, at: datetime) -> Q:
    """By our id or the provider's."""
    if said.public_id:
        return Q(public_id=said.public_id)
    return Q(provider_transaction=said.text)


def of_receipt(said: Saying, at: datetime) -> Q | None:
    """By its printed number, the end of that, or its public id."""
    if said.public_id:
        return Q(public_id=said.public_id)
    found = Q()
    for seller, year, number in said.receipt(year=at.year):
        found |= Q(seller=seller, year=year, number=number)
    return found or None


def session_line(session: Session) -> tuple[str, str]:
    """Its number; where, since when, how it stands."""
    begun = wording.minute(session.started_at, zone_of(session.station)) if session.started_at else ""
    return f"#{session.pk}", " · ".join(filter(None, [session.station.code, begun, str(session.get_state_display())]))


def person_line(person: User) -> tuple[str, str]:
    """The name; every address they have."""
    told = [person.phone, person.email if person.name else "", person.company.name if person.company else ""]
    return str(person), " · ".join(filter(None, told))


def phone_or_email(person: User) -> str:
    """What tells this person from all others."""
    return person.phone or person.email or ""


def card_line(card: IdTag) -> tuple[str, str]:
    """The number; whose it is."""
    told = [str(card.user or card.company or ""), str(card.get_kind_display())]
    return card.value, " · ".join(filter(None, [*told, str(_("blocked")) if card.blocked else ""]))


def station_line(station: Station) -> tuple[str, str]:
    """The code; where it stands, what it is."""
    place = station.location.address if station.location else ""
    return station.code, " · ".join(filter(None, [place, station.vendor, station.model, station.serial]))


def location_line(location: Location) -> tuple[str, str]:
    """The name; its code and address."""
    return wording.name(location.name, default=location.code), f"{location.code} · {location.address}"


def company_line(company: Company) -> tuple[str, str]:
    """The name; what it is to us."""
    return company.name, " · ".join(filter(None, [str(company.get_kind_display()), company.tax_id]))


def top_up_line(top_up: TopUp) -> tuple[str, str]:
    """The amount; through whom, how it stands."""
    amount = wording.money(top_up.amount, top_up.wallet.currency)
    return amount, " · ".join([top_up.provider, str(top_up.get_state_display()), wording.minute(top_up.made_at)])


def second_line(payment: SecondPayment) -> tuple[str, str]:
    """The amount; through whom, how it stands."""
    amount = wording.money(payment.amount, payment.top_up.wallet.currency)
    return amount, f"{payment.provider} · {payment.get_state_display()}"


def receipt_line(receipt: Receipt) -> tuple[str, str]:
    """The number; the amount, where."""
    return receipt.full_number, " · ".join(
        filter(None, [wording.money(receipt.gross, receipt.currency), receipt.about])
    )


PERSON = Kind(_("People"), "person", User, of_person, person_line, ("company",), charged_as=phone_or_email)
KINDS = (
    Kind(_("Sessions"), "bolt", Session, of_session, session_line, ("station__location",)),
    PERSON,
    Kind(
        _("Cards and tags"), "badge", IdTag, of_card, card_line, ("user", "company"), driver_of=lambda card: card.user
    ),
    Kind(_("Stations"), "ev_station", Station, of_station, station_line, ("location",)),
    Kind(_("Locations"), "location_on", Location, of_location, location_line),
    Kind(_("Receipts"), "receipt_long", Receipt, of_receipt, receipt_line),
    Kind(_("Top-ups"), "qr_code", TopUp, of_top_up, top_up_line, ("wallet",)),
    Kind(_("Second payments"), "repeat_one", SecondPayment, of_second_payment, second_line, ("top_up__wallet",)),
    *PAPERS,
    Kind(_("Companies"), "apartment", Company, of_company, company_line),
)

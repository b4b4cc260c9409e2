"""What notifications say, in English and in Russian, from the facts of their events alone."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from accounts.notifying.kinds import CHOSEN, EVENTS, KINDS, TABLE
from accounts.notifying.wording import LONGEST, language_of, text_of, title_of

ACCOUNTS = Path(__file__).parent.parent
MODULES = ["notifying/kinds.py", "notifying/wording.py", "notifying/saying.py", "codes.py", "proofs.py"]
MODULES += ["api/notifications.py", "api/codes.py"]
CHARGE = {"station_id": "BSK-01", "connector_id": 2, "energy_kwh": 12.345, "cost": "1184.50", "currency": "KGS"}
GIVEN = {
    "number": "DP-2026-000659",
    "corrects": "DP-2026-000651",
    "charge": "BSK-01, connector 2",
    "costs_now": "82.49",
    "total": "-205.00",
    "currency": "KGS",
}


def said(kind: str, language: str, **facts: Any) -> str:
    with translation.override(language):
        return f"{title_of(kind)} | {text_of(kind, facts)}"


@pytest.mark.parametrize(
    ("kind", "facts", "english", "russian"),
    [
        (
            "charging_started",
            CHARGE,
            "Charging has begun | BSK-01, connector 2.",
            "Зарядка началась | BSK-01, разъём 2.",
        ),
        (
            "charging_started",
            {**CHARGE, "asked_by": "card", "connector_id": None},
            "Charging has begun | BSK-01. Your card started it; if that was not you, block the card in the app.",
            "Зарядка началась | BSK-01. Её начали вашей картой; если это не вы, заблокируйте карту в приложении.",
        ),
        (
            "charging_80",
            {"station_id": "BSK-01", "percent": 81, "limit_type": "energy", "energy_kwh": 8.1},
            "Most of your limit is used | BSK-01. 81% of your limit is used. Energy: 8.1 kWh.",
            "Лимит почти исчерпан | BSK-01. Использовано 81% вашего лимита. Энергия: 8,1 кВт·ч.",
        ),
        (
            "charging_80",
            {"station_id": "BSK-01", "percent": 80, "limit_type": "none"},
            "Most of your limit is used | BSK-01. 80% of the money in your wallet is used.",
            "Лимит почти исчерпан | BSK-01. Использовано 80% денег на вашем балансе.",
        ),
        (
            "idle_fee_begins",
            {"station_id": "BSK-01", "idle_fee": "2.00", "idle_fee_per_minute": "2.00", "currency": "KGS"},
            "Please move your car | BSK-01. Charging is over, and standing there costs something from now on. "
            "A minute costs 2.00 KGS.",
            "Пожалуйста, освободите место | BSK-01. Зарядка закончена, теперь стоянка платная. Минута стоит 2,00 KGS.",
        ),
        (
            "reservation_confirmed",
            {"station_id": "BSK-01", "connector_id": 1, "until": "2026-05-04T06:30:00Z", "until_local": "12:30"},
            "A connector is kept for you | BSK-01, connector 1. Until 12:30.",
            "Разъём для вас зарезервирован | BSK-01, разъём 1. До 12:30.",
        ),
        (
            "charging_stopped",
            {**CHARGE, "stop_cause": "limit", "stop_reason": "Remote"},
            "Charging has ended | BSK-01, connector 2. Your limit is reached. Energy: 12.345 kWh. Cost: 1,184.50 KGS.",
            "Зарядка закончена | BSK-01, разъём 2. Ваш лимит достигнут. "
            "Энергия: 12,345 кВт·ч. Стоимость: 1 184,50 KGS.",
        ),
        (
            "charging_stopped",
            {**CHARGE, "cost": None, "stop_reason": "EVDisconnected"},
            "Charging has ended | BSK-01, connector 2. The cable was unplugged from the car. Energy: 12.345 kWh.",
            "Зарядка закончена | BSK-01, разъём 2. Кабель вынули из машины. Энергия: 12,345 кВт·ч.",
        ),
        (
            "charging_failed",
            {**CHARGE, "error": "start_timeout"},
            "Charging did not begin | BSK-01, connector 2. Nothing began in time. Plug the cable in and try again.",
            "Зарядка не началась | BSK-01, разъём 2. За отведённое время ничего не началось. "
            "Вставьте кабель и попробуйте ещё раз.",
        ),
        (
            "debt",
            {"owed": "12.00", "currency": "KGS"},
            "A charge is not fully paid | 12.00 KGS is owed. Top up your wallet to charge again.",
            "Зарядка оплачена не полностью | Долг 12,00 KGS. Пополните баланс, чтобы снова заряжаться.",
        ),
        (
            "payment_confirmed",
            {"amount": "500.00", "balance": "512.50", "currency": "KGS"},
            "Your payment has arrived | Amount: 500.00 KGS. Balance: 512.50 KGS.",
            "Ваш платёж поступил | Сумма: 500,00 KGS. Баланс: 512,50 KGS.",
        ),
        (
            "receipt",
            {"number": "DP-2026-000660", "corrects": "DP-2026-000651", "total": "-30.00", "currency": "KGS"},
            "Your receipt | Receipt DP-2026-000660. It corrects DP-2026-000651. Total: -30.00 KGS.",
            "Ваш чек | Чек DP-2026-000660. Он исправляет DP-2026-000651. Итого: -30,00 KGS.",
        ),
        (
            "charge_refunded",
            {**GIVEN, "by_hand": "given_back", "given_back": "205.00"},
            "A charge costs you less | 205.00 KGS was given back for your charge at BSK-01, connector 2. "
            "The charge costs 82.49 KGS now. Receipt DP-2026-000659. It corrects DP-2026-000651.",
            "Зарядка обошлась вам дешевле | 205,00 KGS возвращено вам за зарядку на BSK-01, connector 2. "
            "Теперь зарядка стоит 82,49 KGS. Чек DP-2026-000659. Он исправляет DP-2026-000651.",
        ),
        (
            "charge_refunded",
            {**GIVEN, "by_hand": "forgiven", "forgiven": "205.00", "corrects": None},
            "A charge costs you less | 205.00 KGS of what you owed for your charge at BSK-01, connector 2 is not asked "
            "for any more. The charge costs 82.49 KGS now. Receipt DP-2026-000659.",
            "Зарядка обошлась вам дешевле | 205,00 KGS долга за зарядку на BSK-01, connector 2 больше не взыскивается. "
            "Теперь зарядка стоит 82,49 KGS. Чек DP-2026-000659.",
        ),
    ],
)
def test_it_says_what_happened(kind: str, facts: dict[str, Any], english: str, russian: str) -> None:
    assert said(kind, "en", **facts) == english
    assert said(kind, "ru", **facts).replace("\xa0", " ").replace("\u202f", " ") == russian


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_says_something_whatever_the_event_left_out(kind: str, language: str) -> None:
    odd: list[dict[str, Any]] = [
        {},
        dict.fromkeys(("station_id", "connector_id", "energy_kwh", "cost", "currency", "owed", "balance")),
        {"station_id": "%(x)s %s %", "connector_id": "<b>", "energy_kwh": "NaN", "cost": "1e999", "currency": 7},
        {"station_id": ["a"], "connector_id": {}, "energy_kwh": True, "amount": "Infinity", "error": ["x"]},
        {"station_id": "x" * 5000, "answer": "a\nb " * 5000},
    ]
    for facts in odd:
        told = said(kind, language, **facts)
        assert len(told) > 5
        assert len(told) < LONGEST + 100
        assert "None" not in told
        assert "%(" not in told.replace("%(x)s", "")


def test_it_keeps_to_one_line() -> None:
    assert text_of("report_answered", {"answer": "mended\r\nSubject: x\n\n now"}) == "mended Subject: x now"


def test_it_says_the_name_of_a_kind_that_is_told_no_more() -> None:
    assert (title_of("new_session"), text_of("new_session", CHARGE)) == ("new_session", "")


@pytest.mark.parametrize(("asked", "spoken"), [("ru", "ru"), ("en", "en"), ("ky", "en"), ("", "en"), ("../..", "en")])
def test_it_speaks_a_language_that_it_has(asked: str, spoken: str) -> None:
    assert language_of(asked) == spoken


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(KINDS) == len(TABLE)
    assert set(CHOSEN) == set(KINDS) - {"test", "address_changed", "work_given"}
    assert "" not in EVENTS


def words_of(module: str) -> Iterator[str]:
    """Every text of a module that is marked for translation, and every sentence of a refusal."""
    for node in ast.walk(ast.parse((ACCOUNTS / module).read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        said = {"_": 0, "gettext_noop": 0, "Refusal": 1}.get(node.func.id)
        text = node.args[said] if said is not None else None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


@pytest.mark.parametrize("module", MODULES)
def test_it_has_its_russian(module: str) -> None:
    russian = gettext.translation("django", settings.LOCALE_PATHS[0], ["ru"])
    found = {text: russian.gettext(text) for text in words_of(module)}
    assert found
    assert [text for text, said in found.items() if text == said] == []
    named = re.compile(r"%\(\w+\)s")
    assert [text for text, said in found.items() if sorted(named.findall(text)) != sorted(named.findall(said))] == []

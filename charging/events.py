"""What happens to sessions, told to whoever reads the outbox: one statement, in the transaction in which it happens."""

import json
from datetime import datetime
from typing import Literal

from django.db import connection

from charging.models import Session
from drivepower.core import doorbell
from drivepower.core.compiled import read
from drivepower.core.money import EXPONENTS
from drivepower.core.texts import storable

Kind = Literal[
    "session.requested",
    "session.started",
    "session.warned",
    "session.stopping",
    "session.resumed",
    "session.ended",
    "session.review",
    "session.settled",
    "session.waived",
    "session.failed",
    "session.idle",
]
DECIMALS = json.dumps(EXPONENTS)

# The session speaks for itself as it stands in this transaction; a cost that no settlement has said is the running one.
TELL = """
INSERT INTO core_event
    (public_id, kind, subject, station, location, driver, company, host, is_public, payload, at)
SELECT gen_random_uuid(), %s::text, 'session:' || session.public_id, station.code, coalesce(place.code, ''),
    driver.public_id, company.public_id, host.public_id, false,
    jsonb_build_object(
        'session_id', session.public_id,
        'station_id', station.code,
        'connector_id', connector.number,
        'state', session.state,
        'revision', session.revision,
        'asked_by', session.asked_by,
        'start_time', session.started_at,
        'stop_time', session.stopped_at,
        'energy_kwh', round(coalesce(session.billed_energy_wh, meter.energy_wh, 0) / 1000.0, 3),
        'ev_battery_soc', meter.soc,
        'cost', round(
            CASE
                WHEN settled.id IS NOT NULL
                    THEN CASE WHEN settled.verdict <> 'suspect' OR settled.lines <> '[]' THEN settled.total END
                -- As it ends, the running cost is that of an earlier reading: the bill is on its way.
                WHEN session.revision = 0 AND session.state <> 'ended' THEN meter.running_cost
            END,
            money.decimals
        )::text,
        'currency', terms.currency,
        'limit_type', coalesce(nullif(session.limit_kind, ''), 'none'),
        'limit_value', CASE session.limit_kind
            WHEN 'energy' THEN to_jsonb(round(session.limit_energy_wh / 1000.0, 3))
            WHEN 'amount' THEN to_jsonb(round(session.limit_amount, money.decimals)::text)
            WHEN 'soc' THEN to_jsonb(session.limit_soc)
            WHEN 'time' THEN to_jsonb(round(session.limit_seconds / 60.0, 2))
        END,
        'stop_reason', nullif(session.stop_reason, ''),
        'stop_cause', nullif(session.stop_cause, ''),
        'error', nullif(session.failure, ''),
        'message', nullif(session.failure_text, ''),
        'receipt_id', receipt.public_id
    ) || %s::jsonb,
    %s::timestamptz
FROM charging_session session
JOIN stations_station station ON station.id = session.station_id
JOIN stations_connector connector ON connector.id = session.connector_id
LEFT JOIN stations_location place ON place.id = station.location_id
LEFT JOIN accounts_company host ON host.id = place.host_id
LEFT JOIN accounts_user driver ON driver.id = session.driver_id
LEFT JOIN accounts_company company ON company.id = session.company_id
LEFT JOIN charging_sessionmeter meter ON meter.session_id = session.id
LEFT JOIN billing_priceterms terms ON terms.id = session.price_terms_id
LEFT JOIN billing_receipt receipt ON receipt.id = session.receipt_id
LEFT JOIN charging_settlement settled ON settled.session_id = session.id AND settled.revision = session.revision
CROSS JOIN LATERAL (SELECT coalesce((%s::jsonb ->> terms.currency)::int, 2) AS decimals) money
WHERE session.id = %s::int
RETURNING id
"""


def tell(*, session: Session, kind: Kind, at: datetime, **more: str | int | float | None) -> None:
    """Record what has just happened to a session, and ring for the readers; `more` is said beside what it is by now.

    Energy in kWh, money as text with its currency's decimals, a time limit in minutes, as the API shows them.
    """
    read(connection, TELL, [kind, json.dumps(storable(more)), at, DECIMALS, session.pk])
    doorbell.tell_readers()

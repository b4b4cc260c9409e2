"""Who may ask each route; a route that is not here fails the walk."""

from enum import Enum


class Who(Enum):
    """Whom a route answers."""

    ANYBODY = "nobody needs a token"
    PERSON = "whoever has a token, about themselves; it names nothing of anybody else"
    OWNER = "whose it is; for everybody else it is not there"
    STAFF = "staff with the right; staff of a company about their own"
    SIGNED = "who signs the request"
    MACHINE = "this machine, or who has the token of metrics"


TABLE = {
    Who.ANYBODY: """
        GET POST *
        POST api/auth/login api/auth/signup api/auth/refresh
        POST api/auth/otp/send api/auth/otp/verify api/auth/password/reset api/auth/password/reset/confirm
        GET api/auth/otp/status
        POST api/v1/auth/login api/v1/auth/signup api/v1/auth/refresh
        POST api/v1/auth/otp/send api/v1/auth/otp/verify
        POST api/v1/auth/password/reset api/v1/auth/password/reset/confirm
        GET api/v1/auth/otp/status
        GET api/docs/ api/redoc/ api/schema/
        GET api/stations api/v1/stations api/v1/stations/{code}
        GET api/v1/stations/{code}/price api/v1/stations/{code}/status
        GET api/v1/locations api/v1/locations/{code}
        GET api/v1/notifications/vapid-public-key
        POST api/v1/payment/h2h-create
        GET POST c/{code}/{number}
        GET commission/{token}/ commission/{token}/{code}/now
        GET POST commission/{token}/{code}
        GET health health/live health/ready version payment/done favicon.ico
    """,
    Who.SIGNED: """
        POST api/v1/payment/webhook api/v1/payment/webhook/{provider}
    """,
    Who.PERSON: """
        GET api/auth/me api/auth/logins
        POST api/auth/logout api/auth/logout-all api/auth/password
        GET api/v1/auth/me api/v1/auth/logins
        POST api/v1/auth/logout api/v1/auth/logout-all api/v1/auth/password
        GET api/billing/me/transactions api/sessions/active api/sessions/me api/v1/sessions
        GET api/v1/history/charging api/v1/history/stats api/v1/history/transactions
        POST DELETE api/v1/account/delete-request
        GET api/v1/balance/current
        POST api/v1/balance/payout api/v1/balance/topup-card api/v1/balance/topup-qr
        GET POST api/v1/cards api/v1/favorites api/v1/reports api/v1/reservations
        DELETE api/v1/favorites
        POST api/v1/charging/start
        GET api/v1/notifications
        GET PATCH api/v1/notifications/choices api/v1/profile
        POST api/v1/notifications/read-all api/v1/notifications/subscribe api/v1/notifications/test
        POST api/v1/notifications/unsubscribe
        POST api/v1/profile/proof api/v1/profile/proof/confirm
    """,
    Who.OWNER: """
        DELETE api/auth/logins/{login} api/v1/auth/logins/{login}
        DELETE api/v1/cards/{card} api/v1/favorites/{code}
        POST api/v1/cards/{card}/block api/v1/cards/{card}/unblock
        GET api/v1/charging/status/{session_id} api/v1/charging/{session_id}
        POST api/v1/charging/stop
        POST api/v1/notifications/{notification}/read
        POST api/v1/payment/cancel/{invoice_id}
        GET api/v1/payment/status/{invoice_id}
        GET api/v1/receipts/{public_id} api/v1/reports/{public_id} api/v1/reports/{public_id}/photo
        GET DELETE api/v1/reservations/{public_id}
    """,
    Who.STAFF: """
        GET POST api/v1/operator/access-rules
        GET PATCH DELETE api/v1/operator/access-rules/{key}
        GET api/v1/operator/adjustments
        POST api/v1/operator/adjustments/{public_id}/approve api/v1/operator/adjustments/{public_id}/refuse
        GET api/v1/operator/alerts api/v1/operator/alerts/{key}
        POST api/v1/operator/alerts/{key}/acknowledge
        GET api/v1/operator/analytics/dashboard api/v1/operator/analytics/usage
        GET api/v1/operator/certificates
        POST api/v1/operator/certificates/install api/v1/operator/certificates/list
        POST api/v1/operator/certificates/request
        GET DELETE api/v1/operator/certificates/{key}
        GET POST api/v1/operator/charging-profiles
        POST api/v1/operator/charging-profiles/clear
        GET api/v1/operator/charging-profiles/{key}
        GET api/v1/operator/commands api/v1/operator/commands/{public_id}
        GET POST api/v1/operator/commands/bulk
        GET DELETE api/v1/operator/commands/bulk/{public_id}
        GET api/v1/operator/commands/bulk/{public_id}/stations
        POST api/v1/operator/commands/bulk/{public_id}/resume
        POST api/v1/operator/commands/bulk/{public_id}/retry
        GET POST api/v1/operator/companies
        GET PATCH api/v1/operator/companies/{public_id}
        GET api/v1/operator/configuration
        GET api/v1/operator/connections
        GET DELETE api/v1/operator/connections/{code}
        GET POST api/v1/operator/connectors
        GET PUT PATCH DELETE api/v1/operator/connectors/{code}/{number}
        GET api/v1/operator/decision-requests
        POST api/v1/operator/decision-requests/{key}/confirm api/v1/operator/decision-requests/{key}/refuse
        GET POST api/v1/operator/drivers
        GET PATCH api/v1/operator/drivers/{public_id}
        POST api/v1/operator/drivers/{public_id}/block api/v1/operator/drivers/{public_id}/unblock
        GET api/v1/operator/events
        GET api/v1/operator/exports/id-tags api/v1/operator/exports/receipts
        GET api/v1/operator/exports/sessions api/v1/operator/exports/transfers
        GET api/v1/operator/frames
        GET POST api/v1/operator/id-tags
        POST api/v1/operator/id-tags/validate
        GET PATCH api/v1/operator/id-tags/{public_id}
        POST api/v1/operator/id-tags/{public_id}/block api/v1/operator/id-tags/{public_id}/unblock
        GET POST api/v1/operator/locations
        GET PUT PATCH DELETE api/v1/operator/locations/{code}
        GET POST api/v1/operator/maintenance
        GET PATCH api/v1/operator/maintenance/{public_id}
        GET POST api/v1/operator/memberships
        GET PATCH api/v1/operator/memberships/{key}
        POST api/v1/operator/price/calculate
        GET api/v1/operator/quirks
        GET api/v1/operator/receipts api/v1/operator/receipts/{public_id}
        GET api/v1/operator/reports
        GET PATCH api/v1/operator/reports/{public_id}
        GET api/v1/operator/reports/{public_id}/photo
        GET POST api/v1/operator/reservations
        GET DELETE api/v1/operator/reservations/{public_id}
        GET api/v1/operator/security-events
        GET POST api/v1/operator/sessions
        GET api/v1/operator/sessions/{public_id} api/v1/operator/sessions/{public_id}/readings
        POST api/v1/operator/sessions/{public_id}/accept api/v1/operator/sessions/{public_id}/complete
        POST api/v1/operator/sessions/{public_id}/correct api/v1/operator/sessions/{public_id}/rerun
        POST api/v1/operator/sessions/{public_id}/stop api/v1/operator/sessions/{public_id}/waive
        GET POST api/v1/operator/stations
        GET PUT PATCH DELETE api/v1/operator/stations/{code}
        GET POST api/v1/operator/stations/{code}/commands api/v1/operator/stations/{code}/configuration
        POST api/v1/operator/stations/{code}/configuration/read api/v1/operator/stations/{code}/key
        GET api/v1/operator/stations/{code}/metrics
        GET POST api/v1/operator/tariff-plans
        GET PATCH api/v1/operator/tariff-plans/{public_id}
        POST api/v1/operator/tariff-plans/{public_id}/make-default
        GET POST api/v1/operator/tariff-plans/{public_id}/versions
        GET api/v1/operator/top-ups
        POST api/v1/operator/top-ups/{public_id}/send-back
        GET api/v1/operator/transfers
        POST api/v1/operator/transfers/{public_id}/refund
        GET api/v1/operator/wallets api/v1/operator/wallets/{public_id}
        POST api/v1/operator/wallets/{public_id}/adjust api/v1/operator/wallets/{public_id}/bank-transfer
        POST api/v1/operator/wallets/{public_id}/credit-limit
        GET POST api/v1/operator/webhooks
        GET PATCH DELETE api/v1/operator/webhooks/{public_id}
        GET api/v1/operator/webhooks/{public_id}/deliveries
        POST api/v1/operator/webhooks/{public_id}/replay api/v1/operator/webhooks/{public_id}/rotate
        POST api/v1/operator/webhooks/{public_id}/test
    """,
    Who.MACHINE: "GET metrics",
}
# The address of the start page, which is empty.
ROOT = "*"


def _read(text: str) -> list[str]:
    """Lines of methods and addresses as "METHOD address"."""
    routes = []
    for line in text.strip().splitlines():
        words = line.split()
        methods = [word for word in words if word.isupper()]
        paths = ["" if word == ROOT else word for word in words if word not in methods]
        routes += [f"{method} {path}" for method in methods for path in paths]
    return routes


RULES: dict[str, Who] = {route: who for who, text in TABLE.items() for route in _read(text)}

# What answers 200 to those whom it keeps out, and why.
TOLD_NO = {
    "POST api/v1/operator/id-tags/validate": "a card of others is Invalid, like one that nobody has",
}
# What answers staff of a company alike with and without the cut of the rows that it shows, and why.
OWN_BULKS = "staff of a company see the bulk commands that they asked for themselves"
BLIND = {
    "GET api/v1/operator/commands/bulk": OWN_BULKS,
    "GET api/v1/operator/commands/bulk/{public_id}": OWN_BULKS,
    "DELETE api/v1/operator/commands/bulk/{public_id}": OWN_BULKS,
    "GET api/v1/operator/commands/bulk/{public_id}/stations": OWN_BULKS,
    "POST api/v1/operator/commands/bulk/{public_id}/resume": OWN_BULKS,
    "POST api/v1/operator/commands/bulk/{public_id}/retry": OWN_BULKS,
    "GET api/v1/operator/events": "events are shown once their transaction is over, and that of the estate never is",
    "GET api/v1/operator/quirks": "how makes of stations are understood is nobody's own",
    "POST api/v1/operator/locations": "the host is compared with one's own company",
}

"""Role by page: who sees which list and may change what on it, and who opens which page that stands for itself.

A new page gets its row here, by hand: whoever writes it decides who it is for.
"""

from typing import NamedTuple

LETTERS = {
    "O": "Owner",
    "P": "Operator",
    "S": "Support",
    "F": "Finance",
    "T": "Technician",
    "H": "Site host",
    "L": "Fleet manager",
}
EVERYBODY = "".join(LETTERS)


class Rights(NamedTuple):
    """By their letters, the roles that may do each of these; a page's own buttons are tested where they are."""

    see: str
    add: str = ""
    change: str = ""
    delete: str = ""


LISTS = {
    "accounts.apiclient": Rights("O", add="O", change="O"),
    "accounts.company": Rights("OPSFHL", add="OP", change="OP"),
    "accounts.dutychoice": Rights("OPSFT", add="OPSFT", change="OPSFT"),
    "accounts.dutynotice": Rights("OPST"),
    "accounts.dutyshift": Rights("OPST", add="OP", change="OP", delete="OP"),
    "accounts.foreignidentity": Rights("OS"),
    "accounts.idtag": Rights("OPSFL", add="OP", change="OP"),
    "accounts.login": Rights("OS"),
    "accounts.membership": Rights("OPSF", add="OP", change="OP"),
    "accounts.message": Rights("OPS"),
    "accounts.notification": Rights("OPS"),
    "accounts.notificationchoice": Rights("OPS"),
    "accounts.pushsubscription": Rights("OS"),
    "accounts.sandboxmessage": Rights("O"),
    "accounts.signedrequest": Rights("O"),
    "accounts.user": Rights("OPSFHL", add="OP", change="OP"),
    "auth.group": Rights("O"),
    "axes.accessattempt": Rights("OS"),
    "axes.accesslog": Rights("OS"),
    "billing.adjustment": Rights("OSF"),
    "billing.capture": Rights("OSF"),
    "billing.clienttariff": Rights("OPSF", add="OP", change="OP"),
    "billing.debt": Rights("OSFL"),
    "billing.hold": Rights("OSF"),
    "billing.paymentrefund": Rights("OSF"),
    "billing.priceterms": Rights("OPSF"),
    "billing.promocode": Rights("OPSF", add="OP", change="OP"),
    "billing.promouse": Rights("OPSF"),
    "billing.providerevent": Rights("OF"),
    "billing.receipt": Rights("OPSFL"),
    "billing.sandboxinvoice": Rights("OF"),
    "billing.secondpayment": Rights("OSF"),
    "billing.statement": Rights("OSFL"),
    "billing.tariffplan": Rights("OPSF", add="OP", change="OP"),
    "billing.tariffversion": Rights("OPSF"),
    "billing.taxchange": Rights("OPSF"),
    "billing.topup": Rights("OSFL"),
    "billing.transfer": Rights("OSFL"),
    "billing.wallet": Rights("OSFL"),
    "billing.walletcheckpoint": Rights("OF"),
    "charging.chargingprofile": Rights("OPST"),
    "charging.dailyfigures": Rights("OPSF"),
    "charging.decision": Rights("OPSF"),
    "charging.decisionrequest": Rights("OPSF"),
    "charging.figuresmark": Rights("OPSF"),
    "charging.hourlyenergy": Rights("OPSF"),
    "charging.locallist": Rights("OPST", add="OP", change="OP"),
    "charging.meterreading": Rights("OPSFT"),
    "charging.reservation": Rights("OPSL"),
    "charging.session": Rights("OPSFTHL"),
    "charging.settlement": Rights("OSF"),
    "charging.siteplan": Rights("OPST"),
    "charging.straymessage": Rights("OPSFT"),
    "core.alert": Rights("OPSFT"),
    "core.alertrule": Rights("OPST", add="OP", change="OP", delete="OP"),
    "core.delivery": Rights("OPS"),
    "core.event": Rights("OPSTHL"),
    "core.eventcursor": Rights("O"),
    "core.idempotencykey": Rights("O"),
    "core.sweep": Rights("OPSF"),
    "core.sweeprun": Rights("OPSF"),
    "core.switch": Rights("OPS", change="OP"),
    "core.webhook": Rights("OPS", add="OP", change="OP", delete="OP"),
    "ocpp_consumer.frame": Rights("OPST"),
    "otp_totp.totpdevice": Rights("O"),
    "portal.change": Rights("O"),
    "portal.monthlyreport": Rights("OPSF"),
    "portal.savedview": Rights("OPSFTHL", change="OPSFTHL", delete="OPSFTHL"),
    "stations.accessrule": Rights("OPSTH", add="OP", change="OP", delete="OP"),
    "stations.bulkcommand": Rights("OPST", add="OPT"),
    "stations.certificate": Rights("OPST"),
    "stations.command": Rights("OPST"),
    "stations.commissioning": Rights("OPST"),
    "stations.configurationkey": Rights("OPST"),
    "stations.configurationtemplate": Rights("OPST", add="OPT", change="OPT", delete="OP"),
    "stations.connectionspan": Rights("OPSTH"),
    "stations.connector": Rights("OPSFTH", add="OP", change="OP", delete="O"),
    "stations.diagnosticsjob": Rights("OPST"),
    "stations.firmwareimage": Rights("OPST", add="OPT", change="OPT"),
    "stations.firmwarejob": Rights("OPST"),
    "stations.gateway": Rights("OPST"),
    "stations.installerlink": Rights("OPST", add="OP"),
    "stations.knock": Rights("OPST"),
    "stations.location": Rights("OPSFTH", add="OP", change="OP"),
    "stations.maintenance": Rights("OPSTH", add="OPT", change="OPT"),
    "stations.quirkprofile": Rights("OPST", add="OP", change="OP", delete="OP"),
    "stations.report": Rights("OPSTH"),
    "stations.securityevent": Rights("OPST"),
    "stations.station": Rights("OPSFTH", add="OP", change="OP"),
    "stations.statusspan": Rights("OPSTH"),
    "stations.upload": Rights("OPST", delete="OP"),
}

# Those that answer nothing but POST, or ask for more than their address, open for nobody.
PAGES = {
    "autocomplete": "",
    "billing_tariffplan_change_tax": "OP",
    "portal_badges": "OPSFTHL",
    "portal_import": "OP",
    "portal_language": "",
    "portal_search": "OPSFTHL",
    "portal_search_json": "OPSFTHL",
    "portal_upkeep": "OPSTH",
    "portal_views": "",
    "search": "OPSFTHL",
    "stations_location_labels": "OP",
    "stations_station_labels": "OP",
    "stations_station_stickers": "OPSFTH",
    "twofactor": "OPSFTHL",
}

"""The codes of the ChargeX consortium (Minimum Required Error Codes, revision 5) in our own words: meaning, next step.

In English, for whoever says them in the language in force.
"""

from django.utils.translation import gettext_noop as _

CODES: dict[str, tuple[str, str]] = {
    "CX001": (
        _("the plug cannot be locked or unlocked at the car"),
        _("Let the driver press the plug fully in and try again; if it comes again, have the lock looked at."),
    ),
    "CX002": (
        _("current leaked to earth, and the protection switched off"),
        _("Keep it out of operation until the insulation of cable and plug has been measured."),
    ),
    "CX003": (
        _("it is too hot inside, so it gives less power"),
        _("Have fans, filters and air inlets cleaned and looked at."),
    ),
    "CX004": (
        _("more current flowed than allowed, and the protection switched off"),
        _("See whether it happens with one car or with all; with all, have the power part looked at."),
    ),
    "CX005": (
        _("the voltage towards the car is too high"),
        _("Have the grid's voltage and the power modules measured."),
    ),
    "CX006": (
        _("the voltage towards the car is too low"),
        _("Have the supply and its fuses measured; ask whether the grid was weak then."),
    ),
    "CX007": (
        _("its mobile signal is weak"),
        _("Have the antenna and the SIM card looked at, or give it a cable."),
    ),
    "CX008": (
        _("somebody pressed its emergency stop"),
        _("Ask at the place why; when it is safe, have the button released and the station restarted."),
    ),
    "CX009": (
        _("nobody was authorized in time after the plug was in"),
        _("Tell the driver to start within the time that the station gives, by app or card, and to plug in again."),
    ),
    "CX010": (
        _("the car is in a state in which it cannot be charged"),
        _("Let the driver unplug, lock and wake the car and try again; another car tells whose fault it is."),
    ),
    "CX011": (
        _("the check of the cable's insulation before charging failed"),
        _("Have cable and plug dried and looked at; if another car fails too, keep it out of operation."),
    ),
    "CX012": (
        _("the voltage could not be brought to the battery's before charging"),
        _("Try another car; if it fails too, have the power modules looked at."),
    ),
    "CX013": (
        _("it had no connection to the internet"),
        _("Look at its connections of that time; have router, SIM card or cable looked at."),
    ),
    "CX014": (
        _("the control pilot, by which car and station talk, is out of its range"),
        _("Have plug and cable looked at; if it comes with one car alone, it is the car."),
    ),
    "CX015": (
        _("the mains failed, so it can give no power"),
        _("Ask the grid or the host about the supply, and have breakers and fuses looked at."),
    ),
    "CX016": (
        _("the contactor in the car does not open or close"),
        _("The fault is in the car: send the driver to its workshop."),
    ),
    "CX017": (
        _("the station's contactor does not open or close, or is welded"),
        _("Keep it out of operation and have the contactor changed."),
    ),
    "CX018": (
        _("cable or plug are too hot, so it gives less power"),
        _("Have the contacts of the plug and the cable's cooling looked at."),
    ),
    "CX019": (
        _("cable or plug were too hot, so the charge was stopped"),
        _("Keep the connector out of operation until its contacts and the cable's cooling have been looked at."),
    ),
    "CX020": (
        _("the plug is not fully in the car"),
        _("Tell the driver to press the plug in until it clicks, and to hold the cable's weight."),
    ),
    "CX021": (
        _("the insulation monitor tripped while it charged: too much capacitance to earth"),
        _("Try another car; if it comes again, have the insulation monitor and the output filter looked at."),
    ),
    "CX022": (
        _("the insulation monitor tripped while it charged: too little resistance to earth"),
        _("Have cable and plug measured for moisture and damage; if it comes with one car alone, it is the car."),
    ),
    "CX023": (
        _("the proximity contact, which says that the plug is in, is out of its range"),
        _("Have the plug's button and contacts looked at."),
    ),
    "CX024": (
        _("there was high voltage at the plug before charging began or after it ended"),
        _("Keep the connector out of operation at once: contactors or discharge have failed."),
    ),
    "CX025": (
        _("the latch of the plug is broken"),
        _("Have the latch or the plug changed; till then charges may break off."),
    ),
    "CX026": (
        _("the cable has been cut off"),
        _("Keep it out of operation, have the place made safe, look at cameras and tell the police."),
    ),
}

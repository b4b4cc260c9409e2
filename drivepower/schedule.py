"""What runs by the clock: sweeps are the guarantee; a hint only makes them sooner."""

from typing import Any

from celery.schedules import crontab

# What waits in the queue for longer than this, or than until its next turn, is not run: the next one does the same.
LONGEST_WAIT = 3600.0

TURNS: dict[str, dict[str, Any]] = {
    "settle ended sessions": {"task": "charging.sweep_settlements", "schedule": 5.0},
    "fail starts that never came": {"task": "charging.sweep_requested", "schedule": 10.0},
    "end hung sessions": {"task": "charging.sweep_hung", "schedule": 60.0},
    "free what nothing needs": {"task": "charging.sweep_leftovers", "schedule": 60.0},
    "flag sessions of rebooted stations": {"task": "charging.flag_rebooted", "schedule": 60.0},
    "tell of charges without a session": {"task": "charging.tell_of_silent_charges", "schedule": 60.0},
    "ask the provider about open top-ups": {"task": "billing.sweep_top_ups", "schedule": 15.0},
    "ask whether credited payments went back": {"task": "billing.watch_top_ups", "schedule": 60.0},
    "ask providers for refunds again": {"task": "billing.sweep_refunds", "schedule": 60.0},
    "time out commands": {"task": "stations.sweep_commands", "schedule": 5.0},
    "end spans of dead gateways": {"task": "stations.sweep_gateways", "schedule": 15.0},
    "say once that many stations are gone": {"task": "stations.watch_outages", "schedule": 30.0},
    "say which stations come and go": {"task": "stations.watch_disconnects", "schedule": 600.0},
    "find what is stuck and climb ladders": {"task": "charging.recover", "schedule": 5.0},
    "tell where no start begins": {"task": "charging.watch_starts", "schedule": 300.0},
    "hold everything against its own month": {"task": "charging.watch_trends", "schedule": crontab(hour=21, minute=30)},
    "decide whom alerts call": {"task": "stations.call_duty", "schedule": 5.0},
    "send notices to people on duty": {"task": "accounts.send_notices", "schedule": 5.0},
    "compare sessions with the books": {"task": "charging.reconcile", "schedule": crontab(hour=20, minute=10)},
    "tell of sessions that stay open in the books": {"task": "charging.watch_open", "schedule": 3600.0},
    "compare wallets with their transfers": {"task": "billing.reconcile", "schedule": 3600.0},
    "keep what the house's accounts come to": {"task": "billing.checkpoint", "schedule": crontab(hour=20, minute=40)},
    "close the days that are over": {"task": "billing.close_days", "schedule": crontab(hour=20, minute=50)},
    "register receipts at the tax office": {"task": "billing.send_fiscal", "schedule": 15.0},
    "make statements of companies": {"task": "billing.make_statements", "schedule": 3600.0},
    "make statements of hosts": {"task": "charging.make_host_statements", "schedule": 3600.0},
    "report on the last month": {"task": "portal.report_month", "schedule": 3600.0},
    "carry out Stops that were only kept": {"task": "ocpp_consumer.retry_stops", "schedule": 60.0},
    "blank secrets that nobody sends any more": {"task": "ocpp_consumer.forget_secrets", "schedule": 60.0},
    "begin and end maintenance": {"task": "stations.sweep_maintenance", "schedule": 15.0},
    "send answers to reports": {"task": "stations.send_answers", "schedule": 60.0},
    "sign certificate requests": {"task": "stations.sign_certificates", "schedule": 15.0},
    "end file jobs and clear files": {"task": "stations.sweep_files", "schedule": 600.0},
    "go on with bulk commands": {"task": "ocpp_consumer.go_on_with_bulk", "schedule": 1.0},
    "go on with onboarding": {"task": "ocpp_consumer.onboard", "schedule": 30.0},
    "forget strangers who are known or gone": {"task": "stations.retire_knocks", "schedule": 3600.0},
    "bring reservations on": {"task": "charging.sweep_reservations", "schedule": 10.0},
    "share supplies among charges": {"task": "charging.share_supplies", "schedule": 3.0},
    "end profiles of past sessions": {"task": "charging.sweep_profiles", "schedule": 30.0},
    "roll up figures": {"task": "charging.roll_up", "schedule": 20.0},
    "keep local lists in step": {"task": "charging.compare_local_lists", "schedule": 15.0},
    "roll partitions ahead": {"task": "ocpp_consumer.roll_partitions", "schedule": 3600.0},
    "index what was said on closed days": {"task": "ocpp_consumer.index_frames", "schedule": 600.0},
    "tell drivers what happened": {"task": "accounts.tell_drivers", "schedule": 2.0},
    "send messages to people": {"task": "accounts.send_messages", "schedule": 5.0},
    "forget what was said to people": {"task": "accounts.forget_words", "schedule": 3600.0},
    "forget past logins": {"task": "accounts.forget_logins", "schedule": 3600.0},
    "let drivers go who have left": {"task": "accounts.let_go", "schedule": 3600.0},
    "forget changes of years ago": {"task": "portal.forget_changes", "schedule": 3600.0},
    "hand events to webhooks": {"task": "core.fan_out", "schedule": 2.0},
    "send webhooks what is due": {"task": "core.deliver", "schedule": 5.0},
    "see whether events are read": {"task": "core.watch_readers", "schedule": 60.0},
    "forget events and answers of long ago": {"task": "core.forget_told", "schedule": 3600.0},
    "forget what sweeps did long ago": {"task": "core.forget_sweeps", "schedule": 3600.0},
}


def waiting_at_most(turn: dict[str, Any]) -> dict[str, Any]:
    """A turn whose task expires before the next one is due."""
    every = turn["schedule"]
    expires = min(every, LONGEST_WAIT) if isinstance(every, float) else LONGEST_WAIT
    return turn | {"options": {"expires": expires}}


SCHEDULE = {name: waiting_at_most(turn) for name, turn in TURNS.items()}

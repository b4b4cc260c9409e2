"""DrivePower with its demo network: what `make run` runs."""

import sys
from pathlib import Path

from drivepower.supervisor.house import Child, House, Preparation

WEB = """--ws ocpp_consumer.wire:SlowlyRead --loop uvloop --http drivepower.heads:Impatient
    --timeout-graceful-shutdown 10 --ws-max-size 1048576 --ws-ping-interval 20 --ws-ping-timeout 20
    --ws-per-message-deflate false --no-access-log --no-proxy-headers"""

# On a machine of one's own root is who runs things; the worker need not say so at every start.
ROOT_IS_ALONE = "ignore:You're running the worker with superuser privileges"


def demo_house(*, host: str, port: int, data_dir: Path) -> House:
    """Portal, API and OCPP endpoint on one port, Celery worker and beat, and the demo's stations."""
    python = sys.executable
    manage = [python, "manage.py"]
    celery = [python, "-W", ROOT_IS_ALONE, "-m", "celery", "--quiet", "--app", "drivepower.celery:app"]
    quiet = ["--loglevel", "WARNING"]
    plan = str(data_dir / "demo-stations.json")
    where = ["--host", host, "--port", str(port)]
    web = [python, "-m", "uvicorn", "drivepower.asgi:application", *where, *WEB.split(), "--log-level", "warning"]
    schedule = ["--schedule", str(data_dir / "celerybeat-schedule")]
    stations = ["simulate_station", "--url", f"ws://127.0.0.1:{port}/ocpp", "--plan", plan, "--quiet"]
    stations += ["--memory", str(data_dir / "stations")]  # a car that was charging when we stopped is stopped properly
    return House(
        host=host,
        port=port,
        data_dir=data_dir,
        preparations=[
            Preparation("migrating the database", [*manage, "migrate", "--verbosity", "0"]),
            Preparation("loading the demo network", [*manage, "load_demo", "--plan-file", plan]),
        ],
        children=[
            Child("web", web, grace=25.0),
            Child("worker", [*celery, "worker", "--concurrency", "2", *quiet], grace=15.0),
            Child("beat", [*celery, "beat", *schedule, *quiet]),
            Child("stations", [*manage, *stations], needs_portal=True),
        ],
        greeting=[
            f"API       http://127.0.0.1:{port}/api/v1/",
            f"Stations  ws://127.0.0.1:{port}/ocpp/IDENTITY",
        ],
    )

"""`python -m drivepower.tests.tiny_house PORT DATA_DIR [CASE]`: the real supervisor with small children of its own."""

import sys
from pathlib import Path

from drivepower.supervisor.house import Child, House, Preparation
from drivepower.supervisor.main import supervise

PORTAL = """
import http.server, os, sys
PUBLIC_URL = os.environ["PUBLIC_URL"]
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" and self.headers["Host"] in PUBLIC_URL else 404)
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
SETTINGS = ["ALLOWED_HOSTS", "DEMO_MODE", "PUBLIC_URL", "SECRET_KEY", "OCPP_KEY_PEPPER"]
SHOW_SETTINGS = f"import os\nfor name in {SETTINGS}: print(name, os.environ.get(name))"
STAY = "import time; print('working', flush=True); time.sleep(600)"
# Ends the first time and leaves a child of its own behind, stays the second time.
TWO_LIVES = """
import os, pathlib, sys, time
mark = pathlib.Path(sys.argv[1])
if not mark.exists():
    mark.touch()
    if child := os.fork():
        os.write(1, b"orphan %d.\\n" % child)
        sys.exit(3)
    time.sleep(600)
print("second life", flush=True)
time.sleep(600)
"""
# Does not listen to SIGTERM, and neither does what it starts.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
os.write(1, b"stubborn\\n")
time.sleep(600)
"""


def python(code: str, *words: str) -> list[str]:
    """The command that runs a piece of Python."""
    return [sys.executable, "-c", code, *words]


def tiny_house(port: int, data_dir: Path, case: str) -> House:
    """A portal that is ready at once, and children that do what the case needs."""
    cases = {
        "calm": [Child("calm", python(STAY), needs_portal=True)],
        "two lives": [Child("phoenix", python(TWO_LIVES, str(data_dir / "mark")), needs_portal=True)],
        "stubborn": [Child("stubborn", python(STUBBORN), grace=0.5)],
        "failing": [Child("failing", python("print('no such setting'); raise SystemExit(4)"))],
    }
    portal = Child("portal", python(PORTAL, str(port)))
    code = "import sys; sys.stderr.write('the setting X is missing.\\n'); sys.exit(3)"
    unprepared = [Preparation("preparing", python(code))]
    return House(
        host="127.0.0.1",
        port=port,
        data_dir=data_dir,
        preparations=unprepared if case == "unprepared" else [Preparation("looking around", python(SHOW_SETTINGS))],
        children=cases[case] if case == "failing" else [portal, *cases.get(case, [])],
        greeting=["welcome"],
    )


if __name__ == "__main__":
    sys.exit(supervise(lambda: tiny_house(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))

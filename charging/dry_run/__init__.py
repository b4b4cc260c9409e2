"""What the sessions of some past time would have earned by another version of their plan, or by a draft: nothing of it
is written but a result that is kept for an hour.
"""

from charging.dry_run.asking import Ask
from charging.dry_run.keeping import Run, begin, find, look_after
from charging.dry_run.running import run

__all__ = ["Ask", "Run", "begin", "find", "look_after", "run"]

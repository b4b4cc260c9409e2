"""The trail of what people change: written by triggers, read on one page and on each object's history."""

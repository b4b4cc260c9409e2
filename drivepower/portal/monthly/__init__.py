"""Uptime and success of each past month: made once, kept, as PDF and XLSX, sent by mail once."""

"""The live half of the API: WebSockets for maps, for drivers and for operators (docs/streams.md).

What happened is read once per process, however many sockets are open, and each socket only picks what it may hear.
"""

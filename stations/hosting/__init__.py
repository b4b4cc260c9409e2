"""`/files/…`: what stations fetch and send, streamed past Django, so that a slow line holds no database connection.

Every address holds a token of its own and is the whole permission: there are no cookies and no people here.
"""

from stations.hosting.door import Hosting

__all__ = ["Hosting"]

"""Lists of the admin that move: their rows as the list itself would draw them now, over a WebSocket per open list."""

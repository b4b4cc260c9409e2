"""One box that finds a row by whatever somebody has in hand: a phone, a card, a station, a session, an invoice."""

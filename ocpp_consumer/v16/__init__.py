"""The dialect of OCPP 1.6: what its actions mean to us, and what our intents are called in it."""

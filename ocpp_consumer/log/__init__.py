"""The OCPP log for people: what stations and we said to each other, found by what it says, decoded, told as files."""

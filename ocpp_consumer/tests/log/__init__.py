"""The log for people: found, paired, decoded, watched and exported."""

"""Fields of forms for columns that hold values by name: people fill in texts and numbers, never JSON."""

"""The conversation with stations for operators: sockets, commands, frames."""

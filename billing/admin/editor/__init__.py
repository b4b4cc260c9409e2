"""The tariff editor: the week of any version or draft, a calculator beside it, the history with what changed."""

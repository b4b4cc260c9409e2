"""The channels by which words reach people: web push, e-mail, SMS, and a sandbox that shows what they would send."""

"""Wallets beside their transfers, holds and debts; receivables beside debts; checkpoints beside sums."""

# What each wallet keeps; the house's accounts keep nothing and are their transfers.
WALLETS = """
WITH moved AS (
    SELECT wallet_id, sum(amount) AS amount FROM (
        SELECT target_id AS wallet_id, amount FROM billing_transfer WHERE %(whole)s OR target_id = ANY(%(wallets)s)
        UNION ALL
        SELECT source_id, -amount FROM billing_transfer WHERE %(whole)s OR source_id = ANY(%(wallets)s)
    ) moving GROUP BY wallet_id
), holding AS (
    SELECT wallet_id, sum(amount) AS amount FROM billing_hold WHERE state = 'active' GROUP BY wallet_id
), owing AS (
    SELECT wallet_id, sum(amount - paid) AS amount FROM billing_debt GROUP BY wallet_id
)
SELECT 'wallet:' || wallet.public_id, figure.name, figure.kept, figure.counted, wallet.currency
FROM billing_wallet wallet
LEFT JOIN moved ON moved.wallet_id = wallet.id
LEFT JOIN holding ON holding.wallet_id = wallet.id
LEFT JOIN owing ON owing.wallet_id = wallet.id
CROSS JOIN LATERAL (VALUES
    ('balance', wallet.balance, CASE WHEN wallet.system = '' THEN coalesce(moved.amount, 0) ELSE 0 END),
    ('held', wallet.held, coalesce(holding.amount, 0)),
    ('owed', wallet.owed, coalesce(owing.amount, 0)),
    ('free beside what is owed', least(wallet.owed, wallet.balance - wallet.held + wallet.credit_limit), 0)
) figure (name, kept, counted)
WHERE figure.kept <> figure.counted AND (%(whole)s OR wallet.id = ANY(%(wallets)s))
"""

# What all wallets of a currency owe is what its receivable account is short of.
RECEIVABLES = """
WITH owing AS (
    SELECT currency, sum(owed) AS amount FROM billing_wallet WHERE system = '' GROUP BY currency
), moved AS (
    SELECT wallet.currency, sum(moving.amount) AS amount FROM billing_transfer transfer
    CROSS JOIN LATERAL (VALUES (target_id, -amount), (source_id, amount)) moving (wallet_id, amount)
    JOIN billing_wallet wallet ON wallet.id = moving.wallet_id AND wallet.system = 'receivable'
    GROUP BY wallet.currency
)
SELECT 'receivable:' || currency, 'receivable', coalesce(owing.amount, 0), coalesce(moved.amount, 0), currency
FROM owing FULL JOIN moved USING (currency)
WHERE coalesce(owing.amount, 0) <> coalesce(moved.amount, 0)
"""

# The newest checkpoint of an account is all that it came to by then.
CHECKPOINTS = """
WITH newest AS (
    SELECT DISTINCT ON (wallet_id) wallet_id, last_transfer, balance FROM billing_walletcheckpoint
    ORDER BY wallet_id, last_transfer DESC
), moved AS (
    SELECT newest.wallet_id, sum(moving.amount) AS amount FROM billing_transfer transfer
    CROSS JOIN LATERAL (VALUES (target_id, amount), (source_id, -amount)) moving (wallet_id, amount)
    JOIN newest ON newest.wallet_id = moving.wallet_id AND transfer.id <= newest.last_transfer
    GROUP BY newest.wallet_id
)
SELECT 'wallet:' || wallet.public_id, 'checkpoint', newest.balance, coalesce(moved.amount, 0), wallet.currency
FROM newest JOIN billing_wallet wallet ON wallet.id = newest.wallet_id LEFT JOIN moved USING (wallet_id)
WHERE newest.balance <> coalesce(moved.amount, 0)
"""

# Money never changes its currency, and every kind of transfer has ends of its own.
ENDS = """
WITH account AS (
    SELECT id, currency, CASE WHEN system LIKE 'clearing:%%' THEN 'clearing' ELSE system END AS role FROM billing_wallet
)
SELECT 'transfer:' || transfer.public_id, wrong.figure, transfer.amount, 0::numeric, source.currency
FROM billing_transfer transfer
JOIN account source ON source.id = transfer.source_id
JOIN account target ON target.id = transfer.target_id
CROSS JOIN LATERAL (VALUES
    ('currency', source.currency <> target.currency),
    ('ends', (transfer.kind, source.role, target.role) NOT IN (
        ('top_up', 'clearing', ''), ('reversal', '', 'clearing'), ('reversal', 'receivable', 'clearing'),
        ('capture', '', 'revenue'), ('refund', 'revenue', ''), ('tax', 'revenue', 'tax'), ('tax', 'tax', 'revenue'),
        ('debt', 'receivable', 'revenue'), ('repayment', '', 'receivable'), ('forgiven', 'revenue', 'receivable'),
        ('forgiven', 'absorbed', 'receivable'), ('absorbed', 'absorbed', 'revenue'),
        ('absorbed', 'revenue', 'absorbed'), ('adjustment', 'adjustments', ''), ('adjustment', '', 'adjustments'),
        ('opening', 'opening', ''), ('opening', '', 'opening'), ('opening', 'receivable', 'opening'),
        ('payout', '', 'clearing'), ('payout', 'clearing', ''), ('share', 'shares', ''), ('share', '', 'shares'),
        ('commission', 'commissions', 'clearing'), ('commission', 'clearing', 'commissions'),
        ('remittance', 'clearing', 'clearing'), ('at_provider', 'clearing', 'commissions'),
        ('at_provider', 'commissions', 'clearing'), ('at_provider', 'clearing', 'adjustments'),
        ('at_provider', 'adjustments', 'clearing'), ('at_provider', 'clearing', 'clearing')))
) wrong (figure, is_so)
WHERE wrong.is_so AND (%(whole)s OR transfer.id > %(since)s)
"""

CHECKS = [WALLETS, ENDS]
WHOLE_ONLY = [RECEIVABLES, CHECKPOINTS]

"""What people and providers wrote down beside its transfers: top-ups, refunds of payments, adjustments."""

# A top-up that was credited is one transfer into its wallet; what went back of it are the reversals of that transfer,
# and of those that brought money home which the provider would not send.
TOP_UPS = """
WITH returned AS (
    SELECT refund.top_up_id, transfer.id AS transfer_id, transfer.amount
    FROM billing_paymentrefund refund
    JOIN billing_transfer transfer ON transfer.reference = 'payment_refund:' || refund.public_id || ':returned'
), brought AS (
    SELECT id AS top_up_id, transfer_id FROM billing_topup WHERE transfer_id IS NOT NULL
    UNION ALL SELECT top_up_id, transfer_id FROM returned
), gone AS (
    SELECT brought.top_up_id, sum(reversal.amount) AS amount
    FROM brought JOIN billing_transfer reversal ON reversal.reverses_id = brought.transfer_id GROUP BY brought.top_up_id
), home AS (
    SELECT top_up_id, sum(amount) AS amount FROM returned GROUP BY top_up_id
)
SELECT 'top_up:' || top_up.public_id, figure.name, figure.kept, figure.counted, wallet.currency
FROM billing_topup top_up
JOIN billing_wallet wallet ON wallet.id = top_up.wallet_id
LEFT JOIN billing_transfer transfer
    ON transfer.id = top_up.transfer_id AND transfer.kind = 'top_up' AND transfer.target_id = top_up.wallet_id
LEFT JOIN gone ON gone.top_up_id = top_up.id
LEFT JOIN home ON home.top_up_id = top_up.id
CROSS JOIN LATERAL (VALUES
    ('paid', coalesce(top_up.paid_amount, 0), coalesce(transfer.amount, 0)),
    ('reversed', top_up.reversed_amount, coalesce(gone.amount, 0) - coalesce(home.amount, 0))
) figure (name, kept, counted)
WHERE figure.kept <> figure.counted AND (top_up.transfer_id IS NOT NULL OR top_up.reversed_amount <> 0)
"""

# No more of a transfer goes back than it brought, and to the account that it came from.
REVERSALS = """
SELECT 'transfer:' || transfer.public_id, 'reversed', transfer.amount, sum(reversal.amount), wallet.currency
FROM billing_transfer reversal
JOIN billing_transfer transfer ON transfer.id = reversal.reverses_id
JOIN billing_wallet wallet ON wallet.id = transfer.source_id
WHERE reversal.kind = 'reversal' AND (%(whole)s OR reversal.subject = ANY(%(subjects)s))
GROUP BY transfer.id, wallet.id
HAVING sum(reversal.amount) > transfer.amount
    OR bool_or(transfer.kind <> 'top_up' OR reversal.target_id <> transfer.source_id)
"""

# What a person asked for is what was moved, in the wallet, or in the debt, which is between accounts of the house.
ADJUSTMENTS = """
SELECT 'adjustment:' || adjustment.public_id, adjustment.kind, adjustment.amount, moved.amount, wallet.currency
FROM billing_adjustment adjustment
JOIN billing_transfer transfer ON transfer.id = adjustment.transfer_id
JOIN billing_wallet wallet ON wallet.id = adjustment.wallet_id
LEFT JOIN billing_debt debt ON debt.id = adjustment.forgives_id
LEFT JOIN billing_transfer owing ON owing.reference = debt.reference || ':debt'
CROSS JOIN LATERAL (SELECT CASE WHEN debt.id IS NOT NULL OR transfer.target_id = wallet.id THEN transfer.amount
    WHEN transfer.source_id = wallet.id THEN -transfer.amount ELSE 0 END) moved (amount)
WHERE adjustment.amount <> moved.amount
    OR transfer.reverses_id IS DISTINCT FROM coalesce(adjustment.refunds_id, owing.id)
    OR transfer.kind <> CASE adjustment.kind
        WHEN 'bank' THEN 'top_up' WHEN 'second' THEN 'top_up' WHEN 'forgive' THEN 'forgiven' ELSE adjustment.kind END
"""

# Money that was sent back was taken out of the wallet first.
SENT_BACK = """
SELECT 'payment_refund:' || refund.public_id, 'sent back', refund.amount, taken.amount, wallet.currency
FROM billing_paymentrefund refund
JOIN billing_topup top_up ON top_up.id = refund.top_up_id
JOIN billing_wallet wallet ON wallet.id = top_up.wallet_id
JOIN billing_transfer transfer ON transfer.id = refund.transfer_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(part.amount), 0) AS amount FROM billing_transfer part
    WHERE part.id = transfer.id OR (part.kind = 'reversal' AND part.source_id = wallet.id
        AND part.reference LIKE 'payment_refund:' || refund.public_id || ':part:%%')
) taken
WHERE refund.amount <> taken.amount OR transfer.kind <> 'reversal' OR transfer.source_id <> wallet.id
"""

CHECKS = [REVERSALS, ADJUSTMENTS, SENT_BACK]
WHOLE_ONLY = [TOP_UPS]

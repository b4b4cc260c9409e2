"""What people and providers wrote down beside its transfers: top-ups, refunds, adjustments, papers, goodwill."""

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

# What is paid of an invoice are its payments, and those are parts of money that came by bank into its wallet.
INVOICES = """
WITH payment AS (
    SELECT invoice_id, sum(amount) AS amount FROM billing_invoicepayment GROUP BY invoice_id
)
SELECT 'invoice:' || invoice.public_id, 'paid', invoice.paid, coalesce(payment.amount, 0), invoice.currency
FROM billing_invoice invoice LEFT JOIN payment ON payment.invoice_id = invoice.id
WHERE invoice.paid <> coalesce(payment.amount, 0)
UNION ALL
SELECT 'transfer:' || transfer.public_id, 'set against invoices', transfer.amount, sum(payment.amount), source.currency
FROM billing_invoicepayment payment
JOIN billing_invoice invoice ON invoice.id = payment.invoice_id
JOIN billing_transfer transfer ON transfer.id = payment.transfer_id
JOIN billing_wallet source ON source.id = transfer.source_id
GROUP BY transfer.id, source.id
HAVING sum(payment.amount) > transfer.amount OR bool_or(
    transfer.kind <> 'top_up' OR source.system <> 'clearing:bank' OR transfer.target_id <> invoice.wallet_id)
"""

# What a host was told to get is what its company's wallet got, or gave back.
SHARES = """
SELECT 'host_statement:' || statement.public_id, 'share', statement.share, moved.amount, statement.currency
FROM billing_hoststatement statement
LEFT JOIN billing_transfer transfer ON transfer.id = statement.transfer_id AND transfer.kind = 'share'
LEFT JOIN billing_wallet target ON target.id = transfer.target_id AND target.company_id = statement.company_id
    AND target.currency = statement.currency
LEFT JOIN billing_wallet source ON source.id = transfer.source_id AND source.company_id = statement.company_id
    AND source.currency = statement.currency
CROSS JOIN LATERAL (SELECT CASE WHEN target.id IS NOT NULL THEN transfer.amount
    WHEN source.id IS NOT NULL THEN -transfer.amount ELSE 0 END) moved (amount)
WHERE statement.share <> moved.amount
"""

# A payout that was approved took its amount out of its wallet, one that the bank sent back brought it home, and no
# money left for a bank account that nobody had approved.
PAYOUTS = """
SELECT 'payout:' || payout.public_id, figure.name, figure.kept, figure.counted, wallet.currency
FROM billing_payout payout
JOIN billing_wallet wallet ON wallet.id = payout.wallet_id
LEFT JOIN billing_transfer sent ON sent.id = payout.transfer_id AND sent.kind = 'payout'
    AND sent.source_id = wallet.id AND sent.reference = 'payout:' || payout.public_id
LEFT JOIN billing_transfer home ON home.id = payout.returning_id AND home.kind = 'payout'
    AND home.target_id = wallet.id AND home.reverses_id = sent.id
CROSS JOIN LATERAL (VALUES
    ('paid out', CASE WHEN payout.state IN ('approved', 'paid', 'returned') THEN payout.amount ELSE 0 END,
        coalesce(sent.amount, 0)),
    ('sent back', CASE WHEN payout.state = 'returned' THEN payout.amount ELSE 0 END, coalesce(home.amount, 0))
) figure (name, kept, counted)
WHERE figure.kept <> figure.counted
UNION ALL
SELECT 'transfer:' || transfer.public_id, 'payout that nobody approved', 0, transfer.amount, source.currency
FROM billing_transfer transfer
JOIN billing_wallet source ON source.id = transfer.source_id
WHERE transfer.kind = 'payout' AND (%(whole)s OR transfer.id > %(since)s) AND NOT EXISTS (
    SELECT FROM billing_payout WHERE transfer_id = transfer.id OR returning_id = transfer.id)
"""

# A line of goodwill that was booked is one refund of its charge to its wallet; its lines are what was approved.
GOODWILL = """
SELECT 'goodwill:' || given.public_id, line.subject, line.amount, coalesce(refund.amount, 0), given.currency
FROM billing_goodwillline line
JOIN billing_goodwill given ON given.id = line.goodwill_id
LEFT JOIN billing_transfer refund ON refund.id = line.transfer_id AND refund.kind = 'refund'
    AND refund.target_id = line.wallet_id AND refund.subject = line.subject
    AND refund.reference = 'goodwill:' || given.public_id || ':' || line.id AND given.state = 'booked'
WHERE line.transfer_id IS NOT NULL AND line.amount <> coalesce(refund.amount, 0)
UNION ALL
SELECT 'goodwill:' || given.public_id, 'total', given.total, coalesce(sum(line.amount), 0), given.currency
FROM billing_goodwill given LEFT JOIN billing_goodwillline line ON line.goodwill_id = given.id
GROUP BY given.id HAVING given.total <> coalesce(sum(line.amount), 0)
"""

# What a provider's register says is the sum of its lines, and once it is booked, what was moved for it.
REGISTERS = """
SELECT 'register:' || register.public_id, figure.name, figure.kept, figure.counted, register.currency
FROM billing_providerregister register
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0) AS payments,
        coalesce(sum(amount) FILTER (WHERE kind IN ('refund', 'chargeback')), 0) AS refunds,
        coalesce(sum(commission + CASE kind WHEN 'fee' THEN amount WHEN 'fee_back' THEN -amount ELSE 0 END), 0)
            AS commission,
        coalesce(sum(amount) FILTER (WHERE kind = 'remittance'), 0) AS remitted
    FROM billing_registerline WHERE register_id = register.id AND difference NOT IN ('repeated', 'currency')
) told
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN target.system = clearing.name THEN transfer.amount ELSE -transfer.amount END)
            FILTER (WHERE transfer.kind = 'commission'), 0) AS commission,
        coalesce(sum(transfer.amount)
            FILTER (WHERE transfer.kind = 'remittance' AND target.system = clearing.name), 0) AS remitted
    FROM (VALUES ('clearing:' || register.provider)) clearing (name)
    JOIN billing_registertransfer made ON made.register_id = register.id
    JOIN billing_transfer transfer ON transfer.id = made.transfer_id
        AND transfer.reference LIKE 'register:' || register.public_id || ':%%'
    JOIN billing_wallet target ON target.id = transfer.target_id AND target.currency = register.currency
) booked
CROSS JOIN LATERAL (VALUES
    ('payments', register.payments, told.payments),
    ('refunds', register.refunds, told.refunds),
    ('commission of its lines', register.commission, told.commission),
    ('paid out by its lines', register.remitted, told.remitted),
    ('commission', CASE WHEN register.booked_at IS NULL THEN 0 ELSE register.commission END, booked.commission),
    ('paid out', CASE WHEN register.booked_at IS NULL THEN 0 ELSE register.remitted END, booked.remitted)
) figure (name, kept, counted)
WHERE figure.kept <> figure.counted
"""

# A line of a register that somebody booked is one transfer between its provider's account and the one that was named;
# what takes it back is another one, the other way.
ENTRIES = """
SELECT 'register_entry:' || entry.public_id, 'booked', told.amount, moved.amount, line.currency
FROM billing_registerentry entry
JOIN billing_registerline line ON line.id = entry.line_id
JOIN billing_transfer transfer ON transfer.id = entry.transfer_id
JOIN billing_wallet source ON source.id = transfer.source_id
JOIN billing_wallet target ON target.id = transfer.target_id
CROSS JOIN LATERAL (VALUES ('clearing:' || line.provider)) clearing (name)
CROSS JOIN LATERAL (VALUES (CASE WHEN entry.undoes_id IS NULL THEN line.amount ELSE -line.amount END)) told (amount)
CROSS JOIN LATERAL (SELECT CASE
    WHEN transfer.kind <> 'at_provider' OR target.currency <> line.currency THEN 0
    WHEN source.system = clearing.name AND target.system = entry.account THEN transfer.amount
    WHEN target.system = clearing.name AND source.system = entry.account THEN -transfer.amount ELSE 0 END
) moved (amount)
WHERE told.amount <> moved.amount
"""

# Nothing moved at a provider that no register or person told of, and no host got a share that no statement says.
UNTOLD = """
SELECT 'transfer:' || transfer.public_id, 'movement that nobody booked', 0::numeric, transfer.amount, source.currency
FROM billing_transfer transfer
JOIN billing_wallet source ON source.id = transfer.source_id
WHERE (%(whole)s OR transfer.id > %(since)s) AND CASE transfer.kind
    WHEN 'at_provider' THEN NOT EXISTS (SELECT FROM billing_registerentry WHERE transfer_id = transfer.id)
    WHEN 'share' THEN NOT EXISTS (SELECT FROM billing_hoststatement WHERE transfer_id = transfer.id)
    WHEN 'commission' THEN NOT EXISTS (SELECT FROM billing_registertransfer WHERE transfer_id = transfer.id)
    WHEN 'remittance' THEN NOT EXISTS (SELECT FROM billing_registertransfer WHERE transfer_id = transfer.id)
    ELSE FALSE END
"""

# An opening balance that was booked is one transfer into its wallet, or a debt; all of a file are its control total.
OPENING = """
SELECT 'opening:' || opening.public_id, 'line ' || line.number, booked.amount, moved.amount, opening.currency
FROM billing_openingline line
JOIN billing_openingimport opening ON opening.id = line.opening_id
CROSS JOIN LATERAL (VALUES ('opening:' || opening.public_id || ':' || line.number)) named (reference)
CROSS JOIN LATERAL (VALUES (CASE opening.state WHEN 'booked' THEN line.amount ELSE 0 END)) booked (amount)
LEFT JOIN billing_transfer transfer ON transfer.id = line.transfer_id AND transfer.kind = 'opening'
    AND transfer.reference IN (named.reference, named.reference || ':debt')
LEFT JOIN billing_debt debt ON debt.reference = named.reference AND debt.wallet_id = line.wallet_id
CROSS JOIN LATERAL (SELECT CASE WHEN transfer.target_id = line.wallet_id THEN transfer.amount
    WHEN debt.id IS NOT NULL THEN -coalesce(transfer.amount, 0) ELSE 0 END) moved (amount)
WHERE booked.amount <> moved.amount
UNION ALL
SELECT 'opening:' || opening.public_id, 'control total', opening.control_total, coalesce(sum(line.amount), 0),
    opening.currency
FROM billing_openingimport opening LEFT JOIN billing_openingline line ON line.opening_id = opening.id
GROUP BY opening.id HAVING opening.control_total <> coalesce(sum(line.amount), 0)
"""

CHECKS = [REVERSALS, ADJUSTMENTS, SENT_BACK, INVOICES, SHARES, PAYOUTS, GOODWILL, REGISTERS, ENTRIES, UNTOLD, OPENING]
WHOLE_ONLY = [TOP_UPS]

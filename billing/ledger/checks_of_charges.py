"""Charges beside their transfers: what a subject costs is what was paid, is owed or borne, less what was given back."""

# What its last capture says a subject costs, beside its transfers. What was given to its payer by hand is taken off;
# the tax is that of what is left, rounded as `standing.tax_in` rounds it.
CHARGES = """
WITH last AS (
    SELECT DISTINCT ON (subject) subject, wallet_id, net + tax AS gross, tax FROM billing_capture
    WHERE %(whole)s OR subject = ANY(%(subjects)s) ORDER BY subject, revision DESC
), part AS (
    SELECT transfer.subject, transfer.kind, transfer.amount, transfer.made_by <> '' AS by_hand,
        source.system AS out_of,
        CASE transfer.kind WHEN 'refund' THEN transfer.target_id ELSE debt.wallet_id END AS payer
    FROM billing_transfer transfer
    JOIN billing_wallet source ON source.id = transfer.source_id
    LEFT JOIN billing_transfer owing ON owing.id = transfer.reverses_id AND transfer.kind = 'forgiven'
    LEFT JOIN billing_debt debt ON debt.reference = regexp_replace(owing.reference, ':debt$', '')
    WHERE transfer.kind IN ('capture', 'debt', 'absorbed', 'forgiven', 'refund', 'tax')
        AND (%(whole)s OR transfer.subject = ANY(%(subjects)s))
), summed AS (
    SELECT part.subject,
        coalesce(sum(CASE WHEN kind IN ('refund', 'forgiven') OR out_of = 'revenue' THEN -amount ELSE amount END)
            FILTER (WHERE kind <> 'tax' AND (kind <> 'forgiven' OR out_of = 'revenue')), 0) AS bore,
        coalesce(sum(amount) FILTER (WHERE by_hand AND payer = last.wallet_id), 0) AS given,
        coalesce(sum(CASE WHEN out_of = 'revenue' THEN amount ELSE -amount END) FILTER (WHERE kind = 'tax'), 0) AS tax
    FROM part LEFT JOIN last USING (subject) GROUP BY part.subject
), due AS (
    SELECT coalesce(last.subject, summed.subject) AS subject, wallet.currency, coalesce(decimals, 2) AS decimals,
        coalesce(last.gross, 0) AS gross, coalesce(last.tax, 0) AS whole_tax,
        greatest(coalesce(last.gross, 0) - coalesce(summed.given, 0), 0) AS due,
        coalesce(summed.bore, 0) AS bore, coalesce(summed.tax, 0) AS tax
    FROM last FULL JOIN summed USING (subject)
    LEFT JOIN billing_wallet wallet ON wallet.id = last.wallet_id
    LEFT JOIN unnest(%(currencies)s::text[], %(decimals)s::int[]) odd (currency, decimals)
        ON odd.currency = wallet.currency
)
SELECT due.subject, figure.name, figure.kept, figure.counted, coalesce(due.currency, '')
FROM due CROSS JOIN LATERAL (VALUES
    ('charge', due.due, due.bore),
    ('tax', due.whole_tax - CASE WHEN due.gross = 0 THEN 0
        ELSE round(due.whole_tax * (due.gross - due.due) / due.gross, due.decimals) END, due.tax)
) figure (name, kept, counted)
WHERE figure.kept <> figure.counted
"""

# Only the last payer has paid for a subject or owes for it, and nobody got back more than they paid.
PAYERS = """
WITH last AS (
    SELECT DISTINCT ON (subject) subject, wallet_id FROM billing_capture
    WHERE %(whole)s OR subject = ANY(%(subjects)s) ORDER BY subject, revision DESC
), paying AS (
    SELECT subject, source_id AS wallet_id, amount FROM billing_transfer
    WHERE kind IN ('capture', 'repayment') AND (%(whole)s OR subject = ANY(%(subjects)s))
    UNION ALL
    SELECT subject, target_id, -amount FROM billing_transfer
    WHERE kind = 'refund' AND (%(whole)s OR subject = ANY(%(subjects)s))
), figure AS (
    SELECT subject, wallet_id, 'paid' AS name, sum(amount) AS counted FROM paying GROUP BY subject, wallet_id
    UNION ALL
    SELECT subject, wallet_id, 'owed', sum(amount - paid) FROM billing_debt GROUP BY subject, wallet_id
)
SELECT figure.subject, figure.name || ' by ' || wallet.public_id, 0::numeric, figure.counted, wallet.currency
FROM figure JOIN last USING (subject) JOIN billing_wallet wallet ON wallet.id = figure.wallet_id
WHERE figure.counted < 0 OR (figure.counted <> 0 AND figure.wallet_id <> last.wallet_id)
"""

# A debt is what was booked as one; what is paid of it is what was repaid and forgiven, and nothing repays no debt.
DEBTS = """
WITH settled AS (
    SELECT
        regexp_replace(
            coalesce(owing.reference, transfer.reference), ':by:[0-9]+$|:after:[0-9.]+$|:debt$', ''
        ) AS reference,
        sum(transfer.amount) AS amount
    FROM billing_transfer transfer LEFT JOIN billing_transfer owing ON owing.id = transfer.reverses_id
    WHERE transfer.kind IN ('repayment', 'forgiven') AND (%(whole)s OR transfer.subject = ANY(%(subjects)s))
    GROUP BY 1
), booked AS (
    SELECT regexp_replace(reference, ':debt$', '') AS reference, sum(amount) AS amount
    FROM billing_transfer transfer JOIN billing_wallet source ON source.id = source_id AND source.system = 'receivable'
    WHERE %(whole)s OR transfer.subject = ANY(%(subjects)s) GROUP BY 1
), debt AS (
    SELECT debt.reference, debt.amount, debt.paid, wallet.currency
    FROM billing_debt debt JOIN billing_wallet wallet ON wallet.id = debt.wallet_id
    WHERE %(whole)s OR debt.subject = ANY(%(subjects)s)
)
SELECT 'debt:' || reference, figure.name, figure.kept, figure.counted, coalesce(debt.currency, '')
FROM debt FULL JOIN settled USING (reference) FULL JOIN booked USING (reference)
CROSS JOIN LATERAL (VALUES
    ('debt', coalesce(debt.amount, 0), coalesce(booked.amount, 0)),
    ('repaid', coalesce(debt.paid, 0), coalesce(settled.amount, 0))
) figure (name, kept, counted)
WHERE figure.kept <> figure.counted
"""

CHECKS = [CHARGES, PAYERS, DEBTS]

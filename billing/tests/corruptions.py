"""Ways to falsify the books of `test_check_books`, each with what must be told of it."""

from typing import NamedTuple


class Corruption(NamedTuple):
    """What somebody with the keys to the database could write, and what must be told of it: subject and figure."""

    name: str
    sql: str
    subject: str
    figure: str


MINE = "(SELECT id FROM billing_wallet WHERE balance > 500)"
THEIRS = "(SELECT id FROM billing_wallet WHERE balance = 0 AND owed > 0)"
DOLLARS = "(SELECT id FROM billing_wallet WHERE balance > 0 AND currency = 'USD')"
REVENUE = "(SELECT id FROM billing_wallet WHERE system = 'revenue' AND currency = 'KGS')"
RETURNED = "state = 'returned'"
NEW = """INSERT INTO billing_transfer
    (public_id, source_id, target_id, amount, kind, subject, reference, made_by, reason, made_at)
    VALUES (gen_random_uuid(), {}, {}, 5, '{}', '{}', 'planted', '', '', now())"""


def change(table: str, what: str, where: str) -> str:
    return f"UPDATE billing_{table} SET {what} WHERE {where}"  # noqa: S608  # planted on purpose


def delete(table: str, where: str) -> str:
    return f"DELETE FROM billing_{table} WHERE {where}"  # noqa: S608  # planted on purpose


def of(name: str, part: str = "charge", revision: int = 0) -> str:
    return f"reference = 'session:{name}:r{revision}:{part}'"


CORRUPTIONS = [
    Corruption("a balance that grew", change("wallet", "balance = balance + 1", f"id = {MINE}"), "wallet", "balance"),
    Corruption("a hold without its row", change("wallet", "held = held - 1", f"id = {MINE}"), "wallet", "held"),
    Corruption("a debt that was struck off", change("wallet", "owed = 0", f"id = {THEIRS}"), "wallet", "owed"),
    Corruption(
        "a house account with a balance", change("wallet", "balance = 9", f"id = {REVENUE}"), "wallet", "balance"
    ),
    Corruption("a smaller hold", change("hold", "amount = 50", "state = 'active'"), "wallet", "held"),
    Corruption("a hold that vanished", delete("hold", "subject = 'session:held'"), "wallet", "held"),
    Corruption("a smaller debt", change("debt", "amount = amount - 1", "TRUE"), "debt:session:owed:r0", "debt"),
    Corruption("a debt paid by nobody", change("debt", "paid = paid + 1", "TRUE"), "debt:session:owed:r0", "repaid"),
    Corruption("a debt that vanished", delete("debt", "TRUE"), "debt:session:owed:r0", "debt"),
    Corruption("a larger charge", change("transfer", "amount = amount + 1", of("paid")), "session:paid", "charge"),
    Corruption("a charge that vanished", delete("transfer", of("paid")), "session:paid", "charge"),
    Corruption(
        "a tax that shrank", change("transfer", "amount = amount - 1", of("paid", "tax")), "session:paid", "tax"
    ),
    Corruption("a tax that vanished", delete("transfer", of("paid", "tax")), "session:paid", "tax"),
    Corruption(
        "a price that was changed",
        change("capture", "net = net + 1", "subject = 'session:paid'"),
        "session:paid",
        "charge",
    ),
    Corruption(
        "a tax that was changed in its price",
        change("capture", "net = net + 1, tax = tax - 1", "subject = 'session:paid'"),
        "session:paid",
        "tax",
    ),
    Corruption("a price that vanished", delete("capture", "subject = 'session:paid'"), "session:paid", "charge"),
    Corruption(
        "a refund by the ledger that became one by hand",
        change("transfer", "made_by = 'staff:9'", of("less", "refund", 1)),
        "session:less",
        "charge",
    ),
    Corruption(
        "a payer who was changed",
        change("capture", f"wallet_id = {THEIRS}", "subject = 'session:moved' AND revision = 1"),
        "session:moved",
        "paid by",
    ),
    Corruption(
        "a charge of another wallet", change("transfer", f"source_id = {THEIRS}", of("paid")), "session:paid", "paid by"
    ),
    Corruption(
        "a transfer to another subject",
        change("transfer", "subject = 'session:less'", of("paid")),
        "session:less",
        "charge",
    ),
    Corruption("money from nowhere", NEW.format(REVENUE, MINE, "refund", "session:none"), "session:none", "charge"),
    Corruption(
        "money of another currency",
        change("transfer", f"target_id = {DOLLARS}", "kind = 'refund' AND reference LIKE 'adjustment:%'"),
        "transfer",
        "currency",
    ),
    Corruption(
        "a kind that was changed", change("transfer", "kind = 'opening'", "kind = 'adjustment'"), "transfer", "ends"
    ),
    Corruption(
        "a shortfall that the house does not bear",
        delete("transfer", of("absorbed", "absorbed")),
        "session:absorbed",
        "charge",
    ),
    Corruption(
        "a repayment of no debt",
        change("transfer", "reference = 'session:x:r0:by:1'", "kind = 'repayment'"),
        "debt:session:x:r0",
        "repaid",
    ),
    Corruption(
        "a forgiven debt that came back",
        change("transfer", "amount = amount - 1", "reference = 'forgiven:1'"),
        "debt:session:owed:r0",
        "repaid",
    ),
    Corruption(
        "a checkpoint that was changed",
        change("walletcheckpoint", "balance = balance + 1", f"wallet_id = {REVENUE}"),
        "wallet",
        "checkpoint",
    ),
    Corruption(
        "a transfer before a checkpoint",
        NEW.format(MINE, REVENUE, "capture", "session:none")
        .replace("(public_id", "(id, public_id")
        .replace("(gen", "(-1, gen"),
        "wallet",
        "checkpoint",
    ),
    Corruption("a top-up that says more", change("topup", "paid_amount = 101", "TRUE"), "top_up", "paid"),
    Corruption("a reversal that nobody counted", change("topup", "reversed_amount = 30", "TRUE"), "top_up", "reversed"),
    Corruption(
        "a reversal beyond its top-up",
        change("transfer", "amount = 101", "reference = 'sent:1'"),
        "transfer",
        "reversed",
    ),
    Corruption(
        "an adjustment of more", change("adjustment", "amount = -21", "kind = 'adjustment'"), "adjustment", "adjustment"
    ),
    Corruption(
        "a refund by hand of less", change("adjustment", "amount = 29", "kind = 'refund'"), "adjustment", "refund"
    ),
    Corruption(
        "a payment sent back in part", change("paymentrefund", "amount = 39", "TRUE"), "payment_refund", "sent back"
    ),
    Corruption("an invoice that nobody paid", change("invoice", "paid = paid + 1", "TRUE"), "invoice", "paid"),
    Corruption("a payment of less", change("invoicepayment", "amount = amount - 1", "TRUE"), "invoice", "paid"),
    Corruption("a payment that vanished", delete("invoicepayment", "TRUE"), "invoice", "paid"),
    Corruption(
        "an invoice paid with other money",
        change("invoicepayment", "transfer_id = (SELECT id FROM billing_transfer WHERE kind = 'adjustment')", "TRUE"),
        "transfer",
        "set against invoices",
    ),
    Corruption(
        "an invoice of another wallet", change("invoice", f"wallet_id = {MINE}", "TRUE"), "transfer", "set against"
    ),
    Corruption("a share of more", change("hoststatement", "share = share + 1", "TRUE"), "host_statement", "share"),
    Corruption(
        "a share that another company got",
        change(
            "hoststatement",
            "company_id = (SELECT company_id FROM billing_invoice, billing_wallet wallet WHERE wallet.id = wallet_id)",
            "TRUE",
        ),
        "host_statement",
        "share",
    ),
    Corruption("a payout of more", change("payout", "amount = 41", "state = 'paid'"), "payout", "paid out"),
    Corruption(
        "a payout to another wallet", change("payout", f"wallet_id = {MINE}", "state = 'paid'"), "payout", "paid out"
    ),
    Corruption("a payout that came home with more", change("payout", "amount = 61", RETURNED), "payout", "sent back"),
    Corruption("a payout that vanished", delete("payout", "state = 'paid'"), "transfer", "payout that nobody approved"),
    Corruption(
        "money that came home twice",
        NEW.format("(SELECT id FROM billing_wallet WHERE system = 'clearing:bank')", MINE, "payout", "payout:x"),
        "transfer",
        "payout that nobody approved",
    ),
    Corruption("goodwill of more", change("goodwillline", "amount = 21", "TRUE"), "goodwill", "session:given"),
    Corruption("goodwill of less than approved", change("goodwill", "total = 19", "TRUE"), "goodwill", "total"),
    Corruption(
        "goodwill for another charge", change("goodwillline", "subject = 'session:paid'", "TRUE"), "goodwill", "session"
    ),
    Corruption(
        "a register that kept more", change("providerregister", "commission = 31", "TRUE"), "register", "commission"
    ),
    Corruption("a line of a register that vanished", delete("registerline", "kind = 'fee'"), "register", "commission"),
    Corruption(
        "a payment to our bank of less",
        change("transfer", "amount = 99", "kind = 'remittance'"),
        "register",
        "paid out",
    ),
    Corruption(
        "a line of something else of more",
        change("registerline", "amount = -8", "kind = 'other'"),
        "register_entry",
        "booked",
    ),
    Corruption(
        "an entry to another account",
        change("registerentry", "account = 'adjustments'", "TRUE"),
        "register_entry",
        "booked",
    ),
    Corruption("an entry that vanished", delete("registerentry", "TRUE"), "transfer", "movement that nobody booked"),
    Corruption(
        "a share that no statement says", delete("hoststatement", "TRUE"), "transfer", "movement that nobody booked"
    ),
    Corruption(
        "a commission of no register",
        NEW.format(
            "(SELECT id FROM billing_wallet WHERE system = 'commissions')",
            "(SELECT id FROM billing_wallet WHERE system = 'clearing:sandbox' AND currency = 'KGS')",
            "commission",
            "register:x",
        ),
        "transfer",
        "movement that nobody booked",
    ),
    Corruption("an opening balance of more", change("openingline", "amount = 26", "TRUE"), "opening", "line"),
    Corruption(
        "an opening balance that nobody approved",
        change("openingimport", "state = 'asked', decided_by = '', decided_at = NULL", "TRUE"),
        "opening",
        "line",
    ),
    Corruption("another control total", change("openingimport", "control_total = 26", "TRUE"), "opening", "control"),
]

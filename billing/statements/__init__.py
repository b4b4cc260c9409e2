"""Statements: a company's month on one paper, equal to the ledger."""

from billing.statements.making import make_statements

__all__ = ["make_statements"]

"""How fast the gateway is, measured beside two baselines in one run; no part of the product imports this."""

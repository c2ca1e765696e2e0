"""What recurs: itemsets, rules and sequential patterns."""

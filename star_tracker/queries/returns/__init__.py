"""``returns`` reads what a quarter's return is made from; ``preparation`` lists what is not ready for it.

``signed_returns`` finds those that were signed off; ``altered_returns`` compares these with the audit trail, and
``signed_files`` finds the version that a file is of.
"""

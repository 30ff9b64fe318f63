"""``returns`` reads what a quarter's return is made from; ``preparation`` lists what is not ready for it.

``signed_returns`` finds those that were signed off, and ``hand_overs`` who was told of one by e-mail.
``altered_returns`` compares them with the audit trail, ``comparisons`` with the record, and ``causes`` says why they
differ from it. ``signed_files`` finds the version that a file is of.
"""

"""Writes about people and signing in.

``people`` manages accounts, ``sign_in`` writes passwords and sign-in events, and ``tries`` counts attempts; ``links``
handles the one-time links for choosing a password; ``sessions`` stores sessions; ``account_requests`` has a second
person agree.
"""

"""Writes about people and how they get in.

``people`` says who may sign in, ``sign_in`` what happens when they do, ``tries`` how often they tried; ``links`` makes
and takes the links by which a password is chosen; ``sessions`` keeps what a browser may not; ``account_requests`` asks
a second person.
"""

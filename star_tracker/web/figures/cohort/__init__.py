"""A cohort's figures: each page answers one question about the same choice, which is in its address.

``form`` chooses, ``choice`` is what all pages do with the choice, ``glance`` is the page that answers first,
``over_time`` shows it by quarter.
"""

"""A cohort's figures: each page answers one question about the same choice, which is in its address.

``form`` chooses, ``choice`` is what all pages do with the choice, ``files`` what all files do. ``glance`` is the page
that answers first, ``over_time`` shows the cohort by quarter, ``stages`` by the stages of the Journey of Change.
``side_by_side`` shows two, which ``beside`` finds; ``saved`` keeps choices by name. ``left_out`` says who is not in it
and lists the families behind each number, ``worked_out`` follows one area step by step, and ``quality`` lists what in
the record is worth a second look.
"""

"""What Stars say about a cohort: pandas and Altair over small frames, no input or output and no clock.

``frames`` is the contract: which columns each frame has. ``cohorts`` says who is in a figure, ``measures`` turns the
change counts into R5's measures, ``service`` counts families and due dates for a return, ``disclosure`` decides what
may be published (R9) and ``charts`` draws. Each takes frames and dates and gives frames, numbers or pictures.
"""

"""Figures and pictures of Stars: pandas and Altair over small frames, without input, output or a clock.

``frames`` is the contract: which columns each frame has. ``cohorts`` says who is in a figure, ``measures`` turns the
change counts into R5's measures, ``summaries`` holds a cohort's figures, ``service`` counts families and due dates for
a return, ``disclosure`` decides what may be published (R9), ``charts`` draws and ``pictures`` keeps what was drawn.
``parent_stars`` are one parent's Stars, ``star_words`` what they say in plain words.
"""

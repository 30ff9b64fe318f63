"""Every select. Each function returns models, or frames and values of ``analysis``; none of them writes.

``cohorts`` computes R5's table and R3's exclusions in the database; ``families`` finds families, parents and people
for the pages; ``returns`` reads what a quarter's return is made of; ``starfile`` reads the record as a Star CSV.
"""

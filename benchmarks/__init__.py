"""Side by side with the tools people use instead: the same bytes, the same line, one run.

Ratios and counts are what is told: seconds belong to one machine, ratios and requests travel.
"""

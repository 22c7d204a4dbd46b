"""The story that `holdfast lab demo` tells and the end-to-end test checks: one reservation kept, the whole way.

A step is a sentence and something to do; what it returns was observed by a query made with the identity concerned.
"""

"""Tests of Gyre's answers by independent readers: nothing in here uses Gyre's code or its answers
to learn what is right."""

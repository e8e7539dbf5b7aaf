"""Tests of the built site in a real browser, and what they need."""

"""Everybody else in the made-up borough: hundreds of groups and providers, and two years of what they did."""

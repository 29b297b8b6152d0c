"""Remedies: what `lifeguard fix` would do about a finding, step by step. Pure: nothing is asked and nothing is done."""

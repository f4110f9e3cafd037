"""A model of the whole life beside the real acts: what they do to amounts and states, worked out a second time."""

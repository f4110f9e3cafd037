"""From an empty database to an open site: the first administrator, the steps, what the council says of itself."""

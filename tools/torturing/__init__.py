"""What `make torture` is made of: a site that is killed, many clients at once, and what must hold after it."""

"""Where things are: zone schemes and their zones, postcodes, distance, boundaries."""

"""Where things are: zone schemes and zones, postcodes, places, distance."""

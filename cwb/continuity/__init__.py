"""Acts that reach over rooms: suspend a provider, close a group, hold on a concern."""

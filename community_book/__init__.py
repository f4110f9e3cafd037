"""The lower house: who is here and what they need. It never imports the upper house."""

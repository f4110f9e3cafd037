"""Every body the site knows: what it is called and what its register numbers are."""

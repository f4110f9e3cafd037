"""How both houses speak HTTP: reading and showing forms, access marks, form keys, errors, headers, words."""

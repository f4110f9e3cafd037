"""The Community Book: groups ask to be listed, are moderated, keep their entries fresh."""

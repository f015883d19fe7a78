"""The REST resources of `/2010-04-01`, error bodies included."""

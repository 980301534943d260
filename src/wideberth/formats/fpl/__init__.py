"""ICAO flight plans (Doc 4444, appendices 2 and 3): the messages, their items, the route, the volumes."""

"""How near the whole run comes to what reading and writing the same cells must cost; see the README."""

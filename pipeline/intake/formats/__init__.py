"""One module a format: checked bytes in, `RawBook` out, `Unreadable` raised."""

/* Settings of macOS, which this is not. */

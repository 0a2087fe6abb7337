//! Ready-made services for Kanzlei, each a small, readable example.

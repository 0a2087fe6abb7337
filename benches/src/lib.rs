//! Benches of Kanzlei's hot paths, and the same work on peers.

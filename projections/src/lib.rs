//! Views of Kanzlei, and the runner that keeps them current.

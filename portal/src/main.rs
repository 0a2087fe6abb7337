//! The `kanzlei` program.

fn main() {}

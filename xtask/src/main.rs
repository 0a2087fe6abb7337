//! The commands of this workspace's maintainers.

fn main() {}

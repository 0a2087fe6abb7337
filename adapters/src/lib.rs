//! The outside world's formats and protocols for Kanzlei.

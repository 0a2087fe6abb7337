//! A command is answered once.

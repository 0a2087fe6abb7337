//! An event-sourced case-management engine that service portals embed.

//! What a record may hold: checked when it is written and again when it is read.

/// Cases in one commit.
pub const PARTS_MAX: usize = 64;
/// Events in one commit.
pub const EVENTS_MAX: usize = 256;
/// Personal values in one commit.
pub const VALUES_MAX: usize = 256;
/// Personal values of one event: their number stands in a byte.
pub const EVENT_VALUES_MAX: usize = 255;
/// Bytes of one event's body.
pub const BODY_MAX: usize = 256 * 1024;
/// Bytes of one personal value before it is sealed.
pub const PLAINTEXT_MAX: usize = 256 * 1024;
/// Bytes of one record, so that it fits one message of a network log.
pub const RECORD_MAX: usize = 512 * 1024;

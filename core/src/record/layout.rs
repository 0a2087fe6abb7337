//! The numbers of the format, on which writing, checking and reading agree.

/// The number of this format.
pub(super) const FORMAT: u8 = 1;
/// The frame's length.
pub(super) const FRAME: usize = 16;
/// The form of a whole commit.
pub(super) const FORM_WHOLE: u8 = 0;
/// The form of the share of one case in a commit over several.
pub(super) const FORM_PART: u8 = 1;
/// Lengths before a part's events, before an event's body, and before a value.
pub(super) const PART_HEADER: usize = 72;
pub(super) const EVENT_HEADER: usize = 16;
pub(super) const VALUE_HEADER: usize = 40;
/// Before a sealed value: its cipher and its length.
pub(super) const SEALED_HEADER: usize = 5;

//! The bytes of a segment: what stands at its beginning, and in front of each group.
//!
//! ```text
//! segment  header 4,096 | groups | zeros
//!
//! header      0 "KZLSEGMT" | 8 u32 layout = 2 | 12 u32 number | 16 u64 commits before
//!            24 u32 peaks | 28 u32 0 | 32 the tree's peaks before, each [32], largest first
//!          4092 u32 crc32c of bytes 0..4092
//!
//! group       0 "KZLGROUP" | 8 u64 first position | 16 u16 commits | 18 u16 flags: 1 all before it was
//!              synced when it was written | 20 u32 length of what follows
//!            24 [32] the tree's root after it | 56 u32 crc32c of what follows
//!            60 u32 crc32c of bytes 0..60
//!            64 commits, one after another
//!
//! commit      0 u32 crc32c of the next 32 bytes: the stamp and the record's frame, of which the record's
//!              own checksum says nothing
//!             4 stamp ‖ record
//! ```

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Frontier, Hash, Stamp, limits};

use crate::fields::Fields;

/// The number of this layout. The first was a database.
pub(in super::super) const LAYOUT: u32 = 2;
/// The bytes of a segment's header: what a disk writes at once, so that it never shares that with a
/// group.
pub(in super::super) const SEGMENT_HEADER: usize = FIRST_GROUP as usize;
/// Where a segment's first group begins.
pub(super) const FIRST_GROUP: u32 = 4_096;
/// The bytes of a group's header.
pub(in super::super) const GROUP_HEADER: usize = 64;
/// Bytes of the records that go together. One that is larger goes alone.
pub(in super::super) const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;
/// No group is longer than these, and one record that went alone.
pub(in super::super) const GROUP_MAX: usize =
    GROUP_HEADER + GROUP_BYTES_MAX + 2 * (COMMIT_HEAD + limits::RECORD_MAX);

const SEGMENT_MAGIC: [u8; 8] = *b"KZLSEGMT";
pub(super) const GROUP_MAGIC: [u8; 8] = *b"KZLGROUP";
const FOLLOWS_SYNCED: u16 = 1;
/// The frame in front of a record's content: what is needed to know how long it is.
const FRAME: usize = 16;
/// The checksum in front of a commit.
pub(in super::super) const CHECK: usize = 4;
/// What must be there of a commit to know how long it is.
pub(in super::super) const COMMIT_HEAD: usize = CHECK + Stamp::LENGTH + FRAME;

/// What a segment begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct SegmentHeader {
    pub(in super::super) number: u32,
    /// The tree before its first commit.
    pub(in super::super) before: Frontier,
}

/// Why a segment's header can't be read.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Unread {
    /// Nothing was ever written there.
    Blank,
    /// It isn't what was written.
    Damaged,
    /// A newer release wrote it.
    Newer(u32),
}

impl SegmentHeader {
    pub(in super::super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = SEGMENT_MAGIC.to_vec();
        bytes.extend_from_slice(&LAYOUT.to_le_bytes());
        bytes.extend_from_slice(&self.number.to_le_bytes());
        bytes.extend_from_slice(&self.before.size().to_le_bytes());
        let peaks = self.before.peaks();
        let count = u32::try_from(peaks.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend(peaks.iter().flat_map(Hash::as_bytes));
        bytes.resize(SEGMENT_HEADER - 4, 0);
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Unread> {
        if is_blank(bytes) {
            return Err(Unread::Blank);
        }
        let (layout, mut fields) = Self::checked(bytes).ok_or(Unread::Damaged)?;
        match layout {
            LAYOUT => Self::fields(&mut fields).ok_or(Unread::Damaged),
            ..LAYOUT => Err(Unread::Damaged),
            newer => Err(Unread::Newer(newer)),
        }
    }

    /// The number of the layout, and what comes then. Magic and number stand here in every layout to come, whatever is
    /// behind them, and the checksum at the end.
    fn checked(bytes: &[u8]) -> Option<(u32, Fields<'_>)> {
        let (said, crc) = bytes.first_chunk::<SEGMENT_HEADER>()?.split_last_chunk()?;
        let mut fields = Fields(said);
        let is_sound = fields.take() == Some(SEGMENT_MAGIC)
            && crc32c::crc32c(said) == u32::from_le_bytes(*crc);
        let layout = fields.u32().filter(|_| is_sound)?;
        Some((layout, fields))
    }

    fn fields(fields: &mut Fields<'_>) -> Option<Self> {
        let (number, size) = (fields.u32()?, fields.u64()?);
        let (count, _zero) = (fields.u32()?, fields.u32()?);
        let peaks = (0..count).map(|_| fields.hash()).collect::<Option<_>>()?;
        let before = Frontier::from_peaks(size, peaks)?;
        Some(Self { number, before })
    }
}

/// What stands in front of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct GroupHeader {
    pub(in super::super) first: Position,
    pub(in super::super) commits: u16,
    /// Whether all before it was synced when it was written: what is damaged before it then, was not
    /// merely torn.
    pub(in super::super) follows_synced: bool,
    /// The bytes of the commits.
    pub(in super::super) length: u32,
    /// The tree's root after them.
    pub(in super::super) root: Hash,
    crc: u32,
}

impl GroupHeader {
    /// The position of the last commit.
    pub(in super::super) const fn last(&self) -> Position {
        Position(self.first.0 + self.commits as u64 - 1)
    }

    /// The tree after it. Positions are dense in this store, so that the last one is the size.
    pub(in super::super) const fn head(&self) -> TreeHead {
        TreeHead {
            size: self.last().0,
            position: self.last(),
            root: self.root,
        }
    }

    /// The bytes of the whole group.
    pub(in super::super) const fn size(&self) -> usize {
        GROUP_HEADER + self.length as usize
    }

    /// Writes the header in front of what it is for, which begins after room for it.
    pub(in super::super) fn seal(
        group: &mut [u8],
        first: Position,
        commits: u16,
        synced: bool,
        root: Hash,
    ) {
        let Some((header, records)) = group.split_at_mut_checked(GROUP_HEADER) else {
            return;
        };
        let length = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let mut said = GROUP_MAGIC.to_vec();
        said.extend_from_slice(&first.0.to_le_bytes());
        said.extend_from_slice(&commits.to_le_bytes());
        said.extend_from_slice(&(u16::from(synced) * FOLLOWS_SYNCED).to_le_bytes());
        said.extend_from_slice(&length.to_le_bytes());
        said.extend_from_slice(root.as_bytes());
        said.extend_from_slice(&crc32c::crc32c(records).to_le_bytes());
        let crc = crc32c::crc32c(&said);
        said.extend_from_slice(&crc.to_le_bytes());
        header.copy_from_slice(&said);
    }

    /// The header that these bytes begin with, if it is what was written.
    pub(in super::super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (said, crc) = bytes.first_chunk::<GROUP_HEADER>()?.split_last_chunk()?;
        let mut fields = Fields(said);
        let magic = fields.take()?;
        let header = Self {
            first: Position(fields.u64()?),
            commits: fields.u16()?,
            follows_synced: fields.u16()? & FOLLOWS_SYNCED > 0,
            length: fields.u32()?,
            root: fields.hash()?,
            crc: fields.u32()?,
        };
        let sound = magic == GROUP_MAGIC
            && crc32c::crc32c(said) == u32::from_le_bytes(*crc)
            && header.commits > 0
            && header.size() <= GROUP_MAX
            && header
                .first
                .0
                .checked_add(u64::from(header.commits))
                .is_some();
        sound.then_some(header)
    }

    /// The commits behind the header that these bytes begin with, if they are what was
    /// written.
    pub(in super::super) fn commits<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let records = bytes.get(GROUP_HEADER..self.size())?;
        (crc32c::crc32c(records) == self.crc).then_some(records)
    }
}

/// The checksum in front of a commit.
pub(in super::super) fn check(commit: &[u8]) -> Option<[u8; CHECK]> {
    let said = commit.get(..Stamp::LENGTH + FRAME)?;
    Some(crc32c::crc32c(said).to_le_bytes())
}

/// Whether stamp and frame behind a checksum are what was written.
pub(in super::super) fn is_sound(checked: &[u8]) -> bool {
    let split = checked.split_at_checked(CHECK);
    split.is_some_and(|(said, commit)| check(commit).is_some_and(|check| check == said))
}

/// The length of a commit with its checksum, as its frame says it.
pub(in super::super) fn checked_length(bytes: &[u8]) -> Option<usize> {
    let frame = CHECK + Stamp::LENGTH;
    let mut fields = Fields(bytes.get(frame + 4..)?);
    let content = usize::try_from(fields.u32()?).ok()?;
    let sealed = usize::try_from(fields.u32()?).ok()?;
    let length = content.checked_add(sealed)?.checked_add(FRAME)?;
    (length <= limits::RECORD_MAX).then_some(frame + length)
}

/// Whether there is nothing but zeros.
pub(in super::super) fn is_blank(bytes: &[u8]) -> bool {
    static ZEROS: [u8; 4_096] = [0; 4_096];
    let mut pieces = bytes.chunks(ZEROS.len());
    pieces.all(|piece| Some(piece) == ZEROS.get(..piece.len()))
}

//! What is checked when a store is opened: that the log's end is dense, leads to its tree, and is no
//! shorter than the witness has seen it.

use std::fs::File;

use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Frontier, RecordRef, Stamp, leaf_hash};
use kanzlei_core::{Position, Timestamp};

use super::at;
use super::index::Index;
use super::index::tail::SegmentTail;
use super::options::{Options, Work};
use super::segments::bytes::{
    CHECK, GROUP_HEADER, GroupHeader, SEGMENT_HEADER, checked_length, is_blank, is_sound,
};
use super::segments::scan::{self, After};
use super::segments::{Place, Segments, next, spare};
use super::witness::Testimony;
use crate::disk::Disk;

/// Bytes that are read at once of what should be zeros.
const PIECE: usize = 1024 * 1024;
/// Full segments that are left to the keeper; more of them would be much memory.
const LEFT: u32 = 2;
/// Segments behind damage that the index doesn't know: they are read anew at each opening, into memory.
const UNKNOWN_MAX: usize = 16;

/// What was found.
pub(super) struct Opened {
    /// Where in the last segment what the witness hasn't seen begins, if there is any. It never sees a segment in which
    /// no group is.
    pub(super) unseen: Option<u64>,
    /// The end of the log as it was written.
    pub(super) head: TreeHead,
    /// The tree there; an empty one if there is damage.
    pub(super) tree: Frontier,
    /// When the last commit was recorded.
    pub(super) recorded: Option<Timestamp>,
    /// What is wrong with the log's end, or before it where the index doesn't know it. Such a log can be read and not
    /// appended to.
    pub(super) damage: Option<StoreError>,
}

/// What was found, and what stands where in it.
pub(super) struct Found {
    pub(super) opened: Opened,
    /// The segments that the index doesn't know; the last is being filled.
    pub(super) tails: Vec<SegmentTail>,
    /// Where in the last segment the next group goes.
    pub(super) at: u64,
}

/// Finds and checks the end of the log. Damage doesn't keep the rest from being read; a log that
/// is shorter than it was isn't opened at all, because who reads it would take it for whole.
pub(super) fn found(
    segments: &Segments,
    index: &Index,
    known: u32,
    testimony: Testimony,
    options: &Options,
) -> Result<Found, StoreError> {
    let testified = testified(testimony)?;
    let last = segments.last();
    let (mut tails, mut damage) = (Vec::new(), None);
    for number in known + 1..last {
        let mut full = SegmentRead::of(segments, number, None)?;
        full.leads_on(segments)?;
        // The index never knows a segment of which it wouldn't have all: what it didn't know could be
        // appended a second time.
        damage = damage.or(full.damage);
        if damage.is_none() && number + LEFT < last {
            index.add(&full.tail, segments)?;
            let (done, of) = (u64::from(number), u64::from(last));
            options.progress.told(Work::Indexing, done, of);
        } else {
            tails.push(full.tail);
        }
        if let Some(damage) = damage.as_ref().filter(|_| tails.len() > UNKNOWN_MAX) {
            return Err(StoreError::Unavailable(format!(
                "{damage}; the index doesn't know what stands there, and has to: `repair` saves what can be read"
            )));
        }
    }
    let mut end = SegmentRead::of(segments, last, testified)?;
    tails.push(std::mem::take(&mut end.tail));
    let longest = testified.map_or(0, |head| head.size);
    if end.head.size < longest {
        return Err(StoreError::LogShrank {
            checkpoint: Position(longest),
            head: end.head.position,
        });
    }
    let mut damage = damage.or(end.damage.take());
    if damage.is_none() {
        damage = end.witnessed(segments, testified)?;
    }
    if damage.is_none() {
        damage = end.cut_off(segments)?;
    }
    if damage.is_none() {
        end.cut(segments)?;
    }
    Ok(Found {
        at: end.at,
        opened: Opened {
            unseen: (end.head.size > longest || end.has_no_group()).then_some(end.unseen),
            head: end.head,
            tree: if damage.is_none() {
                end.tree
            } else {
                Frontier::default()
            },
            recorded: end.recorded,
            damage,
        },
        tails,
    })
}

/// How far the witness has seen the log, if it has.
fn testified(testimony: Testimony) -> Result<Option<TreeHead>, StoreError> {
    match testimony {
        Testimony::None => Ok(None),
        Testimony::Head(head) => Ok(Some(head)),
        Testimony::Damaged => Err(StoreError::Unavailable(
            "the file `witness` is damaged: `repair` looks through the log and makes it anew"
                .into(),
        )),
    }
}

/// What a segment was found to hold.
struct SegmentRead {
    number: u32,
    tail: SegmentTail,
    /// The tree after the last commit, unless there is damage.
    tree: Frontier,
    /// The same as it was written.
    head: TreeHead,
    recorded: Option<Timestamp>,
    damage: Option<StoreError>,
    /// What the witness has seen, and whether that was met.
    witness: Option<TreeHead>,
    met: bool,
    /// Where what the witness has seen ends.
    unseen: u64,
    /// Where the sound groups end.
    at: u64,
}

impl SegmentRead {
    fn of(segments: &Segments, number: u32, witness: Option<TreeHead>) -> Result<Self, StoreError> {
        let tree = match number {
            0 => Frontier::default(),
            _ => segments.tree_before(number)?,
        };
        let mut read = Self {
            number,
            tail: SegmentTail::of(number),
            head: TreeHead {
                size: tree.size(),
                position: Position(tree.size()),
                root: tree.root(),
            },
            tree,
            recorded: None,
            damage: None,
            witness,
            met: false,
            unseen: 0,
            at: SEGMENT_HEADER as u64,
        };
        read.meet();
        if number > 0 {
            read.groups(segments)?;
        }
        Ok(read)
    }

    /// Reads on behind damage too: what stands there can be read, if nothing can be appended.
    fn groups(&mut self, segments: &Segments) -> Result<(), StoreError> {
        let failed = segments.failed();
        let file = segments.file(self.number).map_err(failed)?;
        let later = self.number < segments.last();
        loop {
            let found = scan::groups(&file, self.at, later, |group| {
                self.group(&group);
                Ok::<_, std::io::Error>(())
            });
            let after;
            (self.at, after) = found.map_err(failed)?;
            let After::Damaged(sound) = after else {
                return Ok(());
            };
            let (position, at) = self.singles(&file).map_err(failed)?;
            let path = segments.path(self.number);
            self.damaged(
                position,
                format!("{} is damaged at byte {at}", path.display()),
            );
            match sound {
                Some(sound) => self.at = sound,
                None => return Ok(()),
            }
        }
    }

    fn group(&mut self, group: &scan::Group<'_>) {
        let place = Place::at(self.number, group.at);
        self.tail.group(group.header.first, place);
        let (mut at, mut rest) = (group.at + GROUP_HEADER as u64, group.commits);
        let mut position = group.header.first;
        while !rest.is_empty() {
            let length = checked_length(rest).unwrap_or(rest.len()).min(rest.len());
            let (checked, behind) = rest.split_at(length);
            let stamped = checked.get(CHECK..).unwrap_or_default();
            self.commit(stamped, position, at);
            (at, rest) = (at + length as u64, behind);
            position = next(position);
        }
        self.head = group.header.head();
        if self.witness.is_some_and(|seen| seen.size >= self.head.size) {
            self.unseen = group.at + group.header.size() as u64;
        }
        if self.damage.is_none() && self.tree.root() != self.head.root {
            let why = "the commits up to it have another root than their group says";
            self.damaged(self.head.position, why.into());
        }
    }

    /// Notes what is sound of a group that isn't: a commit is found by itself, too. Gives the first that isn't sound, and
    /// where it stands.
    fn singles(&mut self, file: &File) -> std::io::Result<(Position, u64)> {
        let mut bytes = vec![0; GROUP_HEADER];
        at::read(file, &mut bytes, self.at)?;
        let header = GroupHeader::parse(&bytes);
        bytes.resize(header.map_or(0, |header| header.size()), 0);
        let end = at::read(file, &mut bytes, self.at)?;
        let mut rest = bytes.get(GROUP_HEADER..end).unwrap_or_default();
        let mut at = self.at + GROUP_HEADER as u64;
        let mut position = next(self.head.position);
        let is_next = header.is_some_and(|header| header.first == position);
        let mut damaged = (!is_next).then_some((position, self.at));
        while let Some((checked, behind)) =
            checked_length(rest).and_then(|length| rest.split_at_checked(length))
        {
            let sound = is_sound(checked);
            if !sound && !is_sound(behind) {
                break;
            }
            let stamped = checked.get(CHECK..).and_then(Stamp::split);
            if let Some((_, record)) = stamped.filter(|_| sound)
                && let Ok(record) = RecordRef::parse(record)
            {
                self.note(&record, at);
            } else {
                damaged.get_or_insert((position, at));
            }
            at += checked.len() as u64;
            position = next(position);
            rest = behind;
        }
        Ok(damaged.unwrap_or((position, at)))
    }

    /// Whether it was begun, and no more.
    fn has_no_group(&self) -> bool {
        self.number > 0 && self.at == SEGMENT_HEADER as u64
    }

    /// Notes where a commit stands.
    fn note(&mut self, record: &RecordRef<'_>, at: u64) {
        let parts = record.parts().map(|part| (part.case, part.first));
        let place = Place::at(self.number, at);
        self.tail.commit(record.head().command, parts, place);
    }

    fn commit(&mut self, stamped: &[u8], position: Position, at: u64) {
        let parsed = Stamp::split(stamped).map(|(stamp, record)| (stamp, RecordRef::parse(record)));
        match parsed {
            Some((stamp, Ok(record))) if stamp.position == position => {
                self.note(&record, at);
                if self.damage.is_none() && self.tree.size() + 1 == position.0 {
                    self.tree.push(leaf_hash(stamp, record.hashes().content));
                    self.recorded = Some(stamp.recorded);
                    self.meet();
                } else {
                    self.damaged(position, "it isn't the next one".into());
                }
            }
            Some((_, Err(error))) => self.damaged(position, error.to_string()),
            _ => self.damaged(position, "another one stands there".into()),
        }
    }

    fn damaged(&mut self, position: Position, why: String) {
        self.damage
            .get_or_insert(StoreError::Damaged { position, why });
    }

    /// Compares with where the next segment goes on.
    fn leads_on(&mut self, segments: &Segments) -> Result<(), StoreError> {
        let after = self.number + 1;
        if self.damage.is_none() && self.tree != segments.tree_before(after)? {
            let (path, after) = (segments.path(self.number), segments.path(after));
            let ends = self.at;
            let why = format!(
                "{} has nothing more from byte {ends} on, and {} goes on elsewhere",
                path.display(),
                after.display()
            );
            self.damaged(next(self.head.position), why);
        }
        Ok(())
    }

    /// Compares with the witness, once its size is reached.
    fn meet(&mut self) {
        let Some(witness) = self.witness.filter(|head| head.size == self.tree.size()) else {
            return;
        };
        self.met = true;
        if witness.size > 0 && witness.root != self.tree.root() {
            let why = "the commits up to it have another root than the witness says";
            self.damaged(witness.position, why.into());
        }
    }

    /// What the witness says against it, which may have seen the end last in a segment before.
    fn witnessed(
        &mut self,
        segments: &Segments,
        testified: Option<TreeHead>,
    ) -> Result<Option<StoreError>, StoreError> {
        let Some(head) = testified.filter(|head| head.size > 0 && !self.met) else {
            return Ok(None);
        };
        let before = Self::of(segments, segments.of(head.position), Some(head))?;
        Ok(before.damage)
    }

    /// What was cut off of the last segment, or of one that was ready behind it, which may have been begun.
    fn cut_off(&self, segments: &Segments) -> Result<Option<StoreError>, StoreError> {
        let last = (self.number > 0).then_some(self.number);
        for number in last.into_iter().chain(segments.ready_after(self.number)) {
            let cut = segments.cut_off(number);
            if let Some(length) = cut.map_err(segments.failed())? {
                let path = segments.path(number);
                return Ok(Some(StoreError::Damaged {
                    position: next(self.head.position),
                    why: format!(
                        "{} ends at byte {length} and was made longer, so that commits may be missing from here on",
                        path.display()
                    ),
                }));
            }
        }
        Ok(None)
    }

    /// Cuts off what was torn, and keeps it beside the segment.
    fn cut(&self, segments: &Segments) -> Result<(), StoreError> {
        if self.number > 0 {
            cut(segments, self.number, self.at)?;
        }
        let next = self.number + 1;
        if segments.path(next).exists() {
            let file = segments.file(next).map_err(segments.failed())?;
            let header = SEGMENT_HEADER as u64;
            // Header and first group were once synced together: a group that says that all before it was
            // synced shows that this isn't merely torn.
            let mut synced = false;
            let found = scan::groups(&file, header, false, |group| {
                synced |= group.at > header && group.header.follows_synced;
                Ok::<_, std::io::Error>(())
            });
            let (_, after) = found.map_err(segments.failed())?;
            if synced || matches!(after, After::Damaged(_)) {
                return Err(segments.damaged(next, 0));
            }
            cut(segments, next, 0)?;
        }
        Ok(())
    }
}

/// Fills with zeros what was being written from here on when the power went: what is written next must
/// not be followed by it. It is kept beside the segment, whatever it was. If several groups weren't synced, that may be
/// far behind zeros.
fn cut(segments: &Segments, number: u32, from: u64) -> Result<(), StoreError> {
    let path = segments.path(number);
    let act = || -> std::io::Result<()> {
        let file = segments.file(number)?;
        let to = end_of_written(&file, from)?;
        if to == from {
            return Ok(());
        }
        let mut torn = vec![0; usize::try_from(to - from).unwrap_or(usize::MAX)];
        at::read(&file, &mut torn, from)?;
        let kept = path.with_added_extension(format!("torn-at-{from}"));
        Disk::sound().keep(&kept, &torn)?;
        spare::blank(&file, from, to)
    };
    act().map_err(segments.failed())
}

/// Behind which byte, from here on, there are zeros alone.
fn end_of_written(file: &File, from: u64) -> std::io::Result<u64> {
    let (mut piece, mut at, mut end) = (vec![0; PIECE], from, from);
    loop {
        let count = at::read(file, &mut piece, at)?;
        let bytes = piece.get(..count).unwrap_or_default();
        if !is_blank(bytes) {
            let last = bytes.iter().rposition(|byte| *byte != 0);
            end = last.map_or(end, |last| at + last as u64 + 1);
        }
        if count < PIECE {
            return Ok(end);
        }
        at += PIECE as u64;
    }
}

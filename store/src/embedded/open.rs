//! What is checked when a store is opened: that the log is dense, leads to its tree, and is no
//! shorter than the witness has seen it.

use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Frontier, Hash, RecordRef, Stamp, leaf_hash};
use kanzlei_core::{Position, Timestamp};

use super::layout::{View, damaged};
use super::read::sound;
use super::witness::Testimony;

/// Where the log ends.
#[derive(Debug, Default)]
pub(super) struct End {
    pub(super) tree: Frontier,
    pub(super) position: Position,
    pub(super) recorded: Option<Timestamp>,
}

impl End {
    /// The tree's size and root.
    fn head(&self) -> TreeHead {
        TreeHead {
            size: self.tree.size(),
            position: self.position,
            root: self.tree.root(),
        }
    }
}

/// What was found.
pub(super) struct Opened {
    /// The end of the log; without its tree if there is damage.
    pub(super) end: End,
    /// Size and root as they were written.
    pub(super) head: TreeHead,
    /// What is wrong with the log's end. Such a log can be read and not appended to.
    pub(super) damage: Option<StoreError>,
}

/// Finds and checks the end of the log. Damage doesn't keep the rest from being read; a log that
/// is shorter than it was isn't opened at all, because who reads it would take it for whole.
pub(super) fn opened(view: &View, testimony: Testimony) -> Result<Opened, StoreError> {
    match end(view, testimony) {
        Ok(end) => Ok(Opened {
            head: end.head(),
            end,
            damage: None,
        }),
        Err(damage @ StoreError::Damaged { .. }) => {
            let position = view.last()?;
            let (size, root) = written(view)?;
            Ok(Opened {
                end: End {
                    position,
                    ..End::default()
                },
                head: TreeHead {
                    size,
                    position: Position(size),
                    root,
                },
                damage: Some(damage),
            })
        }
        Err(error) => Err(error),
    }
}

fn written(view: &View) -> Result<(u64, Hash), StoreError> {
    Ok(view.tree()?.unwrap_or_else(|| (0, Hash::of(&[]))))
}

fn end(view: &View, testimony: Testimony) -> Result<End, StoreError> {
    let head = view.last()?;
    let (size, root) = written(view)?;
    let testified = match testimony {
        Testimony::None => None,
        Testimony::Head(head) => Some(head),
        Testimony::Damaged => {
            return Err(StoreError::Unavailable(
                "the file `witness` is damaged: if `verify` of a copy without it finds nothing, \
                 delete it"
                    .into(),
            ));
        }
    };
    // Positions are dense in this store, so that the size says where the log ends.
    let longest = size.max(testified.map_or(0, |head| head.size));
    if head.0 < longest {
        return Err(StoreError::LogShrank {
            checkpoint: Position(longest),
            head,
        });
    }
    if head.0 > size {
        return Err(StoreError::Damaged {
            position: Position(size + 1),
            why: format!("the log goes on to position {head}, and its tree ends before it"),
        });
    }
    let end = rebuilt(view, size)?;
    same_root(&end, root, "the tree")?;
    if let Some(witnessed) = testified.filter(|head| head.size > 0) {
        same_root(
            &rebuilt(view, witnessed.size)?,
            witnessed.root,
            "the witness",
        )?;
    }
    Ok(end)
}

fn same_root(end: &End, root: Hash, whose: &str) -> Result<(), StoreError> {
    if end.tree.root() == root {
        return Ok(());
    }
    Err(StoreError::Damaged {
        position: end.position,
        why: format!("the commits up to it have another root than {whose} says"),
    })
}

/// The end that the log had at this size: from the last peaks kept before it, and the commits
/// since.
fn rebuilt(view: &View, size: u64) -> Result<End, StoreError> {
    let tree = view.tree_below(size)?;
    let mut end = End {
        position: Position(tree.size()),
        tree,
        recorded: None,
    };
    for row in view.commits(end.position, Position(size)) {
        let expected = Position(end.position.0 + 1);
        let (key, value) = row.map_err(|error| damaged(&error, expected))?;
        let (stamp, record) = sound(&key, &value, expected)?;
        complete(view, stamp, &record)?;
        let content = record.hashes().content;
        end.tree.push(leaf_hash(stamp, content));
        end.position = stamp.position;
        end.recorded = Some(stamp.recorded);
    }
    if end.position.0 == size {
        return Ok(end);
    }
    Err(StoreError::Damaged {
        position: Position(end.position.0 + 1),
        why: "it is missing".into(),
    })
}

/// Checks that what was written with a commit is there: a damaged journal loses it for one
/// keyspace and not for another.
fn complete(view: &View, stamp: Stamp, record: &RecordRef<'_>) -> Result<(), StoreError> {
    let mut whole = view.command(record.head().command)? == Some(stamp.position);
    for part in record.parts() {
        whole &= view.has_share(part.case, part.first)?;
    }
    if whole {
        return Ok(());
    }
    Err(StoreError::Damaged {
        position: stamp.position,
        why: "its entries in the case index or among the commands are missing".into(),
    })
}

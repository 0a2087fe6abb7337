//! What a process did to the files of its folder, in order, as `tracer/tracer.c` has written it down.

use crate::told::{Line, Told};
use crate::{Failure, Outcome, ensure};

/// One thing that was done. Files are known by number, names by their path below the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// A file was made.
    Create { file: u64, path: String },
    /// A folder was made.
    MakeFolder { path: String },
    /// A file was cut or lengthened.
    SetLength { file: u64, length: u64 },
    /// Bytes were written.
    Write { file: u64, at: u64, bytes: Vec<u8> },
    /// A file was synced.
    Sync { file: u64 },
    /// A folder was synced, and with it the names in it.
    SyncFolder { path: String },
    /// A name was changed.
    Rename { from: String, to: String },
    /// A name was removed.
    Remove { path: String },
    /// Something was said.
    Said(Vec<u8>),
    /// A call on a file was made to fail.
    Refused { file: u64, call: String },
}

/// Reads a trace.
///
/// # Errors
/// If it isn't whole, or something was done that can't be followed.
pub fn read(bytes: &[u8]) -> Outcome<Vec<Op>> {
    let (mut rest, mut ops) = (bytes, Vec::new());
    while let Some((kind, after)) = rest.split_first() {
        let (file, after) = number(after)?;
        let (count, after) = number(after)?;
        let (first, after) = block(after)?;
        let (second, after) = block(after)?;
        rest = after;
        ops.push(op(*kind, (file, count), first, second)?);
    }
    Ok(ops)
}

fn op(kind: u8, (file, count): (u64, u64), first: &[u8], second: &[u8]) -> Outcome<Op> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(Failure::from);
    Ok(match kind {
        b'C' => Op::Create {
            file,
            path: text(first)?,
        },
        b'M' => Op::MakeFolder { path: text(first)? },
        b'T' => Op::SetLength {
            file,
            length: count,
        },
        b'W' => Op::Write {
            file,
            at: count,
            bytes: first.to_vec(),
        },
        b'S' => Op::Sync { file },
        b'D' => Op::SyncFolder { path: text(first)? },
        b'R' => {
            let (from, to) = (text(first)?, text(second)?);
            ensure(to != "?", || format!("{from} was moved out of the folder"))?;
            Op::Rename { from, to }
        }
        b'U' => Op::Remove { path: text(first)? },
        b'!' => Op::Said(first.to_vec()),
        b'F' => Op::Refused {
            file,
            call: text(first)?,
        },
        _ => return Err(format!("the tracer doesn't follow `{}`", text(first)?).into()),
    })
}

fn number(bytes: &[u8]) -> Outcome<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk().ok_or("the trace is cut off")?;
    Ok((u64::from_le_bytes(*number), rest))
}

fn block(bytes: &[u8]) -> Outcome<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk().ok_or("the trace is cut off")?;
    let length = u32::from_le_bytes(*length) as usize;
    Ok(rest
        .split_at_checked(length)
        .ok_or("the trace is cut off")?)
}

/// What was said up to a moment.
#[derive(Clone)]
pub struct Heard {
    seed: u64,
    round: u32,
    /// What it was.
    pub told: Told,
    /// Whether the installation is just being compacted.
    pub compacting: bool,
    half: Vec<u8>,
}

impl Heard {
    /// Nothing yet, of the process with this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            round: 0,
            told: Told::default(),
            compacting: false,
            half: Vec::new(),
        }
    }

    /// The same, to hear the process of the next round after one that lost its power.
    #[must_use]
    pub fn next(&self) -> Self {
        Self {
            round: self.round + 1,
            half: Vec::new(),
            compacting: false,
            ..self.clone()
        }
    }

    /// Takes in what was said, if this is such.
    ///
    /// # Errors
    /// If that says nothing.
    pub fn take(&mut self, op: &Op) -> Outcome {
        let Op::Said(bytes) = op else {
            return Ok(());
        };
        self.half.extend_from_slice(bytes);
        while let Some(end) = self.half.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.half.drain(..=end).collect();
            let line = std::str::from_utf8(&line).map_err(Failure::from)?;
            let line = Line::read(line.trim_end())?;
            self.compacting = match line {
                Line::Compacting => true,
                Line::Compacted => false,
                _ => self.compacting,
            };
            self.told.hear(self.seed, self.round, line)?;
        }
        Ok(())
    }
}

//! What a process did to the files of its folder, in order, as `tracer/tracer.c` has written it down.

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
    /// A call was made to fail.
    Refused(String),
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
        b'F' => Op::Refused(text(first)?),
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

//! Commits as stores of events take them, and a file of them.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Outcome;

/// A commit as its events, which together have the bytes of its record and no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Commit {
    /// The events, in their order. All are stored, or none.
    pub events: Vec<Event>,
    /// The bytes of the record.
    pub size: usize,
}

/// An event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// The case whose it is.
    pub stream: [u8; 16],
    /// Its number in the case.
    pub version: u32,
    /// The kind's number.
    pub kind: u16,
    /// The schema of the body.
    pub schema: u8,
    /// When it happened, in microseconds.
    pub occurred: i64,
    /// Its own bytes.
    pub body: Vec<u8>,
    /// What else the record has to it: its sealed values, and with the first event the record's head.
    pub rest: Vec<u8>,
}

impl Event {
    /// All its bytes, for a store that keeps them as one.
    pub fn data(&self) -> Vec<u8> {
        [self.body.as_slice(), &self.rest].concat()
    }
}

/// Writes commits to a file, each with its length before it.
pub struct Writing(BufWriter<File>);

impl Writing {
    /// Begins a file.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn begin(file: &Path) -> Outcome<Self> {
        Ok(Self(BufWriter::new(File::create(file)?)))
    }

    /// Adds a commit.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn add(&mut self, commit: &Commit) -> Outcome {
        self.add_bytes(&postcard::to_stdvec(commit)?)
    }

    /// Adds bytes that are no [`Commit`]'s; [`frames`] gives them back.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn add_bytes(&mut self, bytes: &[u8]) -> Outcome {
        self.0
            .write_all(&u32::try_from(bytes.len())?.to_le_bytes())?;
        Ok(self.0.write_all(bytes)?)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn end(mut self) -> Outcome {
        Ok(self.0.flush()?)
    }
}

/// The commits of a file, one after the other.
///
/// # Errors
/// If there is no such file.
pub fn commits(file: &Path) -> Outcome<impl Iterator<Item = Outcome<Commit>> + use<>> {
    Ok(frames(file)?.map(|bytes| Ok(postcard::from_bytes(&bytes?)?)))
}

/// What a file has, piece by piece.
///
/// # Errors
/// If there is no such file.
pub fn frames(file: &Path) -> Outcome<impl Iterator<Item = Outcome<Vec<u8>>> + use<>> {
    let mut file = BufReader::new(File::open(file)?);
    let mut next = move || {
        let mut length = [0; 4];
        if file.read(&mut length[..1])? == 0 {
            return Ok(None);
        }
        file.read_exact(&mut length[1..])?;
        let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(length))?];
        file.read_exact(&mut bytes)?;
        Ok(Some(bytes))
    };
    Ok(std::iter::from_fn(move || next().transpose()))
}

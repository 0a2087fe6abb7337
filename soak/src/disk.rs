//! A disk that loses its power: which images of a folder may be left.
//!
//! What was synced is there. Of what wasn't, any part may be: a write may be dropped, kept, or kept
//! in some of its sectors, or at the file's end up to some byte or as zeros, whatever became of those before it;
//! likewise a change of a file's length; and names that were made, changed or removed.
//!
//! ```text
//! writes, lengths   synced with their file                    else each may be lost by itself
//! names             synced with the folder in which they are  else lost from some moment on, as
//!                                                             file systems with a journal do it, or
//!                                                             each by itself, which POSIX allows
//! ```

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use kanzlei_store::conformance::Random;

use crate::Outcome;
use crate::trace::Op;

/// What a disk writes at once.
const SECTOR: usize = 512;

/// What of a file is where; the rest is zeros.
#[derive(Debug, Clone, Default)]
struct Content {
    length: u64,
    sectors: BTreeMap<u64, [u8; SECTOR]>,
}

impl Content {
    fn write(&mut self, at: u64, bytes: &[u8]) {
        let mut at = at;
        let mut rest = bytes;
        while !rest.is_empty() {
            let within = (at % SECTOR as u64) as usize;
            let (now, later) = rest.split_at(rest.len().min(SECTOR - within));
            let sector = self.sectors.entry(at / SECTOR as u64);
            let sector = sector.or_insert([0; SECTOR]);
            for (to, from) in sector.iter_mut().skip(within).zip(now) {
                *to = *from;
            }
            at += now.len() as u64;
            rest = later;
        }
        self.length = self.length.max(at);
    }

    fn set_length(&mut self, length: u64) {
        let (last, within) = (length / SECTOR as u64, (length % SECTOR as u64) as usize);
        drop(self.sectors.split_off(&(last + u64::from(within > 0))));
        if let Some(sector) = self.sectors.get_mut(&last) {
            sector.iter_mut().skip(within).for_each(|byte| *byte = 0);
        }
        self.length = length;
    }

    fn put(&self, path: &Path) -> Outcome {
        // Who may read them is no question here; for keys nobody else may.
        let file = File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        // What was never written stays a hole.
        file.set_len(self.length)?;
        for (number, sector) in &self.sectors {
            let at = number * SECTOR as u64;
            let inside = self.length.saturating_sub(at).min(SECTOR as u64) as usize;
            file.write_all_at(sector.get(..inside).unwrap_or(sector), at)?;
        }
        Ok(())
    }
}

/// A change of a file that isn't synced.
#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

impl Change {
    fn apply(&self, to: &mut Content) {
        match self {
            Self::Write(at, bytes) => to.write(*at, bytes),
            Self::Length(length) => to.set_length(*length),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Stored {
    synced: Content,
    unsynced: Vec<Change>,
}

/// A change of names that isn't synced.
#[derive(Debug, Clone)]
enum Naming {
    File(String, usize),
    Folder(String),
    /// With what had the name: it may never have been synced under the old one.
    Rename(String, String, Node),
    Remove(String),
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder,
}

#[derive(Debug, Clone, Default)]
struct Names(BTreeMap<String, Node>);

impl Names {
    fn apply(&mut self, naming: &Naming) {
        match naming {
            Naming::File(path, file) => self.put(path, Node::File(*file)),
            Naming::Folder(path) => self.put(path, Node::Folder),
            Naming::Remove(path) => drop(self.0.remove(path)),
            Naming::Rename(from, to, node) => {
                self.0.remove(from);
                self.put(to, *node);
                let inside = format!("{from}/");
                let moved = |path: &String| path.starts_with(&inside);
                let paths: Vec<String> =
                    self.0.keys().filter(|path| moved(path)).cloned().collect();
                for path in paths {
                    if let (Some(node), Some(rest)) = (self.0.remove(&path), path.get(from.len()..))
                    {
                        self.put(&format!("{to}{rest}"), node);
                    }
                }
            }
        }
    }

    fn put(&mut self, path: &str, node: Node) {
        self.0.insert(path.to_owned(), node);
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Naming {
    fn is_in(&self, of: &str) -> bool {
        match self {
            Self::File(path, _) | Self::Folder(path) | Self::Remove(path) => folder(path) == of,
            Self::Rename(from, to, _) => folder(from) == of || folder(to) == of,
        }
    }
}

/// How much a file system loses of names that weren't synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loses {
    /// All from some moment on; and syncing anything syncs all names before.
    TheLast,
    /// Any.
    Any,
}

/// What is on the disk, and what isn't for certain.
#[derive(Debug, Clone)]
pub struct Disk {
    loses: Loses,
    /// Inodes by their present number: one may be given again.
    numbers: HashMap<u64, usize>,
    files: Vec<Stored>,
    /// The names that are synced, and those that a program sees.
    names: Names,
    seen: Names,
    unsynced: Vec<Naming>,
}

impl Disk {
    /// An empty folder.
    pub fn new(loses: Loses) -> Self {
        Self {
            loses,
            numbers: HashMap::new(),
            files: Vec::new(),
            names: Names::default(),
            seen: Names::default(),
            unsynced: Vec::new(),
        }
    }

    /// A folder with what an image has put there, all of it for certain.
    ///
    /// # Errors
    /// If the files can't be looked at.
    pub fn holding(image: Image, folder: &Path, loses: Loses) -> Outcome<Self> {
        let mut disk = Self::new(loses);
        for (path, content) in image.0 {
            let Some(synced) = content else {
                disk.names.put(&path, Node::Folder);
                continue;
            };
            disk.names.put(&path, Node::File(disk.files.len()));
            disk.files.push(Stored {
                synced,
                unsynced: Vec::new(),
            });
        }
        disk.seen = disk.names.clone();
        disk.is_in(folder)?;
        Ok(disk)
    }

    /// What a process sees of it was put into this folder, where its files have other numbers.
    ///
    /// # Errors
    /// If the files can't be looked at.
    pub fn is_in(&mut self, folder: &Path) -> Outcome {
        self.numbers.clear();
        for (path, node) in &self.seen.0 {
            if let Node::File(file) = node {
                let number = fs::metadata(folder.join(path))?.ino();
                self.numbers.insert(number, *file);
            }
        }
        Ok(())
    }

    /// Does what was done.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Create { file, path } => {
                self.numbers.insert(*file, self.files.len());
                self.name(Naming::File(path.clone(), self.files.len()));
                self.files.push(Stored::default());
            }
            Op::MakeFolder { path } => self.name(Naming::Folder(path.clone())),
            Op::Rename { from, to } => match self.seen.0.get(from).copied() {
                // POSIX makes two folders' changes of it, each of which may be lost.
                Some(Node::File(file)) if folder(from) != folder(to) => {
                    self.name(Naming::File(to.clone(), file));
                    self.name(Naming::Remove(from.clone()));
                }
                Some(node) => self.name(Naming::Rename(from.clone(), to.clone(), node)),
                None => {}
            },
            Op::Remove { path } => self.name(Naming::Remove(path.clone())),
            Op::SetLength { file, length } => self.change(*file, Change::Length(*length)),
            Op::Write { file, at, bytes } => self.change(*file, Change::Write(*at, bytes.clone())),
            Op::Sync { file } => {
                if let Some(stored) = self.stored(*file) {
                    for change in std::mem::take(&mut stored.unsynced) {
                        change.apply(&mut stored.synced);
                    }
                }
                if self.loses == Loses::TheLast {
                    self.sync_names(|_| true);
                }
            }
            Op::SyncFolder { path } => match self.loses {
                Loses::TheLast => self.sync_names(|_| true),
                Loses::Any => self.sync_names(|naming| naming.is_in(path)),
            },
            Op::Refused { file, call } if matches!(call.as_str(), "fsync" | "fdatasync") => {
                // What couldn't be written counts as written: no later sync tries again.
                if let Some(stored) = self.stored(*file) {
                    stored.unsynced.clear();
                }
            }
            Op::Said(_) | Op::Refused { .. } => {}
        }
    }

    fn name(&mut self, naming: Naming) {
        self.seen.apply(&naming);
        self.unsynced.push(naming);
    }

    fn stored(&mut self, file: u64) -> Option<&mut Stored> {
        self.files.get_mut(*self.numbers.get(&file)?)
    }

    fn change(&mut self, file: u64, change: Change) {
        if let Some(stored) = self.stored(file) {
            stored.unsynced.push(change);
        }
    }

    fn sync_names(&mut self, which: impl Fn(&Naming) -> bool) {
        let (synced, unsynced) = std::mem::take(&mut self.unsynced)
            .into_iter()
            .partition(|naming| which(naming));
        self.unsynced = unsynced;
        let synced: Vec<Naming> = synced;
        for naming in synced {
            self.names.apply(&naming);
        }
    }

    /// Everything, as if nothing had happened.
    pub fn whole(&self) -> Image {
        Image::of(
            &self.seen,
            |file| {
                let mut content = file.synced.clone();
                file.unsynced
                    .iter()
                    .for_each(|change| change.apply(&mut content));
                content
            },
            &self.files,
        )
    }

    /// What may be left when the power goes now.
    pub fn cut_off(&self, random: &mut Random) -> Image {
        let mut names = self.names.clone();
        let these = fates(self.unsynced.len(), self.loses == Loses::TheLast, random);
        let namings = self.unsynced.iter().zip(these);
        for (naming, _) in namings.filter(|(_, fate)| *fate == Fate::Kept) {
            names.apply(naming);
        }
        Image::of(
            &names,
            |file| {
                let mut content = file.synced.clone();
                let these = fates(file.unsynced.len(), false, random);
                for (change, fate) in file.unsynced.iter().zip(these) {
                    match (fate, change) {
                        (Fate::Kept, change) => change.apply(&mut content),
                        (Fate::UnderWay, Change::Write(at, bytes)) => {
                            tear(&mut content, *at, bytes, random);
                        }
                        (Fate::UnderWay | Fate::Lost, _) => {}
                    }
                }
                content
            },
            &self.files,
        )
    }
}

/// What becomes of a change that isn't synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    /// It was being done; of names, it wasn't.
    UnderWay,
    Lost,
}

/// What becomes of so many changes: the first are kept and one was under way, or none is, or each has a fate of its
/// own.
fn fates(count: usize, in_order: bool, random: &mut Random) -> Vec<Fate> {
    let way = random.below(3);
    if in_order || way == 0 {
        let first = random.below(count as u64 + 1) as usize;
        let fate = |number: usize| match number.cmp(&first) {
            Ordering::Less => Fate::Kept,
            Ordering::Equal => Fate::UnderWay,
            Ordering::Greater => Fate::Lost,
        };
        (0..count).map(fate).collect()
    } else if way == 1 {
        vec![Fate::Lost; count]
    } else {
        let fates = [Fate::Kept, Fate::Kept, Fate::UnderWay, Fate::Lost];
        (0..count).map(|_| random.pick(&fates)).collect()
    }
}

/// Keeps some sectors of a write; or, where it made the file longer, its beginning up to some byte, or its length alone.
/// A sector that was there is written whole or not at all, as `docs/format.md` assumes.
fn tear(content: &mut Content, at: u64, bytes: &[u8], random: &mut Random) {
    let end = at + bytes.len() as u64;
    match random.below(3) {
        0 if at >= content.length => {
            let kept = random.below(bytes.len() as u64) as usize;
            content.write(at, bytes.get(..kept).unwrap_or(bytes));
            return;
        }
        1 if end > content.length => {
            content.length = end;
            return;
        }
        _ => {}
    }
    let first = SECTOR - (at % SECTOR as u64) as usize;
    let (head, rest) = bytes.split_at(first.min(bytes.len()));
    let mut place = at;
    for piece in std::iter::once(head).chain(rest.chunks(SECTOR)) {
        if random.below(2) == 0 {
            content.write(place, piece);
        }
        place += piece.len() as u64;
    }
}

/// An image of a folder.
#[derive(Debug)]
pub struct Image(Vec<(String, Option<Content>)>);

impl Image {
    fn of(names: &Names, mut content: impl FnMut(&Stored) -> Content, files: &[Stored]) -> Self {
        let reachable = |path: &str| {
            let mut above = folder(path);
            while !above.is_empty() {
                if names.0.get(above) != Some(&Node::Folder) {
                    return false;
                }
                above = folder(above);
            }
            true
        };
        let nodes = names.0.iter().filter(|(path, _)| reachable(path));
        let nodes = nodes.map(|(path, node)| {
            let content = match node {
                Node::Folder => None,
                Node::File(file) => files.get(*file).map(&mut content),
            };
            (path.clone(), content)
        });
        Self(nodes.collect())
    }

    /// Puts it into an empty folder.
    ///
    /// # Errors
    /// If that can't be written.
    pub fn put(&self, into: &Path) -> Outcome {
        for (path, content) in &self.0 {
            let path = into.join(path);
            match content {
                None => fs::create_dir(path)?,
                Some(content) => content.put(&path)?,
            }
        }
        Ok(())
    }
}

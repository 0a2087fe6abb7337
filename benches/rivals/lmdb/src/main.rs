//! LMDB behind the group writer: events by position, and positions by case and version. No event
//! store, and here because it reads faster than all of them. Opening it is unsafe, which Kanzlei's
//! workspace forbids; so it isn't a peer in the benches' own process, as `SQLite` is.

use std::path::Path;
use std::process::ExitCode;

use heed::byteorder::BigEndian;
use heed::types::{Bytes, U64};
use heed::{Database, Env, EnvFlags, EnvOpenOptions, PutFlags};
use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::group::{Group, Sink};
use kanzlei_bench_harness::rival::{self, Rival, Synced};

/// Addresses that it may use; the file grows as it is filled.
const MAP_BYTES: usize = 64 * 1024 * 1024 * 1024;

#[derive(Clone)]
struct Tables {
    env: Env,
    events: Database<U64<BigEndian>, Bytes>,
    cases: Database<Bytes, U64<BigEndian>>,
}

impl Tables {
    #[allow(unsafe_code)]
    fn open(folder: &Path, synced: Synced) -> Outcome<Self> {
        let mut options = EnvOpenOptions::new();
        options.map_size(MAP_BYTES).max_dbs(2);
        // SAFETY: the folder is this process's own and was made for it; nobody else opens or
        // changes its files. Without syncing a crash loses what was filled, and then this program
        // has no further use.
        let env = unsafe {
            if synced == Synced::Later {
                options.flags(EnvFlags::NO_SYNC);
            }
            options.open(folder)?
        };
        let mut write = env.write_txn()?;
        let events = env.create_database(&mut write, Some("events"))?;
        let cases = env.create_database(&mut write, Some("cases"))?;
        write.commit()?;
        Ok(Self { env, events, cases })
    }
}

impl Sink for Tables {
    type Item = Commit;

    fn write(&mut self, _: u64, group: &[Commit]) -> Outcome {
        let mut write = self.env.write_txn()?;
        let last = self.events.last(&write)?;
        let next = last.map_or(1, |(position, _)| position + 1);
        let events = group.iter().flat_map(|commit| &commit.events);
        for (position, event) in (next..).zip(events) {
            let row = [
                event.version.to_be_bytes().as_slice(),
                &event.kind.to_be_bytes(),
                &[event.schema],
                &event.occurred.to_be_bytes(),
                &event.data(),
            ]
            .concat();
            self.events
                .put_with_flags(&mut write, PutFlags::APPEND, &position, &row)?;
            let key = [event.stream.as_slice(), &event.version.to_be_bytes()].concat();
            self.cases.put(&mut write, &key, &position)?;
        }
        Ok(write.commit()?)
    }
}

struct Lmdb {
    tables: Tables,
    group: Group<Tables>,
}

impl Rival for Lmdb {
    const NAME: &'static str = "LMDB (heed 0.22.1) behind the group writer";
    const SYNC: &'static str = "fdatasync a transaction";
    const DURABLE: bool = true;
    const EVENT_STORE: bool = false;

    type Item = Commit;

    async fn open(folder: &Path, synced: Synced) -> Outcome<Self> {
        let tables = Tables::open(folder, synced)?;
        let group = Group::start(tables.clone(), 1);
        Ok(Self { tables, group })
    }

    fn item(commit: Commit) -> Outcome<Commit> {
        Ok(commit)
    }

    async fn append(&self, commit: Commit) -> Outcome {
        let size = commit.size;
        self.group.append(commit, size).await?;
        Ok(())
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let read = self.tables.env.read_txn()?;
        for row in self.tables.events.iter(&read)? {
            each(row?.1);
        }
        Ok(())
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let read = self.tables.env.read_txn()?;
        for found in self.tables.cases.prefix_iter(&read, &of)? {
            let (_, position) = found?;
            each(
                self.tables
                    .events
                    .get(&read, &position)?
                    .ok_or("an event is missing")?,
            );
        }
        Ok(())
    }

    async fn close(self) -> Outcome {
        let tables = self.group.end()?;
        tables.env.force_sync()?;
        drop((tables, self.tables));
        Ok(())
    }
}

fn main() -> ExitCode {
    rival::main::<Lmdb>()
}

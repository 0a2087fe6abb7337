//! The folder against a map and a clock.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Act {
    /// Writes, having seen the revision that there is, or one beside it.
    Put {
        owner: u8,
        id: u8,
        off: u64,
        lasts: i64,
        bytes: Vec<u8>,
    },
    Get {
        owner: u8,
        id: u8,
    },
    List {
        owner: u8,
    },
    Remove {
        owner: u8,
        id: u8,
    },
    RemoveAll {
        owner: u8,
    },
    Sweep,
    Wait(i64),
    Reopen,
}

fn act() -> impl Strategy<Value = Act> {
    let (owner, id) = (0_u8..3, 0_u8..4);
    let place = (owner.clone(), id);
    prop_oneof![
        8 => (place.clone(), prop_oneof![4 => Just(0_u64), 1 => 1_u64..3], 1_i64..40,
              proptest::collection::vec(any::<u8>(), 0..24))
            .prop_map(|((owner, id), off, lasts, bytes)| Act::Put { owner, id, off, lasts, bytes }),
        4 => place.clone().prop_map(|(owner, id)| Act::Get { owner, id }),
        2 => owner.clone().prop_map(|owner| Act::List { owner }),
        2 => place.prop_map(|(owner, id)| Act::Remove { owner, id }),
        1 => owner.prop_map(|owner| Act::RemoveAll { owner }),
        1 => Just(Act::Sweep),
        2 => (0_i64..20).prop_map(Act::Wait),
        1 => Just(Act::Reopen),
    ]
}

const ENTRIES_MAX: usize = 3;
const BYTES_MAX: usize = 20;

/// Entries by owner and id: revision, expiry, bytes.
#[derive(Default)]
struct Model(BTreeMap<(u8, u8), (u64, i64, Vec<u8>)>);

impl Model {
    fn expire(&mut self, now: i64) {
        self.0.retain(|_, entry| entry.1 > now);
    }

    fn of(&self, owner: u8) -> Vec<(u8, u64, Vec<u8>)> {
        let own = self.0.range((owner, 0)..=(owner, u8::MAX));
        own.map(|((_, id), entry)| (*id, entry.0, entry.2.clone()))
            .collect()
    }

    fn revision(&self, owner: u8, id: u8) -> u64 {
        self.0.get(&(owner, id)).map_or(0, |entry| entry.0)
    }
}

fn options() -> SealedOptions {
    let mut options = SealedOptions::new("model");
    (options.entry_bytes_max, options.entries_per_owner_max) = (BYTES_MAX, ENTRIES_MAX);
    // So small that entries are thrown out of memory.
    options.cache_bytes = 600;
    options
}

fn shown(entry: &Entry) -> (u8, u64, Vec<u8>) {
    (
        entry.id.as_bytes()[0],
        entry.revision.0,
        entry.bytes.to_vec(),
    )
}

fn check(folder: &SealedFolder, ground: &Ground, model: &mut Model, act: &Act) {
    let now = || kanzlei_core::ports::Clock::now(&*ground.clock);
    model.expire(now().micros());
    match act {
        Act::Put {
            owner,
            id,
            off,
            lasts,
            bytes,
        } => {
            let known = model.revision(*owner, *id);
            let (seen, expires) = (known + off, now().plus_micros(*lasts));
            let (owned, id_of) = ([*owner], super::id(*id));
            let put = folder.put(&owned, id_of, Revision(seen), expires, bytes);
            let full = known == 0 && model.of(*owner).len() >= ENTRIES_MAX;
            match block_on(put) {
                Err(SealedError::TooLarge { .. }) => assert!(bytes.len() > BYTES_MAX),
                Err(SealedError::Conflict { found, .. }) => {
                    assert!(*off > 0 && found == Revision(known));
                }
                Err(SealedError::TooMany { .. }) => assert!(full),
                Err(error) => panic!("{error}"),
                Ok(revision) => {
                    assert!(*off == 0 && !full && bytes.len() <= BYTES_MAX);
                    assert_eq!(revision, Revision(known + 1));
                    let entry = (known + 1, expires.micros(), bytes.clone());
                    model.0.insert((*owner, *id), entry);
                }
            }
        }
        Act::Get { owner, id } => {
            let got = block_on(folder.get(&[*owner], super::id(*id))).unwrap();
            let known = model.of(*owner).into_iter().find(|entry| entry.0 == *id);
            assert_eq!(got.as_ref().map(shown), known);
        }
        Act::List { owner } => {
            let listing = block_on(folder.list(&[*owner])).unwrap();
            assert!(listing.unreadable.is_empty());
            let shown: Vec<_> = listing.entries.iter().map(shown).collect();
            assert_eq!(shown, model.of(*owner));
        }
        Act::Remove { owner, id } => {
            let removed = block_on(folder.remove(&[*owner], super::id(*id))).unwrap();
            // Of one that has expired the file may still be there.
            assert!(model.0.remove(&(*owner, *id)).is_none() || removed);
        }
        Act::RemoveAll { owner } => {
            block_on(folder.remove_all(&[*owner])).unwrap();
            model.0.retain(|place, _| place.0 != *owner);
        }
        Act::Sweep => {
            let swept = block_on(folder.sweep()).unwrap();
            assert_eq!((swept.leftovers, swept.unreadable.len()), (0, 0));
            assert_eq!(ground.files().len(), model.0.len());
        }
        Act::Wait(micros) => ground.clock.move_by(*micros),
        Act::Reopen => unreachable!("done outside"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_folder_is_a_map_that_forgets(acts in proptest::collection::vec(act(), 1..80)) {
        let ground = Ground::new();
        let open = || ground.open_with(ground.vault.clone(), options());
        let (mut folder, mut model) = (Some(open()), Model::default());
        for act in &acts {
            if matches!(act, Act::Reopen) {
                drop(folder.take());
                folder = Some(open());
            } else {
                check(folder.as_ref().unwrap(), &ground, &mut model, act);
            }
        }
    }
}

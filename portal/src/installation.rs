//! Opening the store that `--store` names.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use kanzlei::core::domain::{Catalogue, EDITIONS, INSTALLATION, PARTICIPATION, REGISTER};
use kanzlei::{InstallationKey, Kanzlei, Opening, ServiceKey, Work};

use crate::failure::Failure;
use crate::progress::Progress;

/// Opens the installation in this directory, which must be there.
pub fn open(store: &Path) -> Result<Kanzlei, Failure> {
    there(store)?;
    Ok(opening(store)?.start()?)
}

/// A store is there: nothing but `demo` makes one by accident, and not beside what another one left.
pub fn there(store: &Path) -> Result<(), Failure> {
    if !kanzlei::is_there(store)? {
        return Err(Failure::store(format!(
            "there is no store in {}; `kanzlei demo --store {0}` makes one to try things out",
            store.display()
        )));
    }
    Ok(())
}

/// How the installation in this directory is opened: with the passphrase of the environment, if
/// there is one.
pub fn opening(store: &Path) -> Result<Opening, Failure> {
    let opening = Kanzlei::open(store).progress(Told::default());
    match std::env::var("KANZLEI_PASSPHRASE") {
        Ok(passphrase) => Ok(opening.key(InstallationKey::from_passphrase(&passphrase)?)),
        Err(std::env::VarError::NotPresent) => Ok(opening),
        Err(error) => Err(Failure::usage(format!("KANZLEI_PASSPHRASE: {error}"))),
    }
}

/// Shows how far it is where opening takes long.
#[derive(Default)]
struct Told(Mutex<Option<(Work, Progress)>>);

impl kanzlei::Progress for Told {
    fn told(&self, work: Work, done: u64, of: u64) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.as_ref().is_none_or(|(shown, _)| *shown != work) {
            let what = match work {
                Work::Moving => "moving the log",
                _ => "indexing the log",
            };
            *shown = Some((work, Progress::new(what, of)));
        }
        if let Some((_, progress)) = &*shown {
            progress.reach(done);
            if done == of {
                progress.finish();
            }
        }
    }
}

/// What a service is called; the administrative ones too.
pub fn service_name(catalogue: &Catalogue, key: ServiceKey) -> Option<String> {
    let administrative = [INSTALLATION, EDITIONS, REGISTER, PARTICIPATION];
    let mut administrative = administrative.into_iter();
    let name = catalogue.name(key).map(ToString::to_string);
    name.or_else(|| {
        Some(
            administrative
                .find(|name| ServiceKey::of(name) == key)?
                .to_owned(),
        )
    })
}

//! Opening the store that `--store` names.

use std::path::Path;

use kanzlei::core::domain::{Catalogue, EDITIONS, INSTALLATION, PARTICIPATION, REGISTER};
use kanzlei::{InstallationKey, Kanzlei, Opening, ServiceKey};

use crate::failure::Failure;

/// Opens the installation in this directory, which must be there.
pub fn open(store: &Path) -> Result<Kanzlei, Failure> {
    there(store)?;
    Ok(opening(store)?.start()?)
}

/// A store is there: nothing but `demo` makes one by accident.
pub fn there(store: &Path) -> Result<(), Failure> {
    if !store.join("log").is_dir() {
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
    let opening = Kanzlei::open(store);
    match std::env::var("KANZLEI_PASSPHRASE") {
        Ok(passphrase) => Ok(opening.key(InstallationKey::from_passphrase(&passphrase)?)),
        Err(std::env::VarError::NotPresent) => Ok(opening),
        Err(error) => Err(Failure::usage(format!("KANZLEI_PASSPHRASE: {error}"))),
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

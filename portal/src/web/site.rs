//! What all pages stand on: the installation, and how one learns who asks.

use std::ops::Deref;
use std::sync::Arc;

use kanzlei::Kanzlei;
use kanzlei_adapters::http::Door;

use super::parked::Parking;

/// What all pages stand on. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Site(Arc<Ground>);

/// See [`Site`].
pub struct Ground {
    /// The installation.
    pub kanzlei: Kanzlei,
    /// Who comes, and whether they may.
    pub door: Door,
    /// The origins of the issuers through which people sign in, if it is by `OpenID` Connect.
    pub issuers: Vec<String>,
    pub(super) parking: Parking,
}

impl Site {
    /// Pages of this installation, for whom this door lets in.
    pub fn new(kanzlei: Kanzlei, door: Door) -> Self {
        Self(Arc::new(Ground {
            kanzlei,
            door,
            issuers: Vec::new(),
            parking: Parking::default(),
        }))
    }

    /// The same, where people sign in through these issuers.
    #[must_use]
    pub fn signing_in_through(mut self, issuers: Vec<String>) -> Self {
        // Nobody has a copy yet where a site is put together.
        if let Some(ground) = Arc::get_mut(&mut self.0) {
            ground.issuers = issuers;
        }
        self
    }
}

impl Deref for Site {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.0
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Site({:?})", self.kanzlei)
    }
}

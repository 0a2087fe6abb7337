//! What all pages stand on: the installation, and how one learns who asks.

use std::ops::Deref;
use std::sync::Arc;

use kanzlei::Kanzlei;
use kanzlei_adapters::http::SignIn;

use super::parked::Parking;

/// What all pages stand on. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Site(Arc<Ground>);

/// See [`Site`].
pub struct Ground {
    /// The installation.
    pub kanzlei: Kanzlei,
    /// Who sends a request.
    pub sign_in: Arc<dyn SignIn>,
    pub(super) parking: Parking,
}

impl Site {
    /// Pages of this installation, for who signs in in this way.
    pub fn new(kanzlei: Kanzlei, sign_in: Arc<dyn SignIn>) -> Self {
        Self(Arc::new(Ground {
            kanzlei,
            sign_in,
            parking: Parking::default(),
        }))
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

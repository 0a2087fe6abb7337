//! Whether this installation can answer: for whoever sends requests to it.

use kanzlei::core::ports::{Access, Purpose, Read};
use kanzlei::{CaseId, Kanzlei, Version};
use serde::Serialize;

/// Whether an installation can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an answer of its own"
)]
pub struct Readiness {
    /// Whether all of it is well.
    pub ready: bool,
    /// Whether the log can be read.
    pub store: bool,
    /// Whether the store takes what is to be written; after a disk was full or failed, it doesn't until
    /// the program is started anew.
    pub store_takes_commits: bool,
    /// Whether the vault answers.
    pub vault: bool,
    /// The views that have stopped or aren't built yet, by name.
    pub views_not_served: Vec<&'static str>,
    /// What there is to do, if it doesn't become ready by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
}

/// What helps a store or a view that has stopped.
const START_ANEW: &str = "see what the log of this program says of it, make good what is wrong, such as a full disk, and \
                          start the program anew";

/// Asks store, vault and views.
pub(super) async fn ready(kanzlei: &Kanzlei) -> Readiness {
    let ports = kanzlei.engine().ports();
    // The log's first commit, which every log has.
    let first = ports
        .store
        .case(CaseId::INSTALLATION, Version::NONE, 1, Read::Fresh);
    let store = first.await.is_ok_and(|page| !page.is_empty());
    let closed = ports.store.closed();
    let why = Access {
        purpose: Purpose::Authorise,
        case: None,
    };
    let vault = ports.vault.fetch(&[], why).await.is_ok();
    let views = kanzlei.runner().status();
    let not_served = views
        .iter()
        .filter(|view| view.stopped || view.serving.is_none());
    let views_not_served: Vec<&'static str> = not_served.map(|view| view.name).collect();
    let has_stopped = closed.is_some() || views.iter().any(|view| view.stopped);
    Readiness {
        ready: store && closed.is_none() && vault && views_not_served.is_empty(),
        store,
        store_takes_commits: closed.is_none(),
        vault,
        views_not_served,
        advice: has_stopped.then_some(START_ANEW),
    }
}

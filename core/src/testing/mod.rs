//! What authors of services, stores and portals test with: a clock that one moves, entropy that
//! one knows, and given/when/then on events. Behind the feature `testing`.

mod clock;
mod entropy;
mod scenario;

pub use clock::ManualClock;
pub use entropy::FixedEntropy;
pub use scenario::{Outcome, Scenario};

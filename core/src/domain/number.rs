//! Numbers within a case: dense, from 1.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number of its own type; a macro because each must be one.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u16);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// A party of a case.
    PartyId
);
number!(
    /// A task of a case.
    TaskId
);
number!(
    /// A request for information in a case.
    RequestId
);
number!(
    /// A document of a case.
    DocumentId
);

//! Who may ask for which page.

use crate::web::visit::Side;

/// Who may ask for a page at all. Whether they see the case that it is about is found in the case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum May {
    /// Anybody.
    Everybody,
    /// Whoever is signed in.
    SignedIn,
    /// A resident or firm.
    Resident,
    /// An official who handles cases.
    Office,
    /// An official who oversees.
    Canton,
    /// An official of either kind.
    Official,
    /// Who operates the installation.
    Operator,
}

impl May {
    /// Whether somebody on this side may.
    pub const fn allows(self, side: Side) -> bool {
        match self {
            Self::Everybody => true,
            Self::SignedIn => !matches!(side, Side::Nobody),
            Self::Resident => matches!(side, Side::Resident),
            Self::Office => matches!(side, Side::Office),
            Self::Canton => matches!(side, Side::Canton),
            Self::Official => matches!(side, Side::Office | Side::Canton),
            Self::Operator => matches!(side, Side::Operator),
        }
    }
}

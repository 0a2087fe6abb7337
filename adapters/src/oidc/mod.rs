//! Sign-in by `OpenID` Connect: bearer tokens from any issuer, and the code flow for browsers.
//!
//! [`Settings`] say which issuers are trusted and whom their claims name; [`SignIns::open`] makes of
//! them a [`Bearer`] and, if people sign in through one of them, a [`Browser`].

mod address;
mod any_of;
mod bearer;
mod browser;
mod claims;
mod client;
mod cookies;
mod fetch;
mod keys;
mod pending;
mod revocations;
mod sealed_shelf;
mod sessions;
mod settings;
mod shelf;
mod sign_ins;
mod tokens;

pub use any_of::AnyOf;
pub use bearer::Bearer;
pub use browser::{Browser, SignInChoice, SignInFailed, SignInWay};
pub use claims::Claims;
pub use revocations::{Revocable, Revocations, Revoked};
pub use sealed_shelf::SealedShelf;
pub use settings::{
    BrowserSettings, ClaimPaths, IssuerSettings, RoleMeaning, Settings, SettingsError,
    SettingsProblem,
};
pub use shelf::{MemoryShelf, Shelf, ShelfError, ShelfKey};
pub use sign_ins::{SignIns, SignInsError};

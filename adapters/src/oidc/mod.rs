//! Sign-in by `OpenID` Connect: bearer tokens from any issuer, and the code flow for browsers.

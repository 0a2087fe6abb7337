//! Ready-made services for Kanzlei, each a small, readable example.
//!
//! Four are files in `services/`, as an authority would write and change them without a compiler;
//! the smallest, [`certificate_of_residence`], is written in Rust. What they say is meant for the
//! canton of Lucerne; take one as the beginning of your own.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

use kanzlei_core::{Service, ServiceFileErrors, ServiceProblems};

mod certificate_of_residence;
pub mod register;

/// A service file of this crate, with its name in what goes wrong.
macro_rules! file {
    ($name:literal) => {
        Service::from_toml(include_str!(concat!("../services/", $name)))
            .map_err(|errors| errors.in_file(concat!("services/services/", $name)))
    };
}

/// Certificate of residence: one question, one task, issued or refused.
///
/// # Errors
/// None as released; the builder's, if somebody changed it.
pub fn certificate_of_residence() -> Result<Service, ServiceProblems> {
    certificate_of_residence::service()
}

/// Move of residence: the municipality that somebody leaves is responsible, the one to which they
/// move is involved.
///
/// ```
/// let service = kanzlei_services::move_of_residence()?;
/// assert_eq!(service.phases[2].code, "arrival");
/// # Ok::<(), kanzlei_core::ServiceFileErrors>(())
/// ```
///
/// # Errors
/// None as released; the file's mistakes, if somebody changed it.
pub fn move_of_residence() -> Result<Service, ServiceFileErrors> {
    file!("move-of-residence.toml")
}

/// Building application: the site's municipality decides, the canton's coordination office
/// (authority 20001) is involved.
///
/// # Errors
/// None as released; the file's mistakes, if somebody changed it.
pub fn building_application() -> Result<Service, ServiceFileErrors> {
    file!("building-application.toml")
}

/// School enrolment: the municipality alone; the canton oversees.
///
/// # Errors
/// None as released; the file's mistakes, if somebody changed it.
pub fn school_enrolment() -> Result<Service, ServiceFileErrors> {
    file!("school-enrolment.toml")
}

/// Dog registration: the municipality is responsible, the canton's veterinary service (authority
/// 20003) is involved.
///
/// # Errors
/// None as released; the file's mistakes, if somebody changed it.
pub fn dog_registration() -> Result<Service, ServiceFileErrors> {
    file!("dog-registration.toml")
}

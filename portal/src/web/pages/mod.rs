//! All pages: one file each, by who they are for.

pub mod canton;
pub mod office;
pub mod operator;
pub mod public;
pub mod resident;

use axum::Router;
use kanzlei::Kanzlei;
use kanzlei_adapters::http::Door;

use super::page::Pages;
use super::site::Site;

/// Every page of the portal.
pub fn all() -> Pages {
    public::pages()
        .and(resident::pages())
        .and(office::pages())
        .and(canton::pages())
        .and(operator::pages())
}

/// All pages, of this installation.
pub fn router(kanzlei: Kanzlei, door: Door) -> Router {
    all().into_router(&Site::new(kanzlei, door))
}

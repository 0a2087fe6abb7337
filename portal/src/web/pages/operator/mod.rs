//! Pages for whoever operates the installation.

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    Pages::new()
}

//! Pages for residents and firms.

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    Pages::new()
}

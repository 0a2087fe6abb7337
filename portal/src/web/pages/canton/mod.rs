//! Pages for officials who oversee.

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    Pages::new()
}

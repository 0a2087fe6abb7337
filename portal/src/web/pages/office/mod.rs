//! Pages for officials who handle cases.

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    Pages::new()
}

//! Pages for residents and firms.

mod case;
mod cases;
mod draft;
mod receipt;

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    cases::pages()
        .and(case::pages())
        .and(draft::pages())
        .and(receipt::pages())
}

//! Pages for everybody.

mod document;
mod resume;
mod service;
mod start;

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    start::pages()
        .and(service::pages())
        .and(document::pages())
        .and(resume::pages())
}

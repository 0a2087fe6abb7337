//! Pages for everybody.

mod resume;
mod service;
mod start;

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    start::pages().and(service::pages()).and(resume::pages())
}

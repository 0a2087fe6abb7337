//! Pages for everybody.

mod resume;
mod start;

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    start::pages().and(resume::pages())
}

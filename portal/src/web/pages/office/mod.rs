//! Pages for officials who handle cases.

mod act;
pub mod acts;
mod bulk;
mod case;
mod colleagues;
mod counter;
mod desk;
mod find;
mod inbox;
mod list;
mod papers;
mod statistics;
mod workload;
mod write;
mod writing;

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    inbox::pages()
        .and(bulk::pages())
        .and(case::pages())
        .and(act::pages())
        .and(papers::pages())
        .and(write::pages())
        .and(workload::pages())
        .and(statistics::pages())
        .and(find::pages())
        .and(counter::pages())
}

//! One case, as a party sees it, and what they can do in it.

mod act;
mod answer;
mod own;
mod papers;
mod show;
mod write;

pub(super) use own::{Own, open_request};

use crate::web::page::Pages;

pub(super) fn pages() -> Pages {
    show::pages()
        .and(answer::pages())
        .and(papers::pages())
        .and(write::pages())
}

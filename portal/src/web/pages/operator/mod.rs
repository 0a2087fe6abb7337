//! Pages for who operates the installation: how it is, and never what a case says.

mod adapters;
mod home;
mod log;
mod views;

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    home::pages()
        .and(log::pages())
        .and(views::pages())
        .and(adapters::pages())
}

//! Pages for officials who oversee, and what they share with those of who operates the installation.

mod case;
mod editions;
mod figures;
pub mod named;
mod overview;
mod participation;
mod process;
mod publish;
mod register;
mod trend;

use crate::web::page::Pages;

/// All of them.
pub fn pages() -> Pages {
    overview::pages()
        .and(case::pages())
        .and(process::pages())
        .and(participation::pages())
        .and(editions::pages())
        .and(publish::pages())
        .and(register::pages())
}

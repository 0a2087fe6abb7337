//! A form in the making: page by page, saved at each, until it is handed in.

mod begin;
mod check;
mod conflict;
mod desk;
mod discard;
mod papers;
mod save;
mod step;
mod submit;

use crate::web::page::Pages;

pub(super) fn pages() -> Pages {
    begin::pages()
        .and(step::pages())
        .and(save::pages())
        .and(papers::pages())
        .and(check::pages())
        .and(submit::pages())
        .and(discard::pages())
}

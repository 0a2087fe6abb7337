//! Memory of pages that were given out, for those that come after them.
//!
//! Who goes through the log drops a page and asks for the next. Were its memory given back each time, the
//! system would have to clear as much for the next page as is read into it.

use std::sync::{Mutex, PoisonError};

use kanzlei_core::record::{Page, PageMemory};

/// How many are remembered: about as many as go through the log at once.
const PAGES_MAX: usize = 8;
/// A larger one isn't remembered.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// The pages that were given out last.
#[derive(Default)]
pub(super) struct Lent(Mutex<Vec<Page>>);

impl Lent {
    /// Memory of a page that nobody has any more, if there is one.
    pub(super) fn back(&self) -> Option<PageMemory> {
        let mut lent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for at in 0..lent.len() {
            match lent.remove(at).into_memory() {
                Ok(memory) => return Some(memory),
                Err(page) => lent.insert(at, page),
            }
        }
        None
    }

    /// A page is given out. Behind the last of the log no other is about to be asked for.
    pub(super) fn out(&self, page: &Page) {
        let mut lent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !page.more() {
            lent.clear();
        } else if page.room() <= BYTES_MAX {
            if lent.len() == PAGES_MAX {
                lent.remove(0);
            }
            lent.push(page.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use kanzlei_core::Position;

    use super::*;

    fn page(more: bool) -> Page {
        Page::with_room(0, 1_000).ending(Position(1), more)
    }

    #[test]
    fn memory_comes_back_when_nobody_has_the_page_any_more() {
        let lent = Lent::default();
        let (first, second) = (page(true), page(true));
        lent.out(&first);
        lent.out(&second);
        assert!(lent.back().is_none(), "both are still read");
        let kept = second.clone();
        drop((first, second));
        assert!(
            lent.back()
                .is_some_and(|memory| memory.bytes.capacity() >= 1_000)
        );
        assert!(lent.back().is_none(), "it is given once");
        drop(kept);
        assert!(lent.back().is_some());
    }

    #[test]
    fn nothing_is_kept_behind_the_last_page() {
        let lent = Lent::default();
        lent.out(&page(true));
        lent.out(&page(false));
        assert!(lent.back().is_none());
    }

    #[test]
    fn no_more_than_a_few_are_kept() {
        let lent = Lent::default();
        for _ in 0..PAGES_MAX + 3 {
            lent.out(&page(true));
        }
        assert_eq!(std::iter::from_fn(|| lent.back()).count(), PAGES_MAX);
    }
}

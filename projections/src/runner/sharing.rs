//! Which pages are shared among threads, and among how many.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kanzlei_core::record::Page;

/// Among how many threads pages are shared: those of views that are behind, which have the threads together.
#[derive(Debug, Clone)]
pub(super) struct Sharing {
    commits_min: usize,
    threads: usize,
    behind: Arc<AtomicUsize>,
}

/// A view that is behind, as long as this is there.
pub(super) struct Behind(Arc<AtomicUsize>);

impl Drop for Behind {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Sharing {
    pub fn of(commits_min: usize, threads: usize) -> Self {
        let behind = Arc::default();
        Self {
            commits_min,
            threads,
            behind,
        }
    }

    /// One more view is behind.
    pub fn behind(&self) -> Behind {
        self.behind.fetch_add(1, Ordering::Relaxed);
        Behind(Arc::clone(&self.behind))
    }

    /// How many threads a page is worth, of a view that is behind if there is more behind it.
    pub fn threads(&self, page: &Page) -> usize {
        if page.len() < self.commits_min || !page.more() {
            return 1;
        }
        let views = self.behind.load(Ordering::Relaxed).max(1);
        (self.threads / views).max(1)
    }
}

#[cfg(test)]
mod tests {
    use kanzlei_core::Position;
    use kanzlei_core::record::PageMemory;

    use super::*;

    fn page(commits: usize, more: bool) -> Page {
        let nothing = PageMemory {
            commits: vec![0..0; commits],
            ..PageMemory::default()
        };
        Page::of(nothing).ending(Position(1), more)
    }

    #[test]
    fn views_that_are_behind_have_the_threads_together() {
        let sharing = Sharing::of(3, 4);
        let one = sharing.behind();
        assert_eq!(sharing.threads(&page(3, true)), 4);
        assert_eq!(sharing.threads(&page(2, true)), 1, "too few commits");
        assert_eq!(sharing.threads(&page(3, false)), 1, "not behind any more");
        let two = sharing.clone().behind();
        assert_eq!(sharing.threads(&page(3, true)), 2);
        let others = [(); 4].map(|()| sharing.behind());
        assert_eq!(
            sharing.threads(&page(3, true)),
            1,
            "more views than threads"
        );
        drop((one, two, others));
        assert_eq!(sharing.threads(&page(3, true)), 4);
    }
}

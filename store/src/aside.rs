//! Work that waits for the disk, on threads of its own: whoever awaits it leaves their thread to others,
//! whatever runtime that belongs to.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use futures::channel::oneshot;

/// More at once would wait for the same disk.
const THREADS_MAX: usize = 16;

type Work = Box<dyn FnOnce() + Send>;

/// The threads of this process. They begin as they are needed, and stay.
struct Crew {
    state: Mutex<State>,
    handed: Condvar,
}

struct State {
    /// No longer than there are callers that wait, or have given up waiting.
    queue: VecDeque<Work>,
    idle: usize,
    threads: usize,
}

static CREW: Crew = Crew {
    state: Mutex::new(State {
        queue: VecDeque::new(),
        idle: 0,
        threads: 0,
    }),
    handed: Condvar::new(),
};

/// Does this elsewhere. It is done even if nobody waits for it any more.
///
/// # Errors
/// If it didn't come to its end.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (done, outcome) = oneshot::channel();
    CREW.hand(Box::new(move || {
        // Whoever waited may have gone.
        let _ = done.send(work());
    }));
    let broken = |_| io::Error::other("what waited for the disk has broken off");
    outcome.await.map_err(broken)
}

impl Crew {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand(&'static self, work: Work) {
        let mut state = self.state();
        state.queue.push_back(work);
        if state.idle < state.queue.len() && state.threads < THREADS_MAX {
            let thread = thread::Builder::new().name("kanzlei-disk".to_owned());
            if thread.spawn(|| self.serve()).is_ok() {
                state.threads += 1;
            } else if state.threads == 0 {
                // Better late than never: the system has no threads left.
                let work = state.queue.pop_back();
                drop(state);
                if let Some(work) = work {
                    work();
                }
                return;
            }
        }
        self.handed.notify_one();
    }

    fn serve(&self) {
        loop {
            let work = self.next();
            // A panic is the caller's, who is told that it broke off.
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
    }

    fn next(&self) -> Work {
        let mut state = self.state();
        loop {
            if let Some(work) = state.queue.pop_front() {
                return work;
            }
            state.idle += 1;
            let woken = self.handed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::{self, ThreadId};

    use futures::executor::block_on;
    use futures::future::join_all;

    use super::*;

    #[test]
    fn work_is_done_on_other_threads_however_much_there_is() {
        let own = thread::current().id();
        let works = (0..1_000).map(|number| aside(move || (number, thread::current().id())));
        let done: Vec<io::Result<(i32, ThreadId)>> = block_on(join_all(works));
        for (number, done) in (0..).zip(done) {
            let (found, thread) = done.unwrap();
            assert!(found == number && thread != own);
        }
    }

    #[test]
    fn work_that_breaks_off_is_an_error_and_costs_no_thread() {
        for _ in 0..2 * THREADS_MAX {
            assert!(block_on(aside(|| panic!("as a test"))).is_err());
        }
        assert_eq!(block_on(aside(|| 7)).unwrap(), 7);
    }
}

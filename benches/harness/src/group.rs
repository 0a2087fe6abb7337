//! The group writer of the peers: one thread that turns all that waits into one transaction.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use futures::channel::oneshot;

use crate::Outcome;
use crate::queue::{Queue, Taken};

/// What a peer does with a group, durably.
pub trait Sink: Send + 'static {
    /// What a caller hands in.
    type Item: Send + 'static;

    /// Writes a group in one transaction and syncs it; `first` is the position of the first item.
    ///
    /// # Errors
    /// If the peer's disk fails.
    fn write(&mut self, first: u64, group: &[Self::Item]) -> Outcome;

    /// The same without syncing, for what is there before a measurement.
    ///
    /// # Errors
    /// If the peer's disk fails.
    fn fill(&mut self, first: u64, group: &[Self::Item]) -> Outcome {
        self.write(first, group)
    }
}

struct Request<T> {
    item: T,
    answer: oneshot::Sender<u64>,
}

/// A peer behind a group writer.
pub struct Group<S: Sink> {
    queue: Arc<Queue<Request<S::Item>>>,
    writer: JoinHandle<Outcome<S>>,
}

impl<S: Sink> Group<S> {
    /// Starts the writer; `next` is the position of the next item.
    pub fn start(mut sink: S, mut next: u64) -> Self {
        let queue = Arc::new(Queue::<Request<S::Item>>::new());
        let requests = Arc::clone(&queue);
        let writer = std::thread::spawn(move || {
            loop {
                let taken = match requests.take(Duration::from_secs(1)) {
                    Taken::Some(taken) => taken,
                    Taken::Nothing => continue,
                    Taken::Closed => return Ok(sink),
                };
                let (items, answers): (Vec<_>, Vec<_>) = taken
                    .into_iter()
                    .map(|request| (request.item, request.answer))
                    .unzip();
                sink.write(next, &items)?;
                for answer in answers {
                    let _ = answer.send(next);
                    next += 1;
                }
            }
        });
        Self { queue, writer }
    }

    /// Appends an item of this size; gives its position once it is on disk.
    ///
    /// # Errors
    /// If the writer has failed.
    pub async fn append(&self, item: S::Item, size: usize) -> Outcome<u64> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(Request { item, answer }, size).await;
        Ok(answered.await?)
    }

    /// Ends the writer and gives the peer back.
    ///
    /// # Errors
    /// What the peer said, if it has failed.
    pub fn end(self) -> Outcome<S> {
        self.queue.close();
        self.writer.join().map_err(|_| "the writer panicked")?
    }
}

//! Sending the commits: many at once, each trace's own one after the other.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures::executor::block_on;
use futures::{StreamExt, TryStreamExt};
use kanzlei_core::domain::Recorded;
use kanzlei_core::engine::{EngineError, Order, Receipt, Session};
use kanzlei_core::ports::Purpose;
use kanzlei_core::record::Channel;
use kanzlei_core::{Actor, CaseId, Command, CommandId, Position};

use super::check::Checked;
use super::commits::{Broken, Sink, Start};
use super::service::Target;
use super::{Import, ImportError, Progress};

/// Threads that prepare commits, beside the one that reads the file.
const THREADS: usize = 2;
/// Traces under way on each: enough that the disk is synced for many at once.
const UNDER_WAY: usize = 128;

/// What wasn't there before.
#[derive(Clone, Copy, Default)]
pub(super) struct Sent {
    pub(super) cases: u64,
    pub(super) events: u64,
}

/// Sends traces to the engine.
struct Sender<'a> {
    import: &'a Import,
    session: Session,
    digest: &'a [u8; 32],
    target: &'a Target,
    /// Where the log ended before: what stands behind it is new.
    before: Position,
    stopped: AtomicBool,
}

/// Hands traces to the threads.
struct Handover<'a> {
    sender: &'a Sender<'a>,
    starts: flume::Sender<Start>,
}

impl Import {
    pub(super) async fn command_id(
        &self,
        digest: &[u8; 32],
        trace: u64,
        commit: u32,
    ) -> Result<CommandId, ImportError> {
        let (trace, commit) = (trace.to_le_bytes(), commit.to_le_bytes());
        let of = [b"xes 1".as_slice(), digest, &trace, &commit].concat();
        let token = self.engine.ports().vault.token(Purpose::Derive, &of);
        Ok(CommandId::derived(token.await?))
    }
}

impl Import {
    /// Reads the file again and sends what it holds.
    pub(super) fn send_all<R: Read>(
        &self,
        file: R,
        checked: &Checked,
        target: &Target,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Sent, ImportError> {
        let installation = Actor::installation().through(Channel::ADAPTER);
        let sender = Sender {
            import: self,
            session: self.engine.act_as(installation),
            digest: &checked.digest,
            target,
            before: self.engine.ports().store.watermark().now(),
            stopped: AtomicBool::new(false),
        };
        let (to, from) = flume::bounded(UNDER_WAY);
        thread::scope(|scope| {
            let threads = [(); THREADS].map(|()| {
                let (sender, starts) = (&sender, from.clone());
                scope.spawn(move || sender.work(starts))
            });
            drop(from);
            let handover = Handover {
                sender: &sender,
                starts: to,
            };
            let read = self.cut(file, checked, target, handover, progress);
            if matches!(read, Err(Broken::Error(_))) {
                sender.stop();
            }
            let mut sent = Ok(Sent::default());
            for thread in threads {
                let done = match thread.join() {
                    Ok(done) => done,
                    Err(panic) => std::panic::resume_unwind(panic),
                };
                sent = sent.and_then(|sent| Ok(sent.and(done?)));
            }
            match read {
                Err(Broken::Error(error)) => Err(error),
                Ok(()) | Err(Broken::Stopped) => sent,
            }
        })
    }
}

impl Sender<'_> {
    /// Takes traces until there are no more, or one fails.
    fn work(&self, starts: flume::Receiver<Start>) -> Result<Sent, ImportError> {
        let traces = starts.into_stream().map(|start| self.trace(start));
        let traces = traces.buffer_unordered(UNDER_WAY);
        let all = traces.try_fold(Sent::default(), async |sum, sent| Ok(sum.and(sent)));
        let sent = block_on(all);
        if sent.is_err() {
            self.stop();
        }
        sent
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Imports one trace, commit by commit.
    async fn trace(&self, start: Start) -> Result<Sent, ImportError> {
        let trace = start.trace;
        let mut sent = Sent::default();
        let events = start.history.len();
        let opened = self.send(
            (trace, 0),
            None,
            self.take_over(start.details, start.history),
        );
        let Some(receipt) = opened.await? else {
            return Ok(sent);
        };
        if receipt.position > self.before {
            sent.cases = 1;
            sent.events = events as u64;
        }
        let Some(further) = start.further else {
            return Ok(sent);
        };
        let mut commit = 0;
        while let Ok(history) = further.recv_async().await {
            commit += 1;
            let events = history.len();
            let command = Command::AddHistory { history };
            let added = self.send((trace, commit), Some(receipt.case), command);
            let Some(added) = added.await? else {
                return Ok(sent);
            };
            if added.position > self.before {
                sent.events += events as u64;
            }
        }
        Ok(sent)
    }

    fn take_over(&self, details: String, history: Vec<Recorded>) -> Command {
        Command::TakeOver {
            service: self.target.service.clone(),
            details,
            history,
        }
    }

    /// Sends one command; no receipt if it was sent before and its case was erased since.
    async fn send(
        &self,
        (trace, commit): (u64, u32),
        case: Option<CaseId>,
        command: Command,
    ) -> Result<Option<Receipt>, ImportError> {
        let id = self.import.command_id(self.digest, trace, commit).await?;
        let mut order = Order::new(id, case, command);
        if !self.target.begun && trace > 0 {
            order = order.unused();
        }
        match self.session.send(order).await {
            Ok(receipt) => Ok(Some(receipt)),
            Err(EngineError::AnsweredBefore { .. }) => Ok(None),
            Err(EngineError::Refused(refusal)) if refusal.code == "command-id-used" => {
                Err(ImportError::ImportedOtherwise(self.target.service.clone()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Sink for Handover<'_> {
    fn start(&mut self, start: Start) -> Result<(), Broken> {
        if start.trace == 0 {
            // Alone, before any other: whether its command was sent before says whether the log's
            // import has begun, and as what.
            let command = self
                .sender
                .take_over(start.details.clone(), start.history.clone());
            block_on(self.sender.send((0, 0), None, command))?;
        }
        if self.is_stopped() {
            return Err(Broken::Stopped);
        }
        self.starts.send(start).map_err(|_| Broken::Stopped)
    }

    fn is_stopped(&self) -> bool {
        self.sender.stopped.load(Ordering::Acquire)
    }
}

impl Sent {
    fn and(self, other: Self) -> Self {
        Self {
            cases: self.cases + other.cases,
            events: self.events + other.events,
        }
    }
}

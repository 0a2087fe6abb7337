//! Ctrl-C: the first time it asks for an end, the second time the program ends at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown};
use tokio::signal::unix::{SignalKind, signal};

use crate::failure::INTERRUPTED;

/// Whether somebody wants an end.
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens to Ctrl-C from now on.
    pub fn listen() -> io::Result<Self> {
        let wanted = Self(Arc::default());
        wanted.by(SIGINT)?;
        Ok(wanted)
    }

    /// Listens to what ends services, too.
    pub fn listen_as_service() -> io::Result<Self> {
        let wanted = Self::listen()?;
        wanted.by(SIGTERM)?;
        Ok(wanted)
    }

    fn by(&self, signal: i32) -> io::Result<()> {
        // The second time it ends at once: the store takes that well.
        register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(&self.0))?;
        register(signal, Arc::clone(&self.0))?;
        Ok(())
    }

    pub fn flag(&self) -> &AtomicBool {
        &self.0
    }

    pub fn is_wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits until an end is wanted, inside a runtime.
    pub async fn wanted(&self) -> io::Result<()> {
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut ended = signal(SignalKind::terminate())?;
        // After both listen, so that no signal falls in between.
        if !self.is_wanted() {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = ended.recv() => {}
            }
        }
        Ok(())
    }
}

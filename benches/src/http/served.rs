//! A router that is served on this machine for as long as it is held.

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Outcome;

/// Something that is served.
pub struct Served {
    /// Where.
    pub address: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// Serves it on a free port.
    ///
    /// # Errors
    /// If there is no port.
    pub async fn begin(router: Router) -> Outcome<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
            // Whichever way the holder is gone.
            let _ = stopped.await;
        });
        let serving = tokio::spawn(serving.into_future());
        Ok(Self {
            address,
            stop,
            serving,
        })
    }

    /// Ends it.
    ///
    /// # Errors
    /// If serving had failed.
    pub fn end(self, runtime: &Runtime) -> Outcome {
        // Nobody hears it if serving has failed, which the next line tells.
        let _ = self.stop.send(());
        Ok(runtime.block_on(self.serving)??)
    }
}

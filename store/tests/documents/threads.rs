//! Who awaits a document doesn't wait for the disk on their own thread, where others wait for them.

use super::*;
use futures::StreamExt;
use kanzlei_store::{DiskFaults, DiskStep};
use std::sync::Mutex;
use std::thread::{self, ThreadId};

/// Notes on which threads steps are taken.
#[derive(Default)]
struct Noted(Mutex<Vec<(DiskStep, ThreadId)>>);

impl DiskFaults for Noted {
    fn before(&self, step: DiskStep) -> std::io::Result<()> {
        let at = (step, thread::current().id());
        self.0.lock().unwrap().push(at);
        Ok(())
    }
}

#[test]
fn the_disk_is_waited_for_on_other_threads() {
    let ground = Ground::new();
    let noted = Arc::new(Noted::default());
    let options = DocumentsOptions {
        faults: noted.clone(),
        ..DocumentsOptions::default()
    };
    let documents = ground.open_with(ground.vault.clone(), options);
    noted.0.lock().unwrap().clear();
    let bytes = pdf(3 * FRAME + 5);
    let read = block_on(async {
        let upload = documents
            .begin(b"anna", declared("application/pdf"))
            .await?;
        let upload = upload.written(bytes.clone()).await?;
        let uploaded = upload.finish().await?;
        documents.claim(b"anna", uploaded.digest, CASE).await?;
        documents.keep(b"anna", uploaded.digest).await?;
        let reader = documents.read(uploaded.digest, uploaded.slot).await?;
        let frames: Vec<_> = reader.into_frames().collect().await;
        documents.erase(uploaded.digest, uploaded.slot).await?;
        frames.into_iter().collect::<Result<Vec<_>, _>>()
    });
    assert!(
        read.unwrap()
            .iter()
            .flat_map(|frame| frame.iter())
            .eq(&bytes)
    );
    let noted = noted.0.lock().unwrap();
    let syncs = noted.iter().filter(|(step, _)| *step == DiskStep::Sync);
    // The document, and twice what is known of it.
    assert_eq!(syncs.count(), 3);
    let own = thread::current().id();
    assert!(noted.iter().all(|(_, thread)| *thread != own));
}

//! A crash after each step from the first byte to the sweep, and a full disk at each.

use super::counted::CountedVault;
use super::disk::Steps;
use super::*;
use std::io::ErrorKind;

const DAY: i64 = 86_400_000_000;

fn open(ground: &Ground, steps: &Steps) -> Documents {
    let vault = CountedVault {
        steps: steps.clone(),
        vault: ground.vault.clone(),
    };
    let options = DocumentsOptions {
        faults: Arc::new(steps.clone()),
        ..DocumentsOptions::default()
    };
    ground.open_with(Arc::new(vault), options)
}

/// Uploads, claims, lets the case name it and keeps it; what came to be named.
fn uploads(documents: &Documents) -> (Option<Uploaded>, Result<(), DocumentsError>) {
    let uploaded = match upload(documents, "anna", &pdf(FRAME + 10)) {
        Ok(uploaded) => uploaded,
        Err(error) => return (None, Err(error)),
    };
    if let Err(error) = block_on(documents.claim(b"anna", uploaded.digest, CASE)) {
        return (None, Err(error));
    }
    let kept = block_on(documents.keep(b"anna", uploaded.digest));
    (Some(uploaded), kept)
}

#[test]
fn after_a_crash_at_any_step_what_a_case_names_is_there_and_nothing_else() {
    let mut steps = 0;
    loop {
        let ground = Ground::new();
        drop(ground.open());
        let stop = Steps::left(steps, ErrorKind::Other);
        let (named, outcome) = uploads(&open(&ground, &stop));
        if !stop.ran_out() {
            outcome.unwrap();
            break;
        }
        outcome.unwrap_err();
        ground.clock.move_by(2 * DAY);
        let documents = ground.open();
        let log = Log(named.iter().map(|uploaded| uploaded.digest).collect());
        block_on(documents.sweep(&log)).unwrap();
        let left: Vec<PathBuf> = named
            .iter()
            .map(|named| ground.place(named.digest))
            .collect();
        assert_eq!(ground.files(), left, "{steps} steps");
        if let Some(named) = &named {
            assert!(read(&documents, named).unwrap() == pdf(FRAME + 10));
        }
        steps += 1;
    }
    assert!(steps > 20, "{steps}");
}

#[test]
fn after_a_crash_at_any_step_of_a_sweep_the_next_one_ends_it() {
    let mut steps = 0;
    loop {
        let ground = Ground::new();
        let documents = ground.open();
        let named = upload(&documents, "anna", &pdf(10)).unwrap();
        block_on(documents.claim(b"anna", named.digest, CASE)).unwrap();
        let unnamed = upload(&documents, "anna", &pdf(10)).unwrap();
        drop(block_on(documents.begin(b"anna", declared("application/pdf"))).unwrap());
        drop(documents);
        ground.clock.move_by(DAY);
        let log = Log(vec![named.digest]);
        let stop = Steps::left(steps, ErrorKind::Other);
        let swept = block_on(open(&ground, &stop).sweep(&log));
        if !stop.ran_out() {
            swept.unwrap();
            break;
        }
        let documents = ground.open();
        block_on(documents.sweep(&log)).unwrap();
        assert_eq!(
            ground.files(),
            [ground.place(named.digest)],
            "{steps} steps"
        );
        assert!(!ground.is_alive(unnamed.slot));
        assert_eq!(read(&documents, &named).unwrap(), pdf(10));
        steps += 1;
    }
    assert!(steps > 6, "{steps}");
}

#[test]
fn a_full_disk_is_called_one_takes_nothing_away_and_gets_its_room_back() {
    let ground = Ground::new();
    let before = upload(&ground.open(), "anna", &pdf(FRAME)).unwrap();
    let mut full = 0;
    for steps in 0.. {
        let stop = Steps::left(steps, ErrorKind::StorageFull);
        let documents = open(&ground, &stop);
        let outcome = upload(&documents, "beat", &pdf(3 * FRAME));
        assert_eq!(read(&documents, &before).unwrap(), pdf(FRAME));
        drop(documents);
        if !stop.ran_out() {
            outcome.unwrap();
            break;
        }
        match outcome.unwrap_err() {
            DocumentsError::Full => full += 1,
            DocumentsError::Vault(_) => {}
            error => panic!("{error}"),
        }
        let left = ground.files();
        let uploads = left
            .iter()
            .filter(|path| path.parent().unwrap().ends_with("uploads"));
        assert!(
            uploads
                .into_iter()
                .all(|path| path.metadata().unwrap().len() == 0)
        );
    }
    assert!(full > 10, "{full}");
}

#[test]
fn an_upload_in_which_one_step_fails_is_gone_a_day_later_and_another_goes_well() {
    let mut failed = 0;
    for steps in 0.. {
        let ground = Ground::new();
        drop(ground.open());
        let fails = Steps::left(steps, ErrorKind::Other).but_one();
        let documents = open(&ground, &fails);
        let outcome = upload(&documents, "anna", &pdf(FRAME + 10));
        if !fails.ran_out() {
            outcome.unwrap();
            break;
        }
        outcome.unwrap_err();
        // One that has its final name is all there, lest nobody can tell any more which key it is sealed under.
        for path in ground.files() {
            let folder = path.parent().unwrap().file_name().unwrap();
            let is_document = folder.len() == 2;
            assert!(
                !is_document || path.metadata().unwrap().len() > 0,
                "{path:?}"
            );
        }
        let uploaded = upload(&documents, "anna", &pdf(10)).unwrap();
        block_on(documents.keep(b"anna", uploaded.digest)).unwrap();
        ground.clock.move_by(DAY);
        block_on(documents.sweep(&Log(Vec::new()))).unwrap();
        assert_eq!(
            ground.files(),
            [ground.place(uploaded.digest)],
            "{steps} steps"
        );
        failed += 1;
    }
    assert!(failed > 15, "{failed}");
}

//! Documents of a case: from the upload to who may read them, and what stays when the disk is full.

use super::*;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use kanzlei::core::DocumentKind;
use kanzlei::core::domain::Disclosed;
use kanzlei::core::record::Hash;
use kanzlei::store::{DiskFaults, DiskStep};
use kanzlei::{
    CaseId, Command, CommandId, Declared, DocumentId, DocumentsError, DraftContent, DraftsError,
    Labels, Naming, Receipt, Revision, Session, Uploaded,
};

pub(super) const PDF: &[u8] = b"%PDF-1.7 a lease";

pub(super) fn opening(directory: &Path) -> Opening {
    let mut service = services::certificate_of_residence().unwrap();
    service.documents.push(DocumentKind {
        code: Code::new("lease").unwrap(),
        labels: Labels::de("Mietvertrag"),
        required: false,
    });
    Kanzlei::open(directory)
        .register(services::register::lucerne().unwrap())
        .service(service)
}

pub(super) fn upload(session: &Session) -> Result<Uploaded, Error> {
    let declared = Declared {
        name: "Vertrag.pdf".into(),
        media_type: "application/pdf".into(),
        length: Some(PDF.len() as u64),
    };
    let mut upload = block_on(session.upload(declared))?;
    upload.write(PDF)?;
    Ok(block_on(upload.finish())?)
}

pub(super) fn naming(case: CaseId, digest: Hash) -> Naming {
    Naming {
        id: None,
        case,
        if_version: None,
        kind: Code::new("lease").unwrap(),
        digest,
    }
}

pub(super) fn submit(session: &Session) -> Receipt {
    block_on(session.submit("certificate-of-residence", certificate())).unwrap()
}

pub(super) fn read(session: &Session, case: CaseId) -> Result<Vec<u8>, Error> {
    let (details, mut reader) = block_on(session.read_document(case, DocumentId(1)))?;
    assert_eq!(
        (details.name.as_str(), details.length),
        ("Vertrag.pdf", PDF.len() as u64)
    );
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    Ok(bytes)
}

fn refused(error: &Error) -> &'static str {
    error.refusal().expect("a refusal").code
}

fn not_uploaded(error: &Error) -> bool {
    matches!(error, Error::Documents(DocumentsError::NotUploaded { .. }))
}

#[test]
fn a_document_goes_from_who_uploads_it_to_who_may_see_the_case() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = opening(directory.path()).start().unwrap();
    let (anna, office) = (
        kanzlei.act_as(anna()),
        kanzlei.act_as(official("clerk", LUZERN)),
    );
    let case = submit(&anna).case;
    let uploaded = upload(&anna).unwrap();
    assert_eq!(block_on(anna.uploaded(uploaded.digest)).unwrap(), uploaded);
    let receipt = block_on(anna.name_document(naming(case, uploaded.digest))).unwrap();
    office.has_seen(receipt.position);
    assert_eq!(read(&anna, case).unwrap(), PDF);
    assert_eq!(read(&office, case).unwrap(), PDF);
    // It belongs to the case now.
    assert!(not_uploaded(
        &block_on(anna.uploaded(uploaded.digest)).unwrap_err()
    ));
    let again = block_on(anna.name_document(naming(case, uploaded.digest)));
    assert!(not_uploaded(&again.unwrap_err()));

    let beat = kanzlei.act_as(Actor::resident(PersonId::from_bytes([2; 16]), "Beat"));
    let elsewhere = kanzlei.act_as(official("clerk", AuthorityId(1024)));
    for session in [&beat, &elsewhere, &kanzlei.act_as(Actor::anonymous())] {
        let hidden = read(session, case).unwrap_err();
        let none = read(session, CaseId::from_bytes([3; 16])).unwrap_err();
        assert_eq!(hidden.to_string(), none.to_string());
        assert_eq!(refused(&hidden), "case-not-found");
    }
    let unknown = block_on(anna.read_document(case, DocumentId(2))).unwrap_err();
    assert_eq!(refused(&unknown), "document-unknown");
    let nobody = upload(&kanzlei.act_as(Actor::anonymous())).unwrap_err();
    assert_eq!(refused(&nobody), "sign-in-needed");

    let slot = uploaded.slot;
    block_on(kanzlei.engine().ports().vault.destroy(&[slot])).unwrap();
    let erased = read(&anna, case).unwrap_err();
    assert!(
        matches!(erased, Error::Documents(DocumentsError::Erased { .. })),
        "{erased}"
    );
    let shown = block_on(anna.case(case)).unwrap();
    let documents = &shown[0].contents().unwrap().documents;
    assert_eq!(documents[0].details, Disclosed::Erased);
}

#[test]
fn nobody_names_what_another_has_uploaded() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = opening(directory.path()).start().unwrap();
    let anna = kanzlei.act_as(anna());
    let beat = kanzlei.act_as(Actor::resident(PersonId::from_bytes([2; 16]), "Beat"));
    let digest = upload(&anna).unwrap().digest;
    let case = submit(&beat).case;
    let error = block_on(beat.name_document(naming(case, digest))).unwrap_err();
    assert!(not_uploaded(&error), "{error}");
    // And who names a document in a case that isn't theirs hears of no case.
    let error = block_on(anna.name_document(naming(case, digest))).unwrap_err();
    assert_eq!(refused(&error), "case-not-found");
    assert!(block_on(anna.uploaded(digest)).is_ok());
}

#[test]
fn the_same_naming_again_gets_the_same_receipt_though_the_upload_is_forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = opening(directory.path()).start().unwrap();
    let anna = kanzlei.act_as(anna());
    let case = submit(&anna).case;
    let digest = upload(&anna).unwrap().digest;
    let mut naming = naming(case, digest);
    naming.id = Some(CommandId::from_bytes([7; 16]));
    let receipt = block_on(anna.name_document(naming.clone())).unwrap();
    assert_eq!(block_on(anna.name_document(naming)).unwrap(), receipt);
}

/// As after a crash between the commit and the note that the document is kept.
#[test]
fn a_sweep_asks_the_log_before_it_removes_a_document() {
    let directory = tempfile::tempdir().unwrap();
    let clock = keeping::Hand::new();
    let kanzlei = opening(directory.path())
        .clock(clock.clone())
        .start()
        .unwrap();
    let anna = kanzlei.act_as(anna());
    let case = submit(&anna).case;
    let (named, unnamed) = (upload(&anna).unwrap(), upload(&anna).unwrap());
    let owner = [[1; 1].as_slice(), &[1; 16]].concat();
    for uploaded in [&named, &unnamed] {
        let claim = kanzlei.documents().claim(&owner, uploaded.digest, case);
        block_on(claim).unwrap();
    }
    let command = Command::ReferenceDocument {
        kind: Code::new("lease").unwrap(),
        digest: named.digest,
        details: named.details(),
        sealed_under: Some(named.slot),
    };
    block_on(anna.act(case, command)).unwrap();
    clock.move_by_days(1);
    assert_eq!(block_on(kanzlei.sweep()).unwrap().documents, 1);
    assert_eq!(read(&anna, case).unwrap(), PDF);
    let gone = block_on(kanzlei.documents().read(unnamed.digest, unnamed.slot));
    assert!(matches!(gone, Err(DocumentsError::Erased { .. })));
}

/// A disk that is full, or isn't.
#[derive(Clone, Default)]
struct Disk(Arc<AtomicBool>);

impl DiskFaults for Disk {
    fn before(&self, step: DiskStep) -> io::Result<()> {
        let writes = matches!(step, DiskStep::Create | DiskStep::Write);
        if writes && self.0.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

#[test]
fn where_there_is_no_room_for_drafts_and_documents_nothing_is_lost_and_cases_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Disk::default();
    let kanzlei = opening(directory.path())
        .disk_faults(disk.clone())
        .start()
        .unwrap();
    let anna = kanzlei.act_as(anna());
    let drafts = kanzlei.drafts();
    let id = drafts.new_id().unwrap();
    let save = |seen, purpose: &str| {
        let content = DraftContent {
            service: Code::new("certificate-of-residence").unwrap(),
            edition: 1,
            language: None,
            fields: [("purpose".to_owned(), purpose.to_owned())].into(),
            step: 0,
        };
        block_on(drafts.save(anna.actor(), id, Revision(seen), content))
    };
    save(0, "a lease").unwrap();
    let case = submit(&anna).case;
    let uploaded = upload(&anna).unwrap();

    disk.0.store(true, Ordering::SeqCst);
    let full = save(1, "a loan").unwrap_err();
    assert!(matches!(full, DraftsError::Full), "{full}");
    let kept = block_on(drafts.get(anna.actor(), id)).unwrap();
    assert_eq!(kept.content.fields["purpose"], "a lease");
    let full = upload(&anna).unwrap_err();
    assert!(
        matches!(full, Error::Documents(DocumentsError::Full)),
        "{full}"
    );
    let full = block_on(anna.name_document(naming(case, uploaded.digest))).unwrap_err();
    assert!(
        matches!(full, Error::Documents(DocumentsError::Full)),
        "{full}"
    );
    submit(&anna);

    disk.0.store(false, Ordering::SeqCst);
    assert_eq!(save(1, "a loan").unwrap().revision, 2);
    block_on(anna.name_document(naming(case, uploaded.digest))).unwrap();
    assert_eq!(read(&anna, case).unwrap(), PDF);
    assert_eq!(block_on(anna.my_cases()).unwrap().len(), 2);
}

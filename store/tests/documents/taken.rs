//! What goes in and comes out, and what isn't taken.

use super::*;
use kanzlei_store::MediaType;
use proptest::prelude::*;
use std::io::Read;

const GOLDEN: &[u8] = include_bytes!("../golden/document-1.bin");

/// Format 1: these bytes never change.
#[test]
fn the_bytes_of_a_document_are_fixed() {
    let ground = Ground::new();
    let documents = ground.open();
    let uploaded = upload(&documents, "anna", &pdf(40)).unwrap();
    let place = ground.place(uploaded.digest);
    assert_eq!(std::fs::read(&place).unwrap(), GOLDEN);
    assert_eq!(uploaded.digest, Hash::of(&[GOLDEN]));
    std::fs::write(place, GOLDEN).unwrap();
    assert_eq!(read(&documents, &uploaded).unwrap(), pdf(40));
}

#[test]
fn around_the_ends_of_frames_all_comes_back() {
    let documents = Ground::new();
    let documents = documents.open();
    for frames in 1..=3 {
        for length in [frames * FRAME - 1, frames * FRAME, frames * FRAME + 1] {
            let bytes = pdf(length);
            let uploaded = upload(&documents, "anna", &bytes).unwrap();
            assert_eq!(uploaded.length, length as u64);
            assert!(read(&documents, &uploaded).unwrap() == bytes, "{length}");
            let mut all = Vec::new();
            let mut reader = block_on(documents.read(uploaded.digest, uploaded.slot)).unwrap();
            reader.read_to_end(&mut all).unwrap();
            assert!(all == bytes, "{length}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn however_it_is_cut_into_chunks_it_is_the_same_document(
        length in 5_usize..3 * FRAME,
        cuts in proptest::collection::vec(0_usize..3 * FRAME, 0..12),
    ) {
        let bytes = pdf(length);
        let whole = upload(&Ground::new().open(), "anna", &bytes).unwrap();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(length)).collect();
        cuts.extend([0, length]);
        cuts.sort_unstable();
        let ground = Ground::new();
        let documents = ground.open();
        let mut upload = block_on(documents.begin(b"anna", declared("application/pdf"))).unwrap();
        for cut in cuts.windows(2) {
            upload.write(&bytes[cut[0]..cut[1]]).unwrap();
        }
        let uploaded = block_on(upload.finish()).unwrap();
        // The same keys and nonces come from the same seed.
        prop_assert_eq!(&uploaded, &whole);
        prop_assert!(read(&documents, &uploaded).unwrap() == bytes);
    }

    /// Whatever somebody sends, under whatever name: it is taken or it isn't.
    #[test]
    fn nothing_that_is_sent_breaks_who_looks_at_it(
        kind in 0_usize..8,
        magic in 0_usize..6,
        bytes in proptest::collection::vec(any::<u8>(), 0..6_000),
    ) {
        let magics: [&[u8]; 6] = [
            b"", b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\x7f\0\0\0\0\0\0\0\0[Content_Types].xml",
            b"\0\0\0\x18ftypmif1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"\xff\xd8\xff",
        ];
        let documents = Ground::new();
        let documents = documents.open();
        let kinds = MediaType::usual();
        let begun = documents.begin(b"anna", declared(&kinds[kind].name));
        let mut upload = block_on(begun).unwrap();
        upload.write(&[magics[magic], &bytes].concat()).unwrap();
        match block_on(upload.finish()) {
            Ok(_) | Err(DocumentsError::TypeDiffers { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn begin(documents: &Documents, media_type: &str) -> Result<(), DocumentsError> {
    block_on(documents.begin(b"anna", declared(media_type))).map(drop)
}

#[test]
fn what_is_no_text_or_picture_is_not_taken_and_the_answer_says_what_is() {
    let ground = Ground::new();
    let documents = ground.open();
    for no in ["text/html", "application/zip", "", "image/svg+xml"] {
        let error = begin(&documents, no).unwrap_err();
        assert!(matches!(error, DocumentsError::TypeNotTaken { .. }));
        assert!(error.to_string().contains("application/pdf"), "{error}");
    }
    begin(&documents, "Application/PDF; version=1.7").unwrap();
}

#[test]
fn what_is_not_what_it_is_called_is_not_taken() {
    let ground = Ground::new();
    let documents = ground.open();
    let send = |bytes: &[u8]| upload(&documents, "anna", bytes).unwrap_err().to_string();
    let png = b"\x89PNG\r\n\x1a\n0000000000";
    assert_eq!(
        send(png),
        "this isn't a document of type application/pdf, as it is called, but of type image/png"
    );
    for other in [b"<html>" as &[u8], b"", b"MZ\x90\0"] {
        let said = send(other);
        assert_eq!(
            said,
            "this isn't a document of type application/pdf, as it is called"
        );
    }
    // As soon as a frame is there, not only at its end.
    let begun = documents.begin(b"anna", declared("application/pdf"));
    let mut upload = block_on(begun).unwrap();
    let error = upload.write(&vec![0; FRAME + 1]).unwrap_err();
    assert!(
        matches!(error, DocumentsError::TypeDiffers { .. }),
        "{error}"
    );
    assert!(matches!(upload.write(b"more"), Err(DocumentsError::Over)));
    assert!(matches!(
        block_on(upload.finish()),
        Err(DocumentsError::Over)
    ));
}

#[test]
fn what_is_larger_than_taken_or_other_than_announced_is_refused_as_soon_as_it_shows() {
    let ground = Ground::new();
    let options = DocumentsOptions {
        bytes_max: 100,
        ..DocumentsOptions::default()
    };
    let documents = ground.open_with(ground.vault.clone(), options);
    let begin = |length| {
        let mut declared = declared("application/pdf");
        declared.length = Some(length);
        block_on(documents.begin(b"anna", declared))
    };
    assert!(matches!(
        begin(101),
        Err(DocumentsError::TooLarge { bytes_max: 100 })
    ));
    let mut upload = begin(100).unwrap();
    upload.write(&pdf(60)).unwrap();
    let error = upload.write(&[0; 41]).unwrap_err();
    assert!(
        matches!(error, DocumentsError::TooLarge { bytes_max: 100 }),
        "{error}"
    );
    let mut upload = begin(100).unwrap();
    upload.write(&pdf(99)).unwrap();
    let error = block_on(upload.finish()).unwrap_err();
    assert_eq!(error.to_string(), "100 bytes were announced, and 99 came");
    let mut upload = begin(100).unwrap();
    upload.write(&pdf(100)).unwrap();
    assert_eq!(block_on(upload.finish()).unwrap().length, 100);
}

#[test]
fn the_disk_tells_neither_what_a_document_says_nor_what_it_is_called_nor_whose_it_is() {
    let ground = Ground::new();
    let documents = ground.open();
    let uploaded = upload(&documents, "anna-muster", &pdf(1_000)).unwrap();
    assert_eq!(uploaded.name, "Mietvertrag.pdf");
    for path in ground.files() {
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend(path.as_os_str().as_encoded_bytes());
        for secret in [
            b"anna-muster" as &[u8],
            b"Mietvertrag",
            b"%PDF",
            &pdf(1_000)[100..110],
        ] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
    }
    assert!(!format!("{uploaded:?}{:?}", declared("a/b")).contains("Miet"));
}

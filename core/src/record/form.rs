//! From a whole commit to the share of one case, and back bit by bit.

use super::error::RecordError;
use super::layout::{FORM_PART, FORM_WHOLE, FRAME};
use super::parse::RecordRef;
use super::write::frame;

fn build(form: u8, which: u16, content: &[&[u8]], sealed: &[&[u8]]) -> Vec<u8> {
    let size = |pieces: &[&[u8]]| pieces.iter().map(|piece| piece.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(FRAME + size(content) + size(sealed));
    bytes.resize(FRAME, 0);
    content
        .iter()
        .chain(sealed)
        .for_each(|piece| bytes.extend_from_slice(piece));
    frame(&mut bytes, form, which, size(content), size(sealed));
    bytes
}

/// What a case read gives of a commit: form 1 of the part with this index, or the record as it is
/// if it has one part only. `None` if the record isn't whole or has no such part.
pub fn extract_part(record: &RecordRef<'_>, index: u16) -> Option<Vec<u8>> {
    if !record.is_whole() {
        return None;
    }
    let part = record.parts().nth(usize::from(index))?;
    if record.part_count() == 1 {
        return Some(record.as_bytes().to_vec());
    }
    let mut content = vec![record.head_bytes];
    let hashes = record.hashes();
    content.extend(hashes.parts.iter().map(|hash| hash.as_bytes().as_slice()));
    content.push(part.bytes);
    Some(build(FORM_PART, index, &content, &[part.sealed]))
}

/// Gives the whole record back from form 1 of all its parts, in order.
///
/// # Errors
/// If they are not all parts, in order, of one commit.
pub fn join_parts(parts: &[RecordRef<'_>]) -> Result<Vec<u8>, RecordError> {
    const WRONG: RecordError = RecordError::Length {
        what: "set of parts",
    };
    let first = parts.first().ok_or(WRONG)?;
    if first.is_whole() {
        let alone = parts.len() == 1;
        return alone.then(|| first.as_bytes().to_vec()).ok_or(WRONG);
    }
    let (mut content, mut sealed) = (vec![first.head_bytes], Vec::new());
    for (index, part) in parts.iter().enumerate() {
        let same = part.head_bytes == first.head_bytes && part.hashes == first.hashes;
        if !same || usize::from(part.which) != index {
            return Err(WRONG);
        }
        content.push(part.body);
        sealed.push(part.sealed);
    }
    if parts.len() != usize::from(first.parts) {
        return Err(WRONG);
    }
    let bytes = build(FORM_WHOLE, 0, &content, &sealed);
    let stated: Vec<_> = first.stated_hashes().collect();
    let joined = RecordRef::parse(&bytes)?;
    (joined.hashes().parts == stated)
        .then_some(())
        .ok_or(WRONG)?;
    Ok(bytes)
}

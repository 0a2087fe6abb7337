//! Keys of rows: fields one after another, each so that the order of the bytes is the order of the
//! values.

use std::ops::Bound;

use kanzlei_core::{AuthorityId, CaseId, ServiceKey, Timestamp};

/// Most keys have room in so many bytes.
const ROOM: usize = 48;

/// A key, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// The keys of one kind of row in a view.
    pub fn of(kind: u8) -> Self {
        let mut key = Vec::with_capacity(ROOM);
        key.push(kind);
        Self(key)
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn u8(self, number: u8) -> Self {
        self.bytes(&[number])
    }

    pub fn u16(self, number: u16) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    pub fn u32(self, number: u32) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    pub fn u64(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    pub fn time(self, at: Timestamp) -> Self {
        self.i64(at.micros())
    }

    /// With the sign turned round, so that negative numbers come first.
    pub fn i64(self, number: i64) -> Self {
        self.u64(number.cast_unsigned() ^ (1 << 63))
    }

    pub fn case(self, case: CaseId) -> Self {
        self.bytes(case.as_bytes())
    }

    pub fn service(self, service: ServiceKey) -> Self {
        self.u64(service.0)
    }

    pub fn authority(self, authority: AuthorityId) -> Self {
        self.u32(authority.0)
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

/// Reads a key's fields back, in their order.
pub(crate) struct Fields<'a>(pub &'a [u8]);

impl Fields<'_> {
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub fn i64(&mut self) -> Option<i64> {
        self.u64().map(|bits| (bits ^ (1 << 63)).cast_signed())
    }

    pub fn time(&mut self) -> Option<Timestamp> {
        self.i64().map(Timestamp::from_micros)
    }

    pub fn case(&mut self) -> Option<CaseId> {
        self.array().map(CaseId::from_bytes)
    }

    pub fn service(&mut self) -> Option<ServiceKey> {
        self.u64().map(ServiceKey)
    }

    pub fn authority(&mut self) -> Option<AuthorityId> {
        self.u32().map(AuthorityId)
    }
}

/// The end of the keys that begin with `prefix`.
pub(crate) fn end_of(prefix: &[u8]) -> Bound<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Bound::Excluded(end);
        }
    }
    Bound::Unbounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_is_the_order_of_moments() {
        let key = |micros| Key::of(1).time(Timestamp::from_micros(micros));
        let moments = [i64::MIN, -2, -1, 0, 1, i64::MAX];
        assert!(moments.map(key).is_sorted());
        for micros in moments {
            let bytes = key(micros).into_vec();
            assert_eq!(Fields(&bytes[1..]).i64(), Some(micros));
        }
    }

    #[test]
    fn what_begins_with_a_prefix_lies_before_its_end() {
        assert_eq!(end_of(&[1, 2]), Bound::Excluded(vec![1, 3]));
        assert_eq!(end_of(&[1, 255]), Bound::Excluded(vec![2]));
        assert_eq!(end_of(&[255]), Bound::Unbounded);
        assert_eq!(end_of(&[]), Bound::Unbounded);
    }
}

//! Packing a definition for the log: one lz4 block after its length, over several events and
//! commits if it must be.

use super::command::{Command, Piece};
use super::event::DefinitionChunk;
use super::register::Register;
use super::service::Service;
use crate::record::limits::BODY_MAX;

/// The largest definition, unpacked: a canton's building forms are 1.5 MB.
pub const DEFINITION_MAX: usize = 16 * 1024 * 1024;
/// The largest piece in one event; the rest of the body is its length.
const CHUNK: usize = BODY_MAX - 64;
/// The largest piece in one command: its event fits a record beside the others of its commit.
const PIECE: usize = CHUNK;

/// The commands that publish an edition of a service, in order. More than one only if its
/// definition is long.
pub fn publish_edition(service: &Service) -> Vec<Command> {
    let name = service.name.clone();
    commands(&service.definition(), Some(&name), |piece| {
        Command::PublishEdition {
            service: name.clone(),
            piece,
        }
    })
}

/// The commands that publish the register, in order.
pub fn publish_register(register: &Register) -> Vec<Command> {
    let csv = register.to_csv();
    commands(csv.as_bytes(), None, |piece| Command::PublishRegister {
        piece,
    })
}

fn commands(
    definition: &[u8],
    service: Option<&super::code::Code>,
    last: impl Fn(Piece) -> Command,
) -> Vec<Command> {
    let packed = pack(definition);
    let pieces = packed.chunks(PIECE);
    let count = pieces.len();
    let piece = |(at, bytes): (usize, &[u8])| {
        let piece = Piece {
            first: at == 0,
            bytes: bytes.to_vec(),
        };
        if at + 1 == count {
            return last(piece);
        }
        Command::StageDefinition {
            service: service.cloned(),
            piece,
        }
    };
    pieces.enumerate().map(piece).collect()
}

fn pack(definition: &[u8]) -> Vec<u8> {
    let length = u32::try_from(definition.len()).unwrap_or(u32::MAX);
    let mut packed = length.to_le_bytes().to_vec();
    packed.extend_from_slice(&lz4_flex::block::compress(definition));
    packed
}

/// Gives a definition back.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, String> {
    let (length, block) = packed.split_first_chunk::<4>().ok_or("it has no length")?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > DEFINITION_MAX {
        return Err(format!(
            "it has {length} bytes, and {DEFINITION_MAX} are allowed"
        ));
    }
    let unpacked = lz4_flex::block::decompress(block, length);
    let bytes = unpacked.map_err(|error| error.to_string())?;
    if bytes.len() != length {
        return Err(format!(
            "it has {} bytes, and {length} were announced",
            bytes.len()
        ));
    }
    Ok(bytes)
}

impl From<Piece> for DefinitionChunk {
    fn from(piece: Piece) -> Self {
        Self {
            first: piece.first,
            bytes: piece.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_packed_and_comes_back() {
        let text: Vec<u8> = (0..100_000_u32)
            .flat_map(|n| (n / 3).to_le_bytes())
            .collect();
        let packed = pack(&text);
        assert!(packed.len() < text.len());
        assert_eq!(unpack(&packed), Ok(text));
        assert!(unpack(&[]).is_err() && unpack(&[1, 0, 0, 0]).is_err());
        assert!(unpack(&u32::MAX.to_le_bytes()).is_err());
    }
}

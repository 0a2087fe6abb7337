//! The table that makes an enum of events: kind and schema stand outside the body, so that a
//! reader can pass over what it doesn't know.

use crate::record::{Encoded, EventRef, PersonalError};

/// Events of one vocabulary: the kernel's, or a service's own. Made by
/// [`event_table!`](crate::event_table), never by hand.
pub trait TypedEvent: Sized + Send + Sync + 'static {
    /// Each kind with its newest schema and its name.
    const KINDS: &'static [(u16, u8, &'static str)];

    /// The kind's number.
    fn kind(&self) -> u16;

    /// The schema that this release writes.
    fn schema(&self) -> u8;

    /// The body, with its personal values taken out.
    ///
    /// # Errors
    /// If it holds a personal value that is sealed already.
    fn encode(&self) -> Result<Encoded, PersonalError>;

    /// Reads an event of this vocabulary; `None` if the kind or the schema is not known here.
    ///
    /// # Errors
    /// If the body is not what kind and schema say.
    fn decode(event: &EventRef<'_>) -> Result<Option<Self>, PersonalError>;
}

/// Makes an enum of events from a table of kind, schema and struct. Each struct is a serde type
/// that never changes once it was released: a new schema is a new struct.
///
/// ```
/// use kanzlei_core::domain::TypedEvent;
/// use kanzlei_core::event_table;
/// use serde::{Deserialize, Serialize};
///
/// /// The dog got its number.
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// pub struct NumberAssigned {
///     /// The number on its tag.
///     pub number: u32,
/// }
///
/// event_table! {
///     /// What happens to dogs.
///     pub enum DogEvent {
///         0x8001, 1 => NumberAssigned,
///     }
/// }
///
/// let event = DogEvent::from(NumberAssigned { number: 7 });
/// assert_eq!((event.kind(), event.schema()), (0x8001, 1));
/// ```
#[macro_export]
macro_rules! event_table {
    (
        $(#[$doc:meta])*
        $visibility:vis enum $name:ident {
            $($kind:literal, $schema:literal => $event:ident),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        $visibility enum $name {
            $(
                #[doc = concat!("Kind ", stringify!($kind), ", schema ", stringify!($schema), ".")]
                $event($event),
            )+
        }

        impl $crate::domain::TypedEvent for $name {
            const KINDS: &'static [(u16, u8, &'static str)] =
                &[$(($kind, $schema, stringify!($event))),+];

            fn kind(&self) -> u16 {
                match self {
                    $(Self::$event(_) => $kind,)+
                }
            }

            fn schema(&self) -> u8 {
                match self {
                    $(Self::$event(_) => $schema,)+
                }
            }

            fn encode(&self) -> Result<$crate::record::Encoded, $crate::record::PersonalError> {
                match self {
                    $(Self::$event(event) => $crate::record::encode(event),)+
                }
            }

            fn decode(
                event: &$crate::record::EventRef<'_>,
            ) -> Result<Option<Self>, $crate::record::PersonalError> {
                match (event.kind, event.schema) {
                    $(($kind, $schema) => event.decode_as().map(|event| Some(Self::$event(event))),)+
                    _ => Ok(None),
                }
            }
        }

        $(
            impl From<$event> for $name {
                fn from(event: $event) -> Self {
                    Self::$event(event)
                }
            }
        )+
    };
}

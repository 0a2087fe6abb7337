//! What a service's own rules have made of a case, whatever type that has.

use std::any::Any;
use std::fmt;

/// A state of some service's rules.
trait AnyState: Any + Send + Sync {
    fn copy(&self) -> Box<dyn AnyState>;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: Any + Clone + Send + Sync> AnyState for T {
    fn copy(&self) -> Box<dyn AnyState> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// What a service's own rules have made of a case; nothing before its first own event.
#[derive(Default)]
pub struct OwnState(Option<Box<dyn AnyState>>);

impl OwnState {
    /// The state, if it is a `T`.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        // Through the box: `Box<dyn AnyState>` is itself an `AnyState`.
        self.0
            .as_deref()
            .and_then(|state| state.as_any().downcast_ref())
    }

    pub(super) fn get_or_default<T: Default + Clone + Send + Sync + 'static>(
        &mut self,
    ) -> Option<&mut T> {
        let state = self.0.get_or_insert_with(|| Box::new(T::default()));
        (**state).as_any_mut().downcast_mut()
    }
}

impl Clone for OwnState {
    fn clone(&self) -> Self {
        Self(self.0.as_deref().map(AnyState::copy))
    }
}

impl fmt::Debug for OwnState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "OwnState(…)"
        } else {
            "OwnState"
        })
    }
}

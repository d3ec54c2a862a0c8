//! The last word: an engine that stops by itself says so once, so that no process lives on with a dead engine in it.

use crate::Error;
use crate::journal::Fatal;
use std::sync::{Arc, Mutex, PoisonError};

/// The callback that ends the process, shared by all who may find the engine dead; the first to call it does.
#[derive(Clone)]
pub(super) struct LastWord(Arc<Mutex<Option<Fatal>>>);

impl LastWord {
    pub fn new(fatal: Fatal) -> LastWord {
        LastWord(Arc::new(Mutex::new(Some(fatal))))
    }

    /// Calls the callback, unless it was called before.
    pub fn say(&self, error: &Error) {
        let fatal = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(fatal) = fatal {
            fatal(error);
        }
    }

    /// While the guard lives, a panic of this thread is the engine's end.
    pub fn on_panic(&self) -> OnPanic {
        OnPanic(self.clone())
    }
}

/// See [`LastWord::on_panic`].
pub(super) struct OnPanic(LastWord);

impl Drop for OnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.say(&Error::Stopped);
        }
    }
}

//! One mechanism for everything that is owed to a marketplace.
//!
//! [`Dispatcher::deliver`] makes one attempt at a request, if it is due and its lane lets it through
//! (`feirante_seller::delivery` decides both), and says what becomes of it: done, refused for good,
//! or when to come back. It keeps no message and repeats nothing itself: the message stays in its
//! queue, hidden until then, and its [`Attempts`] are stored with what it is about.

mod attempt;
mod credentials;
mod dispatcher;
mod errand;
mod outcome;
mod parameters;
mod record;
mod undelivered;
mod verdict;

pub use dispatcher::{Dispatcher, StartError};
pub use errand::{Done, Errand};
pub use feirante_seller::delivery::{Attempts, Lane};
pub use outcome::Outcome;
pub use parameters::Parameters;
pub use undelivered::{Undecided, Undeliverable};

/// How long what came of a request may take to be written. With what goes before it, it ends before
/// a function does.
pub const RECORD_TIME: std::time::Duration = std::time::Duration::from_secs(3);

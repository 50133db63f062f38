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
mod sender;
mod stopped;
pub mod times;
mod undelivered;
mod verdict;

pub use dispatcher::{Dispatcher, StartError};
pub use errand::{Done, Errand};
pub use feirante_seller::delivery::{Attempts, Lane};
pub use outcome::Outcome;
pub use parameters::Parameters;
pub use sender::Sender;
pub use stopped::{Stopped, sku_gone};
pub use times::{READ_TIME, RECORD_TIME};
pub use undelivered::Undeliverable;

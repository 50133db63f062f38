//! Where a SKU stands at a marketplace, and what the marketplace is told of it next (protocol §3.9 to
//! §3.11, §4.3).
//!
//! A [`Notification`] says that something about a SKU changed. [`Listing::next`] says what follows
//! from that as the listing stands: a [`Call`], a wait, or nothing. [`Listing::settled`] is the
//! listing after the call's [`Reply`]. Between the two the call's claim is in the table, so that of
//! all who want the same call one makes it; and since no call carries a value, one that began after
//! a change tells of it, whoever made it.

mod changes;
mod edition;
mod goods;
mod need;
mod next;
mod notification;
mod pending;
mod product;
pub mod resync;
mod settle;
mod state;
mod suggestion;
mod track;

pub use changes::changes;
pub use edition::Edition;
pub use goods::Goods;
pub use next::{Step, Trigger};
pub use notification::{Kind, Notification, READABLE_AFTER, Task};
pub use product::Product;
pub use resync::Resync;
pub use settle::{Reply, Verdict};
pub use state::{LastAnswer, Listing, Problem, State};
pub use suggestion::{NotReady, suggestion};
pub use track::{Call, PACE, Request, Track, Tracks};

#[cfg(test)]
mod tests;

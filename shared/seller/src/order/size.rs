//! How large an order may become. It is one item of the database, which takes 400 KB and refuses every
//! write of a larger one: an order that grew without end could not be changed any more.
//!
//! Each part of it that can grow has a share, and what would go beyond is refused, cut or put together
//! where the part is made. What is measured is the order as JSON, which is larger than the item.

use serde::Serialize;

/// What an order may have in all, in bytes.
pub const MOST_BYTES: usize = 370 * 1024;

/// As it is placed, and as it is after its modifications. A larger placement is refused, and so is what
/// would make it larger.
pub const MOST_BYTES_PLACED: usize = 224 * 1024;

/// SKUs and delivery methods with limited windows that it has, together. Each is an action of the one write
/// that releases, ships or cancels all of it, beside the order and what else is written with it. What would
/// make it have more is refused.
pub const MOST_MOVED: usize = 98;

/// Its invoices. One for which there is no room is refused.
pub const MOST_BYTES_OF_INVOICES: usize = 64 * 1024;

/// Its modifications. One for which there is no room is refused.
pub const MOST_BYTES_OF_MODIFICATIONS: usize = 20 * 1024;

/// Its timeline. What has no room is put together.
pub const MOST_BYTES_OF_TIMELINE: usize = 48 * 1024;

/// How many bytes `value` has as JSON.
#[must_use]
pub fn bytes(value: &impl Serialize) -> usize {
    // What an order is made of can be written as JSON, or it could not be stored either.
    serde_json::to_vec(value).map_or(0, |json| json.len())
}

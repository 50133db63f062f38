//! Where a schema and its reader differ, and why they may.

use crate::queue::Queue;

/// Which of both takes a message that the other refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Schema,
    Reader,
}

/// Values in places of which only one side takes the message.
pub(crate) struct Exception {
    /// Who takes it.
    pub(crate) lenient: Side,
    /// Of which queue; `None`: of any.
    queue: Option<Queue>,
    /// Ends of the places' JSON pointers.
    places: &'static [&'static str],
    /// Names of the values, as the mutations have them.
    values: &'static [&'static str],
    /// Why that is right.
    pub(crate) why: &'static str,
}

impl Exception {
    pub(crate) fn covers(&self, lenient: Side, queue: Queue, place: &str, value: &str) -> bool {
        self.lenient == lenient
            && self.queue.is_none_or(|own| own == queue)
            && self.places.iter().any(|end| place.ends_with(end))
            && self.values.contains(&value)
    }
}

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        lenient: Side::Reader,
        queue: Some(Queue::Offers),
        places: &[
            "/dimensionsCm/height",
            "/dimensionsCm/width",
            "/dimensionsCm/length",
            "/unitMultiplier",
        ],
        values: &["digits"],
        why: "a decimal number as text is exact, and read since the first version; new \
              integrations are told to send numbers",
    },
    Exception {
        lenient: Side::Reader,
        queue: None,
        places: &["/issuanceDate", "/dispatchedDate", "/deliveredDate"],
        values: &["empty text", "blanks"],
        why: "systems that know no null write blanks; they are told to leave the field out",
    },
];

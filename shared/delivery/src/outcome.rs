//! What becomes of a request that was to be made.

use feirante_marketplace::Answer;
use feirante_models::Instant;
use feirante_seller::delivery::Attempts;

/// What became of one attempt. The attempts are to be stored with what is delivered.
#[derive(Debug)]
pub enum Outcome {
    /// The marketplace took it.
    Delivered(Answer, Attempts),
    /// It is neither done nor refused: it comes again.
    Wait {
        /// Not before then.
        until: Instant,
        /// What it waits for, or what failed.
        why: String,
        /// Unchanged where nothing was decided about it.
        attempts: Attempts,
    },
    /// It never will be: the marketplace refused it, or it was tried long enough.
    Refused {
        /// The answer's status, or the nearest there is where no answer came.
        status: u16,
        /// Why, for people.
        detail: String,
        /// All attempts, the last one included.
        attempts: Attempts,
    },
    /// The marketplace does not know the SKU it was told about: it takes a suggestion (protocol
    /// §3.9).
    UnknownSku {
        /// What it said.
        detail: String,
        /// All attempts, the last one included.
        attempts: Attempts,
    },
}

impl Outcome {
    /// The attempts after it.
    #[must_use]
    pub const fn attempts(&self) -> &Attempts {
        match self {
            Self::Delivered(_, attempts)
            | Self::Wait { attempts, .. }
            | Self::Refused { attempts, .. }
            | Self::UnknownSku { attempts, .. } => attempts,
        }
    }
}

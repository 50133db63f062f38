//! The messages of a file that are to be sent, call by call.

use feirante_models::Instant;
use feirante_models::erp::OfferMessage;

use super::plan::Needed;
use super::source::Entries;
use crate::export::messages;
use crate::failure::Failure;

/// Messages one call sends at most.
const MESSAGES: usize = 10;

/// Bytes one call sends at most, unless a single message has more.
const BYTES: usize = 200 * 1024;

/// A message on its way.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) line: u64,
    pub(super) what: String,
    pub(super) body: String,
}

/// Messages of one call.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) letters: Vec<Letter>,
    /// So many messages of the file are settled when they are, from the first on.
    pub(super) settles: u64,
}

impl Letter {
    fn of(line: u64, message: &OfferMessage) -> Result<Self, Failure> {
        let kind = match message {
            OfferMessage::Sku(_) => "sku",
            OfferMessage::Price(_) => "price",
            OfferMessage::Stock(_) => "stock",
            OfferMessage::StockAdjustment(_) => "stockAdjustment",
        };
        let body = messages::json(message)
            .map_err(|error| Failure::system(&format!("line {line}"), &error))?;
        Ok(Self {
            line,
            what: format!("{kind} of {}", message.sku()),
            body,
        })
    }
}

/// What is to be sent of a file, call by call.
pub(super) struct Batches<'a> {
    entries: Entries<'a>,
    needed: &'a Needed,
    as_of: Instant,
    /// The first message that is not settled.
    first: u64,
    /// The message that is read next.
    index: u64,
    /// One that did not fit into the last call, and what is settled before it.
    waiting: Option<Waiting>,
}

/// Messages of a line, of which some may have to go with the next call.
struct Waiting {
    line: u64,
    messages: std::vec::IntoIter<OfferMessage>,
    letter: Option<Letter>,
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}

impl<'a> Batches<'a> {
    /// From the message at `first` on; what has no time of its own was so at `as_of`.
    pub(super) const fn new(
        entries: Entries<'a>,
        needed: &'a Needed,
        as_of: Instant,
        first: u64,
    ) -> Self {
        Self {
            entries,
            needed,
            as_of,
            first,
            index: 0,
            waiting: None,
        }
    }

    fn batch(&mut self) -> Result<Option<Batch>, Failure> {
        let (mut letters, mut bytes) = (Vec::new(), 0);
        while let Some(letter) = self.letter()? {
            bytes += letter.body.len();
            if bytes > BYTES && !letters.is_empty() {
                // It goes with the next call, and is not settled before that.
                if let Some(waiting) = &mut self.waiting {
                    waiting.letter = Some(letter);
                }
                let settles = self.index - 1;
                return Ok(Some(Batch { letters, settles }));
            }
            letters.push(letter);
            if letters.len() == MESSAGES {
                break;
            }
        }
        let settles = self.index;
        Ok((!letters.is_empty()).then_some(Batch { letters, settles }))
    }

    /// The next message that is to be sent.
    fn letter(&mut self) -> Result<Option<Letter>, Failure> {
        loop {
            if let Some(waiting) = &mut self.waiting {
                if let Some(letter) = waiting.letter.take() {
                    return Ok(Some(letter));
                }
                if let Some(message) = waiting.messages.next() {
                    let index = self.index;
                    self.index += 1;
                    if index < self.first || !self.needed.contains(index) {
                        continue;
                    }
                    let message = messages::dated(message, self.as_of);
                    return Letter::of(waiting.line, &message).map(Some);
                }
            }
            let Some(entry) = self.entries.next().transpose()? else {
                return Ok(None);
            };
            self.waiting = Some(Waiting {
                line: entry.line,
                messages: entry.messages.into_iter(),
                letter: None,
            });
        }
    }
}

//! The first look at a file: every mistake in it, before anything is sent.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use feirante_models::Instant;
use feirante_models::erp::OfferMessage;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::entry::Mistake;
use crate::export::messages;
use crate::failure::Failure;

/// Bytes of the largest message that is sent: what the queue takes.
const LARGEST: usize = 256 * 1024;

/// What a file without mistakes holds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Contents {
    pub(super) lines: u64,
    pub(super) skus: u64,
    pub(super) prices: u64,
    pub(super) counts: u64,
    pub(super) adjustments: u64,
}

impl Contents {
    pub(super) const fn messages(self) -> u64 {
        self.skus + self.prices + self.counts + self.adjustments
    }

    const fn count(&mut self, message: &OfferMessage) {
        let kind = match message {
            OfferMessage::Sku(_) => &mut self.skus,
            OfferMessage::Price(_) => &mut self.prices,
            OfferMessage::Stock(_) => &mut self.counts,
            OfferMessage::StockAdjustment(_) => &mut self.adjustments,
        };
        *kind += 1;
    }
}

/// What has been said so far: a hash of each thing, and its line. Sixteen bytes a message are all that
/// is kept of a file.
#[derive(Debug, Default)]
pub(super) struct Said(HashMap<[u8; 12], u32>);

impl Said {
    /// The line that said before what `message` is about, if one did.
    fn before(&mut self, message: &OfferMessage, line: u64) -> Option<u32> {
        // Two of a million different things have the same 96 bits once in 10^17 files.
        let hash = Sha256::digest(subject(message).as_bytes());
        let mut short = [0; 12];
        short.copy_from_slice(&hash[..12]);
        match self.0.entry(short) {
            Slot::Occupied(before) => Some(*before.get()),
            Slot::Vacant(free) => {
                free.insert(u32::try_from(line).unwrap_or(u32::MAX));
                None
            }
        }
    }
}

/// What a message is about: of two that are about the same only one could hold.
fn subject(message: &OfferMessage) -> String {
    let sku = message.sku();
    match message {
        OfferMessage::Sku(_) => format!("sku\n{sku}"),
        OfferMessage::Stock(message) => format!("stock\n{sku}\n{}", message.warehouse),
        OfferMessage::StockAdjustment(message) => format!("adjustment\n{sku}\n{}", message.id),
        OfferMessage::Price(message) => {
            let account = message.marketplace.as_ref().map(|account| account.as_str());
            let channel = message.sales_channel.as_deref();
            let from = message.valid_from.map(Instant::millis);
            format!("price\n{sku}\n{account:?}\n{channel:?}\n{from:?}")
        }
    }
}

/// Checks a message that is in order by itself.
///
/// # Errors
/// When it can't be sent, or says what was said before.
pub(super) fn message(
    message: &OfferMessage,
    line: u64,
    said: &mut Said,
    contents: &mut Contents,
) -> Result<(), Mistake> {
    contents.count(message);
    if let Some(before) = said.before(message, line) {
        let what = match message {
            OfferMessage::Sku(_) => "the SKU",
            OfferMessage::Price(_) => "the SKU's price there",
            OfferMessage::Stock(_) => "the SKU's stock there",
            OfferMessage::StockAdjustment(_) => "the adjustment",
        };
        let why = format!("{what} is in line {before} already: {}", message.sku());
        return Err(Mistake::of_line(line, why));
    }
    match messages::json(message) {
        Ok(text) if text.len() <= LARGEST => Ok(()),
        Ok(_) => Err(Mistake::of_line(line, "is larger than 256 KB")),
        Err(error) => Err(Mistake::of_line(line, error.to_string())),
    }
}

/// What a file with `mistakes` ends with.
pub(super) fn refused(file: &std::path::Path, mistakes: u64) -> Failure {
    let them = if mistakes == 1 { "mistake" } else { "mistakes" };
    let file = file.display();
    Failure::input(format!("{file}: {mistakes} {them}; nothing was sent"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str]) -> Vec<String> {
        let (mut said, mut contents) = (Said::default(), Contents::default());
        let mut mistakes = Vec::new();
        for (text, line) in texts.iter().zip(1..) {
            let read = OfferMessage::read(text.as_bytes()).unwrap();
            let checked = message(&read, line, &mut said, &mut contents);
            mistakes.extend(checked.err().map(|mistake| mistake.to_string()));
        }
        assert_eq!(contents.messages(), texts.len() as u64);
        mistakes
    }

    #[test]
    fn the_same_thing_twice_is_a_mistake() {
        let mistakes = check(&[
            r#"{"type":"price","sku":"1","price":5}"#,
            r#"{"type":"price","sku":"1","price":5,"marketplace":"mkt1"}"#,
            r#"{"type":"price","sku":"1","price":5,"marketplace":"mkt1","salesChannel":"2"}"#,
            r#"{"type":"price","sku":"1","price":5,"validFrom":"2026-11-21"}"#,
            r#"{"type":"stock","sku":"1","warehouse":"a","onHand":1}"#,
            r#"{"type":"stock","sku":"1","warehouse":"b","onHand":1}"#,
            r#"{"type":"stockAdjustment","sku":"1","warehouse":"b","id":"x","delta":1}"#,
            r#"{"type":"sku","sku":"1","name":"x","active":true}"#,
            r#"{"type":"price","sku":"1","price":6}"#,
            r#"{"type":"stock","sku":"1","warehouse":"b","onHand":2}"#,
            r#"{"type":"stockAdjustment","sku":"1","warehouse":"b","id":"x","delta":1}"#,
        ]);
        assert_eq!(
            mistakes,
            [
                "9: the SKU's price there is in line 1 already: 1",
                "10: the SKU's stock there is in line 6 already: 1",
                "11: the adjustment is in line 7 already: 1",
            ]
        );
    }

    #[test]
    fn what_the_queue_does_not_take_is_a_mistake() {
        let text = "x".repeat(LARGEST);
        let large = format!(
            r#"{{"type":"sku","sku":"1","name":"x","active":true,"catalog":{{"description":"{text}"}}}}"#
        );
        assert_eq!(check(&[&large]), ["1: is larger than 256 KB"]);
    }
}

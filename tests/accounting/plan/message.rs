//! A message of the ERP and its copies.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Map, Value};

/// A message's place in the plan.
pub(crate) type MessageId = usize;

/// The ERP's queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Queue {
    Offers,
    Invoices,
    Tracking,
    Cancellations,
}

impl Queue {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [
        Self::Offers,
        Self::Invoices,
        Self::Tracking,
        Self::Cancellations,
    ];

    /// The name it has in the ready file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Offers => "offers",
            Self::Invoices => "invoices",
            Self::Tracking => "tracking",
            Self::Cancellations => "cancellations",
        }
    }
}

/// When the ERP says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// In no order with anything else.
    Whenever,
    /// As soon as it sees this event of the message's order.
    After(&'static str),
}

/// One message, sent once or several times.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// Where it goes.
    pub(crate) queue: Queue,
    /// What it is, for the accounting.
    pub(crate) kind: &'static str,
    /// When it is sent.
    pub(crate) when: When,
    /// The order it is about, by its place in the plan.
    pub(crate) order: Option<usize>,
    /// The text of each copy: most are the same to the letter, some say the same otherwise.
    pub(crate) copies: Vec<String>,
}

/// How often a message is sent: mostly once, at most three times.
pub(crate) fn times(chance: &mut StdRng) -> usize {
    match chance.random_range(0..100) {
        0..55 => 1,
        55..85 => 2,
        _ => 3,
    }
}

/// The copies of a message: a field nobody knows keeps it apart from all others.
pub(crate) fn copies(id: MessageId, mut message: Value, chance: &mut StdRng) -> Vec<String> {
    message["ref"] = format!("m{id}").into();
    let text = message.to_string();
    let respelled = || serde_json::to_string_pretty(&backwards(&message)).unwrap();
    (0..times(chance))
        .map(|copy| match copy {
            0 => text.clone(),
            _ if chance.random_bool(0.3) => respelled(),
            _ => text.clone(),
        })
        .collect()
}

/// The same with its fields in another order, where the JSON library keeps one, and its order named
/// as the marketplace does.
fn backwards(message: &Value) -> Value {
    let mut fields = Map::new();
    for (name, value) in message.as_object().unwrap().iter().rev() {
        let named = value.as_str().and_then(|id| id.split_once('-'));
        match (name.as_str(), named) {
            ("orderId", Some((account, order))) => {
                fields.insert("marketplace".to_owned(), account.into());
                fields.insert("marketplaceOrderId".to_owned(), order.into());
            }
            _ => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(fields)
}

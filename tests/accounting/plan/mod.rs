//! What the ERP is going to say, and what has to come of it. Computed here from the protocol alone,
//! before anything runs: the seller's code has no part in it.

mod draft;
mod expected;
mod goods;
mod lives;
mod message;
mod offers;
mod strays;

use std::collections::{BTreeMap, HashMap};

use rand::SeedableRng;
use rand::rngs::StdRng;

pub(crate) use expected::{Act, Ending, Invoice, Kind, Order};
pub(crate) use goods::{ACCOUNTS, Goods, WAREHOUSES};
pub(crate) use message::{Message, MessageId, Queue, When};

/// Everything that will be said, and what must come of it.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What is sold, as it is in the end.
    pub(crate) goods: Goods,
    /// The same as it is in the beginning: an `offers.jsonl`.
    pub(crate) fixture: String,
    /// Orders, to be bought before the ERP speaks.
    pub(crate) orders: Vec<Order>,
    /// Every message, by its id.
    pub(crate) messages: Vec<Message>,
    /// Messages about offers and about nothing, and with which status they must be refused.
    pub(crate) refused: BTreeMap<MessageId, u16>,
}

impl Plan {
    /// A plan of `count` messages; the same for the same seed.
    pub(crate) fn new(count: usize, seed: u64) -> Self {
        let mut chance = StdRng::seed_from_u64(seed);
        let goods = Goods::new(&mut chance);
        let mut plan = Self {
            fixture: goods.fixture(),
            goods,
            orders: Vec::new(),
            messages: Vec::new(),
            refused: BTreeMap::new(),
        };
        strays::add(&mut plan, count * 4 / 100, &mut chance);
        offers::add(&mut plan, count * 20 / 100, &mut chance);
        while plan.messages.len() < count {
            lives::add(&mut plan, &mut chance);
        }
        plan
    }

    /// What is said of each order, by its place in the plan.
    pub(crate) fn of_orders(&self) -> Vec<Vec<MessageId>> {
        let mut of_orders = vec![Vec::new(); self.orders.len()];
        for (id, message) in self.messages.iter().enumerate() {
            if let Some(order) = message.order {
                of_orders[order].push(id);
            }
        }
        of_orders
    }

    /// Which message a text is.
    pub(crate) fn by_text(&self) -> HashMap<&str, MessageId> {
        let texts =
            self.messages.iter().enumerate().flat_map(|(id, message)| {
                message.copies.iter().map(move |copy| (copy.as_str(), id))
            });
        texts.collect()
    }
}
